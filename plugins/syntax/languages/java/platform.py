"""Types of the Java platform, and what the most used ones extend (Java SE 21)."""

from __future__ import annotations

from ..common.text import words
from .library import BOXES

__all__ = ["CLASSES", "COMPLETE", "FINAL", "supertypes"]

_OBJECT = "java.lang.Object"
_DIRECT = """
java.lang.String java.lang.CharSequence java.lang.Comparable java.io.Serializable
java.lang.StringBuilder java.lang.CharSequence java.lang.Appendable java.lang.Comparable java.io.Serializable
java.lang.StringBuffer java.lang.CharSequence java.lang.Appendable java.lang.Comparable java.io.Serializable
java.lang.Object
java.lang.Number java.io.Serializable
java.lang.Boolean java.lang.Comparable java.io.Serializable
java.lang.Character java.lang.Comparable java.io.Serializable
java.lang.Byte java.lang.Number java.lang.Comparable
java.lang.Short java.lang.Number java.lang.Comparable
java.lang.Integer java.lang.Number java.lang.Comparable
java.lang.Long java.lang.Number java.lang.Comparable
java.lang.Float java.lang.Number java.lang.Comparable
java.lang.Double java.lang.Number java.lang.Comparable
java.math.BigInteger java.lang.Number java.lang.Comparable
java.math.BigDecimal java.lang.Number java.lang.Comparable
java.util.concurrent.atomic.AtomicInteger java.lang.Number
java.util.concurrent.atomic.AtomicLong java.lang.Number
java.util.concurrent.atomic.AtomicBoolean java.io.Serializable
java.lang.Class java.lang.reflect.Type java.lang.reflect.GenericDeclaration java.io.Serializable
java.lang.reflect.GenericDeclaration java.lang.reflect.AnnotatedElement
java.lang.reflect.ParameterizedType java.lang.reflect.Type
java.lang.reflect.GenericArrayType java.lang.reflect.Type
java.lang.reflect.WildcardType java.lang.reflect.Type
java.lang.reflect.TypeVariable java.lang.reflect.Type java.lang.reflect.AnnotatedElement
java.lang.reflect.Field java.lang.reflect.AccessibleObject java.lang.reflect.Member
java.lang.reflect.Method java.lang.reflect.Executable java.lang.reflect.GenericDeclaration
java.lang.reflect.Constructor java.lang.reflect.Executable java.lang.reflect.GenericDeclaration
java.lang.reflect.Executable java.lang.reflect.AccessibleObject java.lang.reflect.Member
java.lang.reflect.AccessibleObject java.lang.reflect.AnnotatedElement
java.lang.Thread java.lang.Runnable
java.lang.ClassLoader
java.lang.Enum java.lang.Comparable java.io.Serializable
java.util.Collection java.lang.Iterable
java.util.List java.util.Collection
java.util.AbstractCollection java.util.Collection
java.util.AbstractList java.util.AbstractCollection java.util.List
java.util.ArrayList java.util.AbstractList java.util.RandomAccess java.lang.Cloneable java.io.Serializable
java.util.LinkedList java.util.AbstractList java.util.Deque java.lang.Cloneable java.io.Serializable
java.util.Set java.util.Collection
java.util.SortedSet java.util.Set
java.util.AbstractSet java.util.AbstractCollection java.util.Set
java.util.HashSet java.util.AbstractSet java.lang.Cloneable java.io.Serializable
java.util.LinkedHashSet java.util.HashSet
java.util.TreeSet java.util.AbstractSet java.util.NavigableSet java.lang.Cloneable java.io.Serializable
java.util.NavigableSet java.util.SortedSet
java.util.EnumSet java.util.AbstractSet java.lang.Cloneable java.io.Serializable
java.util.Queue java.util.Collection
java.util.Deque java.util.Queue
java.util.ArrayDeque java.util.AbstractCollection java.util.Deque java.lang.Cloneable java.io.Serializable
java.util.SortedMap java.util.Map
java.util.NavigableMap java.util.SortedMap
java.util.AbstractMap java.util.Map
java.util.HashMap java.util.AbstractMap java.lang.Cloneable java.io.Serializable
java.util.LinkedHashMap java.util.HashMap
java.util.TreeMap java.util.AbstractMap java.util.NavigableMap java.lang.Cloneable java.io.Serializable
java.util.concurrent.ConcurrentMap java.util.Map
java.util.concurrent.ConcurrentHashMap java.util.AbstractMap java.util.concurrent.ConcurrentMap java.io.Serializable
java.util.ListIterator java.util.Iterator
java.util.Locale java.lang.Cloneable java.io.Serializable
java.util.UUID java.lang.Comparable java.io.Serializable
java.util.Date java.lang.Comparable java.lang.Cloneable java.io.Serializable
java.util.Calendar java.lang.Comparable java.lang.Cloneable java.io.Serializable
java.util.TimeZone java.lang.Cloneable java.io.Serializable
java.util.Random java.io.Serializable
java.util.regex.Pattern java.io.Serializable
java.util.regex.Matcher java.util.regex.MatchResult
java.io.File java.lang.Comparable java.io.Serializable
java.nio.file.Path java.lang.Comparable java.lang.Iterable
java.nio.charset.Charset java.lang.Comparable
java.nio.ByteBuffer java.nio.Buffer java.lang.Comparable
java.net.URI java.lang.Comparable java.io.Serializable
java.net.URL java.io.Serializable
java.net.Socket java.io.Closeable
java.io.Closeable java.lang.AutoCloseable
java.io.InputStream java.io.Closeable
java.io.FileInputStream java.io.InputStream
java.io.ByteArrayInputStream java.io.InputStream
java.io.FilterInputStream java.io.InputStream
java.io.BufferedInputStream java.io.FilterInputStream
java.io.OutputStream java.io.Closeable java.io.Flushable
java.io.FileOutputStream java.io.OutputStream
java.io.ByteArrayOutputStream java.io.OutputStream
java.io.FilterOutputStream java.io.OutputStream
java.io.BufferedOutputStream java.io.FilterOutputStream
java.io.PrintStream java.io.FilterOutputStream java.lang.Appendable
java.io.Reader java.lang.Readable java.io.Closeable
java.io.BufferedReader java.io.Reader
java.io.StringReader java.io.Reader
java.io.InputStreamReader java.io.Reader
java.io.FileReader java.io.InputStreamReader
java.io.Writer java.lang.Appendable java.io.Closeable java.io.Flushable
java.io.BufferedWriter java.io.Writer
java.io.StringWriter java.io.Writer
java.io.PrintWriter java.io.Writer
java.io.OutputStreamWriter java.io.Writer
java.io.FileWriter java.io.OutputStreamWriter
java.lang.Throwable java.io.Serializable
java.lang.Exception java.lang.Throwable
java.lang.Error java.lang.Throwable
java.lang.RuntimeException java.lang.Exception
java.io.IOException java.lang.Exception
"""
_INTERFACES = """
java.io.Flushable java.io.Serializable java.lang.Appendable java.lang.AutoCloseable java.lang.CharSequence
java.lang.Cloneable java.lang.Comparable java.lang.Iterable java.lang.Readable java.lang.Runnable
java.lang.annotation.Annotation java.lang.reflect.AnnotatedElement java.lang.reflect.Member java.lang.reflect.Type
java.util.Comparator java.util.Enumeration java.util.Iterator java.util.Map java.util.Map.Entry java.util.RandomAccess
java.util.concurrent.Callable java.util.function.BiFunction java.util.function.Consumer java.util.function.Function
java.util.function.Predicate java.util.function.Supplier java.util.function.UnaryOperator java.util.regex.MatchResult
"""


