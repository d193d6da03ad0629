using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Mdb;

/// <summary>
/// What compiled C# calls: <c>Oracle.exe assembly root</c> reads the instructions of an assembly and the lines that its
/// debug symbols know for them. Methods are told by number; what it prints are lines, tab separated:
/// <code>
/// method    number type name generics parameters path line  a method: its type and its name as compiled, how many type
///                                                         parameters it has, the types of its parameters (for each
///                                                         all simple names in it, by spaces; parameters by commas),
///                                                         the first line of its body
/// generated number number                                 a nameless method and the one that it was made of
/// root      number number                                 an override, and the method that was virtual first
/// outside   number name                                   an override of a method that is not in the assembly
/// call      number path line number                       a method, where a call in it stands, the method it means
/// create    number path line number type how              an object is made: by that constructor or by none, of which
///                                                         type, and whether that is a class, value, delegate, or
///                                                         an object under construction hands on to it (chain)
/// virtual   number path line name                         a call of a method outside which methods may override
/// dynamic   path line                                     a call that only the running program resolves
/// </code>
/// Accessors and operators, which are not called by name, are left out as targets. Where nothing is known, numbers are
/// -1, paths empty and lines 0.
/// </summary>
public static class Oracle
{
    const string Binder = "Microsoft.CSharp.RuntimeBinder.Binder";
    const int HiddenLine = 0xfeefee;

    static readonly Dictionary<MethodDefinition, int> numbers = new Dictionary<MethodDefinition, int>();
    static readonly StringBuilder output = new StringBuilder();
    static string root;

    public static void Main(string[] arguments)
    {
        root = Path.GetFullPath(arguments[1]).TrimEnd('/') + "/";
        var reading = new ReaderParameters { ReadSymbols = true, SymbolReaderProvider = new MdbReaderProvider() };
        var module = ModuleDefinition.ReadModule(arguments[0], reading);
        var methods = module.GetTypes().SelectMany(type => type.Methods).ToList();
        foreach (var method in methods)
            numbers.Add(method, numbers.Count);
        foreach (var method in methods)
        {
            Describe(method);
            DescribeOverride(method);
            if (method.HasBody && !IsProxy(method))
                ReadBody(method);
        }
        using (var standard = Console.OpenStandardOutput())
        {
            var bytes = new UTF8Encoding(false).GetBytes(output.ToString());
            standard.Write(bytes, 0, bytes.Length);
        }
    }

    static void Print(params object[] fields)
    {
        output.Append(string.Join("\t", fields)).Append('\n');
    }

    static bool IsGenerated(MemberReference member)
    {
        // Explicit implementations of generic interfaces have such a sign in their names, too, but not there.
        return member.Name.StartsWith("<") || (member.DeclaringType != null && IsGenerated(member.DeclaringType));
    }

    /// <summary>Whether a nameless method calls one of the base class for a closure.</summary>
    static bool IsProxy(MethodDefinition method)
    {
        return method.Name.StartsWith("<") && method.Name.Contains("__BaseCallProxy");
    }

    static void Describe(MethodDefinition method)
    {
        var first = method.HasBody ? method.Body.Instructions.FirstOrDefault(IsPlaced) : null;
        Print(
            "method", numbers[method], method.DeclaringType.FullName, method.Name, method.GenericParameters.Count,
            string.Join(",", method.Parameters.Select(parameter => Simple(parameter.ParameterType))), PathOf(first),
            LineOf(first));
    }

    /// <summary>All simple names in a type, those of type arguments after that of the type.</summary>
    static string Simple(TypeReference type)
    {
        var generic = type as GenericInstanceType;
        if (generic != null)
            return Simple(generic.ElementType) + string.Concat(generic.GenericArguments.Select(each => " " + Simple(each)));
        var wrapped = type as TypeSpecification;
        if (wrapped != null)
            return Simple(wrapped.ElementType) + (type.IsArray ? "[]" : type.IsPointer ? "*" : "");
        return type.Name.Split('`')[0];
    }

    static void DescribeOverride(MethodDefinition method)
    {
        if (!method.IsVirtual || method.IsNewSlot || method.IsStatic)
            return;
        var origin = Origin(method);
        if (origin == null)
            Print("outside", numbers[method], method.Name);
        else if (origin != method)
            Print("root", numbers[method], numbers[origin]);
    }

    /// <summary>The method that was virtual first; nothing if that is in another assembly.</summary>
    static MethodDefinition Origin(MethodDefinition method)
    {
        var type = method.DeclaringType.BaseType;
        var found = method;
        while (type != null && type.GetElementType() is TypeDefinition)
        {
            var definition = (TypeDefinition)type.GetElementType();
            var overridden = definition.Methods.FirstOrDefault(each => each.IsVirtual && Overrides(method, each));
            if (overridden != null)
                found = overridden;
            if (overridden != null && overridden.IsNewSlot)
                return found;
            type = definition.BaseType;
        }
        return null;
    }

