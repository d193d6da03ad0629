"""Reads statements."""

# ruff: noqa: ARG001  (handlers of one table share a signature)

from __future__ import annotations

import ast
from typing import Any

from plugins.syntax.python import compound
from plugins.syntax.python.access import assign, attribute_receiver
from plugins.syntax.python.annotations import annotate, annotate_name
from plugins.syntax.python.builder import Builder
from plugins.syntax.python.call_expressions import argument
from plugins.syntax.python.definitions import class_definition, function_definition
from plugins.syntax.python.expression_table import operate
from plugins.syntax.python.expressions import expression
from plugins.syntax.python.imports import import_from, import_names
from plugins.syntax.python.ir import CallFlag, Op, ScopeKind
from plugins.syntax.python.statement_table import STATEMENTS, block

__all__ = ["block"]


def _expression_statement(b: Builder, node: ast.Expr) -> None:
    value = node.value
    if value.__class__ is ast.Call:
        expression(b, value)
        _extended_exports(b, value)
    elif value.__class__ is not ast.Constant:
        expression(b, value)


def _assign(b: Builder, node: ast.Assign) -> None:
    targets = node.targets
    value = node.value
    if value.__class__ is ast.Constant:
        for target in targets:
            if target.__class__ is ast.Name:
                b.assign_constant(b.bind(target.id), value.value)  # pyright: ignore[reportAttributeAccessIssue]
            elif target.__class__ is ast.Attribute and (known := attribute_receiver(b, target)):  # pyright: ignore[reportArgumentType]
                b.assign_constant(known, value.value)  # pyright: ignore[reportAttributeAccessIssue]
            else:
                assign(b, target, 0)
        return
    if len(targets) == 1:
        target = targets[0]
        if target.__class__ is ast.Tuple and value.__class__ is ast.Tuple and _pairwise(b, target, value):
            return
        if target.__class__ is ast.Name and target.id == "__all__" and b.frame is b.module:  # pyright: ignore[reportAttributeAccessIssue]
            _exports(b, value)
        if target.__class__ is ast.Name and target.id == "__match_args__" and value.__class__ is ast.Tuple:  # pyright: ignore[reportAttributeAccessIssue]
            _positional_patterns(b, value)
        assign(b, target, expression(b, value))
        if target.__class__ is ast.Name and value.__class__ is ast.Call and b.frame.is_class:
            b.frame.made.add(target.id)  # pyright: ignore[reportAttributeAccessIssue]
        if target.__class__ is ast.Name and value.__class__ in _TEXTS:
            b.assign_text(b.read(target.id), value)  # pyright: ignore[reportAttributeAccessIssue]
        return
    variable = expression(b, value)
    for target in targets:
        assign(b, target, variable)


_TEXTS = frozenset({ast.JoinedStr, ast.BinOp, ast.Call})


def _positional_patterns(b: Builder, value: Any) -> None:
    """``__match_args__``."""
    b.frame.scope.fields = [str(element.value) for element in value.elts if element.__class__ is ast.Constant]


def _pairwise(b: Builder, target: Any, value: Any) -> bool:
    """``a, b = x, y`` without a tuple in between."""
    if len(target.elts) != len(value.elts):
        return False
    for element in (*target.elts, *value.elts):
        if element.__class__ is ast.Starred:
            return False
    values: list[tuple[int, Any]] = []
    for left, right in zip(target.elts, value.elts, strict=True):
        if right.__class__ is ast.Constant:
            values.append((0, right))
        elif left.__class__ is ast.Tuple and right.__class__ is ast.Tuple and _pairwise(b, left, right):
            values.append((-1, right))
        else:
            values.append((expression(b, right), right))
    for left, (variable, right) in zip(target.elts, values, strict=True):
        if variable == -1:
            continue
        if variable == 0 and right.__class__ is ast.Constant and left.__class__ is ast.Name:
            b.assign_constant(b.bind(left.id), right.value)
        else:
            assign(b, left, variable)
    return True


def _exports(b: Builder, value: Any) -> None:
    """The part of ``__all__`` that ``value`` adds."""
    if value.__class__ in (ast.List, ast.Tuple):
        names = b.exported = b.exported or []
        for element in value.elts:
            if element.__class__ is ast.Constant and element.value.__class__ is str:
                names.append(element.value)
            elif element.__class__ is ast.Starred:
                _exports(b, element.value)
            else:
                b.exports_known = False
    elif value.__class__ is ast.BinOp and value.op.__class__ is ast.Add:
        _exports(b, value.left)
        _exports(b, value.right)
    elif value.__class__ is ast.Attribute and value.attr == "__all__":
        b.exported = b.exported or []
        base = expression(b, value.value)
        b.operands.add(base)
        b.star_exported.append(base)
    elif not (value.__class__ is ast.Name and value.id == "__all__"):
        b.exports_known = False


def _extended_exports(b: Builder, node: Any) -> None:
    """``__all__.extend(...)`` and ``__all__.append(...)``."""
    func = node.func
    if (
        func.__class__ is ast.Attribute
        and func.value.__class__ is ast.Name
        and func.value.id == "__all__"
        and node.args
    ):
        if func.attr == "extend":
            _exports(b, node.args[0])
        elif func.attr == "append":
            _exports(b, ast.List(elts=[node.args[0]]))


