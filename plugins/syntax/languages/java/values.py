"""What expressions of Java evaluate to besides what all languages have: platform methods, maps, arithmetic."""

# ruff: noqa: ARG002  (methods that languages override share one signature)

from __future__ import annotations

from typing import ClassVar

from ..common.facts import CallOf, Member, Name, Type, TypeParameter
from ..common.members import LONGEST_SEARCH
from ..common.names import SELF, Found, Values, distinct, returning
from ..common.symbols import Bound, External, Instance, KnownCall, SourceFile, Symbol, TypeVariable, Value
from .expressions import ARITHMETIC, SUM
from .extraction import CONSTRUCTOR
from .fitting import UNBOXED, builtin, typed_value
from .library import OBJECT_METHODS, PRIMITIVES
from .overloads import Overloads
from .platform_members import RETURNED_BY_ALL, known_result

__all__ = ["JavaValues"]

_STREAM = External("java.util.stream.Stream", "java.util.stream", "symbol")
_LIST = External("java.util.List", "java.util", "symbol")
_ITERATOR = External("java.util.Iterator", "java.util", "symbol")
_COLLECTION = returning("stream parallelStream", _STREAM) | returning("iterator", _ITERATOR)
_SEQUENCE = _COLLECTION | returning("get remove getFirst getLast", 0) | returning("subList", _LIST)
_OPTIONAL = returning("get orElse orElseGet orElseThrow", 0) | returning("filter or", SELF)
_QUEUE = _COLLECTION | returning("poll peek pop take element remove getFirst", 0)
_MAP = returning("get getOrDefault put remove computeIfAbsent putIfAbsent", 1)
_STREAMING = (
    returning("filter sorted distinct limit skip peek findFirst findAny", SELF)
    | returning("toList", _LIST)
    | returning("iterator", _ITERATOR)
)
_SET = External("java.util.Set", "java.util", "symbol")
_COLLECTED = External("java.util.Collection", "java.util", "symbol")
_ENTRY = External("java.util.Map.Entry", "java.util", "symbol")
_VIEWS = frozenset({"entrySet()", "keySet()", "values()", "getKey()", "getValue()"})


