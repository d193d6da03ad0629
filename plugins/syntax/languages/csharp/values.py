"""What expressions of C# evaluate to besides what all languages have: arithmetic, conditions, lambda parameters."""

# ruff: noqa: ARG002  (the methods of a table share one signature)

from __future__ import annotations

from typing import ClassVar

from ..common.facts import Argument, Member, Name, New, OneOf, Type
from ..common.names import Values
from ..common.symbols import Bound, External, Instance, SourceFile, Symbol, Value
from .expressions import ARITHMETIC, ELEMENT, OPTIONAL
from .fitting import Fit, is_null
from .functions import short_name
from .library import NAMESPACE_OF, NUMBERS
from .overloads import CSharpOverloads
from .platform import VALUE_TYPES

__all__ = ["CSharpValues", "is_extension"]

_DELEGATES = frozenset({"Action", "Func", "Predicate", "Comparison", "Converter"})
_SHIFTS = frozenset({"<<", ">>", ">>>"})
_TIMES = {
    (f"System.{left}", sign, f"System.{right}"): result
    for left, right, result in (
        ("DateTime", "DateTime", "TimeSpan"),
        ("DateTime", "TimeSpan", "DateTime"),
        ("DateTimeOffset", "DateTimeOffset", "TimeSpan"),
        ("DateTimeOffset", "TimeSpan", "DateTimeOffset"),
        ("TimeSpan", "TimeSpan", "TimeSpan"),
    )
    for sign in "+-"
}
"""Sums and differences of times."""
_BITWISE = frozenset({"&", "|", "^", "~"})


def is_extension(value: Value) -> bool:
    """Whether the value is an extension method."""
    symbol = value.symbol if isinstance(value, Bound) else value
    return isinstance(symbol, Symbol) and "extension" in symbol.definition.flags


_NULLABLE = External("System.Nullable", "System", "symbol")


def _is_value(value: Value) -> bool:
    """Whether the type of the value is a structure or an enumeration."""
    if not isinstance(value, Instance):
        return False
    if isinstance(value.type, Symbol):
        return value.type.definition.kind in ("struct", "enum")
    return short_name(value.type) in VALUE_TYPES


def _is_plain(value: Value) -> bool:
    """Whether the value is of a class of the repository that has no type parameters."""
    kind = value.type if isinstance(value, Instance) else None
    return isinstance(kind, Symbol) and not kind.definition.type_parameters


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
        if isinstance(expr.base, Name) and expr.base.name == OPTIONAL:
            inner = self.evaluate(expr.arguments[0], file, scope, typed)
            return tuple(Instance(_NULLABLE, ((value,),)) if _is_value(value) else value for value in inner)
        if isinstance(expr.base, Name) and expr.base.name == ELEMENT:
            sequences = self.evaluate(expr.arguments[0], file, scope)
            platform = [v for v in sequences if isinstance(v, Instance) and isinstance(v.type, External)]
            return tuple(v for sequence in platform for v in self.element(sequence)) if len(platform) == 1 else ()
        found = self._type(expr, file, scope, typed, arity)
        return self._platform_type(expr, found, file, scope) or tuple(_whole(value) for value in found)

    def _platform_type(self, expr: Type, found: Values, file: SourceFile, scope: int) -> Values:
        """A generic type of the platform, where only a type without type parameters has its name in the repository."""
        name = expr.base.name if isinstance(expr.base, Name) else ""
        if not expr.arguments or name not in NAMESPACE_OF or any(not _is_plain(value) for value in found):
            return ()
        kind = External(f"{NAMESPACE_OF[name]}.{name}", NAMESPACE_OF[name], "symbol")
        return (Instance(kind, tuple(self.evaluate(argument, file, scope) for argument in expr.arguments)),)

    def _created(self, expr: New, file: SourceFile, scope: int, typed: bool, arity: int) -> Values:
        if isinstance(expr.created, Name) and expr.arguments:
            found = self._new(expr, file, scope, typed, arity)
            return self._platform_type(Type(expr.created, expr.arguments), found, file, scope) or found
        return self._new(expr, file, scope, typed, arity)

    def _computed(self, operator: str, operands: list[Values]) -> Values:
        """The type of a sum or of other arithmetic (C# specification, 12.4.7 and 12.10)."""
        kinds: list[str] = []
        for operand in operands:
            if len(operand) != 1 or not isinstance(operand[0], Instance):
                kinds.append("")
            elif isinstance(operand[0].type, Symbol):
                is_flag = operand[0].type.definition.kind == "enum" and operator in _BITWISE
                return operand if is_flag else self._overloaded(operator, operands)
            else:
                kinds.append(operand[0].type.name)
        if kinds and operator in ("+", "-") and (name := _TIMES.get((kinds[0], operator, kinds[-1]))):
            return (_system(name),)
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

    _EVALUATE: ClassVar = {
        **CSharpOverloads._EVALUATE,
        New: _created,
        OneOf: _one_of,
        Type: _type_of,
        Argument: _argument,
    }
