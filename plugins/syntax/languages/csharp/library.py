"""Types of the .NET base class library by the namespaces that most files import."""

from __future__ import annotations

from ..common.text import words

__all__ = ["NAMESPACE_OF", "OBJECT_METHODS", "PREDEFINED", "ROOTS"]

_LIBRARY = {
    "System": (
        "Action AggregateException Activator AppDomain ArgumentException ArgumentNullException"
        " ArgumentOutOfRangeException ArithmeticException Array ArraySegment Attribute BitConverter Boolean Buffer Byte"
        " Char Console Convert DateOnly DateTime DateTimeOffset DayOfWeek Decimal Delegate DivideByZeroException Double"
        " Enum Environment EventArgs EventHandler Exception FormatException Func GC Guid HashCode IAsyncDisposable"
        " ICloneable IComparable IDisposable IEquatable IFormatProvider IFormattable IObservable IObserver IProgress"
        " IServiceProvider Index IndexOutOfRangeException Int16 Int32 Int64 InvalidCastException"
        " InvalidOperationException Lazy Math MathF Memory NotImplementedException NotSupportedException"
        " NullReferenceException Nullable Object ObjectDisposedException ObsoleteAttribute"
        " OperationCanceledException OverflowException Predicate Progress Random Range ReadOnlyMemory ReadOnlySpan Span"
        " String StringComparer StringComparison TimeOnly TimeSpan TimeZoneInfo TimeoutException Tuple Type UInt16"
        " UInt32 UInt64 UnauthorizedAccessException Uri UriBuilder ValueTuple Version WeakReference"
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
    "System.Reflection": "Assembly BindingFlags ConstructorInfo FieldInfo MemberInfo MethodInfo PropertyInfo",
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
    "object": "Object",
    "sbyte": "SByte",
    "short": "Int16",
    "string": "String",
    "uint": "UInt32",
    "ulong": "UInt64",
    "ushort": "UInt16",
}
OBJECT_METHODS = words("Equals Finalize GetHashCode GetType MemberwiseClone ReferenceEquals ToString")
ROOTS = frozenset({"Microsoft", "System", "Windows"})
"""First parts of namespaces by which a qualified name in code is recognised."""
