"""How names are looked up: from a scope outwards, then wherever the language says."""

# ruff: noqa: ARG002  (methods that languages override share one signature)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from .facts import (
    Def,
    Expr,
    Imported,
    Member,
    Name,
    TypeParameter,
)
from .symbols import (
    Bound,
    External,
    Group,
    Instance,
    ObjectValue,
    Opaque,
    SourceFile,
    Symbol,
    TypeVariable,
    Value,
)

__all__ = ["SELF", "Found", "Names", "Values", "distinct", "returning"]

type Values = tuple[Value, ...]
type Found = tuple[Symbol, Values, tuple[Values, ...]]

SELF = -1
_MAX_VALUES = 8
_PROMISES = frozenset({"Promise", "PromiseLike"})


def distinct(values: Iterable[Value]) -> Values:
    """The values without repetition, in their order, at most eight."""
    seen = dict.fromkeys(values)
    if len(seen) <= _MAX_VALUES:
        return tuple(seen)
    return tuple(seen)[:_MAX_VALUES]


def returning(methods: str, result: int | External) -> dict[str, int | External]:
    """Methods, separated by blanks, that all return the same part of their container."""
    return dict.fromkeys(methods.split(), result)


class Names:
    """Scopes, bindings and overloads; a language overrides how names leave the file."""

    LEXICAL_MEMBERS: ClassVar[bool] = True
    """Whether members of enclosing classes are visible by their bare names."""
    OVERLOADS: ClassVar[bool] = False
    AWAITABLES: ClassVar[frozenset[str]] = _PROMISES
    CONTAINERS: ClassVar[Mapping[str, Mapping[str, int | External]]] = {}
    """Methods of external container types to what they return: the type argument with this index, `SELF` for the
    container, or another container of the same elements."""

    def __init__(self) -> None:
        self._bases: dict[Symbol, Values] = {}
        self._resolving: set[Symbol] = set()
        self._expanding: set[Symbol] = set()
        self._spreading: set[tuple[int, str]] = set()
        self._members: dict[tuple[Symbol, str, int], Found | External | None] = {}

    # what languages override

    def global_name(self, name: str, file: SourceFile, typed: bool, arity: int) -> Values:
        """A name that no scope of the file binds."""
        return ()

    def imported(self, file: SourceFile, specifier: str, name: str) -> Values:
        """``name`` of the module that ``file`` calls ``specifier``."""
        return ()

    def group_member(self, group: Group, name: str, file: SourceFile, typed: bool, arity: int) -> Values:
        """A member of a module, package or namespace."""
        return ()

    def dotted(self, expr: Member, file: SourceFile, typed: bool) -> Values:
        """A qualified name whose first part is no value."""
        return ()

    def missing_member(self, receiver: Instance, name: str, file: SourceFile, arity: int) -> Values:
        """A member that the receiver's class does not have (extension methods)."""
        return ()

    def fitting_types(self, types: Values, arguments: int) -> Values:
        """Among types of one name those that take so many type arguments."""
        return types

    # what the evaluation of members and expressions adds

    def evaluate(self, expr: Expr, file: SourceFile, scope: int, typed: bool = False, arity: int = -1) -> Values:
        """Everything that the expression may be, in the given scope of the file."""
        raise NotImplementedError

    def instance_member(
        self, receiver: Instance, name: str, file: SourceFile, typed: bool = False, arity: int = -1
    ) -> Values:
        """A member of an object, searched in its class and then in the base classes."""
        raise NotImplementedError

    # names

    def lookup(self, name: str, file: SourceFile, scope: int, typed: bool = False, arity: int = -1) -> Values:
        """The values of a name, from the scope outwards."""
        scopes = file.scopes
        inherited: Values = ()
        while scope >= 0:
            current = scopes[scope]
            bound = current.bindings.get(name)
            if current.is_class:
                if bound is not None and (name in ("this", "super") or isinstance(bound[0], TypeParameter)):
                    return self._bound(name, bound, file, scope, typed, arity)
                owner = file.symbols[current.owner]
                if self.LEXICAL_MEMBERS and owner not in self._resolving:
                    found = self.instance_member(Instance(owner), name, file, typed, arity)
                    if found and not (isinstance(found[0], External) and not found[0].certain):
                        return found
                    if arity >= 0:
                        inherited = inherited or found
            elif bound is not None:
                found = self._bound(name, bound, file, scope, typed, arity)
                if found or not typed:
                    return found
            scope = current.parent
        return self.global_name(name, file, typed, arity) or inherited

    def _bound(self, name: str, bound: list[Expr], file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        if self.OVERLOADS and not typed and all(isinstance(expr, Def) for expr in bound):
            # There may be more overloads than values that are followed.
            return self.fitting(tuple(file.symbols[expr.index] for expr in bound if isinstance(expr, Def)), arity)
        key = (scope, name, typed, arity)
        known = file.cache.get(key)
        if known is not None:
            return known
        file.cache[key] = ()
        found: list[Value] = []
        for expr in bound:
            for value in self.evaluate(expr, file, scope, typed, arity):
                if isinstance(value, ObjectValue) and not value.alias:
                    value = ObjectValue(value.file, value.scope, value.fields, name)
                if not typed or self.is_type(value, expr):
                    found.append(value)
        if typed is False and self.OVERLOADS is False and len(found) > 1:
            found = self._prefer_values(found)
        values = self.fitting(distinct(found), arity)
        file.cache[key] = values
        return values

    @staticmethod
    def _prefer_values(found: list[Value]) -> list[Value]:
        """A name may be a type and a value at once; calls mean the value."""
        values = [v for v in found if not (isinstance(v, Symbol) and v.definition.kind in ("interface", "type"))]
        return values or found

    @staticmethod
    def is_type(value: Value, expr: Expr) -> bool:
        """Whether a bound value can be meant where a type is expected."""
        if isinstance(value, Symbol):
            return value.label == "Class"
        if isinstance(value, (External, TypeVariable, Group)):
            return True
        return isinstance(value, Opaque) and isinstance(expr, (Imported, Name, Member))

    def fitting(self, values: Values, arity: int) -> Values:
        """Those overloads that take so many arguments; all, if none does or the language has no overloads."""
        if arity < 0 or len(values) < 2:
            return values
        if not self.OVERLOADS:
            return values
        return tuple(v for v in values if self.takes(v, arity)) or values

    @staticmethod
    def takes(value: Value, arity: int) -> bool:
        """Whether the callable accepts so many arguments."""
        symbol = value.symbol if isinstance(value, Bound) else value
        if not isinstance(symbol, Symbol):
            return True
        low, high = symbol.definition.arity
        return low <= arity and (high < 0 or arity <= high)
