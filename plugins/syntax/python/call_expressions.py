"""Reads calls: what is called, with what, and the calls that are more than calls."""

from __future__ import annotations

import ast
from typing import Any

from plugins.syntax.python.access import load
from plugins.syntax.python.builder import FILENAME, Builder
from plugins.syntax.python.expression_table import EXPRESSIONS, Handler, expression
from plugins.syntax.python.ir import CallFlag, Op, ParameterKind, ScopeKind, Seed

__all__ = ["HANDLERS", "argument"]

_NAMED_BY_VALUE = {"getattr": 1, "import_module": 0, "__import__": 0}
"""Functions for which it matters what text they are given, and as which argument."""


def _call(b: Builder, node: ast.Call) -> int:
    func = node.func
    callee = _callee(b, func)
    positional: list[int] = []
    rest = 0
    for value in node.args:
        kind = value.__class__
        if kind is ast.Constant:
            positional.append(argument(b, value))
        elif kind is ast.Starred:
            variable = expression(b, value.value)  # pyright: ignore[reportAttributeAccessIssue]
            rest = rest or variable
        else:
            positional.append(EXPRESSIONS[kind](b, value))
    keywords: list[tuple[str, int]] = []
    mapping = 0
    for keyword in node.keywords:
        if keyword.arg is None:
            mapping = expression(b, keyword.value) or mapping
        else:
            keywords.append((keyword.arg, argument(b, keyword.value)))
    name, flag = "", 0
    if func.__class__ is ast.Name:
        name, flag = func.id, CallFlag.NAME  # pyright: ignore[reportAttributeAccessIssue]
        outer = b.frame.outer
        if outer is not None and outer.scope.parameters and name in outer.bound and _forwards(b, node, name):
            flag |= CallFlag.FORWARD
    elif func.__class__ is ast.Attribute:
        name = func.attr  # pyright: ignore[reportAttributeAccessIssue]
        if func.value.__class__ is ast.Name and func.value.id == b.frame.receiver:  # pyright: ignore[reportAttributeAccessIssue]
            flag = CallFlag.RECEIVER
    _computed_name(b, node, name, positional)
    if name == "setattr" and len(node.args) == 3 and len(positional) == 3:
        mapping = mapping or _named_attribute(b, node, positional)
    if name == "namedtuple" and len(positional) > 1:
        positional[1] = _field_names(b, node.args[1]) or positional[1]
    result = b.call(callee, node.lineno, positional, keywords, rest, mapping, flag, name)
    if func.__class__ is ast.Name and func.id == "super":  # pyright: ignore[reportAttributeAccessIssue]
        _super(b, positional, result)
    elif name in ("eval", "exec") and node.args and node.args[0].__class__ is ast.Constant:
        _code(b, node)
    elif name in ("setattr", "__setattr__") and len(node.args) == 3 and node.args[1].__class__ is ast.Constant:
        b.stored.add(str(node.args[1].value))  # pyright: ignore[reportAttributeAccessIssue]
    elif name in _NAMED_BY_VALUE:
        b.key_names.update(argument for argument in positional if argument > 0)
    elif func.__class__ is ast.Attribute and positional and positional[0] > 0:
        # d.get(k), d.pop(k), d.setdefault(k, v): the first argument is a key.
        b.key_names.add(positional[0])
    return result


def _callee(b: Builder, node: Any) -> int:
    kind = node.__class__
    if kind is ast.Name:
        return b.read(node.id)
    if kind is ast.Attribute:
        value = node.value
        if value.__class__ is ast.Name:
            return load(b, b.read(value.id), node)
        if value.__class__ is ast.Constant:
            return load(b, _builtin_value(b, value.value), node)
        if value.__class__ is ast.JoinedStr:
            expression(b, value)
            return load(b, _builtin_value(b, ""), node)
        return load(b, expression(b, value), node)
    return expression(b, node)


def _builtin_value(b: Builder, value: object) -> int:
    result = b.new()
    b.seeds += (Seed.BUILTIN, result, b.name(type(value).__name__))
    return result


def argument(b: Builder, node: Any) -> int:
    """An argument operand."""
    if node.__class__ is ast.Constant:
        constant = b.constant(node.value)
        return 0 if constant is None else -constant - 1
    return expression(b, node)


