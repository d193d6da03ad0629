"""Reads displays and comprehensions: lists, tuples, sets, dictionaries, and what makes them element by element."""

from __future__ import annotations

import ast
from typing import Any

from plugins.syntax.python.access import assign, constant_tuple, key_text
from plugins.syntax.python.builder import Builder
from plugins.syntax.python.expression_table import Handler, expression
from plugins.syntax.python.ir import Op, Seed

__all__ = ["HANDLERS", "iterated_constants"]

_DISPLAY_LIMIT = 64
"""Longer displays are tables: which element is where is not followed."""

_CONSTANTS_LIMIT = 12
"""A variable that may hold more constants than this is not worth following."""


def _display(b: Builder, kind: str, elements: list[ast.expr]) -> int:
    container, unknown, _ = b.container(kind)
    result = b.new()
    b.seeds += (Seed.CONTAINER, result, container)
    ordered = kind != "set" and len(elements) <= _DISPLAY_LIMIT
    for position, element in enumerate(elements):
        if element.__class__ is ast.Constant:
            continue
        if element.__class__ is ast.Starred:
            b.use(expression(b, element.value), Op.SPREAD, container)  # pyright: ignore[reportAttributeAccessIssue]
            ordered = False
            continue
        value = expression(b, element)
        if value:
            if ordered:
                b.put(container, f"i{position}", value)
            else:
                b.copy(value, unknown)
    if ordered and elements:
        b.container_keys.setdefault(container, {})["length"] = len(elements)
    return result


def _list(b: Builder, node: ast.List) -> int:
    return _display(b, "list", node.elts)


def _tuple(b: Builder, node: ast.Tuple) -> int:
    return _display(b, "tuple", node.elts)


def _set(b: Builder, node: ast.Set) -> int:
    return _display(b, "set", node.elts)


def _dict(b: Builder, node: ast.Dict) -> int:
    container, unknown, _ = b.container("dict")
    result = b.new()
    b.seeds += (Seed.CONTAINER, result, container)
    keys = b.containers[3 * container + 2]
    for key, item in zip(node.keys, node.values, strict=True):
        value = 0 if item.__class__ is ast.Constant else expression(b, item)
        if key is None:
            b.use(value, Op.SPREAD, container)
            b.last_keys[container] = []
            continue
        if key.__class__ is ast.Constant:
            text = key_text(key.value)  # pyright: ignore[reportAttributeAccessIssue]
            if text is not None and container in b.last_keys:
                b.last_keys[container].append(text)
            if text is not None and value:
                b.put(container, text, value)
                continue
        elif (constant := constant_tuple(key)) is not None:
            if value:
                b.put(container, constant, value)
            continue
        else:
            variable = expression(b, key)
            b.copy(variable, keys)
            if variable and value:
                b.key_names.add(variable)
                b.operands.add(variable)
                b.use(result, Op.SET_ITEM, -variable, value, b.frame.source, key.lineno)
                b.operands.add(value)
                continue
        b.copy(value, unknown)
    return result


def _comprehension(b: Builder, node: Any) -> int:
    kind = node.__class__
    overlay: dict[str, int] = {}
    first = True
    frame = b.frame
    for generator in node.generators:
        source = expression(b, generator.iter)
        if first:
            frame.overlays.append(overlay)
            first = False
        _comprehension_targets(b, generator.target, overlay)
        if generator.target.__class__ is ast.Name:
            iterated_constants(b, overlay[generator.target.id], generator.iter)
        element = b.new()
        b.use(source, Op.ITER, element, frame.source, generator.iter.lineno, generator.is_async)
        assign(b, generator.target, element)
        for condition in generator.ifs:
            expression(b, condition)
    if kind is ast.DictComp:
        key = expression(b, node.key)
        value = expression(b, node.value)
        container, unknown, _ = b.container("dict")
        b.copy(key, b.containers[3 * container + 2])
    else:
        value = expression(b, node.elt)
        name = "set" if kind is ast.SetComp else "list"
        container, unknown, _ = b.container(name)
    b.copy(value, unknown)
    frame.overlays.pop()
    result = b.new()
    b.seeds += (Seed.CONTAINER, result, container)
    return result


def iterated_constants(b: Builder, target: int, source: Any) -> None:
    """``for name in ("one", "two")``: the constants that the target stands for, should it matter."""
    if source.__class__ in (ast.Tuple, ast.List, ast.Set) and len(source.elts) <= _CONSTANTS_LIMIT:
        for element in source.elts:
            if element.__class__ is ast.Constant:
                b.assign_constant(target, element.value)


def _comprehension_targets(b: Builder, target: Any, overlay: dict[str, int]) -> None:
    kind = target.__class__
    if kind is ast.Name:
        overlay[target.id] = b.new()
    elif kind is ast.Tuple or kind is ast.List:
        for element in target.elts:
            _comprehension_targets(b, element, overlay)
    elif kind is ast.Starred:
        _comprehension_targets(b, target.value, overlay)


HANDLERS: dict[type, Handler] = {
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
}
