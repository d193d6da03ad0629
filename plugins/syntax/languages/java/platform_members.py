"""What methods of the Java platform return, and the types of its constants (Java SE 21)."""

from __future__ import annotations

from ..common.symbols import External
from .library import BOXES

__all__ = ["RETURNED_BY_ALL", "field_type", "known_result"]

_RESULTS = {
    "java.lang.String": {
        "java.lang.String": "concat copyValueOf format formatted indent intern join repeat replace replaceAll"
        " replaceFirst strip stripLeading stripTrailing substring toLowerCase toUpperCase trim valueOf",
        "int": "compareTo compareToIgnoreCase codePointAt codePointBefore codePointCount indexOf lastIndexOf",
        "boolean": "contentEquals equalsIgnoreCase isBlank matches regionMatches",
        "char": "charAt",
        "char[]": "toCharArray",
        "byte[]": "getBytes",
        "java.lang.String[]": "split",
        "java.lang.CharSequence": "subSequence",
    },
    "java.lang.CharSequence": {"char": "charAt", "java.lang.CharSequence": "subSequence"},
    **{
        f"java.lang.{name}": {
            f"java.lang.{name}": "append appendCodePoint delete deleteCharAt insert replace reverse",
            "java.lang.String": "substring",
            "int": "capacity codePointAt indexOf lastIndexOf",
            "char": "charAt",
        }
        for name in ("StringBuilder", "StringBuffer")
    },
    **{
        box: {box: "valueOf", primitive: f"parse{box[10:]} {primitive}Value", "int": "compare compareTo"}
        for primitive, box in BOXES.items()
    },
    "java.lang.Integer": {
        "java.lang.Integer": "valueOf decode",
        "int": "parseInt bitCount compare compareTo highestOneBit numberOfLeadingZeros numberOfTrailingZeros reverse"
        " signum",
        "java.lang.String": "toBinaryString toHexString toOctalString",
    },
    "java.lang.Long": {
        "java.lang.Long": "valueOf decode",
        "long": "parseLong highestOneBit reverse",
        "int": "bitCount compare compareTo numberOfLeadingZeros numberOfTrailingZeros signum",
        "java.lang.String": "toBinaryString toHexString toOctalString",
    },
    "java.lang.Float": {
        "java.lang.Float": "valueOf",
        "float": "parseFloat intBitsToFloat",
        "int": "compare compareTo floatToIntBits floatToRawIntBits",
        "boolean": "isInfinite isNaN isFinite",
    },
    "java.lang.Double": {
        "java.lang.Double": "valueOf",
        "double": "parseDouble longBitsToDouble",
        "int": "compare compareTo",
        "long": "doubleToLongBits doubleToRawLongBits",
        "boolean": "isInfinite isNaN isFinite",
    },
    "java.lang.Character": {
        "java.lang.Character": "valueOf",
        "char": "charValue highSurrogate lowSurrogate",
        "char[]": "toChars",
        "int": "charCount codePointAt compare compareTo digit getNumericValue toCodePoint",
        "boolean": "isDigit isHighSurrogate isISOControl isJavaIdentifierPart isJavaIdentifierStart isLetter"
        " isLetterOrDigit isLowSurrogate isLowerCase isSpaceChar isSurrogate isUpperCase isWhitespace",
    },
    "java.lang.Class": {
        "java.lang.String": "getCanonicalName getPackageName getSimpleName getTypeName",
        "boolean": "desiredAssertionStatus isAnnotation isAnonymousClass isArray isAssignableFrom isEnum isInstance"
        " isInterface isLocalClass isMemberClass isPrimitive isSynthetic",
        "int": "getModifiers",
        "java.lang.Class": "arrayType componentType forName getComponentType getDeclaringClass getEnclosingClass"
        " getSuperclass",
        "java.lang.Class[]": "getInterfaces",
        "java.lang.ClassLoader": "getClassLoader",
        "java.lang.reflect.Type": "getGenericSuperclass",
    },
    "java.lang.System": {
        "long": "currentTimeMillis nanoTime",
        "int": "identityHashCode",
        "java.lang.String": "getProperty lineSeparator setProperty",
    },
    "java.nio.charset.Charset": {"java.nio.charset.Charset": "defaultCharset forName", "java.lang.String": "name"},
    "java.util.Arrays": {"java.util.List": "asList", "boolean": "deepEquals"},
    "java.util.Objects": {"int": "hash", "boolean": "isNull nonNull"},
    "java.util.Locale": {"java.util.Locale": "getDefault"},
    "java.util.regex.Matcher": {"java.lang.String": "group", "int": "start end", "boolean": "find lookingAt"},
    "java.util.regex.Pattern": {"java.util.regex.Pattern": "compile", "java.util.regex.Matcher": "matcher"},
    "java.util.Calendar": {"java.util.Calendar": "getInstance", "int": "get", "java.util.Date": "getTime"},
    "java.util.Date": {"long": "getTime"},
    "java.util.concurrent.atomic.AtomicBoolean": {"boolean": "get getAndSet compareAndSet"},
    "java.util.concurrent.atomic.AtomicInteger": {"int": "addAndGet get getAndIncrement incrementAndGet"},
    "java.util.concurrent.atomic.AtomicLong": {"long": "addAndGet get getAndIncrement incrementAndGet"},
    "java.util.concurrent.atomic.AtomicIntegerArray": {"int": "get"},
    "java.security.MessageDigest": {"java.security.MessageDigest": "getInstance", "byte[]": "digest"},
    "javax.crypto.Mac": {"javax.crypto.Mac": "getInstance", "byte[]": "doFinal"},
    "java.net.URI": {"java.net.URI": "create normalize resolve", "java.lang.String": "getHost getPath toASCIIString"},
    "java.net.InetAddress": {"java.lang.String": "getHostAddress getHostName"},
    "java.nio.file.Files": {"java.io.InputStream": "newInputStream", "java.io.OutputStream": "newOutputStream"},
    "java.lang.reflect.Method": {"java.lang.Class": "getReturnType", "java.lang.Class[]": "getParameterTypes"},
    "java.lang.reflect.Field": {"java.lang.Class": "getType", "java.lang.reflect.Type": "getGenericType"},
    "java.lang.reflect.ParameterizedType": {
        "java.lang.reflect.Type": "getOwnerType getRawType",
        "java.lang.reflect.Type[]": "getActualTypeArguments",
    },
    "java.io.File": {"java.io.File": "getAbsoluteFile getParentFile", "java.lang.String": "getPath getAbsolutePath"},
}
_ANYWHERE = {
    "byte": "byteValue",
    "short": "shortValue",
    "int": "byteCount intValue length ordinal size",
    "long": "longValue",
    "float": "floatValue",
    "double": "doubleValue",
    "boolean": "booleanValue contains containsKey containsValue endsWith hasMoreElements hasMoreTokens hasNext isEmpty"
    " startsWith",
    "java.lang.String": "displayName getLocalizedMessage getMessage getName toString",
}
"""What methods of any type of the platform return that has them."""

