"""Reads the patterns of ``match`` statements."""

from __future__ import annotations

import ast
from typing import Any

from plugins.syntax.python.access import key_of
from plugins.syntax.python.builder import Builder
from plugins.syntax.python.expression_table import expression
from plugins.syntax.python.flow import join_all
from plugins.syntax.python.ir import Op, Seed

__all__ = ["match"]


def match(b: Builder, pattern: Any, subject: int) -> int:
    """Bind the names of ``pattern`` to the parts of ``subject`` that they stand for; returns what then is known of
    ``subject`` itself."""
    kind = pattern.__class__
    if kind is ast.MatchAs:
        if pattern.pattern is not None:
            subject = match(b, pattern.pattern, subject)
        if pattern.name is not None:
            b.copy(subject, b.bind(pattern.name))
    elif kind is ast.MatchValue:
        expression(b, pattern.value)
    elif kind is ast.MatchOr:
        before = b.frame.current
        ways: list[dict[str, int]] = []
        for part in pattern.patterns:
            b.frame.current = dict(before)
            match(b, part, subject)
            ways.append(b.frame.current)
        join_all(b, ways)
    elif kind is ast.MatchSequence:
        _sequence(b, pattern, subject)
    elif kind is ast.MatchMapping:
        for key, part in zip(pattern.keys, pattern.patterns, strict=True):
            value = b.new()
            b.use(subject, Op.ITEM, key_of(b, key), value, b.frame.source, key.lineno)
            match(b, part, value)
        if pattern.rest:
            b.copy(subject, b.bind(pattern.rest))
    elif kind is ast.MatchClass:
        return _class(b, pattern, subject)
    elif kind is ast.MatchStar and pattern.name:
        b.bind(pattern.name)
    return subject


def _sequence(b: Builder, pattern: ast.MatchSequence, subject: int) -> None:
    count = len(pattern.patterns)
    starred = False
    for position, part in enumerate(pattern.patterns):
        if part.__class__ is ast.MatchStar:
            starred = True
            name: str | None = part.name  # pyright: ignore[reportAttributeAccessIssue]
            if name:
                container, _, _ = b.container("list")
                b.seeds += (Seed.CONTAINER, b.bind(name), container)
                b.use(subject, Op.UNPACK_REST, position, count - position - 1, container)
            continue
        value = b.new()
        index = position - count if starred else position
        b.use(subject, Op.UNPACK, index, value, b.frame.source, part.lineno)
        match(b, part, value)


def _class(b: Builder, pattern: ast.MatchClass, subject: int) -> int:
    cls = expression(b, pattern.cls)
    instance = b.new()
    b.operands.add(cls)
    b.seeds += (Seed.ANNOTATION, instance, cls)
    if cls:
        b.use(subject, Op.NARROW, cls, instance, 1)
    else:
        b.copy(subject, instance)
    for position, part in enumerate(pattern.patterns):
        value = b.new()
        b.use(instance, Op.OPERATOR, b.name(f"match {position}"), value, b.frame.source, part.lineno)
        match(b, part, value)
    for name, part in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
        value = b.new()
        b.use(instance, Op.LOAD, b.name(name), value, b.frame.source, part.lineno)
        match(b, part, value)
    return instance
