"""Types of the .NET base class library by the namespaces that most files import."""

from __future__ import annotations

from ..common.text import words

__all__ = [
    "INVARIANT",
    "NAMESPACE_OF",
    "NUMBERS",
    "NUMBER_INTERFACES",
    "OBJECT_METHODS",
    "PLAIN",
    "PREDEFINED",
    "ROOTS",
    "SEALED",
    "SEQUENCES",
    "SUPERTYPES",
    "WIDER",
]

_LIBRARY = {
    "System": (
        "Action Activator AggregateException AppDomain ApplicationException ArgumentException ArgumentNullException"
        " ArgumentOutOfRangeException ArithmeticException Array ArraySegment AsyncCallback Attribute BitConverter"
        " Boolean Buffer Byte Char Comparison Console Convert Converter DateOnly DateTime DateTimeOffset DayOfWeek"
        " Decimal Delegate DivideByZeroException Double Enum Environment EventArgs EventHandler Exception"
        " FormatException Func GC Guid HashCode IAsyncDisposable IAsyncResult ICloneable IComparable IConvertible"
        " IDisposable IEquatable IFormatProvider IFormattable IObservable IObserver IProgress IServiceProvider Index"
        " IndexOutOfRangeException Int16 Int32 Int64 IntPtr InvalidCastException InvalidOperationException Lazy Math"
        " MathF Memory NotImplementedException NotSupportedException NullReferenceException Nullable Object"
        " ObjectDisposedException ObsoleteAttribute OperationCanceledException OverflowException Predicate Progress"
        " Random Range ReadOnlyMemory ReadOnlySpan SByte Single Span String StringComparer StringComparison"
        " SystemException TimeOnly TimeSpan TimeZoneInfo TimeoutException Tuple Type TypeCode UInt16 UInt32 UInt64"
        " UIntPtr UnauthorizedAccessException Uri UriBuilder ValueTuple ValueType Version WeakReference"
    ),
    "System.Collections.Generic": (
        "Comparer Dictionary EqualityComparer HashSet IAsyncEnumerable IAsyncEnumerator ICollection IComparer"
        " IDictionary IEnumerable IEnumerator IEqualityComparer IList IReadOnlyCollection IReadOnlyDictionary"
        " IReadOnlyList ISet KeyValuePair LinkedList List PriorityQueue Queue SortedDictionary SortedList SortedSet"
        " Stack"
    ),
    "System.Linq": "Enumerable IGrouping ILookup IOrderedEnumerable IQueryable Queryable",
    "System.IO": (
        "BinaryReader BinaryWriter Directory DirectoryInfo EndOfStreamException File FileInfo FileMode"
        " FileNotFoundException FileStream IOException MemoryStream Path Stream StreamReader StreamWriter StringReader"
        " StringWriter TextReader TextWriter"
    ),
    "System.Text": "Encoding StringBuilder",
    "System.Text.Json": "JsonDocument JsonElement JsonException JsonSerializer JsonSerializerOptions",
    "System.Text.RegularExpressions": "Group Match MatchCollection Regex RegexOptions",
    "System.Threading": (
        "CancellationToken CancellationTokenSource Interlocked ManualResetEvent Monitor Mutex Semaphore SemaphoreSlim"
        " SynchronizationContext Thread ThreadLocal ThreadPool Timer Volatile"
    ),
    "System.Threading.Tasks": "Parallel Task TaskCompletionSource TaskScheduler ValueTask",
    "System.Collections.Concurrent": (
        "BlockingCollection ConcurrentBag ConcurrentDictionary ConcurrentQueue ConcurrentStack"
    ),
    "System.Diagnostics": "Debug Debugger Process Stopwatch Trace",
    "System.Globalization": "CultureInfo DateTimeStyles NumberStyles",
    "System.Net.Http": "HttpClient HttpContent HttpMethod HttpRequestMessage HttpResponseMessage StringContent",
    "System.Reflection": (
        "Assembly AssemblyName BindingFlags ConstructorInfo EventInfo FieldInfo MemberInfo MethodBase MethodInfo Module"
        " ParameterInfo PropertyInfo"
    ),
}
NAMESPACE_OF = {name: namespace for namespace, names in _LIBRARY.items() for name in names.split()}
PREDEFINED = {
    "bool": "Boolean",
    "byte": "Byte",
    "char": "Char",
    "decimal": "Decimal",
    "double": "Double",
    "float": "Single",
    "int": "Int32",
    "long": "Int64",
    "nint": "IntPtr",
    "nuint": "UIntPtr",
    "object": "Object",
    "sbyte": "SByte",
    "short": "Int16",
    "string": "String",
    "uint": "UInt32",
    "ulong": "UInt64",
    "ushort": "UInt16",
}
PLAIN = frozenset(f"System.{name}" for name in PREDEFINED.values())
"""The types that have keywords, by their full names."""
OBJECT_METHODS = words("Equals Finalize GetHashCode GetType MemberwiseClone ReferenceEquals ToString")
ROOTS = frozenset({"Microsoft", "System", "Windows"})
"""First parts of namespaces by which a qualified name in code is recognised."""


