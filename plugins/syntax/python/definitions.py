"""Reads definitions: functions, lambdas, classes, their decorators, parameters and annotations."""

from __future__ import annotations

import ast
from inspect import cleandoc
from typing import Any

from plugins.syntax.python.annotations import annotate, annotate_name
from plugins.syntax.python.builder import Builder
from plugins.syntax.python.expression_table import Handler, expression
from plugins.syntax.python.frames import Frame
from plugins.syntax.python.ir import CallFlag, ParameterKind, Scope, ScopeFlag, ScopeKind, Seed

__all__ = ["HANDLERS", "class_definition", "docstring", "dotted_text", "enter_body", "function_definition"]

_SIGNATURE_LIMIT = 400

_FLAGS = {
    "staticmethod": ScopeFlag.STATIC,
    "classmethod": ScopeFlag.CLASS_METHOD,
    "property": ScopeFlag.PROPERTY,
    "cached_property": ScopeFlag.PROPERTY,
    "abstractproperty": ScopeFlag.PROPERTY | ScopeFlag.ABSTRACT,
    "abstractmethod": ScopeFlag.ABSTRACT,
    "overload": ScopeFlag.OVERLOAD,
}
_IMPLICIT_STATIC = {
    "__new__": ScopeFlag.CLASS_METHOD,
    "__init_subclass__": ScopeFlag.CLASS_METHOD,
    "__class_getitem__": ScopeFlag.CLASS_METHOD,
}
_SETTERS = frozenset({"setter", "deleter"})
_PLAIN = frozenset({"staticmethod", "classmethod", "property", "overload", "abstractmethod", "cached_property"})


def docstring(body: list[ast.stmt]) -> str:
    """The documentation string that a body starts with, cleaned of its indentation."""
    if body and body[0].__class__ is ast.Expr:
        value = body[0].value  # pyright: ignore[reportAttributeAccessIssue]
        if value.__class__ is ast.Constant and value.value.__class__ is str:
            text: str = value.value
            return cleandoc(text) if "\n" in text else text.strip()
    return ""


def dotted_text(node: Any) -> str:
    """``a.b`` for names and attributes, the part before the parentheses or brackets of anything else."""
    kind = node.__class__
    if kind is ast.Name:
        return node.id
    if kind is ast.Attribute:
        base = dotted_text(node.value)
        return f"{base}.{node.attr}" if base else node.attr
    if kind is ast.Call:
        return dotted_text(node.func)
    if kind is ast.Subscript:
        return dotted_text(node.value)
    return ""


def _signature(b: Builder, node: Any) -> str:
    """The source of the definition's head without decorators, on one line."""
    last = node.lineno
    arguments = node.args
    for part in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *arguments.defaults):
        last = max(last, part.end_lineno)
    for part in (arguments.vararg, arguments.kwarg, node.returns, *arguments.kw_defaults):
        if part is not None:
            last = max(last, part.end_lineno)
    body = node.body[0]
    limit = min(body.lineno, len(b.lines))
    lines = b.lines[node.lineno - 1 : last]
    while not lines[-1].split("#", 1)[0].rstrip().endswith(":") and last < limit - 1:
        lines.append(b.lines[last])
        last += 1
    text = lines[0] if len(lines) == 1 else "\n".join(line.split(" #", 1)[0] for line in lines)
    if limit == last:
        # The body is on the last line of the head.
        keep = len(lines[-1]) - min(body.col_offset, len(lines[-1]))
        text = text[: len(text) - keep] if keep else text
    text = " ".join(text.split()).rstrip(": ")
    return text if len(text) <= _SIGNATURE_LIMIT else text[: _SIGNATURE_LIMIT - 1] + "…"


def _decorators(b: Builder, nodes: list[Any]) -> tuple[list[tuple[int, int, str]], list[str], int]:
    """Variables and lines of the decorators, their texts, and the flags they mean."""
    found: list[tuple[int, int, str]] = []
    texts: list[str] = []
    flags = 0
    for node in nodes:
        text = dotted_text(node)
        texts.append(text or "<expression>")
        last = text.rsplit(".", 1)[-1]
        if node.__class__ is not ast.Call:
            flags |= _FLAGS.get(last, 0)
            if last in _SETTERS and "." in text:
                flags |= ScopeFlag.SETTER | ScopeFlag.PROPERTY
                continue
        if last == "dataclass" or text in ("attr.s", "attrs.define", "define", "attr.attrs", "frozen"):
            flags |= ScopeFlag.DATA_CLASS
        found.append((expression(b, node), node.lineno, text))
    return found, texts, flags


