"""Text of which only the beginning and the end are written down: ``f"visit_{name}"``, ``"visit_" + name``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Any

__all__ = ["matching", "text_pattern"]

_CONVERSION = re.compile(r"%(?:\(\w*\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?[a-zA-Z]")
_FIELD = re.compile(r"\{[^{}]*\}")
_SAME_LENGTH = {"lower": str.lower, "upper": str.upper}
_LETTERS, _CHARACTERS = 2, 3
"""Fewer of these, and almost anything could be meant."""


def text_pattern(node: Any) -> str | None:
    """The beginning, ``*``, and the end of what an expression gives; ``None`` if too little of it is known."""
    found = _ends(node)
    if found is None or sum(map(str.isalpha, "".join(found))) < _LETTERS or sum(map(len, found)) < _CHARACTERS:
        return None
    return "*".join(found)


def matching(pattern: str, names: Iterable[str], most: int) -> list[str]:
    """Those of ``names`` that can be meant, in order; none if there are more than ``most``."""
    beginning, _, end = pattern.partition("*")
    size = len(beginning) + len(end)
    found = [name for name in names if len(name) > size and name.startswith(beginning) and name.endswith(end)]
    return sorted(found) if len(found) <= most else []


def _ends(node: Any) -> tuple[str, str] | None:
    kind = node.__class__
    if kind is ast.JoinedStr:
        texts = [part.value if part.__class__ is ast.Constant else None for part in node.values]
        return (texts[0] or "", texts[-1] or "") if None in texts else None
    if kind is ast.BinOp:
        if node.op.__class__ is ast.Mod:
            return _formatted(_CONVERSION, node.left)
        if node.op.__class__ is ast.Add:
            return _joined(node.left, node.right)
    elif kind is ast.Call and node.func.__class__ is ast.Attribute:
        if node.func.attr == "format":
            return _formatted(_FIELD, node.func.value)
        change = _SAME_LENGTH.get(node.func.attr)
        found = _ends(node.func.value) if change else None
        if change and found:
            return change(found[0]), change(found[1])
    return None


def _joined(left: Any, right: Any) -> tuple[str, str] | None:
    first, last = _text(left), _text(right)
    if first is None:
        before = _ends(left)
        first = before[0] if before else ""
    if last is None:
        after = _ends(right)
        last = after[1] if after else ""
    return (first, last) if first or last else None


def _formatted(field: re.Pattern[str], node: Any) -> tuple[str, str] | None:
    text = _text(node)
    parts = field.split(text) if text is not None else []
    return (parts[0], parts[-1]) if len(parts) > 1 else None


def _text(node: Any) -> str | None:
    return node.value if node.__class__ is ast.Constant and node.value.__class__ is str else None
