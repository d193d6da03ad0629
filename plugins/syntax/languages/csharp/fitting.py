"""Whether a value may be handed to a parameter, and which of two parameters suits it better (C# specification, 10.2
and 12.6.4.5).

A type may be unknown: where it comes from a package that is not in the repository.
"""

from __future__ import annotations

import re

from ..common.names import Values
from ..common.symbols import Bound, External, Instance, Symbol, TypeVariable, Value
from ..common.text import words
from .conversions import OBJECT, CSharpConversions, Fit, is_known
from .expressions import NULL, POINTER
from .functions import function_form, short_name
from .library import (
    INVARIANT,
    NUMBER_INTERFACES,
    NUMBERS,
    PLAIN,
    SEALED,
    SEQUENCES,
    SUPERTYPES,
    WIDER,
)
from .platform import ANCESTORS, VALUE_TYPES

__all__ = ["CSharpFitting", "Fit", "is_null"]

_INTERFACE_NAME = re.compile(r"^I[A-Z]")
_CONVERTED = {
    "Array": words("ArraySegment Memory ReadOnlyMemory ReadOnlySpan Span"),
    "DateTime": words("DateTimeOffset"),
    "Int32": words("Index"),
    "String": words("ReadOnlyMemory ReadOnlySpan"),
}
"""Types of the platform to others of which they become a value by conversions of their own."""
_COVARIANT = words("IEnumerable IEnumerator IReadOnlyCollection IReadOnlyList")
"""Types of the platform that are converted where their type arguments are, if these are references."""
_BARE = words("IEnumerable IEnumerator Task")
"""Generic types of the platform that derive from the one of the same name without type parameters."""
_SIGNED = frozenset(f"System.{name}" for name in ("SByte", "Int16", "Int32", "Int64", "IntPtr"))
_UNSIGNED = frozenset(f"System.{name}" for name in ("Byte", "UInt16", "UInt32", "UInt64", "UIntPtr"))


def _builtin(value: Value) -> str:
    if isinstance(value, Instance) and isinstance(value.type, External) and value.type.kind == "builtin":
        return value.type.name
    return ""


def _is_method(value: Value) -> bool:
    symbol = value.symbol if isinstance(value, Bound) else value
    return isinstance(symbol, Symbol) and symbol.label != "Class"


def is_null(value: Value) -> bool:
    """Whether the value is the literal ``null``."""
    return _builtin(value) == NULL


def _is_interface(kind: External) -> bool:
    return bool(_INTERFACE_NAME.match(short_name(kind)))