def _apply(b: Builder, decorators: list[tuple[int, int, str]], value: int, target: int) -> None:
    """Bind ``target`` to what the decorators make of ``value``."""
    result = value
    for variable, line, text in reversed(decorators):
        decorated = b.call(variable, line, [result], [], flag=CallFlag.DECORATOR)
        if text in _PLAIN:
            # What these do is written in the flags of the function.
            continue
        b.seeds += (Seed.FALLBACK, decorated, result)
        b.operands.add(result)
        result = decorated
    b.copy(result, target)


def _parameters(b: Builder, frame: Frame, arguments: ast.arguments) -> None:
    """Bind the parameters in ``frame``; defaults were read in the scope around it."""
    scope = frame.scope
    entries = scope.parameters

    def declare(node: ast.arg, kind: int) -> int:
        variable = b.new()
        frame.variables[node.arg] = variable
        frame.bound.add(node.arg)
        entries.append((node.arg, variable, kind, 0))
        return variable

    for node in arguments.posonlyargs:
        declare(node, ParameterKind.POSITIONAL_ONLY)
    for node in arguments.args:
        declare(node, ParameterKind.POSITIONAL)
    if arguments.vararg:
        variable = declare(arguments.vararg, ParameterKind.REST)
        scope.container, _, _ = b.container("tuple")
        b.seeds += (Seed.CONTAINER, variable, scope.container)
    for node in arguments.kwonlyargs:
        declare(node, ParameterKind.KEYWORD)
    if arguments.kwarg:
        variable = declare(arguments.kwarg, ParameterKind.KEYWORDS)
        scope.keywords, _, _ = b.container("dict")
        b.seeds += (Seed.CONTAINER, variable, scope.keywords)


def _defaults(b: Builder, frame: Frame, arguments: ast.arguments) -> None:
    positional = [*arguments.posonlyargs, *arguments.args]
    for node, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        _default(b, frame, node.arg, default)
    for node, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            _default(b, frame, node.arg, default)


def _default(b: Builder, frame: Frame, name: str, default: ast.expr) -> None:
    variable = frame.variables[name]
    if default.__class__ is ast.Constant:
        b.assign_constant(variable, default.value)  # pyright: ignore[reportAttributeAccessIssue]
        return
    value = expression(b, default)
    if value:
        b.operands.add(value)
        frame.scope.defaults[name] = value


def _annotations(b: Builder, frame: Frame, arguments: ast.arguments, returns: ast.expr | None) -> None:
    for node in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if node.annotation is not None:
            annotate_name(b, frame, node.arg, node.annotation)
    if arguments.vararg and arguments.vararg.annotation is not None:
        annotate(b, b.containers[3 * frame.scope.container], arguments.vararg.annotation)
    if arguments.kwarg and arguments.kwarg.annotation is not None:
        annotate(b, b.containers[3 * frame.scope.keywords], arguments.kwarg.annotation)
    if returns is not None:
        target = frame.scope.yields if frame.scope.flags & ScopeFlag.GENERATOR else frame.scope.returns
        annotate(b, target, returns)


def _function_scope(b: Builder, scope: Scope) -> Frame:
    scope.returns = b.new()
    scope.yields = b.new()
    frame = b.enter(scope)
    outer = b.frame
    if outer.overlays or outer.hidden:
        hidden = dict(outer.hidden)
        for overlay in outer.overlays:
            hidden.update(overlay)
        frame.hidden = hidden
    return frame