class JavaValues(Overloads):
    """Members of objects and results of calls."""

    OVERLOADS = True
    IMPLICIT_CALLABLES = True
    CONTAINERS: ClassVar = {
        **dict.fromkeys(("List", "ArrayList", "LinkedList", "Vector"), _SEQUENCE),
        **dict.fromkeys(("Collection", "Set", "HashSet", "TreeSet", "LinkedHashSet", "Iterable"), _COLLECTION),
        **dict.fromkeys(("Queue", "Deque", "ArrayDeque", "BlockingQueue", "PriorityQueue", "Stack"), _QUEUE),
        **dict.fromkeys(("Map", "HashMap", "TreeMap", "LinkedHashMap", "ConcurrentMap", "ConcurrentHashMap"), _MAP),
        "Optional": _OPTIONAL,
        "Iterator": returning("next", 0),
        **dict.fromkeys(("Supplier", "Provider", "AtomicReference", "ThreadLocal", "Future"), returning("get", 0)),
        "CompletableFuture": returning("get join", 0),
        "Stream": _STREAMING,
    }

    def missing_member(self, receiver: Instance, name: str, file: SourceFile, arity: int) -> Values:
        bare = name.removesuffix("()")
        if name.endswith("()") and isinstance(receiver.type, Symbol):
            kind = receiver.type.definition.kind
            if bare in OBJECT_METHODS:
                return (External(f"java.lang.Object.{bare}", "java.lang", "symbol"),)
            if kind == "enum" and bare in ("name", "ordinal", "compareTo", "getDeclaringClass"):
                return (External(f"java.lang.Enum.{bare}", "java.lang", "symbol"),)
        return ()

    def _search(self, symbol: Symbol, name: str, arity: int) -> Found | External | None:
        """The member in the nearest class that has it, or else in an interface; of methods all that are no overrides.

        A method of a class overrides those of interfaces, also of those that a class below it implements (Java
        Language Specification, 8.4.8).
        """
        pending: list[tuple[Symbol, tuple[Values, ...]]] = [(symbol, ())]
        seen: dict[Symbol, None] = {}
        overloads: list[Value] = []
        while pending and len(seen) < LONGEST_SEARCH:
            current, arguments = pending.pop(0)
            if current in seen:
                continue
            seen[current] = None
            if values := self.own_member(current, name, arity):
                found = (current, values, arguments)
                if arity < 0:
                    return found
                overloads += self._new_overloads(found, symbol, overloads, arity)
            for base in self.bases(current):
                if isinstance(base, Instance) and isinstance(base.type, Symbol):
                    inner = tuple(self.substitute(a, current, arguments) for a in base.arguments)
                    is_class = base.type.definition.kind != "interface"
                    pending.insert(0 if is_class else len(pending), (base.type, inner))
        return (symbol, tuple(overloads), ()) if overloads else self._external_base(seen)

    def _new_overloads(self, found: Found, symbol: Symbol, known: list[Value], arity: int) -> Values:
        """The fitting overloads of a class that no class before it overrides."""
        current, values, arguments = found
        fitting = tuple(v for v in values if self.takes(v, arity))
        overridden = [v.symbol if isinstance(v, Bound) else v for v in known]
        parameters = [v.definition.parameters for v in overridden if isinstance(v, Symbol)]
        fitting = tuple(v for v in fitting if not isinstance(v, Symbol) or v.definition.parameters not in parameters)
        if current is not symbol and arguments and current.definition.type_parameters:
            return self._bind_arguments(fitting, current, arguments)
        return fitting

    def bounds(self, variable: TypeVariable) -> Values:
        """What is known of a type parameter; its bound may name the parameter (``T extends Comparable<T>``), or
        another one."""
        pending = [variable]
        seen: set[TypeVariable] = set()
        found: list[Value] = []
        for current in pending:
            if current in seen:
                continue
            seen.add(current)
            symbol = current.symbol
            name = symbol.definition.type_parameters[current.position]
            for expr in symbol.file.scopes[symbol.definition.body].bindings.get(name, []):
                if isinstance(expr, TypeParameter):
                    bound = self.evaluate(expr.bound, symbol.file, symbol.definition.body)
                    pending += [value for value in bound if isinstance(value, TypeVariable)]
                    found += [value for value in bound if not isinstance(value, TypeVariable)]
        return distinct(found)

    def own_member(self, symbol: Symbol, name: str, arity: int = -1) -> Values:
        scope = symbol.definition.body
        bound = symbol.file.scopes[scope].bindings.get(name)
        return self._bound(name, bound, symbol.file, scope, False, arity) if bound is not None else ()

    def fitting(self, values: Values, arity: int) -> Values:
        return values if arity < 0 else tuple(value for value in values if self.takes(value, arity))

    def external_results(self, callee: External) -> Values:
        if callee.kind == "builtin":
            return ()
        known = known_result(callee)
        return (typed_value(known),) if known else super().external_results(callee)

    def external_member(self, receiver: Instance, owner: External, name: str, file: SourceFile, arity: int) -> Values:
        if owner.kind == "builtin":
            if owner.name != "array":
                return ()
            if name == "length":
                return (Instance(builtin("int")),)
            if name == "clone()":
                return (KnownCall(owner.member(name), (receiver,)),)
        elif len(receiver.arguments) == 2 and name in _VIEWS and owner.name.startswith("java.util."):
            return (KnownCall(owner.member(name), self._view(name, receiver)),)
        return super().external_member(receiver, owner, name, file, arity)

    @staticmethod
    def _view(name: str, mapping: Instance) -> Values:
        """Keys, values or entries of a map; key or value of an entry."""
        keys, values = mapping.arguments
        if name == "entrySet()":
            return (Instance(_SET, ((Instance(_ENTRY, mapping.arguments),),)),)
        if name == "keySet()":
            return (Instance(_SET, (keys,)),)
        if name == "values()":
            return (Instance(_COLLECTED, (values,)),)
        return keys if name == "getKey()" else values

    def _call_of(self, expr: CallOf, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        if isinstance(expr.callee, Member) and (expr.callee.name, expr.arguments) in RETURNED_BY_ALL:
            return (typed_value(RETURNED_BY_ALL[expr.callee.name, expr.arguments]),)
        return self._call(expr, file, scope, typed, arity)

    def _type_of(self, expr: Type, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        if isinstance(expr.base, Name) and expr.base.name in (SUM, ARITHMETIC):
            return self._computed(expr.base.name, [self.evaluate(a, file, scope) for a in expr.arguments])
        return self._type(expr, file, scope, typed, arity)

    @staticmethod
    def _computed(operator: str, operands: list[Values]) -> Values:
        """The type of a sum or of other arithmetic (Java Language Specification, 5.6, 15.17 and 15.18)."""
        kinds: set[str] = set()
        for operand in operands:
            kind = operand[0].type if len(operand) == 1 and isinstance(operand[0], Instance) else None
            kinds.add(kind.name if isinstance(kind, External) else "")
        if operator == SUM and "java.lang.String" in kinds:
            return (typed_value("java.lang.String"),)
        unboxed = {UNBOXED.get(kind, kind) for kind in kinds}
        if not unboxed <= PRIMITIVES:
            return ()
        if unboxed == {"boolean"}:
            return (typed_value("boolean"),)
        return (typed_value(next((kind for kind in ("double", "float", "long") if kind in unboxed), "int")),)

    _EVALUATE: ClassVar = {**Overloads._EVALUATE, CallOf: _call_of, Type: _type_of}

    def constructors(self, symbol: Symbol, arity: int, file: SourceFile) -> Values:
        return self.own_member(symbol, CONSTRUCTOR, arity)
