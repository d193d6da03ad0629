"""How members are found: in an object's class, in its base classes, and in what its type parameters stand for."""

# ruff: noqa: ARG002  (methods that languages override share one signature)

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .facts import Expr, TypeParameter
from .names import SELF, Found, Names, Values, distinct
from .symbols import (
    Bound,
    Callable,
    External,
    Group,
    Instance,
    KnownCall,
    ObjectValue,
    Opaque,
    SourceFile,
    SuperValue,
    Symbol,
    TypeVariable,
    Value,
)

__all__ = ["LONGEST_SEARCH", "Members"]

LONGEST_SEARCH = 200
"""Classes and interfaces in which a member is looked for. Real ones have some sixty above them at most; the time for a
file of ten thousand that extend each other would be its square."""


class Members(Names):
    """Members of objects, classes, modules and object literals."""

    def member(self, owner: Value, name: str, file: SourceFile, typed: bool = False, arity: int = -1) -> Values:
        """What ``owner.name`` may be."""
        if isinstance(owner, Instance):
            return self.instance_member(owner, name, file, typed, arity)
        if isinstance(owner, Symbol):
            return self.symbol_member(owner, name, file, typed, arity)
        if isinstance(owner, External):
            return (owner.member(name),)
        if isinstance(owner, Group):
            return self.group_member(owner, name, file, typed, arity)
        if isinstance(owner, ObjectValue):
            return self._field(owner, name)
        if isinstance(owner, SuperValue):
            found: list[Value] = []
            for base in self.bases(owner.symbol):
                found += self.member(base, name, file, typed, arity)
                if found:
                    break
            return tuple(found)
        if isinstance(owner, TypeVariable):
            return tuple(v for b in self.bounds(owner) for v in self.member(b, name, file, typed, arity))
        return (owner,) if isinstance(owner, Opaque) else ()

    def bounds(self, variable: TypeVariable) -> Values:
        """What is known of every argument of a type parameter."""
        symbol = variable.symbol
        name = symbol.definition.type_parameters[variable.position]
        for expr in symbol.file.scopes[symbol.definition.body].bindings.get(name, []):
            if isinstance(expr, TypeParameter):
                return self.evaluate(expr.bound, symbol.file, symbol.definition.scope)
        return ()

    def _field(self, owner: ObjectValue, name: str) -> Values:
        expr = owner.fields.get(name)
        found = self.evaluate(expr, owner.file, owner.scope) if expr is not None else ()
        if not found and owner.alias:
            found = self.lookup_dotted(f"{owner.alias}.{name}", owner.file, owner.scope)
        if not found and (spread := owner.fields.get("...")) is not None:
            found = self._spread_field(owner, spread, name)
        alias = f"{owner.alias}.{name}" if owner.alias else ""
        return tuple(
            ObjectValue(v.file, v.scope, v.fields, alias) if isinstance(v, ObjectValue) and not v.alias else v
            for v in found
        )

    def _spread_field(self, owner: ObjectValue, spread: Expr, name: str) -> Values:
        """A member of what an object literal takes over, which may be what it is assigned to."""
        key = (id(owner.fields), name)
        if key in self._spreading:
            return ()
        self._spreading.add(key)
        try:
            values = self.evaluate(spread, owner.file, owner.scope)
            return distinct(v for value in values for v in self.member(value, name, owner.file))
        finally:
            self._spreading.discard(key)

    def lookup_dotted(self, name: str, file: SourceFile, scope: int) -> Values:
        """A member that was assigned to a named object or function."""
        while scope >= 0:
            current = file.scopes[scope]
            bound = current.bindings.get(name)
            if bound is not None:
                return self._bound(name, bound, file, scope, False, -1)
            scope = current.parent
        return ()

    def symbol_member(self, owner: Symbol, name: str, file: SourceFile, typed: bool, arity: int) -> Values:
        """A static member or nested definition."""
        if owner.label == "Class":
            return self.instance_member(Instance(owner), name, file, typed, arity)
        return ()

    def instance_member(
        self, receiver: Instance, name: str, file: SourceFile, typed: bool = False, arity: int = -1
    ) -> Values:
        """A member of an object, searched in its class and then in the base classes."""
        if isinstance(receiver.type, External):
            return self.external_member(receiver, receiver.type, name, file, arity)
        key = (receiver.type, name, arity)
        found = self._members.get(key, ...)
        if found is ...:
            self._members[key] = None
            found = self._search(receiver.type, name, arity)
            self._members[key] = found
        if found is None:
            return self.missing_member(receiver, name, file, arity)
        if isinstance(found, External):
            if typed:
                return ()
            extension = self.missing_member(receiver, name, file, arity)
            return extension or (found.member(name)._replace(certain=False),)
        holder, values, arguments = found
        if typed:
            values = tuple(v for v in values if isinstance(v, Symbol) and v.label == "Class")
        if not holder.definition.type_parameters or not (arguments or receiver.arguments):
            return values
        if receiver.type is not holder:
            actual = tuple(self.substitute(a, receiver.type, receiver.arguments) for a in arguments)
        else:
            actual = receiver.arguments
        return self._bind_arguments(values, holder, actual)

    def external_member(self, receiver: Instance, owner: External, name: str, file: SourceFile, arity: int) -> Values:
        """A member of an object of an external class, with its result for the well-known containers."""
        target = owner.member(name)
        known = self.CONTAINERS.get(owner.name.rpartition(".")[2])
        index = known.get(name.removesuffix("()")) if known is not None else None
        if index is None:
            return (target,)
        if index == SELF:
            return (KnownCall(target, (receiver,)),)
        if isinstance(index, External):
            return (KnownCall(target, (Instance(index, receiver.arguments),)),)
        if not receiver.arguments:
            return (target,)
        return (KnownCall(target, receiver.arguments[min(index, len(receiver.arguments) - 1)]),)

    def _bind_arguments(self, values: Values, holder: Symbol, actual: tuple[Values, ...]) -> Values:
        found: list[Value] = []
        for value in values:
            if isinstance(value, Symbol) and value.label == "Method":
                found.append(Bound(value, holder, actual))
            else:
                found += self.substitute((value,), holder, actual)
        return tuple(found)

    def substitute(self, values: Values, holder: Symbol, actual: tuple[Values, ...]) -> Values:
        """Put type arguments in the place of the holder's type parameters."""
        found: list[Value] = []
        for value in values:
            if isinstance(value, TypeVariable) and value.symbol is holder:
                found += actual[value.position] if value.position < len(actual) else (value,)
            elif isinstance(value, Instance) and value.arguments:
                inner = tuple(self.substitute(a, holder, actual) for a in value.arguments)
                found.append(Instance(value.type, inner))
            elif isinstance(value, Callable):
                applied = (*value.applied, (holder, actual))
                found.append(Callable(value.file, value.scope, value.result, value.parameters, applied))
            elif isinstance(value, Bound):
                found.append(
                    value._replace(arguments=tuple(self.substitute(a, holder, actual) for a in value.arguments))
                )
            else:
                found.append(value)
        return tuple(found)

    def _search(self, symbol: Symbol, name: str, arity: int) -> Found | External | None:
        """The member in the nearest class that has it; a language with overloads may have to look further."""
        pending: list[tuple[Symbol, tuple[Values, ...]]] = [(symbol, ())]
        seen: dict[Symbol, None] = {}
        while pending and len(seen) < LONGEST_SEARCH:
            current, arguments = pending.pop(0)
            if current in seen:
                continue
            seen[current] = None
            if values := self.own_member(current, name, arity):
                return current, values, arguments
            for base in self.bases(current):
                if isinstance(base, Instance) and isinstance(base.type, Symbol):
                    inner = tuple(self.substitute(a, current, arguments) for a in base.arguments)
                    pending.append((base.type, inner))
                elif isinstance(base, ObjectValue) and (fields := self._field(base, name)):
                    return current, fields, arguments
        return self._external_base(seen)

    def _external_base(self, classes: Iterable[Symbol]) -> External | None:
        """The only external class that a member of these classes can come from: the one they extend, or else the only
        interface or embedded type."""
        extended: dict[External, None] = {}
        others: dict[External, None] = {}
        for symbol in classes:
            for part in symbol.parts:
                for base in part.definition.bases:
                    for value in self.evaluate(base.expr, part.file, part.definition.body):
                        if isinstance(value, Instance) and isinstance(value.type, External):
                            (extended if base.relation == "extends" else others)[value.type] = None
        candidates = list(extended or others)
        return candidates[0] if len(candidates) == 1 else None

    def own_member(self, symbol: Symbol, name: str, arity: int = -1) -> Values:
        """A member that the class itself declares."""
        found: list[Value] = []
        for part in symbol.parts:
            body = part.definition.body
            if part.file.scopes[body].is_class or part.definition.kind in ("namespace", "enum"):
                bound = part.file.scopes[body].bindings.get(name)
                if bound is not None:
                    found += self._bound(name, bound, part.file, body, False, arity)
            found += part.extra.get(name, ())
        return self.fitting(distinct(found), arity)

    def targets(self, alias: Symbol) -> Values:
        """What a type alias stands for."""
        if alias in self._expanding:
            return ()
        self._expanding.add(alias)
        try:
            definition = alias.definition
            return distinct(v for expr in definition.results for v in self.evaluate(expr, alias.file, definition.body))
        finally:
            self._expanding.discard(alias)

    def bases(self, symbol: Symbol) -> Values:
        """The base classes as instances, in the order of their declaration; for an alias what it stands for."""
        known = self._bases.get(symbol)
        if known is not None:
            return known
        if symbol in self._resolving:
            return ()
        self._resolving.add(symbol)
        found: list[Value] = []
        for part in symbol.parts:
            for base in part.definition.bases:
                found += self.evaluate(base.expr, part.file, part.definition.body)
            if part.definition.kind == "type":
                found += self.targets(part)
        self._resolving.discard(symbol)
        values = distinct(v for v in found if not (isinstance(v, Instance) and v.type is symbol))
        self._bases[symbol] = values
        return values

    def is_subclass(self, symbol: Symbol, other: Any) -> bool:
        """Whether ``other`` (symbol or external) is the class itself or among its bases."""
        pending: list[Any] = [symbol]
        seen: set[Any] = set()
        while pending:
            current = pending.pop()
            if current == other:
                return True
            if isinstance(current, Symbol) and current not in seen:
                seen.add(current)
                pending += [base.type for base in self.bases(current) if isinstance(base, Instance)]
        return False