def _field_names(b: Builder, node: Any) -> int:
    """An argument operand for names in a list, as the text that may be given instead; 0: they are not written down."""
    if node.__class__ not in (ast.List, ast.Tuple):
        return 0
    names = [element.value for element in node.elts if element.__class__ is ast.Constant]
    if len(names) != len(node.elts) or not all(name.__class__ is str for name in names):
        return 0
    return argument(b, ast.Constant(" ".join(names)))


def _named_attribute(b: Builder, node: ast.Call, positional: list[int]) -> int:
    """``setattr(x, name, value)``, where it is known what names these are: text with known ends, what a loop over
    constants runs through, or the keys of a dictionary, of which the variable is returned (else 0). Any other name
    counts as unknown, since it would not be known which value goes with it."""
    key, value = node.args[1:]
    if key.__class__ is ast.Constant:
        return 0
    name, positional[1] = positional[1], 0
    if key.__class__ in (ast.JoinedStr, ast.BinOp):
        positional[1] = name or b.new()
        b.assign_text(positional[1], key)
        b.key_names.add(positional[1])
    elif key.__class__ is ast.Name:
        for loop in b.frame.loops:
            if loop.item == (key.id, ""):  # pyright: ignore[reportAttributeAccessIssue]
                positional[1] = name
                b.key_names.add(name)
            elif value.__class__ is ast.Name and loop.item == (key.id, value.id):  # pyright: ignore[reportAttributeAccessIssue]
                return loop.items
    return 0


def _computed_name(b: Builder, node: ast.Call, name: str, positional: list[int]) -> None:
    """What is computed where an attribute or a module is named."""
    position = _NAMED_BY_VALUE.get(name, len(positional))
    if position < len(positional) and positional[position] >= 0:
        positional[position] = positional[position] or b.new()
        b.assign_text(positional[position], node.args[position])


def _code(b: Builder, node: ast.Call) -> None:
    """``eval("...")`` and ``exec("...")``: the code runs in this scope."""
    source = node.args[0].value  # pyright: ignore[reportAttributeAccessIssue]
    if not isinstance(source, str) or len(source) > 2000:
        return
    try:
        tree = ast.parse(source.strip(), FILENAME)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for part in ast.walk(tree):
        if isinstance(part, ast.stmt | ast.expr):
            part.lineno = part.end_lineno = node.lineno
    for statement in tree.body:
        if isinstance(statement, ast.Expr):
            expression(b, statement.value)


def _forwards(b: Builder, node: ast.Call, name: str) -> bool:
    """Whether a wrapper calls the wrapped function, a parameter of the function around it, with its own arguments."""
    frame = b.frame
    outer = frame.outer
    if outer is None or name in frame.bound or name in outer.rebound:
        return False
    positional = (ParameterKind.POSITIONAL, ParameterKind.POSITIONAL_ONLY)
    places = [
        place for place, entry in enumerate(outer.scope.parameters) if entry[0] == name and entry[2] in positional
    ]
    if not places:
        return False
    given: list[tuple[str, int]] = []
    for value in node.args:
        kind = ParameterKind.POSITIONAL
        if value.__class__ is ast.Starred:
            kind, value = ParameterKind.REST, value.value  # pyright: ignore[reportAttributeAccessIssue]
        if value.__class__ is not ast.Name:
            return False
        given.append((value.id, kind))  # pyright: ignore[reportAttributeAccessIssue]
    for keyword in node.keywords:
        if keyword.arg is not None or keyword.value.__class__ is not ast.Name:
            return False
        given.append((keyword.value.id, ParameterKind.KEYWORDS))  # pyright: ignore[reportAttributeAccessIssue]
    if given != [(entry[0], entry[2]) for entry in frame.scope.parameters]:
        return False
    frame.scope.forwards = places[0]
    outer.scope.wraps = True
    return True


def _super(b: Builder, positional: list[int], result: int) -> None:
    if positional:
        if len(positional) > 1:
            b.operands.add(positional[0])
            b.use(positional[1], Op.SUPER, -1 - positional[0], result)
        return
    frame = b.frame
    while frame.outer is not None:
        outer = frame.outer
        if outer.scope.kind == ScopeKind.CLASS and frame.scope.parameters:
            receiver = frame.scope.parameters[0][1]
            b.use(receiver, Op.SUPER, outer.index, result)
            return
        frame = outer


HANDLERS: dict[type, Handler] = {ast.Call: _call}
