"""What expressions evaluate to: symbols of the repository, objects of their classes, and external things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .facts import Body, Call, Definition, Expr, FileFacts, Scope, decode_body, decode_facts

__all__ = [
    "CLASS_KINDS",
    "METHOD_KINDS",
    "Bound",
    "Callable",
    "External",
    "Group",
    "Instance",
    "KnownCall",
    "ObjectValue",
    "Opaque",
    "SourceFile",
    "SuperValue",
    "Symbol",
    "TypeVariable",
    "Value",
    "label_of",
]

CLASS_KINDS = frozenset(
    {"class", "interface", "enum", "struct", "record", "type", "namespace", "annotation", "delegate"}
)
METHOD_KINDS = frozenset({"method", "constructor", "getter", "setter", "property", "operator"})


def label_of(kind: str) -> str:
    """The node label of a definition of this kind."""
    return "Class" if kind in CLASS_KINDS else "Method" if kind in METHOD_KINDS else "Function"


class Symbol:
    """A definition with its place in the repository. ``parts`` are all declarations of a class that is written in
    several places; ``extra`` members that were declared elsewhere (methods of Go types)."""

    __slots__ = ("definition", "extra", "file", "id", "index", "label", "parts")

    def __init__(self, file: SourceFile, index: int, definition: Definition, prefix: str) -> None:
        self.file = file
        self.index = index
        self.definition = definition
        self.label = label_of(definition.kind)
        self.id = prefix + definition.qualified_name
        self.parts: list[Symbol] = [self]
        self.extra: dict[str, list[Symbol]] = {}

    def __repr__(self) -> str:
        return f"<{self.label} {self.id}>"


class SourceFile:
    """One file in resolution; scopes and calls are decoded when they are first needed and can be dropped again."""

    __slots__ = ("_body", "cache", "facts", "id", "path", "symbols")

    def __init__(self, repository: str, data: bytes) -> None:
        self.facts: FileFacts = decode_facts(data)
        self.path = self.facts.path
        self.id = f"{repository}:{self.path}#"
        self.symbols = [Symbol(self, i, d, self.id) for i, d in enumerate(self.facts.definitions)]
        self._fold()
        self.cache: dict[tuple[int, str, bool, int], tuple[Value, ...]] = {}
        self._body: Body | None = None

    def _fold(self) -> None:
        """Let a declaration that was folded into its implementation mean the implementation: what stands beside it
        under the same name."""
        folded = [symbol for symbol in self.symbols if "folded" in symbol.definition.flags]
        if not folded:
            return
        kept = {
            (symbol.definition.scope, symbol.definition.name): symbol
            for symbol in reversed(self.symbols)
            if symbol.label != "Class" and "folded" not in symbol.definition.flags
        }
        for symbol in folded:
            self.symbols[symbol.index] = kept[symbol.definition.scope, symbol.definition.name]

    @property
    def body(self) -> Body:
        if self._body is None:
            self._body = decode_body(self.facts.body)
        return self._body

    @property
    def scopes(self) -> list[Scope]:
        return self.body.scopes

    @property
    def calls(self) -> list[Call]:
        return self.body.calls

    def release(self) -> None:
        """Forget the decoded body."""
        self._body = None
        self.cache.clear()


class External(NamedTuple):
    """Something that is not in the repository. ``package`` is the name of what it comes from (empty if not known),
    ``kind`` is ``package``, ``symbol``, ``builtin`` or ``unknown``, and ``certain`` says whether the full name is known
    rather than concluded."""

    name: str
    package: str
    kind: str
    certain: bool = True

    def member(self, name: str) -> External:
        """A member of it, by its full name."""
        name = name.removesuffix("()")
        kind = self.kind if self.kind == "builtin" else "symbol"
        return External(f"{self.name}.{name}", self.package, kind, self.certain)


class Opaque(NamedTuple):
    """A value that came out of an external package."""

    source: External


class Instance(NamedTuple):
    """An object of a class, with the values of its type arguments."""

    type: Symbol | External
    arguments: tuple[tuple[Value, ...], ...] = ()


class Bound(NamedTuple):
    """A method found on a receiver whose type arguments its result depends on."""

    symbol: Symbol
    holder: Symbol
    arguments: tuple[tuple[Value, ...], ...]


class KnownCall(NamedTuple):
    """A method of an external class whose result is known: the element of a list, the value of a map."""

    target: External
    result: tuple[Value, ...]


class Group(NamedTuple):
    """A name that holds others: an ES module, a Go package, a Java package, a C# namespace."""

    key: Any
    file: SourceFile | None = None


class SuperValue(NamedTuple):
    """``super`` in the body of a class."""

    symbol: Symbol


class TypeVariable(NamedTuple):
    """A type parameter of a definition."""

    symbol: Symbol
    position: int


class ObjectValue:
    """An object literal; ``alias`` is the variable it was bound to, under which members may be added later."""

    __slots__ = ("alias", "fields", "file", "scope")

    def __init__(self, file: SourceFile, scope: int, fields: Mapping[str, Expr], alias: str = "") -> None:
        self.file = file
        self.scope = scope
        self.fields = fields
        self.alias = alias


class Callable:
    """Something callable without a definition, whose result is known, and perhaps the types of its parameters.
    ``applied`` are the type arguments of the definitions around it."""

    __slots__ = ("applied", "file", "parameters", "result", "scope")

    def __init__(
        self,
        file: SourceFile,
        scope: int,
        result: Expr,
        parameters: Sequence[Expr] = (),
        applied: tuple[tuple[Symbol, tuple[tuple[Value, ...], ...]], ...] = (),
    ) -> None:
        self.file = file
        self.scope = scope
        self.result = result
        self.parameters = parameters
        self.applied = applied


type Value = (
    Symbol
    | External
    | Opaque
    | Instance
    | Bound
    | KnownCall
    | Group
    | SuperValue
    | TypeVariable
    | ObjectValue
    | Callable
)