def _system(names: str) -> frozenset[str]:
    return frozenset(f"System.{name}" for name in names.split())


_WIDER = {
    "SByte": "Int16 Int32 Int64 IntPtr Single Double Decimal",
    "Byte": "Int16 UInt16 Int32 UInt32 Int64 UInt64 IntPtr UIntPtr Single Double Decimal",
    "Int16": "Int32 Int64 IntPtr Single Double Decimal",
    "UInt16": "Int32 UInt32 Int64 UInt64 IntPtr UIntPtr Single Double Decimal",
    "Int32": "Int64 IntPtr Single Double Decimal",
    "UInt32": "Int64 UInt64 UIntPtr Single Double Decimal",
    "IntPtr": "Int64 Single Double Decimal",
    "UIntPtr": "UInt64 Single Double Decimal",
    "Int64": "Single Double Decimal",
    "UInt64": "Single Double Decimal",
    "Char": "UInt16 Int32 UInt32 Int64 UInt64 IntPtr UIntPtr Single Double Decimal",
    "Single": "Double",
}
WIDER = {f"System.{name}": _system(wider) for name, wider in _WIDER.items()}
"""Numeric types to those that they are converted to without a cast (C# specification, 10.2.3)."""
NUMBERS = _system("SByte Byte Int16 UInt16 Int32 UInt32 Int64 UInt64 Char Single Double Decimal")
SEQUENCES = words("ICollection IEnumerable IList IReadOnlyCollection IReadOnlyList")
_COLLECTION = words("ICollection IEnumerable IReadOnlyCollection")
SUPERTYPES = {
    "Array": SEQUENCES | words("ICloneable"),
    "List": SEQUENCES,
    "IList": words("ICollection IEnumerable"),
    "ICollection": words("IEnumerable"),
    "IReadOnlyList": words("IEnumerable IReadOnlyCollection"),
    "IReadOnlyCollection": words("IEnumerable"),
    "HashSet": _COLLECTION | words("ISet"),
    "SortedSet": _COLLECTION | words("ISet"),
    "Queue": words("ICollection IEnumerable IReadOnlyCollection"),
    "Stack": words("ICollection IEnumerable IReadOnlyCollection"),
    "String": words("ICloneable IComparable IConvertible IEnumerable IEquatable"),
    "StreamReader": words("TextReader IDisposable"),
    "StringReader": words("TextReader IDisposable"),
    "StreamWriter": words("TextWriter IDisposable"),
    "StringWriter": words("TextWriter IDisposable"),
    "MemoryStream": words("IAsyncDisposable IDisposable Stream"),
    "FileStream": words("IAsyncDisposable IDisposable Stream"),
    "Stream": words("IAsyncDisposable IDisposable"),
    "TextReader": words("IDisposable"),
    "TextWriter": words("IDisposable"),
    "Dictionary": words("ICollection IDictionary IEnumerable IReadOnlyCollection IReadOnlyDictionary"),
    "IReadOnlyDictionary": words("IEnumerable IReadOnlyCollection"),
    "ISet": words("ICollection IEnumerable"),
    "IQueryable": words("IEnumerable"),
    "IGrouping": words("IEnumerable"),
    "ILookup": words("IEnumerable"),
    "IOrderedEnumerable": words("IEnumerable"),
    "IEnumerator": words("IDisposable"),
    "IDictionary": words("ICollection IEnumerable"),
    "CultureInfo": words("ICloneable IFormatProvider"),
}
"""Types of the platform to the other ones listed here that they are converted to."""
NUMBER_INTERFACES = words("IComparable IConvertible IEquatable IFormattable")
"""Interfaces that numbers, characters and truth values implement."""
INVARIANT = words(
    "Array DateTime Dictionary Exception Guid HashSet IList List Queue Regex SortedSet Stack Stream StringBuilder"
    " TextReader TextWriter TimeSpan Type Uri"
)
"""Types of the platform that numbers are never converted to, and of which those with other type arguments differ."""
SEALED = INVARIANT - {"Exception", "IList", "Stream", "TextReader", "TextWriter"}
"""Types of the platform to which no other type that is listed here is converted."""
