"""Whether a value may be handed to a parameter, and which of two parameters suits it better (C# specification, 10.2
and 12.6.4.5).

A type may be unknown: where it comes from a package that is not in the repository.
"""

from __future__ import annotations

from enum import IntEnum

from ..common.names import Values
from ..common.symbols import External, Instance, Symbol, TypeVariable, Value
from .library import (
    INVARIANT,
    NAMESPACE_OF,
    NUMBERS,
    PREDEFINED,
    SEALED,
    SEQUENCES,
    SUPERTYPES,
    WIDER,
)
from .namespaces import CSharpNames

__all__ = ["CSharpFitting", "Fit", "is_null"]

_OBJECT = "System.Object"
_PLAIN = frozenset(f"System.{name}" for name in PREDEFINED.values())
_IMPLIED: dict[str, set[str]] = {
    "enum": {"System.Enum", "System.ValueType", "System.IComparable", "System.IConvertible", "System.IFormattable"},
    "struct": {"System.ValueType"},
    "record": {"System.IEquatable"},
    "delegate": {"System.Delegate", "System.MulticastDelegate", "System.ICloneable"},
}
"""What types of a kind are without saying so."""
_SIGNED = frozenset(f"System.{name}" for name in ("SByte", "Int16", "Int32", "Int64", "IntPtr"))
_UNSIGNED = frozenset(f"System.{name}" for name in ("Byte", "UInt16", "UInt32", "UInt64", "UIntPtr"))


class Fit(IntEnum):
    """How an argument fits a parameter."""

    NO = 0
    MAYBE = 1
    IMPLICIT = 2
    IDENTITY = 3


def _builtin(value: Value) -> str:
    if isinstance(value, Instance) and isinstance(value.type, External) and value.type.kind == "builtin":
        return value.type.name
    return ""


def is_null(value: Value) -> bool:
    """Whether the value is the literal ``null``."""
    return _builtin(value) == "null"


def _known(kind: External) -> bool:
    return kind.name in _PLAIN or (kind.certain and NAMESPACE_OF.get(kind.name.rpartition(".")[2]) == kind.package)


