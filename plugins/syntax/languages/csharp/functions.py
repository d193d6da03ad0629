"""Whether lambdas and methods may be handed to a parameter (C# specification, 10.7 and 10.8), and what an object is as
one of its base types."""

from __future__ import annotations

from ..common.members import LONGEST_SEARCH
from ..common.names import Values
from ..common.symbols import Bound, External, Instance, Symbol, Value
from .expressions import FUNCTION
from .library import NAMESPACE_OF, PLAIN, SEQUENCES, SUPERTYPES
from .namespaces import CSharpNames

__all__ = ["CSharpFunctions", "Shape", "function_form", "short_name"]

type Shape = tuple[int, bool | None]
"""How many parameters a delegate has, and whether it yields a value."""

_FIXED: dict[str, Shape] = {
    "AsyncCallback": (1, False),
    "Comparison": (2, True),
    "Converter": (1, True),
    "EventHandler": (2, False),
    "ParameterizedThreadStart": (1, False),
    "Predicate": (1, True),
    "ThreadStart": (0, False),
    "TimerCallback": (1, False),
    "WaitCallback": (1, False),
}
_ANY_FUNCTION = frozenset({"Delegate", "Expression", "MulticastDelegate", "Object"})


def short_name(kind: External) -> str:
    """The name without what it is in."""
    return kind.name.rpartition(".")[2]


def function_form(value: Value) -> str:
    """How many parameters a lambda has and what it yields, nothing if the value is none."""
    if isinstance(value, Instance) and isinstance(value.type, External) and value.type.kind == "builtin":
        return value.type.name.removeprefix(FUNCTION) if value.type.name.startswith(FUNCTION) else ""
    return ""


class CSharpFunctions(CSharpNames):
    """Functions as arguments."""

    def shape(self, target: Instance) -> Shape | None:
        """What a delegate type takes, ``None`` if the type is none, or not known to be one."""
        kind = target.type
        if isinstance(kind, Symbol):
            definition = kind.definition
            return (len(definition.parameters), bool(definition.results)) if definition.kind == "delegate" else None
        short = short_name(kind)
        if short == "Expression" and len(target.arguments) == 1:
            inner = target.arguments[0]
            return self.shape(inner[0]) if len(inner) == 1 and isinstance(inner[0], Instance) else None
        if short == "Action":
            return len(target.arguments), False
        if short == "Func" and target.arguments:
            return len(target.arguments) - 1, True
        return _FIXED.get(short)

    def takes_functions(self, target: Instance) -> bool:
        """Whether the type may be a delegate as far as is known."""
        kind = target.type
        if isinstance(kind, Symbol):
            return kind.definition.kind == "delegate"
        short = short_name(kind)
        return short in _ANY_FUNCTION or (kind.name not in PLAIN and short not in NAMESPACE_OF)

    def is_handed(self, form: str, target: Instance) -> bool | None:
        """Whether a lambda may be handed over as the type, ``None`` if that is not known."""
        shape = self.shape(target)
        if shape is None:
            return None if self.takes_functions(target) else False
        count, yields = form[:-1], form[-1]
        if count not in ("*", str(shape[0])):
            return False
        if yields == "e":
            return None if shape[1] else True
        return (yields == "v") is shape[1]

    def is_group_handed(self, methods: Values, target: Instance) -> bool | None:
        """Whether one of several methods may be handed over as the type, ``None`` if that is not known."""
        shape = self.shape(target)
        if shape is None:
            return None if self.takes_functions(target) else False
        symbols = [value.symbol if isinstance(value, Bound) else value for value in methods]
        fitting = [
            symbol
            for symbol in symbols
            if isinstance(symbol, Symbol)
            and (len(symbol.definition.parameters), bool(symbol.definition.results)) == shape
        ]
        if not fitting:
            # An extension method is handed over without its receiver.
            extension = any(isinstance(symbol, Symbol) and "extension" in symbol.definition.flags for symbol in symbols)
            return None if extension else False
        return True if len(fitting) == 1 else None

    # base types

    def views(self, value: Instance, target: Symbol | External) -> list[Instance]:
        """The object as a value of one of its types, with the type arguments that this type has then."""
        found: list[Instance] = []
        pending, seen = [value], set[Instance]()
        while pending and len(seen) < LONGEST_SEARCH:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            kind = current.type
            if kind == target:
                found.append(current)
            elif isinstance(kind, External):
                if isinstance(target, External) and short_name(target) in SUPERTYPES.get(short_name(kind), ()):
                    is_same = len(current.arguments) == 1 and short_name(target) in SEQUENCES | {"ISet"}
                    found.append(Instance(target, current.arguments if is_same else ()))
            else:
                for base in self.bases(kind):
                    if isinstance(base, Instance):
                        inner = tuple(self.substitute(each, kind, current.arguments) for each in base.arguments)
                        pending.append(Instance(base.type, inner))
        return found
