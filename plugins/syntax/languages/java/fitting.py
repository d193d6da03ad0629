"""Whether a value may be handed to a parameter (Java Language Specification, 5.3 and 4.10).

A type may be unknown: where it comes from a package that is not in the repository.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from ..common.names import Values
from ..common.resolver import Resolver
from ..common.symbols import External, Instance, Symbol, TypeVariable, Value
from .library import BOXES, PRIMITIVES, WIDER
from .platform import CLASSES, FINAL, supertypes
from .platform_members import field_type

__all__ = ["UNBOXED", "Fit", "Fitting", "builtin", "typed_value"]

_OBJECT = "java.lang.Object"
UNBOXED = {box: primitive for primitive, box in BOXES.items()}
_ARRAY_SUPERTYPES = frozenset({_OBJECT, "java.lang.Cloneable", "java.io.Serializable"})
_NOT_FUNCTIONAL = FINAL | {_OBJECT}


class Fit(IntEnum):
    """How an argument fits a parameter."""

    NO = 0
    MAYBE = 1
    LOOSE = 2
    """With boxing or unboxing."""
    STRICT = 3


def builtin(name: str) -> External:
    """A type that is part of the language."""
    return External(name, "", "builtin")


def typed_value(name: str) -> Instance:
    """A value of a type by its full name, with brackets for each dimension of an array."""
    if name.endswith("[]"):
        return Instance(builtin("array"), ((typed_value(name.removesuffix("[]")),),))
    return Instance(builtin(name) if name in PRIMITIVES else External(name, name.rpartition(".")[0], "symbol"))


class _Supertypes(NamedTuple):
    """What a class is besides itself: classes of the repository, names of others, and whether these are all, or at
    least all classes."""

    symbols: frozenset[Symbol]
    names: frozenset[str]
    complete: bool
    all_classes: bool


class Fitting(Resolver):
    """Conversions of arguments."""

    def prepare(self) -> None:
        self._above: dict[Symbol, _Supertypes] = {}

    def fit(self, expected: Values, actual: Values) -> Fit:
        """How a value of any of the actual types fits a parameter of the expected type."""
        if len(actual) == 1 and len(expected) == 1:
            return self._fit_one(expected[0], actual[0])
        if not expected:
            return Fit.MAYBE
        if not actual:
            # It may be primitive.
            return Fit.LOOSE if self._is_object(expected[0]) else Fit.MAYBE
        known = tuple(_boxed(value) for value in actual if not _is_null(value))
        if known and len(known) < len(actual):
            # A condition of which one side is null.
            return self.fit(expected, known)
        fits = {max(self._fit_one(e, a) for e in expected) for a in actual}
        return fits.pop() if len(fits) == 1 else Fit.MAYBE if Fit.NO in fits else min(fits)

    def _is_object(self, expected: Value) -> bool:
        if isinstance(expected, TypeVariable):
            return not self.bounds(expected)
        return isinstance(expected, Instance) and isinstance(expected.type, External) and expected.type.name == _OBJECT

    def _fit_one(self, expected: Value, actual: Value) -> Fit:
        if isinstance(expected, TypeVariable):
            if expected == actual:
                return Fit.STRICT
            bounds = self.bounds(expected)
            if bounds and all(isinstance(bound, Instance) for bound in bounds):
                return self.fit(bounds[:1], (actual,))
            return Fit.MAYBE if bounds else self._fit_type(External(_OBJECT, "java.lang", "symbol"), expected, actual)
        if isinstance(expected, Instance):
            return self._fit_type(expected.type, expected, actual)
        return Fit.MAYBE

    def _fit_type(self, kind: Symbol | External, expected: Value, actual: Value) -> Fit:
        if isinstance(actual, TypeVariable):
            bounds = self.bounds(actual)
            if not bounds:
                return self._fit_reference(kind, External(_OBJECT, "java.lang", "symbol"))
            return max(self._fit_type(kind, expected, bound) for bound in bounds)
        if isinstance(actual, External) and (field := field_type(actual)):
            actual = typed_value(field)
        if not isinstance(actual, Instance):
            return Fit.LOOSE if isinstance(kind, External) and kind.name == _OBJECT else Fit.MAYBE
        name = kind.name if isinstance(kind, External) else ""
        given = actual.type.name if isinstance(actual.type, External) else ""
        if given == "null":
            return Fit.NO if name in PRIMITIVES else Fit.STRICT
        if given == "function":
            plain = name in PRIMITIVES or name in _NOT_FUNCTIONAL or name == "array"
            return Fit.NO if plain or (isinstance(kind, Symbol) and kind.definition.kind != "interface") else Fit.MAYBE
        if name in PRIMITIVES or given in PRIMITIVES:
            return _fit_primitive(name, given)
        if name == "array":
            return self._fit_array(expected, actual) if given == "array" else Fit.NO
        if given == "array":
            return Fit.STRICT if name in _ARRAY_SUPERTYPES else Fit.NO
        return self._fit_reference(kind, actual.type)

    def _fit_array(self, expected: Value, actual: Instance) -> Fit:
        elements = expected.arguments[0] if isinstance(expected, Instance) and expected.arguments else ()
        given = actual.arguments[0] if actual.arguments else ()
        primitive = {_primitive(values) for values in (elements, given)}
        if primitive != {""}:
            return Fit.STRICT if len(primitive) == 1 else Fit.NO if elements and given else Fit.MAYBE
        fit = self.fit(elements, given)
        return fit if fit is not Fit.LOOSE else Fit.MAYBE

    def _fit_reference(self, expected: Symbol | External, actual: Symbol | External) -> Fit:
        if isinstance(expected, External) and expected.name == _OBJECT:
            return Fit.STRICT
        if isinstance(actual, Symbol):
            above = self._supertypes(actual)
            if expected in above.symbols or (isinstance(expected, External) and expected.name in above.names):
                return Fit.STRICT
            if isinstance(expected, Symbol):
                return Fit.NO if above.complete or not _is_unknown(above.names) else Fit.MAYBE
            impossible = above.complete or expected.name in FINAL
            return Fit.NO if impossible or (above.all_classes and expected.name in CLASSES) else Fit.MAYBE
        if actual.kind == "unknown":
            return Fit.MAYBE
        if isinstance(expected, Symbol):
            return Fit.NO
        if expected.name == actual.name:
            return Fit.STRICT
        names, complete = supertypes(actual.name)
        if expected.name in names:
            return Fit.STRICT
        return Fit.NO if complete or (expected.name in FINAL) else Fit.MAYBE

    def _supertypes(self, symbol: Symbol) -> _Supertypes:
        known = self._above.get(symbol)
        if known is not None:
            return known
        symbols: dict[Symbol, None] = {}
        names: set[str] = {_OBJECT}
        complete = all_classes = True
        pending = [symbol]
        while pending:
            current = pending.pop()
            if current in symbols:
                continue
            symbols[current] = None
            if current.definition.kind == "enum":
                names |= supertypes("java.lang.Enum")[0]
            for base in current.definition.bases:
                is_class = base.relation == "extends" and current.definition.kind == "class"
                found = self.evaluate(base.expr, current.file, current.definition.body)
                kind = found[0].type if len(found) == 1 and isinstance(found[0], Instance) else None
                if isinstance(kind, Symbol):
                    pending.append(kind)
                    continue
                above, is_all = supertypes(kind.name) if kind is not None else (frozenset[str](), False)
                names |= above
                complete = complete and is_all
                all_classes = all_classes and (is_all or not is_class)
        self._above[symbol] = _Supertypes(frozenset(symbols), frozenset(names), complete, all_classes)
        return self._above[symbol]


def _boxed(value: Value) -> Value:
    """The object that a primitive value becomes; any other value itself."""
    name = _primitive((value,))
    return typed_value(BOXES[name]) if name else value


def _is_null(value: Value) -> bool:
    return isinstance(value, Instance) and isinstance(value.type, External) and value.type.name == "null"


def _is_unknown(names: frozenset[str]) -> bool:
    """Whether one of the names, of which the package is not known, may be that of a class of the repository."""
    return any("." not in name for name in names)


def _primitive(values: Values) -> str:
    """The name of a primitive type, empty for any other."""
    (value, *_) = values or (None,)
    if isinstance(value, Instance) and isinstance(value.type, External) and value.type.name in PRIMITIVES:
        return value.type.name
    return ""


def _fit_primitive(expected: str, actual: str) -> Fit:
    if expected == actual:
        return Fit.STRICT
    if expected in PRIMITIVES and actual in PRIMITIVES:
        return Fit.STRICT if expected in WIDER.get(actual, ()) else Fit.NO
    if actual in PRIMITIVES:
        return Fit.LOOSE if expected in supertypes(BOXES[actual])[0] else Fit.NO
    unboxed = UNBOXED.get(actual, "")
    return Fit.LOOSE if unboxed and (unboxed == expected or expected in WIDER.get(unboxed, ())) else Fit.NO
