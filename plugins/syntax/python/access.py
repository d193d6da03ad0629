"""Reads names, attributes and elements, and assigns to them."""

from __future__ import annotations

import ast
from typing import Any

from plugins.syntax.python.builder import Builder, constant_text
from plugins.syntax.python.expression_table import Handler, expression
from plugins.syntax.python.frames import Frame
from plugins.syntax.python.ir import NO_BOUND, Op, Seed
from plugins.syntax.python.text_patterns import text_pattern

__all__ = ["HANDLERS", "assign", "attribute_receiver", "constant_tuple", "key_of", "key_text", "load", "read_mention"]


def read_mention(b: Builder, name: str, line: int) -> int:
    """Read a name that is not being called."""
    frame = b.frame
    if frame.overlays:
        for overlay in reversed(frame.overlays):
            if name in overlay:
                return overlay[name]
    if name not in frame.mentions:
        frame.mentions[name] = line
    return b.read(name)


def _name(b: Builder, node: ast.Name) -> int:
    return read_mention(b, node.id, node.lineno)


def load(b: Builder, base: int, node: ast.Attribute) -> int:
    """The value of the attribute that ``node`` names, of the values of ``base``."""
    if base <= 0:
        return 0
    uses = b.uses
    result = len(uses)
    uses.append(None)
    statements = uses[base]
    if statements is None:
        uses[base] = [2, b.names[node.attr], result, b.frame.source, node.lineno]
    else:
        statements += (2, b.names[node.attr], result, b.frame.source, node.lineno)
    return result


def _attribute(b: Builder, node: ast.Attribute) -> int:
    value = node.value
    if value.__class__ is ast.Name:
        name: str = value.id  # pyright: ignore[reportAttributeAccessIssue]
        if name == b.frame.receiver:
            return load(b, b.read(name), node)
        result = load(b, read_mention(b, name, node.lineno), node)
        b.refer(result, node.lineno)
        return result
    return load(b, expression(b, value), node)


def attribute_receiver(b: Builder, node: ast.Attribute) -> int:
    """The variable of ``self.x`` where it is statically known: an attribute of the class being defined."""
    frame = b.frame
    if not frame.receiver or node.value.__class__ is not ast.Name:
        return 0
    if node.value.id != frame.receiver or frame.outer is None:  # pyright: ignore[reportAttributeAccessIssue]
        return 0
    attributes = frame.outer.scope.attributes
    if node.attr not in attributes:
        attributes[node.attr] = b.new()
    return attributes[node.attr]


def _is_told(cls: Frame, name: str) -> bool:
    """Whether something in the class may be told when the attribute is written."""
    return name in cls.scope.setters or name in cls.made or "__setattr__" in cls.scope.functions


def key_of(b: Builder, node: Any) -> int:
    """A key operand."""
    if node.__class__ is ast.Constant:
        text = key_text(node.value)
        return 0 if text is None else b.constants.setdefault(text, len(b.constants)) + 1
    if node.__class__ is ast.UnaryOp:
        number = _number(node)
        return 0 if number is None else b.constant(number) + 1  # pyright: ignore[reportOptionalOperand]
    text = constant_tuple(node)
    if text is not None:
        return b.constants.setdefault(text, len(b.constants)) + 1
    variable = expression(b, node)
    if variable:
        b.key_names.add(variable)
        b.operands.add(variable)
    return -variable


def key_text(value: object) -> str | None:
    """A constant key as the table of constants writes it; floating-point keys equal integers and are not followed."""
    if value is None or value.__class__ is bytes:
        text = repr(value)
        return f"o{text}" if len(text) <= 80 else None
    return constant_text(value)


def constant_tuple(node: Any) -> str | None:
    """A tuple of constants as the table of constants writes it."""
    if node.__class__ is not ast.Tuple or not node.elts:
        return None
    values: list[Any] = []
    for element in node.elts:
        if element.__class__ is not ast.Constant:
            return None
        values.append(element.value)
    text = repr(tuple(values))
    return f"t{text}" if len(text) <= 80 else None