    static bool Overrides(MethodDefinition method, MethodDefinition other)
    {
        // The types of parameters may be named by type parameters on one side only.
        return method.Name == other.Name
            && method.GenericParameters.Count == other.GenericParameters.Count
            && method.Parameters.Count == other.Parameters.Count
            && method.Parameters.Zip(other.Parameters, (mine, its) => IsSame(mine.ParameterType, its.ParameterType))
                .All(same => same);
    }

    static bool IsSame(TypeReference mine, TypeReference its)
    {
        return IsOpen(its) || Simple(mine) == Simple(its);
    }

    static bool IsOpen(TypeReference type)
    {
        var generic = type as GenericInstanceType;
        var wrapped = type as TypeSpecification;
        return type is GenericParameter
            || (generic != null && generic.GenericArguments.Any(IsOpen))
            || (wrapped != null && IsOpen(wrapped.ElementType));
    }

    static bool IsPlaced(Instruction instruction)
    {
        return instruction.SequencePoint != null && instruction.SequencePoint.StartLine != HiddenLine;
    }

    static string PathOf(Instruction instruction)
    {
        if (instruction == null)
            return "";
        var url = Path.GetFullPath(instruction.SequencePoint.Document.Url);
        return url.StartsWith(root) ? url.Substring(root.Length) : "";
    }

    static int LineOf(Instruction instruction)
    {
        return instruction == null ? 0 : instruction.SequencePoint.StartLine;
    }

    static void ReadBody(MethodDefinition method)
    {
        Instruction place = null;
        foreach (var variable in method.Body.Variables)
            DescribeParts(method, Definition(variable.VariableType));
        foreach (var instruction in method.Body.Instructions)
        {
            if (IsPlaced(instruction))
                place = instruction;
            var type = instruction.Operand as TypeReference;
            if (instruction.OpCode == OpCodes.Initobj && Definition(type) != null)
                Print("create", numbers[method], PathOf(place), LineOf(place), -1, type.GetElementType().FullName, "value");
            var called = instruction.Operand as MethodReference;
            if (called != null)
                ReadCall(method, instruction, called, place);
        }
    }

    static void ReadCall(MethodDefinition method, Instruction instruction, MethodReference called, Instruction place)
    {
        var code = instruction.OpCode.Code;
        var type = Definition(called.DeclaringType);
        if (called.DeclaringType.FullName == Binder)
            Print("dynamic", PathOf(place), LineOf(place));
        if (type == null)
        {
            if (code == Code.Callvirt)
                ReadOutside(method, instruction, called, place);
            return;
        }
        var target = called.Resolve();
        if (code == Code.Ldftn || code == Code.Ldvirtftn)
        {
            if (IsGenerated(target))
                Print("generated", numbers[target], numbers[method]);
            return;
        }
        if (IsProxy(target))
        {
            var real = target.Body.Instructions.Select(each => each.Operand).OfType<MethodReference>().First();
            if (Definition(real.DeclaringType) == null)
                return;
            target = real.Resolve();
        }
        if (IsGenerated(target))
        {
            DescribeParts(method, target.DeclaringType);
            return;
        }
        if (target.IsConstructor)
        {
            var how = IsDelegate(type) ? "delegate" : code == Code.Newobj ? "class" : "value";
            if (code != Code.Newobj && method.IsConstructor && IsOwn(type, method.DeclaringType))
                how = "chain";
            Print(
                "create", numbers[method], PathOf(place), LineOf(place), numbers[target], target.DeclaringType.FullName, how);
        }
        else if (!target.IsSpecialName && !target.IsRuntime)
        {
            Print("call", numbers[method], PathOf(place), LineOf(place), numbers[target]);
        }
    }

    /// <summary>The methods of the nameless class of an iterator, an asynchronous method or a closure.</summary>
    static void DescribeParts(MethodDefinition method, TypeDefinition type)
    {
        if (type != null && IsGenerated(type) && !IsGenerated(method.DeclaringType))
            foreach (var part in type.Methods)
                Print("generated", numbers[part], numbers[method]);
    }

    static void ReadOutside(MethodDefinition method, Instruction instruction, MethodReference called, Instruction place)
    {
        var constrained = instruction.Previous;
        var value = constrained != null && constrained.OpCode == OpCodes.Constrained
            ? Definition((TypeReference)constrained.Operand) : null;
        var own = value == null || !value.IsValueType ? null : value.Methods.FirstOrDefault(
            each => each.IsVirtual && each.Name == called.Name && each.Parameters.Count == called.Parameters.Count);
        if (own != null)
            Print("call", numbers[method], PathOf(place), LineOf(place), numbers[own]);
        else
            Print("virtual", numbers[method], PathOf(place), LineOf(place), called.Name);
    }

    /// <summary>The class that a reference means, if it is in this assembly.</summary>
    static TypeDefinition Definition(TypeReference type)
    {
        return type == null || type.IsArray ? null : type.GetElementType() as TypeDefinition;
    }

    static bool IsDelegate(TypeDefinition type)
    {
        return type.BaseType != null && type.BaseType.FullName == "System.MulticastDelegate";
    }

    static bool IsOwn(TypeDefinition type, TypeDefinition caller)
    {
        return type == caller || Definition(caller.BaseType) == type;
    }
}
