"""Reads statements that hold others: branches, loops, ``with``, ``try`` and ``match``."""

# ruff: noqa: ARG001  (handlers of one table share a signature)

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from plugins.syntax.python.access import assign
from plugins.syntax.python.builder import Builder
from plugins.syntax.python.displays import iterated_constants
from plugins.syntax.python.expression_table import expression
from plugins.syntax.python.flow import interrupted, join, join_all, repeat, run_again
from plugins.syntax.python.frames import Loop
from plugins.syntax.python.ir import Op
from plugins.syntax.python.narrowing import narrow, widen
from plugins.syntax.python.patterns import match
from plugins.syntax.python.statement_table import Handler, block

__all__ = ["HANDLERS"]

_SUPPRESSING = frozenset({"suppress", "raises", "assertRaises", "assertRaisesRegex"})
"""Context managers after which an exception in their block was none."""


def _if(b: Builder, node: ast.If) -> None:
    expression(b, node.test)
    frame = b.frame
    before = dict(frame.current)
    narrowed = narrow(b, node.test, True)
    block(b, node.body)
    taken, left = frame.current, frame.leaves
    frame.current, frame.leaves = before, False
    excluded = narrow(b, node.test, False) if node.orelse or left else []
    if node.orelse:
        block(b, node.orelse)
    if left:
        return
    widen(b, excluded)
    if frame.leaves:
        frame.current, frame.leaves = taken, False
    else:
        here, frame.current = frame.current, taken
        widen(b, narrowed)
        join(b, here)


def _for(b: Builder, node: Any) -> None:
    source = expression(b, node.iter)
    element = b.new()
    b.use(source, Op.ITER, element, b.frame.source, node.iter.lineno, int(node.__class__ is ast.AsyncFor))
    targets = dict.fromkeys(_names(node.target))
    repeat(b, set(_assigned(node.body)) - targets.keys())
    frame = b.frame
    before = dict(frame.current)
    loop = Loop()
    _note_items(b, node, loop)
    frame.loops.append(loop)
    assign(b, node.target, element)
    if node.target.__class__ is ast.Name:
        iterated_constants(b, b.read(node.target.id), node.iter)
    block(b, node.body)
    ends = _ends(b, loop)
    for end in ends:
        run_again(b, before, end, targets.keys())
    # Everything that the loop assigns has reached the versions it began with, but for its own targets.
    ways = [before]
    for end in ends:
        ways.append(before | {name: end.get(name, frame.variables[name]) for name in targets if name in frame.assigned})
    join_all(b, ways)
    block(b, node.orelse)
    _after(b, loop)


def _note_items(b: Builder, node: Any, loop: Loop) -> None:
    """``for key, value in name.items()``, ``for name in ("a", "b")``"""
    call, target = node.iter, node.target
    if target.__class__ is ast.Name and call.__class__ in (ast.Tuple, ast.List):
        loop.item = (target.id, "")
    if call.__class__ is not ast.Call or target.__class__ is not ast.Tuple or len(target.elts) != 2 or call.args:
        return
    function = call.func
    if function.__class__ is not ast.Attribute or function.attr != "items" or function.value.__class__ is not ast.Name:
        return
    if all(element.__class__ is ast.Name for element in target.elts):
        loop.item = (target.elts[0].id, target.elts[1].id)
        loop.items = b.read(function.value.id)


def _while(b: Builder, node: ast.While) -> None:
    repeat(b, set(_assigned(node.body)))
    frame = b.frame
    before = dict(frame.current)
    loop = Loop()
    frame.loops.append(loop)
    expression(b, node.test)
    block(b, node.body)
    for end in _ends(b, loop):
        run_again(b, before, end, frozenset())
    endless = node.test.__class__ is ast.Constant and bool(node.test.value)  # pyright: ignore[reportAttributeAccessIssue]
    frame.current, frame.leaves = before, endless
    block(b, node.orelse)
    _after(b, loop)


def _ends(b: Builder, loop: Loop) -> list[dict[str, int]]:
    """The versions after each way through the body of a loop that leads to its beginning."""
    frame = b.frame
    frame.loops.pop()
    if not frame.leaves:
        loop.again.append(frame.current)
    return loop.again


def _after(b: Builder, loop: Loop) -> None:
    frame = b.frame
    if loop.left:
        join_all(b, loop.left if frame.leaves else [frame.current, *loop.left])


def _break(b: Builder, node: ast.Break) -> None:
    frame = b.frame
    if frame.loops:
        frame.loops[-1].left.append(dict(frame.current))
    frame.leaves = True


def _continue(b: Builder, node: ast.Continue) -> None:
    frame = b.frame
    if frame.loops:
        frame.loops[-1].again.append(dict(frame.current))
    frame.leaves = True