class CSharpFitting(CSharpConversions):
    """Conversions of arguments."""

    def fit(self, expected: Values, actual: Values) -> Fit:
        """How a value of the actual type fits a parameter of the expected type; both have one value if known."""
        if len(expected) == 1 and actual and all(map(_is_method, actual)):
            return self._fit_group(expected[0], actual)
        if len(expected) != 1 or len(actual) != 1:
            return Fit.MAYBE
        target, value = expected[0], actual[0]
        if target == value and not isinstance(value, Instance):
            return Fit.IDENTITY
        if not isinstance(target, Instance):
            return Fit.MAYBE
        kind = target.type
        if isinstance(kind, External) and kind.name == OBJECT:
            return self._fit_object(value)
        if isinstance(value, TypeVariable):
            fits = [self.fit(expected, (bound,)) for bound in self.bounds(value)]
            return Fit.IMPLICIT if fits and max(fits) >= Fit.IMPLICIT else Fit.MAYBE
        if not isinstance(value, Instance):
            return Fit.MAYBE
        if _builtin(value):
            form = function_form(value)
            return self._fit_function(self.is_handed(form, target)) if form else self._fit_null(kind)
        return self._fit_types(target, value)

    @staticmethod
    def _fit_object(value: Value) -> Fit:
        if isinstance(value, Instance):
            if isinstance(value.type, External) and value.type.name == OBJECT:
                return Fit.IDENTITY
            return Fit.MAYBE if function_form(value) else Fit.IMPLICIT
        return Fit.IMPLICIT if isinstance(value, TypeVariable) else Fit.MAYBE

    def _fit_group(self, target: Value, methods: Values) -> Fit:
        if not isinstance(target, Instance):
            return Fit.MAYBE
        return self._fit_function(self.is_group_handed(methods, target))

    @staticmethod
    def _fit_function(handed: bool | None) -> Fit:
        return Fit.MAYBE if handed is None else Fit.IMPLICIT if handed else Fit.NO

    @staticmethod
    def _fit_null(expected: Symbol | External) -> Fit:
        """``null`` fits what is no value type."""
        if isinstance(expected, Symbol):
            kind = expected.definition.kind
            return Fit.NO if kind in ("struct", "enum") else Fit.MAYBE if kind == "record" else Fit.IMPLICIT
        short = short_name(expected)
        if short == "Nullable":
            return Fit.IMPLICIT
        if not is_known(expected):
            return Fit.MAYBE
        return Fit.NO if short in VALUE_TYPES else Fit.IMPLICIT

    def _fit_types(self, target: Instance, value: Instance) -> Fit:
        expected, actual = target.type, value.type
        if expected == actual:
            return self._fit_arguments(target, value)
        if isinstance(actual, Symbol):
            if isinstance(expected, Symbol) and self.is_subclass(actual, expected):
                return self._fit_base(target, value)
            if self._converts(actual, value, target) or (
                isinstance(expected, Symbol) and self._converts(expected, value, target)
            ):
                return Fit.MAYBE
            complete, names = self._outside(actual)
            if isinstance(expected, External) and expected.name in names:
                return self._fit_base(target, value)
            is_plain = isinstance(expected, External) and expected.name in PLAIN
            return Fit.NO if complete or is_plain or isinstance(expected, Symbol) else Fit.MAYBE
        if isinstance(expected, Symbol):
            is_number = expected.definition.kind == "enum" and actual.name in NUMBERS
            return Fit.MAYBE if is_number or self._converts(expected, value, target) or not is_known(actual) else Fit.NO
        return self._fit_external(expected, target, actual, value)

    def _fit_base(self, target: Instance, value: Instance) -> Fit:
        """A value for a parameter of one of its base types, the type arguments of which may be others."""
        if not target.arguments:
            return Fit.IMPLICIT
        fits = [self._fit_arguments(target, view) for view in self.views(value, target.type)]
        if any(fit >= Fit.IMPLICIT for fit in fits):
            return Fit.IMPLICIT
        return Fit.NO if fits and max(fits) is Fit.NO else Fit.MAYBE

    def _fit_external(self, expected: External, target: Instance, actual: External, value: Instance) -> Fit:
        if expected.name in WIDER.get(actual.name, ()):
            return Fit.IMPLICIT
        if expected.name in PLAIN:
            # A constant may be of a narrower type than it seems.
            constant = actual.name == "System.Int32" and expected.name in _SIGNED | _UNSIGNED
            return Fit.MAYBE if constant or not (is_known(actual) or actual.name == "System.Array") else Fit.NO
        short, own = short_name(expected), short_name(actual)
        if POINTER in (short, own):
            return Fit.NO
        if short == "Nullable" and own in VALUE_TYPES and own != "Nullable":
            fit = self.fit(target.arguments[0], (value,)) if target.arguments else Fit.MAYBE
            return min(fit, Fit.IMPLICIT)
        above = SUPERTYPES.get(own, ())
        if short in above and not target.arguments:
            return Fit.IMPLICIT
        if short in SEQUENCES and short in above and len(target.arguments) == len(value.arguments) == 1:
            return min(self._fit_elements(short, own, target, value), Fit.IMPLICIT)
        if short in ANCESTORS.get(own, ()) and is_known(actual):
            return Fit.IMPLICIT
        if short in _CONVERTED.get(own, ()):
            return Fit.MAYBE
        if short in SEALED and is_known(actual):
            return Fit.NO
        if not is_known(actual) or not is_known(expected):
            return Fit.NO if _is_interface(actual) and is_known(expected) and not _is_interface(expected) else Fit.MAYBE
        if not _is_interface(expected):
            return Fit.NO
        if own in SUPERTYPES or _is_interface(actual):
            return Fit.MAYBE if short in above else Fit.NO
        return Fit.NO if actual.name in PLAIN and short not in NUMBER_INTERFACES else Fit.MAYBE

    def _fit_arguments(self, target: Instance, value: Instance) -> Fit:
        """Two types of one name that may differ in their type arguments."""
        if target.arguments == value.arguments:
            return Fit.IDENTITY
        if len(target.arguments) != len(value.arguments):
            return self._fit_bare(target, value)
        fits = [self.fit(e, a) for e, a in zip(target.arguments, value.arguments, strict=True)]
        if all(fit is Fit.IDENTITY for fit in fits):
            return Fit.IDENTITY
        kind = target.type
        if isinstance(kind, Symbol):
            return Fit.NO if kind.definition.kind in ("class", "struct") and Fit.NO in fits else Fit.MAYBE
        short = short_name(kind)
        if short == POINTER and len(fits) == 1:
            return Fit.NO if target.arguments[0] and value.arguments[0] else Fit.MAYBE
        if short in _COVARIANT and len(fits) == 1:
            return self._fit_elements(short, short, target, value)
        return Fit.NO if short in INVARIANT and Fit.NO in fits else Fit.MAYBE

    def _fit_elements(self, short: str, own: str, target: Instance, value: Instance) -> Fit:
        """Two sequences of the platform by what is in them."""
        inner = self.fit(target.arguments[0], value.arguments[0])
        if inner in (Fit.IDENTITY, Fit.NO):
            return inner
        element = value.arguments[0][0] if value.arguments[0] else None
        is_open = own == "Array" or short in _COVARIANT
        if inner is Fit.MAYBE or not isinstance(element, Instance):
            return Fit.MAYBE
        if isinstance(element.type, Symbol):
            is_value = element.type.definition.kind in ("struct", "enum", "record")
        else:
            is_value = short_name(element.type) in VALUE_TYPES or not is_known(element.type)
        return Fit.MAYBE if is_value else Fit.IMPLICIT if is_open else Fit.NO

    @staticmethod
    def _fit_bare(target: Instance, value: Instance) -> Fit:
        """Two types of the platform with one name, with and without type parameters."""
        kind = target.type
        if not isinstance(kind, External) or not is_known(kind):
            return Fit.MAYBE
        short = short_name(kind)
        if not target.arguments:
            return Fit.IMPLICIT if short in _BARE else Fit.NO
        # Of a list of unknown elements no type arguments are known either.
        return Fit.NO if short in ("Action", "Func") or value.arguments else Fit.MAYBE

    def prefers(self, one: Values, other: Values, actual: Values) -> int | None:
        """1 if the first of two parameter types suits the argument better, -1 if the second one does, 0 if they are
        the same, and nothing if that is not known or neither does."""
        if one and one == other:
            return 0
        if len(one) != 1 or len(other) != 1:
            return None
        mine, theirs = self.fit(one, actual), self.fit(other, actual)
        if (mine is Fit.IDENTITY) != (theirs is Fit.IDENTITY):
            return 1 if mine is Fit.IDENTITY else -1
        forth, back = self.fit(other, one), self.fit(one, other)
        if forth >= Fit.IMPLICIT and back is Fit.NO:
            return 1
        if back >= Fit.IMPLICIT and forth is Fit.NO:
            return -1
        if self._is_signed_pair(one[0], other[0]):
            return 1
        return -1 if self._is_signed_pair(other[0], one[0]) else None

    @staticmethod
    def _is_signed_pair(one: Value, other: Value) -> bool:
        if not isinstance(one, Instance) or not isinstance(other, Instance):
            return False
        if not isinstance(one.type, External) or not isinstance(other.type, External):
            return False
        return one.type.name in _SIGNED and other.type.name in _UNSIGNED
