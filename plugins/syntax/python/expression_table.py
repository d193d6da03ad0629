"""How expressions are read: a handler for every kind, which returns the variable that holds the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plugins.syntax.python.builder import Builder
from plugins.syntax.python.ir import Op

__all__ = ["EXPRESSIONS", "Handler", "called_method", "expression"]

type Handler = Callable[[Builder, Any], int]
"""Takes a node; returns 0 if nothing is known of its value."""

EXPRESSIONS: dict[type, Handler] = {}
"""Filled by ``expressions``."""


def expression(b: Builder, node: Any) -> int:
    """The variable of the value of ``node``."""
    return EXPRESSIONS[node.__class__](b, node)


def called_method(b: Builder, variable: int, method: str | None, node: Any) -> int:
    """What ``method`` of the variable's values returns, which a piece of syntax calls."""
    if not variable or method is None:
        return 0
    result = b.new()
    b.use(variable, Op.OPERATOR, b.name(method), result, b.frame.source, node.lineno)
    return result