def function_definition(b: Builder, node: Any) -> None:
    """``def`` and ``async def``: the body is read once everything around it has been read."""
    outer = b.frame
    decorators, texts, flags = _decorators(b, node.decorator_list)
    asynchronous = node.__class__ is ast.AsyncFunctionDef
    if asynchronous:
        flags |= ScopeFlag.ASYNC
    method = outer.scope.kind == ScopeKind.CLASS
    if method:
        flags |= ScopeFlag.METHOD | _IMPLICIT_STATIC.get(node.name, 0)
    start = node.lineno if not node.decorator_list else min(d.lineno for d in node.decorator_list)
    scope = Scope(
        kind=ScopeKind.FUNCTION,
        name=node.name,
        qualified=b.qualify(node.name),
        parent=outer.index,
        line=start,
        end_line=node.end_lineno,
        flags=flags,
        doc=docstring(node.body),
        signature=_signature(b, node),
        decorators=texts,
    )
    frame = _function_scope(b, scope)
    _parameters(b, frame, node.args)
    if method and scope.parameters and not flags & (ScopeFlag.STATIC | ScopeFlag.CLASS_METHOD):
        frame.receiver = scope.parameters[0][0]
    _defaults(b, frame, node.args)
    _annotations(b, frame, node.args, node.returns)
    value = b.new()
    b.seeds += (Seed.FUNCTION, value, frame.index)
    if flags & ScopeFlag.OVERLOAD:
        # All of them are one function.
        b.shared.add(node.name)
    target = b.bind(node.name)
    scope.variable = target
    scope.value = value
    if flags & ScopeFlag.SETTER:
        # The name keeps meaning the property; the setter is a function of its own.
        for variable, line, _ in decorators:
            b.call(variable, line, [value], [], flag=CallFlag.DECORATOR)
    else:
        _apply(b, decorators, value, target)
    if method and flags & ScopeFlag.SETTER and texts[-1].endswith(".setter"):
        outer.scope.setters[node.name] = frame.index
    if method:
        plain = not flags & ScopeFlag.SETTER and all(text in _PLAIN for text in texts)
        functions = outer.scope.functions
        functions[node.name] = frame.index if plain and node.name not in outer.rebound else -1
    b.pending.append((frame, node))


def _lambda(b: Builder, node: ast.Lambda) -> int:
    outer = b.frame
    outer.lambdas += 1
    name = f"<lambda{outer.lambdas}>"
    scope = Scope(
        kind=ScopeKind.LAMBDA,
        name=name,
        qualified=b.qualify(name),
        parent=outer.index,
        line=node.lineno,
        end_line=node.end_lineno or node.lineno,
    )
    frame = _function_scope(b, scope)
    _parameters(b, frame, node.args)
    _defaults(b, frame, node.args)
    value = b.new()
    b.seeds += (Seed.FUNCTION, value, frame.index)
    b.pending.append((frame, node))
    return value


HANDLERS: dict[type, Handler] = {ast.Lambda: _lambda}
"""A lambda is a definition inside an expression."""


def class_definition(b: Builder, node: ast.ClassDef, body: Any) -> None:
    """``class``: its body is read at once by ``body(builder, statements)``."""
    outer = b.frame
    decorators, texts, flags = _decorators(b, node.decorator_list)
    start = node.lineno if not node.decorator_list else min(d.lineno for d in node.decorator_list)
    bases = [expression(b, base.value if isinstance(base, ast.Starred) else base) for base in node.bases]
    metaclass = 0
    for keyword in node.keywords:
        value = expression(b, keyword.value)
        if keyword.arg == "metaclass":
            metaclass = value
    b.operands.update(variable for variable in (*bases, metaclass) if variable)
    scope = Scope(
        kind=ScopeKind.CLASS,
        name=node.name,
        qualified=b.qualify(node.name),
        parent=outer.index,
        line=start,
        end_line=node.end_lineno or node.lineno,
        flags=flags,
        doc=docstring(node.body),
        decorators=texts,
        bases=bases,
        base_texts=[dotted_text(base) for base in node.bases],
        metaclass=metaclass,
    )
    frame = b.enter(scope)
    value = b.new()
    b.seeds += (Seed.CLASS, value, frame.index)
    b.frame = frame
    body(b, node.body)
    b.frame = outer
    scope.variables = frame.variables
    scope.functions = {
        name: index for name, index in scope.functions.items() if index > 0 and name not in frame.rebound
    }
    target = b.bind(node.name)
    scope.variable = target
    scope.value = value
    _apply(b, decorators, value, target)


def enter_body(b: Builder, frame: Frame, node: Any, body: Any) -> None:
    """Read the body of a function or lambda whose surroundings are complete."""
    b.frame = frame
    if node.__class__ is ast.Lambda:
        b.copy(expression(b, node.body), frame.scope.returns)
    else:
        body(b, node.body)
    b.leave_function(frame)
