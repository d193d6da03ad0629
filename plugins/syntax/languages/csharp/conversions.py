"""Conversions that types declare, and what the types of a repository are besides what it declares (C# specification,
10.2 and 10.5)."""

from __future__ import annotations

from enum import IntEnum

from ..common.members import LONGEST_SEARCH
from ..common.names import Values
from ..common.symbols import External, Instance, Symbol
from .functions import CSharpFunctions, short_name
from .library import NAMESPACE_OF, PLAIN, SUPERTYPES
from .platform import ANCESTORS

__all__ = ["OBJECT", "CSharpConversions", "Fit", "is_known"]

OBJECT = "System.Object"
_IMPLIED: dict[str, set[str]] = {
    "enum": {"System.Enum", "System.ValueType", "System.IComparable", "System.IConvertible", "System.IFormattable"},
    "struct": {"System.ValueType"},
    "record": {"System.IEquatable"},
    "delegate": {"System.Delegate", "System.MulticastDelegate", "System.ICloneable"},
}
"""What types of a kind are without saying so."""


class Fit(IntEnum):
    """How an argument fits a parameter."""

    NO = 0
    MAYBE = 1
    IMPLICIT = 2
    IDENTITY = 3


def is_known(kind: External) -> bool:
    """Whether the class is one of the platform of which base classes and members are known."""
    return kind.name in PLAIN or (kind.certain and NAMESPACE_OF.get(short_name(kind)) == kind.package)


class CSharpConversions(CSharpFunctions):
    """What becomes of a value by the conversions of classes."""

    _is_converted = False

    def prepare(self) -> None:
        super().prepare()
        self._known_conversions: dict[Symbol, list[Symbol]] = {}

    def fit(self, expected: Values, actual: Values) -> Fit:
        """How a value of the actual type fits a parameter of the expected type; both have one value if known."""
        raise NotImplementedError

    def _converts(self, symbol: Symbol, value: Instance, target: Instance) -> bool:
        """Whether a type, or a base of it, declares a conversion that may make the target of the value."""
        if self._is_converted:
            # A value is converted once.
            return False
        pending, seen = [symbol], set[Symbol]()
        while pending and len(seen) < LONGEST_SEARCH:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            for operator in self._conversions(current):
                definition = operator.definition
                if not definition.parameters:
                    return True
                source = self.evaluate(definition.parameters[0], operator.file, definition.body)
                made = self.results(operator)
                self._is_converted = True
                fits = self.fit(source, (value,)), self.fit((target,), made)
                self._is_converted = False
                if Fit.NO not in fits:
                    return True
            pending += [b.type for b in self.bases(current) if isinstance(b, Instance) and isinstance(b.type, Symbol)]
        return False

    def _conversions(self, symbol: Symbol) -> list[Symbol]:
        """The implicit conversions that a class declares."""
        known = self._known_conversions.get(symbol)
        if known is None:
            known = self._known_conversions[symbol] = [
                other
                for part in symbol.parts
                for other in part.file.symbols
                if other.definition.kind == "operator"
                and other.definition.parent >= 0
                and part.file.symbols[other.definition.parent] is part
                and "implicit operator" in other.definition.signature
            ]
        return known

    def _outside(self, symbol: Symbol) -> tuple[bool, set[str]]:
        """Whether all types that a class is are known, and the names of those that are not in the repository."""
        pending, seen, names, complete = [symbol], set[Symbol](), {OBJECT}, True
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
                elif isinstance(kind, External) and is_known(kind):
                    above = SUPERTYPES.get(short_name(kind), frozenset()) | ANCESTORS[short_name(kind)]
                    names |= {kind.name, *(f"{NAMESPACE_OF[name]}.{name}" for name in above if name in NAMESPACE_OF)}
                else:
                    complete = False
                    names.add(kind.name if kind is not None else "")
        return complete, names
