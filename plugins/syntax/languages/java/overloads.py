"""Which of several methods of one name a call means (Java Language Specification, 15.12.2).

A type may be unknown: where it comes from a package that is not in the repository. A method is chosen only if it is the
one whatever the unknown types are.
"""

from __future__ import annotations

from typing import NamedTuple

from ..common.facts import Call
from ..common.names import Values
from ..common.symbols import Bound, External, Instance, SourceFile, Symbol, TypeVariable, Value
from .fitting import Fit, Fitting, builtin

__all__ = ["Overloads"]


class _Candidate(NamedTuple):
    """A method with the earliest phase in which it may be applicable, and in which it certainly is."""

    value: Value
    how: str
    possible: int
    certain: int


_STRICT, _LOOSE, _VARIABLE, _NEVER = 1, 2, 3, 4


class Overloads(Fitting):
    """Applicability and the most specific method."""

    def _select(self, targets: list[tuple[Value, str]], call: Call, file: SourceFile) -> list[tuple[Value, str]]:
        """The only method of the repository that can be meant, none if that depends on what is unknown; and methods
        of other packages, which a receiver of several types may have."""
        methods = [target for target in targets if isinstance(target[0], (Bound, Symbol))]
        others = [target for target in targets if not isinstance(target[0], (Bound, Symbol))]
        return others + (self._chosen(methods, call, file) if len(methods) > 1 else methods)

    def _chosen(self, targets: list[tuple[Value, str]], call: Call, file: SourceFile) -> list[tuple[Value, str]]:
        arguments = self._arguments(call, file)
        candidates = [self._candidate(value, how, arguments) for value, how in targets]
        certain = min((candidate.certain for candidate in candidates), default=_NEVER)
        possible = [c for c in candidates if c.possible <= min(certain, _VARIABLE)]
        if len(possible) == 1:
            return [(possible[0].value, possible[0].how)]
        variable = certain == _VARIABLE
        for candidate in possible:
            if candidate.certain == certain < _NEVER and all(
                other is candidate
                or (other.possible == certain and self._is_preferred(candidate.value, other.value, variable))
                for other in possible
            ):
                return [(candidate.value, candidate.how)]
        return []

    def _arguments(self, call: Call, file: SourceFile) -> list[Values]:
        """What is known of the arguments. What a generic method returns depends on its own arguments."""
        around: set[Symbol] = set()
        index = file.scopes[call.scope].owner
        while index >= 0:
            around.add(file.symbols[index])
            index = file.facts.definitions[index].parent
        found: list[Values] = []
        for argument in call.arguments:
            values = self.evaluate(argument, file, call.scope)
            found.append(() if any(_is_inferred(value, around) for value in values) else values)
        return found

    def _candidate(self, value: Value, how: str, arguments: list[Values]) -> _Candidate:
        parameters, variadic = self._parameters(value)
        if parameters is None:
            return _Candidate(value, how, _STRICT, _NEVER)
        possible, certain = _NEVER, _NEVER
        if len(parameters) == len(arguments):
            fits = [self.fit(e, a) for e, a in zip(parameters, arguments, strict=True)]
            if all(fits):
                possible = _LOOSE if Fit.LOOSE in fits else _STRICT
                certain = _NEVER if Fit.MAYBE in fits else possible
        if variadic and len(arguments) >= len(parameters) - 1:
            expanded = self._expanded(parameters, len(arguments))
            fits = [self.fit(e, a) for e, a in zip(expanded, arguments, strict=True)]
            if all(fits):
                possible = min(possible, _VARIABLE)
                certain = min(certain, _NEVER if Fit.MAYBE in fits else _VARIABLE)
        return _Candidate(value, how, possible, certain)

    def _parameters(self, value: Value) -> tuple[list[Values] | None, bool]:
        """The types of a method's parameters, and whether the last one takes any number of arguments."""
        symbol = value.symbol if isinstance(value, Bound) else value
        if not isinstance(symbol, Symbol):
            return None, False
        definition = symbol.definition
        found = [self.evaluate(parameter, symbol.file, definition.body) for parameter in definition.parameters]
        variadic = definition.arity[1] < 0
        if variadic and found:
            found[-1] = (Instance(builtin("array"), (found[-1],)),)
        if isinstance(value, Bound):
            found = [self.substitute(values, value.holder, value.arguments) for values in found]
        return found, variadic

    @staticmethod
    def _expanded(parameters: list[Values], count: int) -> list[Values]:
        """The types of so many arguments of a method whose last parameter takes any number."""
        last = parameters[-1][0]
        element = last.arguments[0] if isinstance(last, Instance) and last.arguments else ()
        return [*parameters[:-1], *[element] * (count - len(parameters) + 1)]

    def _is_preferred(self, value: Value, other: Value, variable: bool) -> bool:
        """Whether a method is more specific than another one, or overrides it."""
        mine, _ = self._parameters(value)
        theirs, _ = self._parameters(other)
        if mine is None or theirs is None:
            return False
        if variable:
            count = max(len(mine), len(theirs))
            mine, theirs = self._expanded(mine, count), self._expanded(theirs, count)
        if len(mine) != len(theirs) or not self._is_narrower(mine, theirs):
            return False
        return not self._is_narrower(theirs, mine) or self._is_nearer(value, other)

    def _is_narrower(self, mine: list[Values], theirs: list[Values]) -> bool:
        return all(self.fit(e, a) is Fit.STRICT for e, a in zip(theirs, mine, strict=True))

    def _is_nearer(self, value: Value, other: Value) -> bool:
        """Whether the first of two methods with the same parameters hides the second one."""
        own, above = self._holder(value), self._holder(other)
        if own is None or above is None or own is above:
            return False
        if self.is_subclass(own, above):
            return True
        return not self.is_subclass(above, own) and own.definition.kind != "interface"


def _is_inferred(value: Value, around: set[Symbol]) -> bool:
    """Whether a type is, or has as elements, a type parameter of a method that was called."""
    while isinstance(value, Instance) and isinstance(value.type, External) and value.type.name == "array":
        if not value.arguments or not value.arguments[0]:
            return False
        value = value.arguments[0][0]
    return isinstance(value, TypeVariable) and value.symbol.label == "Method" and value.symbol not in around
