"""What every Java file may use without an import (Java SE 21, package ``java.lang``)."""

from __future__ import annotations

from ..common.text import words

__all__ = ["BOXES", "JAVA_LANG", "OBJECT_METHODS", "PRIMITIVES", "ROOTS", "WIDER"]

JAVA_LANG = words(
    "Appendable AutoCloseable Boolean Byte CharSequence Character Class ClassLoader ClassValue Cloneable Comparable"
    " Deprecated Double Enum Float FunctionalInterface InheritableThreadLocal Integer Iterable Long Math Module"
    " ModuleLayer Number Object Override Package Process ProcessBuilder ProcessHandle Readable Record Runnable Runtime"
    " RuntimePermission SafeVarargs SecurityManager Short StackTraceElement StackWalker StrictMath String StringBuffer"
    " StringBuilder SuppressWarnings System Thread ThreadGroup ThreadLocal Throwable Void"
    " ArithmeticException ArrayIndexOutOfBoundsException ArrayStoreException ClassCastException"
    " ClassNotFoundException CloneNotSupportedException Exception IllegalAccessException IllegalArgumentException"
    " IllegalCallerException IllegalMonitorStateException IllegalStateException IllegalThreadStateException"
    " IndexOutOfBoundsException InstantiationException InterruptedException NegativeArraySizeException"
    " NoSuchFieldException NoSuchMethodException NullPointerException NumberFormatException"
    " ReflectiveOperationException RuntimeException SecurityException StringIndexOutOfBoundsException"
    " TypeNotPresentException UnsupportedOperationException AbstractMethodError AssertionError BootstrapMethodError"
    " ClassCircularityError ClassFormatError Error ExceptionInInitializerError IllegalAccessError"
    " IncompatibleClassChangeError InstantiationError InternalError LinkageError NoClassDefFoundError NoSuchFieldError"
    " NoSuchMethodError OutOfMemoryError StackOverflowError ThreadDeath UnknownError UnsatisfiedLinkError"
    " UnsupportedClassVersionError VerifyError VirtualMachineError"
)
OBJECT_METHODS = words("clone equals finalize getClass hashCode notify notifyAll toString wait")
BOXES = {
    "boolean": "java.lang.Boolean",
    "byte": "java.lang.Byte",
    "char": "java.lang.Character",
    "double": "java.lang.Double",
    "float": "java.lang.Float",
    "int": "java.lang.Integer",
    "long": "java.lang.Long",
    "short": "java.lang.Short",
}
PRIMITIVES = frozenset(BOXES)
WIDER = {
    "byte": ("short", "int", "long", "float", "double"),
    "short": ("int", "long", "float", "double"),
    "char": ("int", "long", "float", "double"),
    "int": ("long", "float", "double"),
    "long": ("float", "double"),
    "float": ("double",),
}
"""Primitive types to those that they are converted to without a cast (Java Language Specification, 5.1.2)."""
ROOTS = frozenset({"com", "dev", "edu", "io", "jakarta", "java", "javax", "junit", "kotlin", "net", "org", "scala"})
"""First parts of package names by which a qualified name in code is recognised."""