def _closures() -> dict[str, frozenset[str]]:
    direct: dict[str, list[str]] = {name: [] for name in _INTERFACES.split()}
    for line in _DIRECT.strip().splitlines():
        name, *bases = line.split()
        direct[name] = list[str](bases)
    found: dict[str, frozenset[str]] = {}

    def close(name: str) -> frozenset[str]:
        if name not in found:
            found[name] = frozenset({name, *(s for base in direct.get(name, ()) for s in close(base))})
        return found[name]

    return {name: close(name) | {_OBJECT} for name in direct}


COMPLETE = _closures()
"""Platform types to themselves and all that they extend and implement."""

CLASSES = frozenset(COMPLETE) - words(
    f"{_INTERFACES} java.io.Closeable java.lang.reflect.GenericArrayType java.lang.reflect.GenericDeclaration"
    " java.lang.reflect.ParameterizedType java.lang.reflect.TypeVariable java.lang.reflect.WildcardType"
    " java.nio.file.Path java.util.Collection java.util.Deque java.util.List java.util.ListIterator"
    " java.util.NavigableMap java.util.NavigableSet java.util.Queue java.util.Set java.util.SortedMap"
    " java.util.SortedSet java.util.concurrent.ConcurrentMap"
)
"""Platform types that are classes: a class extends only one, and an interface none."""

FINAL = frozenset({*BOXES.values(), "java.lang.String", "java.lang.StringBuilder", "java.lang.StringBuffer"}) | {
    "java.lang.Class", "java.util.Locale", "java.util.UUID", "java.util.regex.Pattern", "java.net.URI", "java.net.URL",
}  # fmt: skip
"""Types that no other type extends."""


def supertypes(name: str) -> tuple[frozenset[str], bool]:
    """What a type of the platform is besides itself, and whether that is all."""
    known = COMPLETE.get(name)
    if known is not None:
        return known, True
    if name.startswith("java") and name.endswith(("Exception", "Error")):
        base = "java.lang.Exception" if name.endswith("Exception") else "java.lang.Error"
        return COMPLETE[base] | {name}, False
    return frozenset({name, _OBJECT}), False
