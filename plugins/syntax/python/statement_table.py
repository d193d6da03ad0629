"""How statements are read: a handler for every kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plugins.syntax.python.builder import Builder

__all__ = ["STATEMENTS", "Handler", "block"]

type Handler = Callable[[Builder, Any], None]

STATEMENTS: dict[type, Handler] = {}
"""Filled by ``statements``."""


def block(b: Builder, statements: list[Any]) -> None:
    """Read ``statements`` in the current scope."""
    for node in statements:
        STATEMENTS[node.__class__](b, node)
