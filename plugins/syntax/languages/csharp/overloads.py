"""Which of several methods of one name a call means (C# specification, 12.6.4).

A type may be unknown: where it comes from a package that is not in the repository. A method is chosen only if it is the
one whatever the unknown types are.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..common.facts import Call, Expr, Member
from ..common.names import Values
from ..common.symbols import Bound, External, Instance, SourceFile, Symbol, TypeVariable, Value
from .fitting import Fit, is_null
from .inference import CSharpInference, erased, positions

__all__ = ["CSharpOverloads", "Choice"]


_INTERFACE_NAME = re.compile(r"^I[A-Z]")
_ROOTS = frozenset({"System.Object", "System.ValueType", "System.Enum"})


class Choice(NamedTuple):
    """The method that is meant, if that is known, and whether any and whether one for sure can be called so."""

    value: Value | None
    possible: bool
    certain: bool


class _Candidate(NamedTuple):
    """A method that may be applicable in one of its forms; all lists are by argument."""

    value: Value
    symbol: Symbol
    level: Symbol | None
    parameters: list[Values]
    fits: list[Fit]
    generic: bool
    expanded: bool
    defaults: int


class CSharpOverloads(CSharpInference):
    """Applicability and the better function member."""

    def choose(self, values: list[Value], call: Call, file: SourceFile, *, extension: bool = False) -> Choice:
        """The one of the methods that the call means. Those of derived classes stand before those of their bases."""
        arguments = [self._argument_type(argument, file, call.scope) for argument in call.arguments]
        forms = call.forms[: len(arguments)]
        types = [self.evaluate(kind, file, call.scope) for kind in call.types]
        if extension and isinstance(call.callee, Member):
            arguments = [self.evaluate(call.callee.object, file, call.scope), *arguments]
            forms = [" ", *forms]
        candidates = [
            candidate
            for value, level in self._levels(values)
            for candidate in self._forms_of(value, level, arguments, forms, types)
        ]
        if not candidates:
            return Choice(None, False, False)
        if len({candidate.symbol for candidate in candidates}) == 1:
            certain = any(min(c.fits, default=Fit.IDENTITY) is not Fit.MAYBE for c in candidates)
            is_open = all(self._is_open(candidate) for candidate in candidates)
            return Choice(None if is_open else candidates[0].value, True, certain and not is_open)
        for candidate in candidates:
            others = [other for other in candidates if other.symbol is not candidate.symbol]
            if any(self._is_above(candidate, other) for other in others):
                continue
            above = [other for other in others if self._is_above(other, candidate)]
            beside = [other for other in others if other not in above]
            if self._is_open(candidate) or not self._is_certain(candidate, beside, above):
                continue
            if all(self._is_better(candidate, other, arguments) for other in beside):
                return Choice(candidate.value, True, True)
        return Choice(None, True, False)

    def _argument_type(self, argument: Expr, file: SourceFile, scope: int) -> Values:
        """What is known of an argument: the one type that it has, or the methods of one name. The type parameter of a
        generic method that was called says nothing."""
        values = self.evaluate(argument, file, scope)
        known = tuple(value for value in values if not is_null(value)) or values
        if len(known) != 1:
            return known if known and all(isinstance(value, (Bound, Symbol)) for value in known) else ()
        return erased(known, self.around(file, scope))

    @staticmethod
    def around(file: SourceFile, scope: int) -> set[Symbol]:
        """The definitions that a scope stands in."""
        found: set[Symbol] = set()
        index = file.scopes[scope].owner
        while index >= 0:
            found.add(file.symbols[index])
            index = file.facts.definitions[index].parent
        return found

    # which methods there are

    def _levels(self, values: list[Value]) -> list[tuple[Value, Symbol | None]]:
        """The methods that no other one overrides or hides, with the class that first declares each."""
        found: list[tuple[Value, Symbol, Symbol | None, tuple[list[Values], int]]] = []
        for value in values:
            symbol = value.symbol if isinstance(value, Bound) else value
            if not isinstance(symbol, Symbol):
                continue
            holder = self._holder(symbol)
            key = (self._types_of(value), len(symbol.definition.type_parameters))
            hidden = False
            for index, (known, other, level, same) in enumerate(found):
                if same != key or holder is None:
                    continue
                above = self._holder(other)
                if above is holder:
                    # Both parts of a partial method, or the same method under two conditions.
                    hidden = "partial" in symbol.definition.flags or _modifiers(symbol) == _modifiers(other)
                elif above is not None and self.is_subclass(above, holder):
                    hidden = True
                    if level is None or "override" in other.definition.flags:
                        level = None if "override" in symbol.definition.flags else holder
                        found[index] = (known, other, level, same)
                if hidden:
                    break
            if not hidden:
                found.append((value, symbol, None if "override" in symbol.definition.flags else holder, key))
        return [(value, level) for value, _, level, _ in found]

    def twins(self, value: Value) -> list[Value]:
        """The method, and others with its signature in its class: conditional compilation has one of them."""
        symbol = value.symbol if isinstance(value, Bound) else value
        holder = self._holder(value)
        if not isinstance(symbol, Symbol) or holder is None or "partial" in symbol.definition.flags:
            return [value]
        same = [other for other in self.own_member(holder, symbol.definition.name) if isinstance(other, Symbol)]
        if len(same) < 2:
            return [value]
        key = self._signature(symbol)
        others = [other for other in same if other is not symbol and other.label == symbol.label]
        return [value, *(other for other in others if self._signature(other) == key)]

    def _signature(self, symbol: Symbol) -> tuple[list[Values], int, list[str]]:
        return self._types_of(symbol), len(symbol.definition.type_parameters), _modifiers(symbol)

    def _types_of(self, value: Value) -> list[Values]:
        symbol = value.symbol if isinstance(value, Bound) else value
        if not isinstance(symbol, Symbol):
            return []
        definition = symbol.definition
        found = [self.evaluate(parameter, symbol.file, definition.body) for parameter in definition.parameters]
        own = tuple((External(f"<{i}>", "", "builtin"),) for i in range(len(definition.type_parameters)))
        if isinstance(value, Bound):
            found = [self.substitute(values, value.holder, value.arguments) for values in found]
        return [self.substitute(values, symbol, own) for values in found] if own else found

    def _is_above(self, other: _Candidate, candidate: _Candidate) -> bool:
        """Whether a method is of a base class, so that it is not meant if the first one can be called."""
        if candidate.level is None or other.level is candidate.level:
            return False
        return other.level is None or self.is_subclass(candidate.level, other.level)

    # what they take

    def _forms_of(
        self, value: Value, level: Symbol | None, arguments: list[Values], forms: list[str], types: list[Values]
    ) -> list[_Candidate]:
        symbol = value.symbol if isinstance(value, Bound) else value
        assert isinstance(symbol, Symbol)
        definition = symbol.definition
        if types and len(types) != len(definition.type_parameters):
            return []
        declared = [self.evaluate(parameter, symbol.file, definition.body) for parameter in definition.parameters]
        if isinstance(value, Bound):
            declared = [self.substitute(values, value.holder, value.arguments) for values in declared]
        if types:
            written = tuple(kind or (TypeVariable(symbol, i),) for i, kind in enumerate(types))
            declared = [self.substitute(values, symbol, written) for values in declared]
        found: list[_Candidate] = []
        variable = any(form.startswith("params ") for form in definition.forms)
        for expanded in (False, True) if variable else (False,):
            places = _places(definition.forms, forms, expanded=expanded)
            if places is None:
                continue
            parameters = [declared[place] for place in places]
            if expanded:
                parameters = [
                    _element(values) if place == len(declared) - 1 else values
                    for place, values in zip(places, parameters, strict=True)
                ]
            if definition.type_parameters and symbol.label != "Class":
                parameters = self.inferred(symbol, parameters, arguments)
            fits = [self.fit(e, a) for e, a in zip(parameters, arguments, strict=True)]
            for position, (place, form) in enumerate(zip(places, forms, strict=True)):
                by_reference = definition.forms[place].partition(" ")[0] in ("ref", "out")
                if by_reference and form.strip() and _differ(parameters[position], arguments[position], symbol):
                    fits[position] = Fit.NO
            if Fit.NO in fits:
                continue
            left_out = len(set(range(len(declared))) - set(places)) - (expanded and len(declared) - 1 not in places)
            generic = bool(definition.type_parameters) and symbol.label != "Class"
            found.append(_Candidate(value, symbol, level, parameters, fits, generic, expanded, left_out))
        return found

    # which is better

    def _is_open(self, candidate: _Candidate) -> bool:
        """Whether a base class of another package, which declares the method, may have one that suits better."""
        holder = self._holder(candidate.symbol)
        if candidate.level is not None or holder is None or all(fit is Fit.IDENTITY for fit in candidate.fits):
            return False
        names = self._outside(holder)[1]
        return any(not _INTERFACE_NAME.match(name.rpartition(".")[2]) for name in names - _ROOTS)

    @staticmethod
    def _is_certain(candidate: _Candidate, beside: list[_Candidate], above: list[_Candidate]) -> bool:
        """Whether a method can be called so, given that one of them can."""
        for position, fit in enumerate(candidate.fits):
            if fit is Fit.MAYBE:
                mine = candidate.parameters[position]
                if not mine or any(other.parameters[position] != mine for other in (*beside, *above)):
                    return False
        return True

    def _is_better(self, one: _Candidate, other: _Candidate, arguments: list[Values]) -> bool:
        better = False
        same = True
        for mine, theirs, actual in zip(one.parameters, other.parameters, arguments, strict=True):
            preferred = self.prefers(mine, theirs, actual)
            if preferred is None or preferred < 0:
                return False
            better = better or preferred > 0
            same = same and preferred == 0
        if better:
            return True
        if not same:
            return False
        if one.generic != other.generic:
            return other.generic
        if one.expanded != other.expanded:
            return other.expanded
        return not one.defaults and other.defaults > 0


def _differ(expected: Values, actual: Values, symbol: Symbol) -> bool:
    """Whether a variable is surely not of the type that a parameter by reference has."""
    if len(expected) != 1 or len(actual) != 1 or expected == actual or positions(expected, symbol):
        return False
    target, value = expected[0], actual[0]
    if not isinstance(target, Instance) or not isinstance(value, (Instance, TypeVariable)):
        return False
    kinds = [each.type for each in (target, value) if isinstance(each, Instance)]
    return all(isinstance(kind, Symbol) or kind.certain for kind in kinds) and len(set(kinds)) == len(kinds)


def _modifiers(symbol: Symbol) -> list[str]:
    return [form.partition(" ")[0] for form in symbol.definition.forms]


def _places(declared: list[str], given: list[str], *, expanded: bool) -> list[int] | None:
    """The parameter of each argument, nothing if the arguments cannot be handed over so."""
    names = [form.partition(" ")[2].removesuffix("=") for form in declared]
    places: list[int] = []
    for position, form in enumerate(given):
        modifier, _, name = form.partition(" ")
        place = names.index(name) if name in names else -1 if name else position
        if expanded and not name:
            place = min(place, len(declared) - 1)
        repeated = place in places and not (expanded and place == len(declared) - 1)
        if not 0 <= place < len(declared) or repeated:
            return None
        wanted = declared[place].partition(" ")[0]
        if modifier != wanted and not (wanted in ("in", "params") and not modifier):
            return None
        places.append(place)
    missing = set(range(len(declared))) - set(places)
    if expanded:
        missing.discard(len(declared) - 1)
    return None if any(not declared[place].endswith("=") for place in missing) else places


def _element(values: Values) -> Values:
    value = values[0] if len(values) == 1 else None
    return value.arguments[0] if isinstance(value, Instance) and len(value.arguments) == 1 else ()