RETURNED_BY_ALL = {
    ("toString()", 0): "java.lang.String",
    ("hashCode()", 0): "int",
    ("equals()", 1): "boolean",
    ("getClass()", 0): "java.lang.Class",
}
"""Methods of every object, with their number of arguments, to their results, which no class can change."""


def _by_name() -> dict[str, str]:
    return {
        f"{owner}.{method}": result
        for owner, results in _RESULTS.items()
        for result, methods in results.items()
        for method in methods.split()
    }


_METHODS = _by_name()
_GENERAL = {method: result for result, methods in _ANYWHERE.items() for method in methods.split()}


_FIELDS = {
    "java.lang.System.out": "java.io.PrintStream",
    "java.lang.System.err": "java.io.PrintStream",
    "java.lang.System.in": "java.io.InputStream",
    "java.lang.Boolean.TRUE": "java.lang.Boolean",
    "java.lang.Boolean.FALSE": "java.lang.Boolean",
    "java.io.File.separator": "java.lang.String",
    "java.io.File.separatorChar": "char",
    **{f"{box}.TYPE": "java.lang.Class" for box in (*BOXES.values(), "java.lang.Void")},
    **{f"{box}.{end}_VALUE": primitive for primitive, box in BOXES.items() for end in ("MIN", "MAX")},
    **{f"java.util.Locale.{name}": "java.util.Locale" for name in ("ENGLISH", "ROOT", "US")},
    **{
        f"java.nio.charset.StandardCharsets.{name}": "java.nio.charset.Charset"
        for name in ("ISO_8859_1", "US_ASCII", "UTF_16", "UTF_8")
    },
}


def field_type(field: External) -> str:
    """The full name of the type of a static field of the platform, empty if it is not known here."""
    return _FIELDS.get(field.name, "")


def known_result(method: External) -> str:
    """The full name of the type that a method of the platform returns, empty if it is not known here."""
    known = _METHODS.get(method.name, "")
    if known or not method.package.startswith("java"):
        return known
    return _GENERAL.get(method.name.rpartition(".")[2], "")
