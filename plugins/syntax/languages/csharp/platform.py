"""What properties and methods of .NET's base class library yield, and which of its classes derive from which."""

from __future__ import annotations

from ..common.names import Values
from ..common.symbols import External, Instance
from ..common.text import words
from .library import NAMESPACE_OF, PREDEFINED

__all__ = ["ANCESTORS", "VALUE_TYPES", "known_field", "known_method"]

_PLAIN = frozenset(PREDEFINED.values())
_PROPERTIES = {
    "Array": {"Int32": "Length Rank", "Int64": "LongLength"},
    "Assembly": {"String": "FullName Location"},
    "ConstructorInfo": {"String": "Name", "Type": "DeclaringType"},
    "CultureInfo": {"CultureInfo": "CurrentCulture CurrentUICulture InvariantCulture", "String": "Name"},
    "DateTime": {
        "DateTime": "Date MaxValue MinValue Now Today UtcNow",
        "TimeSpan": "TimeOfDay",
        "Int32": "Day DayOfYear Hour Millisecond Minute Month Second Year",
        "Int64": "Ticks",
    },
    "DateTimeOffset": {"DateTime": "Date DateTime UtcDateTime", "TimeSpan": "Offset", "DateTimeOffset": "Now UtcNow"},
    "Delegate": {"MethodInfo": "Method", "Object": "Target"},
    "Dictionary": {"Int32": "Count"},
    "DirectoryInfo": {"String": "Name FullName Extension", "Boolean": "Exists", "DirectoryInfo": "Parent Root"},
    "Encoding": {"Encoding": "ASCII Default Unicode UTF8 UTF32 BigEndianUnicode", "String": "EncodingName"},
    "Environment": {"String": "CurrentDirectory MachineName NewLine UserName", "Int32": "TickCount ProcessorCount"},
    "Exception": {"String": "Message Source StackTrace", "Exception": "InnerException", "Int32": "HResult"},
    "FieldInfo": {"String": "Name", "Type": "DeclaringType FieldType ReflectedType"},
    "FileInfo": {
        "String": "Name FullName Extension DirectoryName",
        "Boolean": "Exists",
        "DirectoryInfo": "Directory",
        "Int64": "Length",
    },
    "Guid": {"Guid": "Empty"},
    "HashSet": {"Int32": "Count"},
    "ICollection": {"Int32": "Count"},
    "IDictionary": {"Int32": "Count"},
    "IList": {"Int32": "Count"},
    "List": {"Int32": "Count Capacity"},
    "MemberInfo": {"String": "Name", "Type": "DeclaringType ReflectedType"},
    "EventInfo": {"String": "Name", "Type": "DeclaringType EventHandlerType ReflectedType"},
    "MethodBase": {"String": "Name", "Type": "DeclaringType ReflectedType", "Module": "Module"},
    "MethodInfo": {"String": "Name", "Type": "DeclaringType ReturnType ReflectedType", "Module": "Module"},
    "ParameterInfo": {"String": "Name", "Type": "ParameterType", "MemberInfo": "Member", "Int32": "Position"},
    "IntPtr": {"IntPtr": "Zero", "Int32": "Size"},
    "Nullable": {"Boolean": "HasValue"},
    "PropertyInfo": {"String": "Name", "Type": "DeclaringType PropertyType ReflectedType"},
    "Queue": {"Int32": "Count"},
    "Stack": {"Int32": "Count"},
    "Stream": {"Int64": "Length Position", "Boolean": "CanRead CanSeek CanWrite"},
    "String": {"Int32": "Length", "String": "Empty"},
    "StringBuilder": {"Int32": "Length Capacity"},
    "TimeSpan": {
        "TimeSpan": "MaxValue MinValue Zero",
        "Int32": "Days Hours Milliseconds Minutes Seconds",
        "Int64": "Ticks",
        "Double": "TotalDays TotalHours TotalMilliseconds TotalMinutes TotalSeconds",
    },
    "Type": {
        "String": "AssemblyQualifiedName FullName Name Namespace",
        "Type": "BaseType DeclaringType ReflectedType",
        "Type[]": "EmptyTypes",
        "Assembly": "Assembly",
        "Boolean": "ContainsGenericParameters IsAbstract IsArray IsByRef IsClass IsEnum IsGenericParameter"
        " IsGenericType IsGenericTypeDefinition IsInterface IsNested IsPointer IsPrimitive IsPublic IsSealed"
        " IsValueType",
    },
    "Uri": {"String": "AbsolutePath AbsoluteUri Host LocalPath OriginalString Scheme"},
    **{
        name: {name: "MaxValue MinValue"}
        for name in ("Byte", "SByte", "Char", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Decimal")
    },
    **{
        name: {name: "Epsilon MaxValue MinValue NaN NegativeInfinity PositiveInfinity"} for name in ("Single", "Double")
    },
}
_METHODS = {
    "Activator": {"Object": "CreateInstance"},
    "Array": {"Int32": "BinarySearch GetLength GetLowerBound GetUpperBound"},
    "BitConverter": {
        "Byte[]": "GetBytes", "Int16": "ToInt16", "Int32": "ToInt32", "Int64": "ToInt64", "UInt16": "ToUInt16",
        "UInt32": "ToUInt32", "UInt64": "ToUInt64", "Single": "ToSingle", "Double": "ToDouble Int64BitsToDouble",
    },
    "BinaryReader": {
        "Boolean": "ReadBoolean", "Byte": "ReadByte", "SByte": "ReadSByte", "Int16": "ReadInt16", "Int32": "ReadInt32",
        "Int64": "ReadInt64", "UInt16": "ReadUInt16", "UInt32": "ReadUInt32", "UInt64": "ReadUInt64",
        "Single": "ReadSingle", "Double": "ReadDouble", "String": "ReadString", "Byte[]": "ReadBytes",
    },
    "Char": {
        "Boolean": "IsControl IsDigit IsLetter IsLetterOrDigit IsLower IsNumber IsPunctuation IsUpper IsWhiteSpace",
        "Char": "ToLower ToLowerInvariant ToUpper ToUpperInvariant",
    },
    "Convert": {
        "Byte[]": "FromBase64String", "String": "ToBase64String", "Object": "ChangeType",
        **{name: f"To{name}" for name in sorted(_PLAIN - {"IntPtr", "Object", "UIntPtr"})}, "DateTime": "ToDateTime",
        "String ": "ToString",
    },
    "DateTime": {
        "DateTime": "Add AddDays AddHours AddMilliseconds AddMinutes AddMonths AddSeconds AddTicks AddYears"
        " FromBinary FromFileTime Parse ParseExact SpecifyKind ToLocalTime ToUniversalTime",
        "Int64": "ToBinary ToFileTime",
    },
    "Dictionary": {"Boolean": "ContainsKey ContainsValue Remove TryGetValue"},
    "Directory": {"Boolean": "Exists", "String": "GetCurrentDirectory", "String[]": "GetDirectories GetFiles"},
    "Encoding": {"Byte[]": "GetBytes", "String": "GetString", "Int32": "GetByteCount", "Encoding": "GetEncoding"},
    "Enum": {"Object": "Parse ToObject", "Boolean": "IsDefined", "String": "GetName", "Type": "GetUnderlyingType"},
    "Environment": {"String": "GetEnvironmentVariable GetFolderPath"},
    "File": {
        "Boolean": "Exists", "Byte[]": "ReadAllBytes", "String": "ReadAllText", "String[]": "ReadAllLines",
        "FileStream": "Create Open OpenRead OpenWrite", "StreamReader": "OpenText",
    },
    "Guid": {"Guid": "NewGuid Parse", "Byte[]": "ToByteArray"},
    "HashSet": {"Boolean": "Add Contains Remove"},
    "IDictionary": {"Boolean": "ContainsKey Remove TryGetValue"},
    "IList": {"Boolean": "Contains Remove", "Int32": "IndexOf"},
    "List": {"Boolean": "Contains Exists Remove TrueForAll", "Int32": "BinarySearch FindIndex IndexOf LastIndexOf"},
    "IntPtr": {"Int32": "ToInt32", "Int64": "ToInt64"},
    **{
        name: {"ParameterInfo[]": "GetParameters", "Type[]": "GetGenericArguments", "Object": "Invoke"}
        for name in ("ConstructorInfo", "MethodBase", "MethodInfo")
    },
    "Assembly": {"AssemblyName": "GetName", "Type": "GetType", "Type[]": "GetTypes GetExportedTypes"},
    "Math": {"Double": "Ceiling Cos Exp Floor Log Log10 Pow Sin Sqrt Tan Acos Asin Atan Atan2"},
    "MemoryStream": {"Byte[]": "GetBuffer ToArray"},
    "Path": {
        "String": "ChangeExtension Combine GetDirectoryName GetExtension GetFileName GetFileNameWithoutExtension"
        " GetFullPath GetPathRoot GetTempFileName GetTempPath",
        "Boolean": "HasExtension IsPathRooted",
    },
    "Random": {"Int32": "Next", "Double": "NextDouble"},
    "Regex": {"Boolean": "IsMatch", "String": "Escape Replace Unescape", "Match": "Match", "String[]": "Split"},
    "Stream": {"Int32": "Read ReadByte", "Int64": "Seek"},
    "StreamReader": {"String": "ReadLine ReadToEnd", "Int32": "Peek Read"},
    "String": {
        "String": "Concat Format Insert Intern Join Normalize PadLeft PadRight Remove Replace Substring ToLower"
        " ToLowerInvariant ToUpper ToUpperInvariant Trim TrimEnd TrimStart",
        "Boolean": "Contains EndsWith IsNullOrEmpty IsNullOrWhiteSpace StartsWith",
        "Int32": "Compare CompareOrdinal CompareTo IndexOf IndexOfAny LastIndexOf LastIndexOfAny",
        "Char[]": "ToCharArray",
        "String[]": "Split",
    },
    "StringBuilder": {"StringBuilder": "Append AppendFormat AppendLine Clear Insert Remove Replace"},
    "TextReader": {"String": "ReadLine ReadToEnd", "Int32": "Peek Read"},
    "TimeSpan": {
        "TimeSpan": "Add Duration FromDays FromHours FromMilliseconds FromMinutes FromSeconds FromTicks Negate Parse"
        " Subtract",
    },
    "Type": {
        "Type": "GetElementType GetGenericTypeDefinition GetNestedType GetType MakeArrayType MakeByRefType"
        " MakeGenericType MakePointerType",
        "Type[]": "GetGenericArguments GetInterfaces GetNestedTypes",
        "Boolean": "IsAssignableFrom IsDefined IsInstanceOfType IsSubclassOf",
        "MethodInfo": "GetMethod",
        "MethodInfo[]": "GetMethods",
        "PropertyInfo": "GetProperty",
        "PropertyInfo[]": "GetProperties",
        "FieldInfo": "GetField",
        "FieldInfo[]": "GetFields",
        "ConstructorInfo": "GetConstructor",
        "ConstructorInfo[]": "GetConstructors",
        "Object[]": "GetCustomAttributes",
    },
    **{
        name: {name: "Parse", "Boolean": "TryParse", "Int32": "CompareTo"}
        for name in ("Boolean", "Byte", "SByte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Single",
                     "Double", "Decimal")
    },
}  # fmt: skip
_OF_ALL = {"ToString": "String", "GetHashCode": "Int32", "Equals": "Boolean", "ReferenceEquals": "Boolean",
           "GetType": "Type"}  # fmt: skip
_fields = {(kind, name): result for kind, all_ in _PROPERTIES.items() for result, names in all_.items()
           for name in names.split()}  # fmt: skip
_methods = {(kind, name): result.strip() for kind, all_ in _METHODS.items() for result, names in all_.items()
            for name in names.split()}  # fmt: skip
_DERIVED = {
    "ArithmeticException": "DivideByZeroException OverflowException",
    "ArgumentException": "ArgumentNullException ArgumentOutOfRangeException",
    "Attribute": "ObsoleteAttribute",
    "Delegate": "Action Func Predicate EventHandler",
    "Exception": (
        "AggregateException ApplicationException SystemException ArgumentException ArgumentNullException"
        " ArgumentOutOfRangeException ArithmeticException"
        " DivideByZeroException EndOfStreamException FileNotFoundException FormatException IndexOutOfRangeException"
        " InvalidCastException InvalidOperationException IOException JsonException NotImplementedException"
        " NotSupportedException NullReferenceException ObjectDisposedException OperationCanceledException"
        " OverflowException TimeoutException UnauthorizedAccessException"
    ),
    "HttpContent": "StringContent",
    "InvalidOperationException": "ObjectDisposedException",
    "IOException": "EndOfStreamException FileNotFoundException",
    "MemberInfo": "ConstructorInfo EventInfo FieldInfo MethodBase MethodInfo PropertyInfo Type",
    "MethodBase": "ConstructorInfo MethodInfo",
    "SystemException": (
        "ArgumentException ArgumentNullException ArgumentOutOfRangeException ArithmeticException DivideByZeroException"
        " FormatException IndexOutOfRangeException InvalidCastException InvalidOperationException IOException"
        " NotImplementedException NotSupportedException NullReferenceException ObjectDisposedException"
        " OperationCanceledException OverflowException TimeoutException UnauthorizedAccessException"
    ),
    "Stream": "FileStream MemoryStream",
    "TextReader": "StreamReader StringReader",
    "TextWriter": "StreamWriter StringWriter",
}
ANCESTORS: dict[str, frozenset[str]] = {
    name: frozenset(above for above, below in _DERIVED.items() if name in below.split()) for name in NAMESPACE_OF
}
"""The classes of the platform to those classes of it that they derive from, without ``Object``."""
VALUE_TYPES = _PLAIN - {"Object", "String"} | words(
    "ArraySegment BindingFlags CancellationToken DateOnly DateTime DateTimeOffset DateTimeStyles DayOfWeek FileMode"
    " Guid HashCode Index IntPtr KeyValuePair Memory NumberStyles Range ReadOnlyMemory ReadOnlySpan RegexOptions Span"
    " StringComparison TimeOnly TimeSpan TypeCode UIntPtr ValueTuple"
)
"""Structures and enumerations of the platform."""


def known_field(owner: str, name: str) -> Values:
    """What a property or a constant of a class of the platform holds, by its name without namespace."""
    return _value(_fields.get((owner, name)))


def known_method(owner: str, name: str) -> Values:
    """What a method of a class of the platform yields, by its name without namespace."""
    return _value(_methods.get((owner, name)) or _OF_ALL.get(name))


def _value(kind: str | None) -> Values:
    if kind is None:
        return ()
    short = kind.removesuffix("[]")
    namespace = "System" if short in _PLAIN else NAMESPACE_OF[short]
    value = Instance(External(f"{namespace}.{short}", namespace, "symbol"))
    return (value,) if short == kind else (Instance(External("System.Array", "System", "symbol"), ((value,),)),)
