"""Resolution of C#: namespaces, using directives, partial classes, extension methods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ..common.names import SELF, Values, returning
from ..common.rows import UnitBuilder
from ..common.symbols import Bound, External, Instance, KnownCall, SourceFile, Symbol, TypeVariable, Value
from .definitions import INDEXER
from .fitting import Fit
from .functions import short_name
from .library import NAMESPACE_OF, OBJECT_METHODS
from .linking import CSharpCalls
from .platform import known_field, known_method

__all__ = ["CSharpResolver"]

_LIST = External("System.Collections.Generic.List", "System.Collections.Generic", "symbol")
_ARRAY = External("System.Array", "System", "symbol")
_SEQUENCE = (
    returning(
        "Where OrderBy OrderByDescending ThenBy Skip Take Distinct Reverse Concat Union Except AsEnumerable"
        " AsQueryable",
        SELF,
    )
    | returning(
        "First FirstOrDefault Last LastOrDefault Single SingleOrDefault ElementAt ElementAtOrDefault Find Max MaxBy"
        " Min MinBy Pop Peek Dequeue",
        0,
    )
    | returning("ToList", _LIST)
    | returning("ToArray", _ARRAY)
)
_PROPERTIES = {"Lazy": {"Value": 0}, "Nullable": {"Value": 0}, "Task": {"Result": 0}, "IOptions": {"Value": 0}}
_SEQUENCES = [
    "List",
    "IList",
    "IEnumerable",
    "ICollection",
    "IReadOnlyList",
    "IReadOnlyCollection",
    "HashSet",
    "ISet",
    "SortedSet",
    "Queue",
    "Stack",
    "IQueryable",
    "IOrderedEnumerable",
    "LinkedList",
    "ConcurrentQueue",
    "ConcurrentBag",
    "Array",
]


class CSharpResolver(CSharpCalls):
    """Types are found by namespace, members by the class of their receiver, then among extension methods."""

    OVERLOADS = True
    AWAITABLES: ClassVar = frozenset({"Task", "ValueTask"})
    CONTAINERS: ClassVar = {
        **dict.fromkeys(_SEQUENCES, _SEQUENCE),
        "Task": returning("ConfigureAwait", SELF),
        "Dictionary": returning("GetValueOrDefault", 1),
    }
    # members

    def external_member(self, receiver: Instance, owner: External, name: str, file: SourceFile, arity: int) -> Values:
        if known := self.platform_member(owner, name, arity):
            return known
        index = _PROPERTIES.get(owner.name.rpartition(".")[2], {}).get(name)
        if index is not None and receiver.arguments:
            return receiver.arguments[min(index, len(receiver.arguments) - 1)]
        if arity >= 0 and (found := self.extension(receiver, name, file, arity)):
            return found
        return super().external_member(receiver, owner, name, file, arity)

    def platform_member(self, owner: External, name: str, arity: int) -> Values:
        short = short_name(owner)
        if not owner.certain or NAMESPACE_OF.get(short) != owner.package:
            result = known_method("Object", name) if arity >= 0 and owner.kind != "builtin" else ()
            return (KnownCall(owner.member(name), result),) if result else ()
        if arity < 0:
            return known_field(short, name)
        result = known_method(short, name)
        return (KnownCall(owner.member(name), result),) if result else ()

    def missing_member(self, receiver: Instance, name: str, file: SourceFile, arity: int) -> Values:
        if found := self.extension(receiver, name, file, arity):
            return found
        if name in OBJECT_METHODS and isinstance(receiver.type, Symbol):
            method = External(f"System.Object.{name}", "System", "symbol")
            result = known_method("Object", name)
            return (KnownCall(method, result),) if result and arity >= 0 else (method,)
        return ()

    def extension(self, receiver: Instance, name: str, file: SourceFile, arity: int) -> Values:
        """Extension methods of the nearest namespace that has any whose first parameter accepts the receiver."""
        groups = self.extensions(receiver, name, file, arity)
        return tuple(groups[0]) if groups else ()

    def extensions(self, receiver: Instance, name: str, file: SourceFile, arity: int) -> list[list[Value]]:
        candidates = self._extensions.get(name)
        if not candidates:
            return []
        around, imported, _, _ = self._scope(file)
        by_namespace: dict[str, list[Value]] = {}
        for symbol in candidates:
            definition = symbol.definition
            if arity >= 0 and not self.takes(symbol, arity + 1):
                continue
            expected = self.evaluate(definition.parameters[0], symbol.file, definition.body)
            if any(self._accepts(value, receiver) for value in expected):
                known = self._applied(symbol, expected, receiver)
                by_namespace.setdefault(definition.namespace, []).append(known)
        groups = [by_namespace.pop(namespace, []) for namespace in around]
        groups.append([value for namespace in imported for value in by_namespace.pop(namespace, [])])
        return [group for group in groups if group]

    @staticmethod
    def _applied(symbol: Symbol, expected: Values, receiver: Instance) -> Value:
        """The method with the type arguments that the receiver gives it."""
        count = len(symbol.definition.type_parameters)
        known: dict[int, Values] = {}
        for value in expected if count else ():
            if isinstance(value, TypeVariable):
                known[value.position] = (receiver,)
            elif isinstance(value, Instance) and len(value.arguments) == len(receiver.arguments):
                for own, actual in zip(value.arguments, receiver.arguments, strict=True):
                    known |= {v.position: actual for v in own if isinstance(v, TypeVariable) and v.symbol is symbol}
        if not known:
            return symbol
        return Bound(symbol, symbol, tuple(known.get(i) or (TypeVariable(symbol, i),) for i in range(count)))

    def _accepts(self, expected: Value, receiver: Instance) -> bool:
        if isinstance(expected, TypeVariable):
            bounds = self.bounds(expected)
            return not bounds or any(self._accepts(bound, receiver) for bound in bounds)
        if not isinstance(expected, Instance):
            return False
        if expected.type == receiver.type or self.views(receiver, expected.type):
            return True
        if self.fit((expected,), (receiver,)) >= Fit.IMPLICIT:
            return True
        if isinstance(receiver.type, Symbol):
            return False
        short = expected.type.name.rpartition(".")[2] if isinstance(expected.type, External) else ""
        return short == "IEnumerable" and receiver.type.name.rpartition(".")[2] in _SEQUENCES

    def element(self, value: Value) -> Values:
        if isinstance(value, Instance) and isinstance(value.type, Symbol):
            found = self.instance_member(value, INDEXER, value.type.file)
            return tuple(v for v in found if not isinstance(v, External)) or super().element(value)
        return super().element(value)

    def relation(self, declared: str, source: Symbol, target: Symbol | External) -> str:
        if isinstance(target, External):
            return declared
        return "implements" if target.definition.kind == "interface" != source.definition.kind else "extends"

    def is_standard(self, package: str) -> bool:
        return package == "System" or package.startswith("System.")

    # imports

    def link_imports(self, file: SourceFile, unit: UnitBuilder) -> None:
        around = dict.fromkeys(self._scope(file)[0])
        for kind, target, _ in self._global.get(self._project(file), []):
            if kind == "namespace":
                for symbol in self._mentioned(self._absolute(target, around), file):
                    self._link_type(symbol, 0, file, unit)
        for declared in file.facts.imports:
            if declared.kind == "namespace":
                namespace = self._absolute(declared.target, around)
                if namespace in self._namespaces:
                    for symbol in self._mentioned(namespace, file):
                        self._link_type(symbol, declared.line, file, unit)
                else:
                    package = self.package_of(External(namespace, namespace, "package"))
                    unit.link("IMPORTS", None, package, 1.0, "external", declared.line)
                    unit.link("DEPENDS_ON", None, package, 1.0, "external")
                continue
            for value in self._by_name(declared.target, file):
                if isinstance(value, Symbol):
                    self._link_type(value, declared.line, file, unit)
                elif isinstance(value, External):
                    unit.link("IMPORTS", None, value, 1.0, "external", declared.line)
                    unit.link("DEPENDS_ON", None, self.package_of(value), 1.0, "external")

    def _link_type(self, symbol: Symbol, line: int, file: SourceFile, unit: UnitBuilder) -> None:
        if symbol.file is not file:
            unit.link("IMPORTS", None, symbol.file, 1.0, "import", line)
            unit.link("IMPORTS", None, symbol, 1.0, "import", line)

    def _mentioned(self, namespace: str, file: SourceFile) -> Iterator[Symbol]:
        types = self._types.get(namespace, {})
        for name in file.facts.mentions:
            if name in types:
                yield from self._nearest(types[name], file)
            for symbol in self._extensions.get(name, ()):
                if symbol.definition.namespace == namespace:
                    owner = symbol.file.symbols[symbol.definition.parent]
                    yield owner
