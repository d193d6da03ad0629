"""What expressions of C# evaluate to besides what all languages have: arithmetic, conditions, lambda parameters."""

# ruff: noqa: ARG002  (the methods of a table share one signature)

from __future__ import annotations

from typing import ClassVar

from ..common.facts import Argument, Member, Name, OneOf, Type
from ..common.names import Values
from ..common.symbols import Bound, External, Instance, SourceFile, Symbol, Value
from .expressions import ARITHMETIC, ELEMENT
from .fitting import Fit, is_null
from .library import NUMBERS
from .overloads import CSharpOverloads

__all__ = ["CSharpValues", "is_extension"]

_DELEGATES = frozenset({"Action", "Func", "Predicate", "Comparison", "Converter"})
_SHIFTS = frozenset({"<<", ">>", ">>>"})


def is_extension(value: Value) -> bool:
    """Whether the value is an extension method."""
    symbol = value.symbol if isinstance(value, Bound) else value
    return isinstance(symbol, Symbol) and "extension" in symbol.definition.flags


def _system(name: str) -> Instance:
    return Instance(External(f"System.{name}", "System", "symbol"))


def _whole(value: Value) -> Value:
    """An object of a class that is written in several places is of the first of its declarations."""
    if isinstance(value, Instance) and isinstance(value.type, Symbol) and value.type.parts[0] is not value.type:
        return value._replace(type=value.type.parts[0])
    return value


class CSharpValues(CSharpOverloads):
    """Types of expressions."""

    def _one_of(self, expr: OneOf, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        """The type that all of several values have: that of one of them, to which the others convert."""
        found: dict[Value, None] = {}
        for choice in expr.choices:
            values = self.evaluate(choice, file, scope, typed, arity)
            if not values:
                return ()
            found |= dict.fromkeys(values)
        known = [value for value in found if not is_null(value)]
        if len(known) < 2:
            return tuple(known or found)
        for value in known:
            if all(value is other or self.fit((value,), (other,)) >= Fit.IMPLICIT for other in known):
                return (value,)
        return ()

    def _type_of(self, expr: Type, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        if isinstance(expr.base, Name) and expr.base.name.startswith(ARITHMETIC):
            operands = [self.evaluate(argument, file, scope) for argument in expr.arguments]
            return self._computed(expr.base.name.removeprefix(ARITHMETIC), operands)
        if isinstance(expr.base, Name) and expr.base.name == ELEMENT:
            sequences = self.evaluate(expr.arguments[0], file, scope)
            platform = [v for v in sequences if isinstance(v, Instance) and isinstance(v.type, External)]
            return tuple(v for sequence in platform for v in self.element(sequence)) if len(platform) == 1 else ()
        return tuple(_whole(value) for value in self._type(expr, file, scope, typed, arity))

    def _computed(self, operator: str, operands: list[Values]) -> Values:
        """The type of a sum or of other arithmetic (C# specification, 12.4.7 and 12.10)."""
        kinds: list[str] = []
        for operand in operands:
            if len(operand) != 1 or not isinstance(operand[0], Instance):
                kinds.append("")
            elif isinstance(operand[0].type, Symbol):
                return self._overloaded(operator, operands)
            else:
                kinds.append(operand[0].type.name)
        if operator == "+" and "System.String" in kinds:
            return (_system("String"),)
        if kinds and all(kind == "System.Boolean" for kind in kinds):
            return (_system("Boolean"),)
        if not kinds or not NUMBERS.issuperset(kinds):
            return ()
        if operator in _SHIFTS:
            kinds = kinds[:1]
        for name in ("Decimal", "Double", "Single", "UInt64", "Int64"):
            if f"System.{name}" in kinds:
                return (_system(name),)
        if "System.UInt32" not in kinds:
            return (_system("Int32"),)
        return (_system("UInt32"),) if set(kinds) == {"System.UInt32"} and operator != "-" else ()

    def _overloaded(self, operator: str, operands: list[Values]) -> Values:
        """What an operator of the repository yields, if all with its sign yield the same."""
        found: dict[Value, None] = {}
        for operand in operands:
            if len(operand) != 1:
                return ()
            kind = operand[0].type if isinstance(operand[0], Instance) else None
            for part in kind.parts if isinstance(kind, Symbol) else ():
                for other in part.file.symbols:
                    if other.definition.parent == part.index and other.definition.name == f"operator {operator}":
                        found |= dict.fromkeys(self.results(other))
        return tuple(found) if len(found) == 1 else ()

    def _argument(self, expr: Argument, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        """The declared type of a parameter of the only method that a call may mean."""
        methods = self.evaluate(expr.callee, file, scope)
        if len(methods) != 1 or not isinstance(methods[0], (Bound, Symbol)):
            return ()
        position = expr.position
        if is_extension(methods[0]) and isinstance(expr.callee, Member):
            owners = self.evaluate(expr.callee.object, file, scope)
            position += not any(isinstance(owner, Symbol) for owner in owners)
        return self.parameter(methods[0], position)

    def parameter(self, function: Value, position: int) -> Values:
        if not isinstance(function, Instance):
            return super().parameter(function, position)
        if isinstance(function.type, Symbol):
            if function.type.definition.kind != "delegate":
                return ()
            found = super().parameter(function.type, position)
            return self.substitute(found, function.type, function.arguments)
        short = function.type.name.rpartition(".")[2]
        count = len(function.arguments) - (short == "Func")
        if short == "Comparison" and function.arguments:
            return function.arguments[0]
        return function.arguments[position] if short in _DELEGATES and position < count else ()

    _EVALUATE: ClassVar = {**CSharpOverloads._EVALUATE, OneOf: _one_of, Type: _type_of, Argument: _argument}
