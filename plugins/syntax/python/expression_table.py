"""How expressions are read: a handler for every kind, which returns the variable that holds the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plugins.syntax.python.builder import Builder
from plugins.syntax.python.ir import Op

__all__ = ["EXPRESSIONS", "Handler", "called_method", "expression", "operate"]

type Handler = Callable[[Builder, Any], int]
"""Takes a node; returns 0 if nothing is known of its value."""

EXPRESSIONS: dict[type, Handler] = {}
"""Filled by ``expressions``."""


def expression(b: Builder, node: Any) -> int:
    """The variable of the value of ``node``."""
    return EXPRESSIONS[node.__class__](b, node)


def called_method(b: Builder, variable: int, method: str | None, node: Any, other: int = 0) -> int:
    """What ``method`` of the variable's values returns, which a piece of syntax calls with ``other``."""
    if not variable or method is None:
        return 0
    result = b.new()
    operate(b, variable, method, result, other, node.lineno)
    return result


def operate(b: Builder, variable: int, method: str, result: int, other: int, line: int) -> None:
    """``result`` is what ``method`` of the variable's values returns for ``other`` (0: nothing is known of that)."""
    if other:
        b.operands.add(other)
        b.use(variable, Op.OPERATE, b.name(method), result, other, b.frame.source, line)
    else:
        b.use(variable, Op.OPERATOR, b.name(method), result, b.frame.source, line)