def _with(b: Builder, node: Any) -> None:
    frame = b.frame
    before, mark = dict(frame.current), len(frame.log)
    suppressing = False
    for item in node.items:
        manager = expression(b, item.context_expr)
        suppressing = suppressing or _suppresses(item.context_expr)
        value = b.new()
        asynchronous = int(node.__class__ is ast.AsyncWith)
        b.use(manager, Op.WITH, value, b.frame.source, item.context_expr.lineno, asynchronous)
        if item.optional_vars is not None:
            assign(b, item.optional_vars, value)
    block(b, node.body)
    if suppressing:
        arriving = interrupted(b, before, mark)
        join_all(b, [arriving] if frame.leaves else [frame.current, arriving])
    elif node.body[-1].__class__ not in _LEAVING:
        # Any manager may suppress an exception.
        frame.leaves = False


_LEAVING = frozenset({ast.Return, ast.Break, ast.Continue})


def _suppresses(manager: Any) -> bool:
    called = manager.func if manager.__class__ is ast.Call else manager
    name = called.attr if called.__class__ is ast.Attribute else called.id if called.__class__ is ast.Name else ""
    return name in _SUPPRESSING


def _try(b: Builder, node: Any) -> None:
    frame = b.frame
    before, mark = dict(frame.current), len(frame.log)
    block(b, node.body)
    ways: list[dict[str, int]] = []
    done, left = frame.current, frame.leaves
    arriving = interrupted(b, before, mark)
    for handler in node.handlers:
        frame.current, frame.leaves = dict(arriving), False
        caught = expression(b, handler.type) if handler.type is not None else 0
        name = handler.name
        if name:
            b.use(caught, Op.EXCEPT, b.bind(name))
        block(b, handler.body)
        if name and name in frame.current:
            # The name is deleted, so that nothing reads it any more.
            del frame.current[name]
            if name in arriving:
                frame.current[name] = arriving[name]
        if not frame.leaves:
            ways.append(frame.current)
    frame.current, frame.leaves = done, left
    if not left:
        block(b, node.orelse)
        if not frame.leaves:
            ways.insert(0, frame.current)
    join_all(b, ways)
    if node.finalbody:
        _finally(b, node.finalbody, before, mark)


def _finally(b: Builder, body: list[Any], before: dict[str, int], mark: int) -> None:
    """Read ``finally``, which is reached from everywhere, though what comes next is not."""
    frame = b.frame
    after, left = frame.current, frame.leaves
    frame.current = dict(interrupted(b, before, mark))
    if not left:
        join(b, after)
    frame.leaves = False
    end = len(frame.log)
    block(b, body)
    changed = {name: frame.current[name] for name, _ in frame.log[end:] if name in frame.current}
    frame.current = after | changed
    frame.leaves = frame.leaves or left


def _match(b: Builder, node: ast.Match) -> None:
    subject = expression(b, node.subject)
    frame = b.frame
    before = frame.current
    ways: list[dict[str, int]] = []
    complete = False
    for case in node.cases:
        frame.current, frame.leaves = dict(before), False
        match(b, case.pattern, subject)
        if case.guard is not None:
            expression(b, case.guard)
        else:
            complete = complete or (case.pattern.__class__ is ast.MatchAs and case.pattern.pattern is None)  # pyright: ignore[reportAttributeAccessIssue]
        block(b, case.body)
        if not frame.leaves:
            ways.append(frame.current)
    if not complete:
        ways.append(before)
    join_all(b, ways)


def _assigned(statements: list[Any]) -> Iterator[str]:
    """The names that statements assign to, other than in expressions."""
    for node in statements:
        kind = node.__class__
        if kind is ast.Assign:
            for target in node.targets:
                yield from _names(target)
        elif kind in _WITH_TARGET:
            yield from _names(node.target)
        elif kind in _DEFINITIONS:
            yield node.name
        elif kind is ast.Import or kind is ast.ImportFrom:
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0]
        elif kind is ast.With or kind is ast.AsyncWith:
            for item in node.items:
                yield from _names(item.optional_vars)
        elif kind is ast.Match:
            for case in node.cases:
                for part in ast.walk(case.pattern):
                    name = getattr(part, "rest" if part.__class__ is ast.MatchMapping else "name", None)
                    if name:
                        yield name
                yield from _assigned(case.body)
        if kind in _BLOCKS:
            yield from _assigned(node.body)
            yield from _assigned(getattr(node, "orelse", ()))  # pyright: ignore[reportArgumentType]
            for handler in getattr(node, "handlers", ()):
                yield from _assigned(handler.body)
            yield from _assigned(getattr(node, "finalbody", ()))  # pyright: ignore[reportArgumentType]


_WITH_TARGET = frozenset({ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor})
_DEFINITIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
_BLOCKS = frozenset({ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar})


def _names(target: Any) -> Iterator[str]:
    """The names in the target of an assignment."""
    kind = target.__class__
    if kind is ast.Name:
        yield target.id
    elif kind is ast.Tuple or kind is ast.List:
        for element in target.elts:
            yield from _names(element)
    elif kind is ast.Starred:
        yield from _names(target.value)


HANDLERS: dict[type, Handler] = {
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
}