def _annotated(b: Builder, node: ast.AnnAssign) -> None:
    target = node.target
    value = node.value
    if target.__class__ is ast.Name:
        _annotated_name(b, target.id, node)  # pyright: ignore[reportAttributeAccessIssue]
        return
    if target.__class__ is ast.Attribute and (known := attribute_receiver(b, target)):  # pyright: ignore[reportArgumentType]
        annotate(b, known, node.annotation)
    else:
        expression(b, node.annotation)
    if value is not None:
        assign(b, target, expression(b, value))


def _annotated_name(b: Builder, name: str, node: ast.AnnAssign) -> None:
    if b.frame.scope.kind == ScopeKind.CLASS:
        b.frame.scope.fields.append(name)
    value = node.value
    if value is None:
        b.bind_also(name)
        annotate_name(b, b.frame, name, node.annotation)
        return
    if name == "__all__" and b.frame is b.module:
        _exports(b, value)
    assigned = 0 if value.__class__ is ast.Constant else expression(b, value)
    variable = b.bind(name)
    annotate_name(b, b.frame, name, node.annotation)
    if value.__class__ is ast.Constant:
        b.assign_constant(variable, value.value)  # pyright: ignore[reportAttributeAccessIssue]
    else:
        b.copy(assigned, variable)


_IN_PLACE: dict[type[ast.operator], str] = {
    ast.Add: "__iadd__", ast.Sub: "__isub__", ast.Mult: "__imul__", ast.Div: "__itruediv__", ast.Mod: "__imod__",
    ast.BitOr: "__ior__", ast.BitAnd: "__iand__", ast.BitXor: "__ixor__", ast.FloorDiv: "__ifloordiv__",
    ast.Pow: "__ipow__", ast.LShift: "__ilshift__", ast.RShift: "__irshift__", ast.MatMult: "__imatmul__",
}  # fmt: skip


def _augmented(b: Builder, node: ast.AugAssign) -> None:
    target: Any = node.target
    value = expression(b, node.value)
    if target.__class__ is ast.Name:
        if target.id == "__all__" and b.frame is b.module:
            _exports(b, node.value)
        variable = b.bind_also(target.id)
    else:
        variable = expression(b, target)
        # The written place keeps what it held, so only the new elements matter.
        if value:
            assign(b, target, value)
    if variable:
        result = b.new()
        operate(b, variable, _IN_PLACE[node.op.__class__], result, value, node.lineno)
        if target.__class__ is ast.Name:
            b.copy(result, variable)
    if value and target.__class__ is ast.Name and node.op.__class__ in (ast.Add, ast.BitOr):
        b.use(value, Op.OPERATOR, b.name("join"), variable, b.frame.source, node.lineno)


def _return(b: Builder, node: ast.Return) -> None:
    value = node.value
    b.frame.leaves = True
    if value is None:
        return
    if value.__class__ is ast.Constant:
        b.assign_constant(b.frame.scope.returns, value.value)  # pyright: ignore[reportAttributeAccessIssue]
        b.key_names.add(b.frame.scope.returns)
    else:
        b.copy(expression(b, value), b.frame.scope.returns)


def _raise(b: Builder, node: ast.Raise) -> None:
    b.frame.leaves = True
    raised, cause = (_raised(b, part, node.lineno) for part in (node.exc, node.cause))
    if raised and cause:
        b.stored.add("__cause__")
        b.operands.add(cause)
        b.use(raised, Op.STORE, b.name("__cause__"), cause, b.frame.source, node.lineno)


def _raised(b: Builder, node: ast.expr | None, line: int) -> int:
    """The variable of an exception, or of a class that is instantiated by being raised."""
    if node is None:
        return 0
    value = expression(b, node)
    if node.__class__ is not ast.Call and value:
        b.call(value, line, [], [], flag=CallFlag.RAISE)
    return value


def _assert(b: Builder, node: ast.Assert) -> None:
    expression(b, node.test)
    if node.msg is not None:
        argument(b, node.msg)


def _delete(b: Builder, node: ast.Delete) -> None:
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            base = expression(b, target.value)
            expression(b, target.slice)
            b.use(base, Op.OPERATOR, b.name("__delitem__"), b.new(), b.frame.source, target.lineno)
        elif target.__class__ is not ast.Name:
            expression(b, target)


def _global(b: Builder, node: ast.Global) -> None:
    if b.frame is not b.module:
        for name in node.names:
            b.bind_global(name)


def _nonlocal(b: Builder, node: ast.Nonlocal) -> None:
    if b.frame is not b.module:
        for name in node.names:
            b.bind_nonlocal(name)


def _type_alias(b: Builder, node: Any) -> None:
    b.copy(expression(b, node.value), b.bind(node.name.id))


def _nothing(b: Builder, node: Any) -> None:
    return


def _class(b: Builder, node: ast.ClassDef) -> None:
    class_definition(b, node, block)


STATEMENTS.update(
    compound.HANDLERS
    | {
        ast.Expr: _expression_statement,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.FunctionDef: function_definition,
        ast.AsyncFunctionDef: function_definition,
        ast.ClassDef: _class,
        ast.Import: import_names,
        ast.ImportFrom: import_from,
        ast.Return: _return,
        ast.Raise: _raise,
        ast.Assert: _assert,
        ast.Delete: _delete,
        ast.Global: _global,
        ast.Nonlocal: _nonlocal,
        ast.TypeAlias: _type_alias,
        ast.Pass: _nothing,
    }
)
