"""What the arguments of a call say of the type parameters of a method (C# specification, 12.6.3)."""

from __future__ import annotations

from ..common.names import Values
from ..common.symbols import Bound, External, Instance, Symbol, TypeVariable, Value
from .fitting import CSharpFitting
from .functions import function_form

__all__ = ["CSharpInference", "erased", "positions"]


class CSharpInference(CSharpFitting):
    """Type arguments that are not written."""

    def inferred(self, symbol: Symbol, parameters: list[Values], arguments: list[Values]) -> list[Values]:
        """The types of the parameters, with those type parameters that an argument has exactly the type of."""
        count = len(symbol.definition.type_parameters)
        known: dict[int, Values] = {}
        unclear: set[int] = set()
        for expected, actual in zip(parameters, arguments, strict=True):
            if not _is_function(actual):
                self._infer(symbol, expected, actual, known, unclear)
        actual_types = tuple(
            known[i] if i in known and i not in unclear else (TypeVariable(symbol, i),) for i in range(count)
        )
        return [self.substitute(values, symbol, actual_types) for values in parameters]

    def _infer(
        self, symbol: Symbol, expected: Values, actual: Values, known: dict[int, Values], unclear: set[int]
    ) -> None:
        """Add what an argument says of type parameters to those known, and those that it leaves open to the unclear."""
        value = expected[0] if len(expected) == 1 else None
        if isinstance(value, TypeVariable) and value.symbol is symbol:
            plain = len(actual) == 1 and (not isinstance(actual[0], Instance) or _is_proper(actual[0]))
            if not plain or known.setdefault(value.position, actual) != actual:
                unclear.add(value.position)
            return
        left = positions(expected, symbol)
        if not left:
            return
        if isinstance(value, Instance) and len(actual) == 1 and isinstance(actual[0], Instance):
            views = [v for v in self.views(actual[0], value.type) if len(v.arguments) == len(value.arguments)]
            if len(views) == 1:
                for inner, given in zip(value.arguments, views[0].arguments, strict=True):
                    self._infer(symbol, inner, given, known, unclear)
                return
        unclear.update(left)


def erased(values: Values, around: set[Symbol]) -> Values:
    """Types without the type parameters of methods other than those around."""
    found: list[Value] = []
    for value in values:
        if isinstance(value, TypeVariable) and value.symbol.label != "Class" and value.symbol not in around:
            return ()
        if isinstance(value, Instance) and value.arguments:
            value = Instance(value.type, tuple(erased(inner, around) for inner in value.arguments))
        found.append(value)
    return tuple(found)


def positions(values: Values, symbol: Symbol) -> list[int]:
    """The type parameters of a method that are part of a type."""
    found: list[int] = []
    pending = list(values)
    while pending:
        value = pending.pop()
        if isinstance(value, TypeVariable) and value.symbol is symbol:
            found.append(value.position)
        elif isinstance(value, Instance):
            pending += [inner for argument in value.arguments for inner in argument]
    return found


def _is_function(values: Values) -> bool:
    """Whether an argument is a lambda or a method, which have no type."""
    return bool(values) and all(isinstance(v, (Bound, Symbol)) or bool(function_form(v)) for v in values)


def _is_proper(value: Instance) -> bool:
    """Whether the value has a type: neither ``null`` nor a lambda has one."""
    return not (isinstance(value.type, External) and value.type.kind == "builtin")
