"""Reads expressions: operators and what else is small is here, and all handlers come together."""

# ruff: noqa: ARG001, ARG005  (handlers of one table share a signature)

from __future__ import annotations

import ast
from typing import Any

from plugins.syntax.python import access, call_expressions, definitions, displays
from plugins.syntax.python.builder import Builder
from plugins.syntax.python.expression_table import EXPRESSIONS, called_method, expression
from plugins.syntax.python.flow import join
from plugins.syntax.python.ir import Op, ScopeFlag
from plugins.syntax.python.narrowing import narrow, widen

__all__ = ["EXPRESSIONS", "expression"]

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "__add__",
    ast.Sub: "__sub__",
    ast.Mult: "__mul__",
    ast.MatMult: "__matmul__",
    ast.Div: "__truediv__",
    ast.Mod: "__mod__",
    ast.Pow: "__pow__",
    ast.LShift: "__lshift__",
    ast.RShift: "__rshift__",
    ast.BitOr: "__or__",
    ast.BitXor: "__xor__",
    ast.BitAnd: "__and__",
    ast.FloorDiv: "__floordiv__",
}
_UNARY: dict[type[ast.unaryop], str] = {ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "__eq__",
    ast.NotEq: "__ne__",
    ast.Lt: "__lt__",
    ast.LtE: "__le__",
    ast.Gt: "__gt__",
    ast.GtE: "__ge__",
}
_CONVERSIONS = {ord("s"): "__str__", ord("r"): "__repr__", ord("a"): "__repr__"}


def _nothing(b: Builder, node: ast.expr) -> int:
    return 0


def _binary(b: Builder, node: ast.BinOp) -> int:
    left = 0 if node.left.__class__ is ast.Constant else expression(b, node.left)
    right = 0 if node.right.__class__ is ast.Constant else expression(b, node.right)
    operator = _BINARY[node.op.__class__]
    result = called_method(b, left, operator, node, right)
    if right and node.left.__class__ is ast.Constant:
        return called_method(b, right, f"__r{operator[2:]}", node)
    if right and operator in ("__add__", "__or__"):
        # [f] + [g], {"a": f} | {"b": g}: the elements of both.
        result = result or b.new()
        b.use(right, Op.OPERATOR, b.name("join"), result, b.frame.source, node.lineno)
    return result


def _unary(b: Builder, node: ast.UnaryOp) -> int:
    return called_method(b, expression(b, node.operand), _UNARY.get(node.op.__class__), node)


def _compare(b: Builder, node: ast.Compare) -> int:
    left = expression(b, node.left)
    result = 0
    for operator, comparator in zip(node.ops, node.comparators, strict=True):
        right = expression(b, comparator)
        kind = operator.__class__
        if kind is ast.In or kind is ast.NotIn:
            called_method(b, right, "__contains__", node, left)
        elif kind in _COMPARE:
            result = called_method(b, left, _COMPARE[kind], node, right)
        left = right
    # Comparisons of query languages return conditions; those of a chain are only asked whether they are true.
    return result if len(node.ops) == 1 else 0


def _join(b: Builder, variables: list[int]) -> int:
    known = [variable for variable in variables if variable]
    if len(known) < 2:
        return known[0] if known else 0
    result = b.new()
    for variable in known:
        b.copy(variable, result)
    return result


def _boolean(b: Builder, node: ast.BoolOp) -> int:
    first, *others = node.values
    variables = [expression(b, first)]
    before = dict(b.frame.current)
    variables += [expression(b, value) for value in others]
    # What the others assign is assigned only if the first one does not decide.
    join(b, before)
    return _join(b, variables)


def _conditional(b: Builder, node: ast.IfExp) -> int:
    expression(b, node.test)
    before = dict(b.frame.current)
    narrowed = narrow(b, node.test, True)
    taken = expression(b, node.body)
    widen(b, narrowed)
    after, b.frame.current = b.frame.current, before
    narrowed = narrow(b, node.test, False)
    other = expression(b, node.orelse)
    widen(b, narrowed)
    join(b, after)
    return _join(b, [taken, other])


def _walrus(b: Builder, node: ast.NamedExpr) -> int:
    name = node.target.id
    value = expression(b, node.value)
    # In a loop it may be read before it is assigned.
    variable = b.bind_also(name) if b.frame.overlays or b.frame.loops else b.bind(name)
    b.copy(value, variable)
    return value


def _formatted(b: Builder, node: ast.JoinedStr) -> int:
    for value in node.values:
        if value.__class__ is ast.FormattedValue:
            shown = expression(b, value.value)  # pyright: ignore[reportAttributeAccessIssue]
            called_method(b, shown, _CONVERSIONS.get(value.conversion, "__format__"), value.value)  # pyright: ignore[reportAttributeAccessIssue]
            spec = value.format_spec  # pyright: ignore[reportAttributeAccessIssue]
            if spec is not None:
                _formatted(b, spec)
    return 0


def _inner(b: Builder, node: Any) -> int:
    return expression(b, node.value)


def _yield(b: Builder, node: ast.Yield) -> int:
    b.frame.scope.flags |= ScopeFlag.GENERATOR
    if node.value is not None:
        value = expression(b, node.value)
        b.copy(value, b.frame.scope.yields)
    # What the generator is sent.
    return b.frame.scope.variables.setdefault("yield", b.new())


def _yield_from(b: Builder, node: ast.YieldFrom) -> int:
    b.frame.scope.flags |= ScopeFlag.GENERATOR
    source = expression(b, node.value)
    b.use(source, Op.ITER, b.frame.scope.yields, b.frame.source, node.lineno, 0)
    return called_method(b, source, "yield from", node)


EXPRESSIONS.update(access.HANDLERS | call_expressions.HANDLERS | definitions.HANDLERS | displays.HANDLERS)
EXPRESSIONS.update(
    {
        ast.Constant: _nothing,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.Compare: _compare,
        ast.BoolOp: _boolean,
        ast.IfExp: _conditional,
        ast.NamedExpr: _walrus,
        ast.JoinedStr: _formatted,
        ast.Await: _inner,
        ast.Starred: _inner,
        ast.Yield: _yield,
        ast.YieldFrom: _yield_from,
        ast.Slice: lambda b, node: 0,
    }
)
