"""Reads annotations as hints: what class a value is said to have."""

from __future__ import annotations

import ast
from typing import Any

from plugins.syntax.python.builder import FILENAME, Builder
from plugins.syntax.python.expression_table import expression
from plugins.syntax.python.frames import Frame
from plugins.syntax.python.ir import Seed

__all__ = ["annotate", "annotate_name"]

_TRANSPARENT = frozenset(
    {"Optional", "Annotated", "ClassVar", "Final", "Required", "NotRequired", "ReadOnly", "Awaitable"}
)
_UNIONS = frozenset({"Union"})
_CLASSES = frozenset({"Type", "type"})
_SEQUENCES = frozenset(
    {
        "list", "List", "set", "Set", "frozenset", "FrozenSet", "Sequence", "Iterable", "Iterator", "Collection",
        "AbstractSet", "MutableSequence", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator", "deque",
        "Deque",
    }
)  # fmt: skip
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict", "DefaultDict"})


def annotate_name(b: Builder, frame: Frame, name: str, node: Any) -> None:
    """``name: node`` in ``frame``, whatever is assigned to it. The annotation is read in the current scope."""
    variable = frame.variables[name]
    start = len(b.seeds)
    annotate(b, variable, node)
    seeds = iter(b.seeds[start:])
    hints = [(seed, operand) for seed, about, operand in zip(seeds, seeds, seeds, strict=True) if about == variable]
    for version in frame.assigned.get(name, ())[1:]:
        b.hint(version, hints)
    frame.hints[name] = hints


def annotate(b: Builder, variable: int, node: Any) -> None:
    """``variable: node``. Every name is read in the current scope, so that it counts as a reference."""
    if variable <= 0:
        return
    kind = node.__class__
    if kind is ast.Constant:
        if node.value.__class__ is str:
            _quoted(b, variable, node)
        return
    if kind is ast.Name or kind is ast.Attribute:
        b.seeds += (Seed.ANNOTATION, variable, _class(b, node))
    elif kind is ast.BinOp:
        annotate(b, variable, node.left)
        annotate(b, variable, node.right)
    elif kind is ast.Subscript:
        _subscript(b, variable, node)
    else:
        expression(b, node)


def _class(b: Builder, node: Any) -> int:
    value = expression(b, node)
    b.operands.add(value)
    return value


def _quoted(b: Builder, variable: int, node: ast.Constant) -> None:
    text = str(node.value)
    if len(text) > 200:
        return
    try:
        parsed = ast.parse(text.strip(), FILENAME, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for part in ast.walk(parsed):
        if "lineno" in part._attributes:
            part.lineno = part.end_lineno = node.lineno  # pyright: ignore[reportAttributeAccessIssue]
    if parsed.__class__ is not ast.Constant:
        annotate(b, variable, parsed)


def _subscript(b: Builder, variable: int, node: ast.Subscript) -> None:
    generic = node.value
    if generic.__class__ is ast.Name:
        name: str = generic.id  # pyright: ignore[reportAttributeAccessIssue]
    elif generic.__class__ is ast.Attribute:
        name = generic.attr  # pyright: ignore[reportAttributeAccessIssue]
    else:
        expression(b, node)
        return
    index: Any = node.slice
    elements: list[Any] = index.elts if index.__class__ is ast.Tuple else [index]
    if not elements:
        return
    if name in _TRANSPARENT:
        annotate(b, variable, elements[0])
    elif name in _UNIONS:
        for element in elements:
            annotate(b, variable, element)
    elif name in _CLASSES:
        if elements[0].__class__ in (ast.Name, ast.Attribute):
            b.seeds += (Seed.ANNOTATED_CLASS, variable, _class(b, elements[0]))
    elif name in _SEQUENCES or (name in ("tuple", "Tuple") and len(elements) == 2 and _is_ellipsis(elements[1])):
        _container(b, variable, "list", elements[0])
    elif name in _MAPPINGS and len(elements) == 2:
        _container(b, variable, "dict", elements[1])
    elif name == "Literal":
        return
    else:
        b.seeds += (Seed.ANNOTATION, variable, _class(b, generic))
        for element in elements:
            if element.__class__ in (ast.Name, ast.Attribute):
                expression(b, element)


def _is_ellipsis(node: Any) -> bool:
    return node.__class__ is ast.Constant and node.value is ...


def _container(b: Builder, variable: int, kind: str, element: Any) -> None:
    container, unknown, _ = b.container(kind)
    annotate(b, unknown, element)
    b.seeds += (Seed.ANNOTATED_CONTAINER, variable, container)
