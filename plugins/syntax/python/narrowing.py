"""Reads what conditions say of the class of a name: ``isinstance(name, C)``, also with ``not``, ``and`` and ``or``."""

from __future__ import annotations

import ast
from typing import Any

from plugins.syntax.python.builder import Builder
from plugins.syntax.python.ir import Op, Seed

__all__ = ["Narrowed", "narrow", "widen"]

type Narrowed = list[tuple[str, int, int]]
"""Names with the version that a condition leaves and the one before."""


def narrow(b: Builder, condition: Any, holds: bool) -> Narrowed:
    """From here on, ``condition`` holds or does not hold."""
    found: Narrowed = []
    if not b.frame.is_class:
        _narrow(b, condition, holds, found)
    return found


def widen(b: Builder, narrowed: Narrowed) -> None:
    """From here on, the condition does not matter any more, unless the name was assigned since."""
    current = b.frame.current
    for name, version, before in reversed(narrowed):
        if current.get(name) == version:
            current[name] = before


def _narrow(b: Builder, condition: Any, holds: bool, found: Narrowed) -> None:
    kind = condition.__class__
    if kind is ast.UnaryOp and condition.op.__class__ is ast.Not:
        _narrow(b, condition.operand, not holds, found)
    elif kind is ast.BoolOp and (condition.op.__class__ is ast.And) == holds:
        # All of ``a and b`` hold, and none of ``a or b``.
        for value in condition.values:
            _narrow(b, value, holds, found)
    elif kind is ast.Call and len(condition.args) == 2 and not condition.keywords:
        function, (tested, classes) = condition.func, condition.args
        if function.__class__ is ast.Name and function.id == "isinstance" and tested.__class__ is ast.Name:
            _narrow_name(b, tested.id, classes, holds, found)


def _narrow_name(b: Builder, name: str, classes: Any, holds: bool, found: Narrowed) -> None:
    frame = b.frame
    if name not in frame.bound or name in b.shared or any(name in overlay for overlay in frame.overlays):
        return
    alternatives: list[Any] = classes.elts if classes.__class__ is ast.Tuple else [classes]
    if not alternatives or any(cls.__class__ is not ast.Name for cls in alternatives):
        return
    tested = b.new()
    for cls in alternatives:
        b.copy(b.read(cls.id), tested)
    before = b.read(name)
    version = frame.current[name] = b.new()
    frame.assigned.setdefault(name, [frame.variables[name]])
    b.operands.add(tested)
    b.use(before, Op.NARROW, tested, version, int(holds))
    b.flows += (before, version)
    if holds and len(alternatives) == 1:
        b.seeds += (Seed.ANNOTATION, version, tested)
    found.append((name, version, before))
