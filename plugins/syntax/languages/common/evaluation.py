"""Evaluates expressions over the symbols of a repository: who can this name, this receiver, this result be?

The evaluation follows declarations, initialisers, assignments and results, without regard to the order of
statements. Nothing is ever concluded from a name alone: what cannot be followed evaluates to nothing.
"""

# ruff: noqa: ARG002  (the methods of a table share one signature)

from __future__ import annotations

from collections.abc import Callable as Function
from collections.abc import Sequence
from typing import ClassVar

from .facts import (
    Argument,
    Awaited,
    CallOf,
    Def,
    Element,
    Expr,
    FirstOf,
    Imported,
    Member,
    Name,
    New,
    OneOf,
    ParameterOf,
    Record,
    Returning,
    Scoped,
    Super,
    Type,
    TypeParameter,
    Unknown,
)
from .members import Members
from .names import Values, distinct
from .symbols import (
    Bound,
    Callable,
    External,
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

__all__ = ["Evaluator"]

_MAX_DEPTH = 60


class Evaluator(Members):
    """Expressions, and what calls yield."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._known_results: dict[tuple[Symbol, int], Values] = {}

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
            return distinct(e for target in self.behind(value) for e in self.element(target))
        return (value,) if isinstance(value, Opaque) else ()

    def behind(self, value: Instance) -> Values:
        """What the type alias of a value finally stands for, nothing if its type is no alias."""
        pending: list[Value] = [value]
        seen: set[Symbol] = set()
        found: list[Value] = []
        while pending:
            current = pending.pop(0)
            alias = current.type if isinstance(current, Instance) else None
            if not isinstance(current, Instance) or not isinstance(alias, Symbol) or alias.definition.kind != "type":
                if current is not value:
                    found.append(current)
            elif alias not in seen:
                seen.add(alias)
                pending += self.substitute(self.targets(alias), alias, current.arguments)
        return tuple(dict.fromkeys(found))

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

    def _first_of(self, expr: FirstOf, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        for choice in expr.choices:
            if found := self.evaluate(choice, file, scope, typed, arity):
                return found
        return ()

    def _returning(self, expr: Returning, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        return (Callable(file, scope, expr.result, expr.parameters),)

    def _parameter(self, expr: TypeParameter, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        return self.type_parameter(expr, file, scope)

    def type_parameter(self, expr: TypeParameter, file: SourceFile, scope: int) -> Values:
        """A type parameter, which stands for whatever the definition is used with."""
        owner = file.scopes[scope].owner
        if owner < 0:
            return ()
        return (TypeVariable(file.symbols[owner], expr.index),)

    def _scoped(self, expr: Scoped, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        return self.evaluate(expr.value, file, expr.scope, typed, arity)

    def _argument(self, expr: Argument, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        found: list[Value] = []
        for callee in self.evaluate(expr.callee, file, scope):
            if expr.created and isinstance(callee, Symbol) and callee.label == "Class":
                constructors = self.constructors(callee, -1, file)
                declared = tuple(v for each in constructors for v in self.parameter(each, expr.position))
            else:
                declared = self.parameter(callee, expr.position)
            generic = callee.symbol if isinstance(callee, Bound) else callee
            if declared and isinstance(generic, Symbol) and generic.definition.type_parameters:
                declared = self.substitute(declared, generic, self._type_arguments(expr, generic, file, scope))
            found += declared
        return distinct(found)

    def _type_arguments(self, expr: Argument, generic: Symbol, file: SourceFile, scope: int) -> tuple[Values, ...]:
        """What the type parameters of the callee stand for: what is written there, or what makes the result fit."""
        known: dict[int, Values] = {}
        if expr.types:
            known = {position: self.evaluate(kind, file, scope) for position, kind in enumerate(expr.types)}
        elif expr.result is not None:
            own = tuple((TypeVariable(generic, i),) for i in range(len(generic.definition.type_parameters)))
            declared = (Instance(generic, own),) if generic.label == "Class" else self.results(generic)
            for wanted in self.evaluate(expr.result, file, scope):
                for result in declared:
                    if isinstance(wanted, Instance) and isinstance(result, Instance) and wanted.type == result.type:
                        for variables, values in zip(result.arguments, wanted.arguments, strict=False):
                            for variable in variables:
                                if isinstance(variable, TypeVariable) and variable.symbol is generic:
                                    known.setdefault(variable.position, values)
        count = len(generic.definition.type_parameters)
        return tuple(known.get(position) or (TypeVariable(generic, position),) for position in range(count))

    def _parameter_of(self, expr: ParameterOf, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        functions = self.evaluate(expr.function, file, scope)
        return distinct(v for function in functions for v in self.parameter(function, expr.position))

    def parameter(self, function: Value, position: int) -> Values:
        """What a function, or a value of a function's type, declares of one of its parameters."""
        if isinstance(function, Bound):
            return self.substitute(self.parameter(function.symbol, position), function.holder, function.arguments)
        if isinstance(function, Instance):
            return distinct(v for target in self.behind(function) for v in self.parameter(target, position))
        if isinstance(function, Symbol):
            declared, file, scope = function.definition.parameters, function.file, function.definition.body
        elif isinstance(function, Callable):
            return self._of_callable(function, function.parameters[position : position + 1])
        else:
            return ()
        return self.evaluate(declared[position], file, scope) if position < len(declared) else ()

    def _of_callable(self, function: Callable, types: Sequence[Expr]) -> Values:
        """What is declared of the result or of a parameter."""
        found = tuple(v for kind in types for v in self.evaluate(kind, function.file, function.scope))
        for holder, actual in function.applied:
            found = self.substitute(found, holder, actual)
        return found

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
        FirstOf: _first_of,
        Returning: _returning,
        TypeParameter: _parameter,
        Scoped: _scoped,
        Argument: _argument,
        ParameterOf: _parameter_of,
        Unknown: _unknown,
    }

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
            return self._of_callable(callee, (callee.result,))
        if isinstance(callee, Instance):
            return distinct(v for target in self.behind(callee) for v in self.results(target, index))
        return (callee,) if isinstance(callee, Opaque) else ()

    def external_results(self, callee: External) -> Values:
        """What a call into an external package yields."""
        return (Opaque(callee),)

    def _symbol_results(self, symbol: Symbol, index: int) -> Values:
        if symbol.label == "Class":
            return (Instance(symbol),)
        known = self._known_results.get((symbol, index))
        if known is None:
            # Functions that return what others return, in circles, would be gone through on all ways there are.
            self._known_results[symbol, index] = ()
            known = self._known_results[symbol, index] = self._returned(symbol, index)
        return known

    def _returned(self, symbol: Symbol, index: int) -> Values:
        definition = symbol.definition
        if definition.results:
            if index >= len(definition.results):
                return ()
            found = self.evaluate(definition.results[index], symbol.file, definition.body)
            if found or not definition.returns:
                return found
        return distinct(v for scope, expr in definition.returns for v in self.evaluate(expr, symbol.file, scope))

    def constructors(self, symbol: Symbol, arity: int, file: SourceFile) -> Values:
        """The constructors that creating an object of the class runs, inherited ones if the language does that."""
        return ()
