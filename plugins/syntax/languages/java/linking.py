"""From the calls of a Java file to relationships: method references, constructors, and what is accessible."""

from __future__ import annotations

from ..common.calls import CONFIDENCE, root_name
from ..common.facts import Call, New
from ..common.rows import UnitBuilder
from ..common.symbols import Bound, External, KnownCall, SourceFile, Symbol, Value
from .values import JavaValues

__all__ = ["JavaCalls"]


def _outermost(file: SourceFile, index: int) -> int:
    """The definition of a file that stands in no other one and holds this one."""
    definitions = file.facts.definitions
    while index >= 0 and definitions[index].parent >= 0:
        index = definitions[index].parent
    return index


def _is_accessible(value: Value, file: SourceFile, scope: int) -> bool:
    """Whether code in the scope may name a method: private ones only inside the same outermost class."""
    symbol = value.symbol if isinstance(value, Bound) else value
    if not isinstance(symbol, Symbol) or symbol.definition.visibility != "private":
        return True
    own = _outermost(file, file.scopes[scope].owner)
    return symbol.file is file and _outermost(file, symbol.index) == own


class JavaCalls(JavaValues):
    """Calls as Java means them."""

    def callees(self, call: Call, file: SourceFile, arity: int) -> list[tuple[Value, str]]:
        found = super().callees(call, file, arity)
        return [(value, how) for value, how in found if _is_accessible(value, file, call.scope)]

    def _link_call(self, call: Call, file: SourceFile, unit: UnitBuilder) -> None:
        if call.kind == "reference":
            self._link_reference(call, file, unit)
        else:
            super()._link_call(call, file, unit)

    def _link_reference(self, call: Call, file: SourceFile, unit: UnitBuilder) -> None:
        """A method reference means a method that has no overloads, or a class to create an object of."""
        owner = file.scopes[call.scope].owner
        source = file.symbols[owner] if owner >= 0 else None
        if isinstance(call.callee, New):
            created = self.evaluate(call.callee.created, file, call.scope, True)
            targets = [(value, self.named(value, file, root_name(call.callee.created))) for value in created]
        else:
            targets = self.callees(call, file, -1)
        for value, how in targets if len(targets) == 1 else ():
            if isinstance(value, Bound):
                value = value.symbol
            elif isinstance(value, KnownCall):
                value = value.target
            if isinstance(value, (External, Symbol)):
                kind = "INSTANTIATES" if isinstance(call.callee, New) else "CALLS"
                unit.link(kind, source, value, CONFIDENCE[how], how, call.line)
                return
        unit.unresolved += 1
