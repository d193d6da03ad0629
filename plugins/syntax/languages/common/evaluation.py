"""Evaluates expressions over the symbols of a repository: who can this name, this receiver, this result be?

The evaluation follows declarations, initialisers, assignments and results, without regard to the order of
statements. Nothing is ever concluded from a name alone: what cannot be followed evaluates to nothing.
"""

# ruff: noqa: ARG002  (the methods of a table share one signature)

from __future__ import annotations

from collections.abc import Callable as Function
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from .facts import (
    Awaited,
    CallOf,
    Def,
    Element,
    Expr,
    Imported,
    Member,
    Name,
    New,
    OneOf,
    Record,
    Returning,
    Super,
    Type,
    TypeParameter,
    Unknown,
)
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

__all__ = ["SELF", "Evaluator", "Values", "distinct", "returning"]

type Values = tuple[Value, ...]
type _Found = tuple[Symbol, Values, tuple[Values, ...]]

SELF = -1
_MAX_VALUES = 8
_MAX_DEPTH = 60
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


class Evaluator:
    """Names and members as most languages have them; a language overrides how names leave the file."""

    LEXICAL_MEMBERS: ClassVar[bool] = True
    """Whether members of enclosing classes are visible by their bare names."""
    OVERLOADS: ClassVar[bool] = False
    AWAITABLES: ClassVar[frozenset[str]] = _PROMISES
    CONTAINERS: ClassVar[Mapping[str, Mapping[str, int | External]]] = {}
    """Methods of external container types to what they return: the type argument with this index, `SELF` for the
    container, or another container of the same elements."""

    def __init__(self) -> None:
        self._depth = 0
        self._bases: dict[Symbol, Values] = {}
        self._resolving: set[Symbol] = set()
        self._members: dict[tuple[Symbol, str, int], _Found | External | None] = {}

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

    # expressions

    def evaluate(self, expr: Expr, file: SourceFile, scope: int, typed: bool = False, arity: int = -1) -> Values:
        """Everything that the expression may be, in the given scope of the file."""
        if self._depth > _MAX_DEPTH:
            return ()
        self._depth += 1
        try:
            return self._EVALUATE[type(expr)](self, expr, file, scope, typed, arity)
        finally:
            self._depth -= 1

    def _name(self, expr: Name, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        return self.lookup(expr.name, file, scope, typed, arity)

    def _member(self, expr: Member, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        found: list[Value] = []
        owners = self.evaluate(expr.object, file, scope)
        for owner in owners:
            found += self.member(owner, expr.name, file, typed, arity)
        if not found and typed and isinstance(expr.object, (Name, Member)):
            for owner in self.evaluate(expr.object, file, scope, True):
                found += self.member(owner, expr.name, file, typed, arity)
        if not found and not owners:
            return self.dotted(expr, file, typed)
        return distinct(found) if len(found) > 1 else tuple(found)

    def _call(self, expr: CallOf, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        found: list[Value] = []
        for callee in self.evaluate(expr.callee, file, scope, False, expr.arguments):
            found += self.results(callee, expr.index)
        return distinct(found) if len(found) > 1 else tuple(found)

    def _new(self, expr: New, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        created = self.evaluate(expr.created, file, scope, True) or self.evaluate(expr.created, file, scope)
        arguments = tuple(self.evaluate(argument, file, scope, True) for argument in expr.arguments)
        return distinct(Instance(v, arguments) for v in created if isinstance(v, (Symbol, External)))

    def _type(self, expr: Type, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        bases = self.evaluate(expr.base, file, scope, True)
        if not bases:
            return ()
        if len(bases) > 1:
            bases = self.fitting_types(bases, len(expr.arguments))
        arguments = tuple(self.evaluate(argument, file, scope) for argument in expr.arguments)
        found: list[Value] = []
        for base in bases:
            if isinstance(base, (Symbol, External)):
                if not isinstance(base, Symbol) or base.label == "Class":
                    found.append(Instance(base, arguments))
            elif isinstance(base, (TypeVariable, Opaque)):
                found.append(base)
        return tuple(found)

    def _element(self, expr: Element, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        found: list[Value] = []
        for value in self.evaluate(expr.collection, file, scope):
            found += self.element(value)
        return distinct(found)

    def element(self, value: Value) -> Values:
        """What iterating over, or indexing into, the value yields."""
        if isinstance(value, Instance):
            if value.arguments:
                return value.arguments[-1]
            if isinstance(value.type, Symbol) and value.type.definition.kind == "type":
                return distinct(e for target in self.targets(value.type) for e in self.element(target))
            return ()
        return (value,) if isinstance(value, Opaque) else ()

    def _awaited(self, expr: Awaited, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        found: list[Value] = []
        for value in self.evaluate(expr.value, file, scope):
            if self._is_awaitable(value):
                found += value.arguments[0] if isinstance(value, Instance) and value.arguments else ()
            else:
                found.append(value)
        return distinct(found)

    def _is_awaitable(self, value: Value) -> bool:
        if not isinstance(value, Instance) or not isinstance(value.type, External):
            return False
        return value.type.name.rpartition(".")[2] in self.AWAITABLES

    def _imported(self, expr: Imported, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        return self.imported(file, expr.specifier, expr.name)

    def _definition(self, expr: Def, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        return (file.symbols[expr.index],)

    def _super(self, expr: Super, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        return (SuperValue(file.symbols[expr.index]),)

    def _record(self, expr: Record, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        return (ObjectValue(file, scope, expr.fields),)

    def _one_of(self, expr: OneOf, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        if len(expr.choices) == 1:
            return self.evaluate(expr.choices[0], file, scope, typed, arity)
        return distinct(v for choice in expr.choices for v in self.evaluate(choice, file, scope, typed, arity))

    def _returning(self, expr: Returning, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        return (Callable(file, scope, expr.result),)

    def _parameter(self, expr: TypeParameter, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        return self.type_parameter(expr, file, scope)

    def type_parameter(self, expr: TypeParameter, file: SourceFile, scope: int) -> Values:
        """A type parameter, which stands for whatever the definition is used with."""
        owner = file.scopes[scope].owner
        if owner < 0:
            return ()
        return (TypeVariable(file.symbols[owner], expr.index),)

    def _unknown(self, expr: Unknown, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        return ()

    _EVALUATE: ClassVar[dict[type, Function[..., Values]]] = {
        Name: _name,
        Member: _member,
        CallOf: _call,
        New: _new,
        Type: _type,
        Element: _element,
        Awaited: _awaited,
        Imported: _imported,
        Def: _definition,
        Super: _super,
        Record: _record,
        OneOf: _one_of,
        Returning: _returning,
        TypeParameter: _parameter,
        Unknown: _unknown,
    }

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

    # members

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
            values = self.evaluate(spread, owner.file, owner.scope)
            found = distinct(v for value in values for v in self.member(value, name, owner.file))
        alias = f"{owner.alias}.{name}" if owner.alias else ""
        return tuple(
            ObjectValue(v.file, v.scope, v.fields, alias) if isinstance(v, ObjectValue) and not v.alias else v
            for v in found
        )

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
            elif isinstance(value, Bound):
                found.append(
                    value._replace(arguments=tuple(self.substitute(a, holder, actual) for a in value.arguments))
                )
            else:
                found.append(value)
        return tuple(found)

    def _search(self, symbol: Symbol, name: str, arity: int) -> _Found | External | None:
        """The member in the nearest class that has it; with overloads, those of all classes."""
        pending: list[tuple[Symbol, tuple[Values, ...]]] = [(symbol, ())]
        seen: dict[Symbol, None] = {}
        overloads: list[Value] = []
        misfit: _Found | None = None
        while pending:
            current, arguments = pending.pop(0)
            if current in seen:
                continue
            seen[current] = None
            values = self.own_member(current, name, arity)
            if values:
                found = (current, values, arguments)
                if not self.OVERLOADS or arity < 0:
                    return found
                misfit = misfit or found
                overloads += self._new_overloads(found, symbol, overloads, arity)
            for base in self.bases(current):
                if isinstance(base, Instance) and isinstance(base.type, Symbol):
                    inner = tuple(self.substitute(a, current, arguments) for a in base.arguments)
                    pending.append((base.type, inner))
                elif isinstance(base, ObjectValue) and (fields := self._field(base, name)):
                    return current, fields, arguments
        if overloads:
            return symbol, tuple(overloads), ()
        return misfit or self._external_base(seen)

    def _new_overloads(self, found: _Found, symbol: Symbol, known: list[Value], arity: int) -> Values:
        """The fitting overloads of a class that no class before it overrides."""
        current, values, arguments = found
        fitting = tuple(v for v in values if self.takes(v, arity))
        overridden = [v.symbol if isinstance(v, Bound) else v for v in known]
        parameters = [v.definition.parameters for v in overridden if isinstance(v, Symbol)]
        fitting = tuple(v for v in fitting if not isinstance(v, Symbol) or v.definition.parameters not in parameters)
        if current is not symbol and arguments and current.definition.type_parameters:
            return self._bind_arguments(fitting, current, arguments)
        return fitting

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
        definition = alias.definition
        return distinct(v for expr in definition.results for v in self.evaluate(expr, alias.file, definition.body))

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

    # calls

    def results(self, callee: Value, index: int = 0) -> Values:
        """What calling the value yields."""
        if isinstance(callee, Bound):
            return self.substitute(self.results(callee.symbol, index), callee.holder, callee.arguments)
        if isinstance(callee, Symbol):
            return self._symbol_results(callee, index)
        if isinstance(callee, External):
            return self.external_results(callee)
        if isinstance(callee, KnownCall):
            return callee.result
        if isinstance(callee, Callable):
            return self.evaluate(callee.result, callee.file, callee.scope)
        return (callee,) if isinstance(callee, Opaque) else ()

    def external_results(self, callee: External) -> Values:
        """What a call into an external package yields."""
        return (Opaque(callee),)

    def _symbol_results(self, symbol: Symbol, index: int) -> Values:
        definition = symbol.definition
        if symbol.label == "Class":
            return (Instance(symbol),)
        if definition.results:
            if index >= len(definition.results):
                return ()
            return self.evaluate(definition.results[index], symbol.file, definition.body)
        return distinct(v for scope, expr in definition.returns for v in self.evaluate(expr, symbol.file, scope))

    def constructors(self, symbol: Symbol, arity: int, file: SourceFile) -> Values:
        """The constructors that creating an object of the class runs, inherited ones if the language does that."""
        return ()

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