class CSharpFitting(CSharpNames):
    """Conversions of arguments."""

    _is_converted = False

    def fit(self, expected: Values, actual: Values) -> Fit:
        """How a value of the actual type fits a parameter of the expected type; both have one value if known."""
        if len(expected) != 1 or len(actual) != 1:
            return Fit.MAYBE
        target, value = expected[0], actual[0]
        if target == value and not isinstance(value, Instance):
            return Fit.IDENTITY
        if not isinstance(target, Instance):
            return Fit.MAYBE
        kind = target.type
        if isinstance(kind, External) and kind.name == _OBJECT:
            return self._fit_object(value)
        if isinstance(value, TypeVariable):
            fits = [self.fit(expected, (bound,)) for bound in self.bounds(value)]
            return Fit.IMPLICIT if fits and max(fits) >= Fit.IMPLICIT else Fit.MAYBE
        if not isinstance(value, Instance):
            return Fit.MAYBE
        if built := _builtin(value):
            return self._fit_builtin(kind, built)
        return self._fit_types(target, value)

    @staticmethod
    def _fit_object(value: Value) -> Fit:
        if isinstance(value, Instance):
            if isinstance(value.type, External) and value.type.name == _OBJECT:
                return Fit.IDENTITY
            return Fit.MAYBE if _builtin(value) == "function" else Fit.IMPLICIT
        return Fit.IMPLICIT if isinstance(value, TypeVariable) else Fit.MAYBE

    @staticmethod
    def _fit_builtin(expected: Symbol | External, built: str) -> Fit:
        """``null`` fits what is no value type, a lambda fits delegates."""
        if isinstance(expected, Symbol):
            kind = expected.definition.kind
            if built == "function":
                return Fit.MAYBE if kind == "delegate" else Fit.NO
            # The type may be declared with a question mark, which is not followed.
            return Fit.MAYBE if kind in ("struct", "enum", "record") else Fit.IMPLICIT
        if expected.name in _PLAIN:
            return Fit.IMPLICIT if built == "null" and expected.name == "System.String" else Fit.NO
        return Fit.MAYBE

    def _fit_types(self, target: Instance, value: Instance) -> Fit:
        expected, actual = target.type, value.type
        if expected == actual:
            return self._fit_arguments(target, value)
        if isinstance(actual, Symbol):
            if isinstance(expected, Symbol) and self.is_subclass(actual, expected):
                return Fit.MAYBE if expected.definition.type_parameters else Fit.IMPLICIT
            if self._converts(actual) or (isinstance(expected, Symbol) and self._converts(expected, value)):
                return Fit.MAYBE
            complete, names = self._outside(actual)
            if isinstance(expected, External) and expected.name in names:
                return Fit.MAYBE if target.arguments else Fit.IMPLICIT
            is_plain = isinstance(expected, External) and expected.name in _PLAIN
            return Fit.NO if complete or is_plain or isinstance(expected, Symbol) else Fit.MAYBE
        if isinstance(expected, Symbol):
            is_number = expected.definition.kind == "enum" and actual.name in NUMBERS
            return Fit.MAYBE if is_number or self._converts(expected, value) or not _known(actual) else Fit.NO
        return self._fit_external(expected, target, actual, value)

    def _fit_external(self, expected: External, target: Instance, actual: External, value: Instance) -> Fit:
        if expected.name in WIDER.get(actual.name, ()):
            return Fit.IMPLICIT
        if expected.name in _PLAIN:
            # A constant may be of a narrower type than it seems.
            constant = actual.name == "System.Int32" and expected.name in _SIGNED | _UNSIGNED
            return Fit.MAYBE if constant or not (_known(actual) or actual.name == "System.Array") else Fit.NO
        short = expected.name.rpartition(".")[2]
        if short == "Nullable" and actual.name in _PLAIN:
            fit = self.fit(target.arguments[0], (value,)) if target.arguments else Fit.MAYBE
            return min(fit, Fit.IMPLICIT)
        above = SUPERTYPES.get(actual.name.rpartition(".")[2], ())
        if short in above and not target.arguments:
            return Fit.IMPLICIT
        if short in SEQUENCES and short in above and len(target.arguments) == len(value.arguments) == 1:
            inner = self.fit(target.arguments[0], value.arguments[0])
            return Fit.IMPLICIT if inner is Fit.IDENTITY else Fit.MAYBE
        if short in SEALED and _known(actual):
            return Fit.NO
        is_closed = actual.name in NUMBERS or actual.name in ("System.Boolean", "System.Array")
        return Fit.NO if is_closed and short in INVARIANT else Fit.MAYBE

    def _fit_arguments(self, target: Instance, value: Instance) -> Fit:
        """Two types of one name that may differ in their type arguments."""
        if target.arguments == value.arguments:
            return Fit.IDENTITY
        if len(target.arguments) != len(value.arguments):
            return Fit.MAYBE
        fits = [self.fit(e, a) for e, a in zip(target.arguments, value.arguments, strict=True)]
        if all(fit is Fit.IDENTITY for fit in fits):
            return Fit.IDENTITY
        kind = target.type
        if isinstance(kind, External) and kind.name.rpartition(".")[2] in INVARIANT and Fit.NO in fits:
            return Fit.NO
        return Fit.MAYBE

    def _converts(self, symbol: Symbol, value: Value | None = None) -> bool:
        """Whether the type, or a base of it, declares conversions of its own, and one that may take the value."""
        if value is not None and self._is_converted:
            # A value is converted once.
            return False
        pending, seen = [symbol], set[Symbol]()
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            for other in (other for part in current.parts for other in part.file.symbols):
                definition = other.definition
                is_member = definition.parent >= 0 and other.file.symbols[definition.parent] in current.parts
                if is_member and definition.kind == "operator" and "implicit operator" in definition.signature:
                    if value is None or not definition.parameters:
                        return True
                    source = self.evaluate(definition.parameters[0], other.file, definition.body)
                    self._is_converted = True
                    fit = self.fit(source, (value,))
                    self._is_converted = False
                    if fit is not Fit.NO:
                        return True
            pending += [b.type for b in self.bases(current) if isinstance(b, Instance) and isinstance(b.type, Symbol)]
        return False

    def _outside(self, symbol: Symbol) -> tuple[bool, set[str]]:
        """Whether all types that a class is are known, and the names of those that are not in the repository."""
        pending, seen, names, complete = [symbol], set[Symbol](), {_OBJECT}, True
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            names |= _IMPLIED.get(current.definition.kind, set())
            bases = self.bases(current)
            complete = complete and len(bases) >= sum(len(part.definition.bases) for part in current.parts)
            for base in bases:
                kind = base.type if isinstance(base, Instance) else None
                if isinstance(kind, Symbol):
                    pending.append(kind)
                else:
                    complete = False
                    names.add(kind.name if kind is not None else "")
        return complete, names

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