def _number(node: Any) -> int | None:
    if node is None:
        return NO_BOUND
    if node.__class__ is ast.UnaryOp and node.op.__class__ is ast.USub:
        value = _number(node.operand)
        return None if value is None or value == NO_BOUND else -value
    if node.__class__ is ast.Constant and node.value.__class__ is int and abs(node.value) < 10**6:
        return node.value
    return None


def _subscript(b: Builder, node: ast.Subscript) -> int:
    base = expression(b, node.value)
    index = node.slice
    if index.__class__ is ast.Slice:
        return _slice(b, base, index, node.lineno)
    key = key_of(b, index)
    if not base:
        return 0
    if key <= 0 and index.__class__ in (ast.JoinedStr, ast.BinOp) and text_pattern(index) is not None:
        key = key or -b.new()
        b.key_names.add(-key)
        b.operands.add(-key)
        b.assign_text(-key, index)
    result = b.new()
    b.use(base, Op.ITEM, key, result, b.frame.source, node.lineno)
    return result


def _slice(b: Builder, base: int, index: Any, line: int) -> int:
    low, high = _number(index.lower), _number(index.upper)
    for bound in (index.lower, index.upper, index.step):
        if bound is not None:
            expression(b, bound)
    if not base:
        return 0
    container, _, _ = b.container("list")
    result = b.new()
    if low is None or high is None or index.step is not None:
        # Bounds that are not constants: any element may be anywhere.
        low, high = NO_BOUND + 1, NO_BOUND + 1
    b.use(base, Op.SLICE, container, low, high, result, b.frame.source, line)
    return result


def assign(b: Builder, target: Any, value: int) -> None:
    """``target = value`` for any target."""
    kind = target.__class__
    if kind is ast.Name:
        name = target.id
        for overlay in reversed(b.frame.overlays):
            if name in overlay:
                b.copy(value, overlay[name])
                return
        b.copy(value, b.bind(name))
    elif kind is ast.Attribute:
        known = attribute_receiver(b, target)
        if known:
            b.copy(value, known)
            outer = b.frame.outer
            if outer is None or not _is_told(outer, target.attr):
                return
        else:
            b.stored.add(target.attr)
        base = expression(b, target.value)
        if value:
            b.operands.add(value)
        b.use(base, Op.STORE, b.name(target.attr), value, b.frame.source, target.lineno)
    elif kind is ast.Subscript:
        base = expression(b, target.value)
        if target.slice.__class__ is ast.Slice:
            element = b.new()
            b.use(value, Op.ITER, element, b.frame.source, target.lineno, 0)
            b.operands.add(element)
            b.use(base, Op.SET_ITEM, 0, element, b.frame.source, target.lineno)
            return
        key = key_of(b, target.slice)
        if value:
            b.operands.add(value)
        b.use(base, Op.SET_ITEM, key, value, b.frame.source, target.lineno)
    elif kind is ast.Starred:
        assign(b, target.value, value)
    elif kind is ast.Tuple or kind is ast.List:
        _unpack(b, target.elts, value)
    else:
        expression(b, target)


def _unpack(b: Builder, targets: list[Any], value: int) -> None:
    starred = False
    for position, target in enumerate(targets):
        if target.__class__ is ast.Starred:
            starred = True
            container, _, _ = b.container("list")
            rest = b.new()
            b.seeds += (Seed.CONTAINER, rest, container)
            b.use(value, Op.UNPACK_REST, position, len(targets) - position - 1, container)
            assign(b, target.value, rest)
            continue
        element = 0
        if value:
            element = b.new()
            index = position - len(targets) if starred else position
            b.use(value, Op.UNPACK, index, element, b.frame.source, target.lineno)
        assign(b, target, element)


HANDLERS: dict[type, Handler] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
}
