"""Expressions and types by tables: node kind to the method that turns it into facts."""

# ruff: noqa: ARG002  (the methods of a table share one signature)

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from tree_sitter import Language, Node

from .extraction import EXPRESSION_DEPTH, Extractor, text_of
from .facts import UNKNOWN, Expr, Member, Name, OneOf, Type

__all__ = ["Builders", "ExpressionExtractor", "first_named", "named_path"]

type Builders = Mapping[str, Callable[[Any, Node, int], Expr]]
"""Node kind to the method that builds its expression, given the depth reached so far."""


def first_named(node: Node | None) -> Node | None:
    """The first named child that is no comment."""
    for child in node.named_children if node is not None else ():
        if not child.is_extra:
            return child
    return None


def named_path(text: str) -> Expr:
    """``a.b.c`` as an expression; type arguments and white space between the parts are dropped."""
    parts = [part.partition("<")[0].strip() for part in text.split(".")]
    value: Expr = Name(parts[0])
    for part in parts[1 : EXPRESSION_DEPTH + 1]:
        value = Member(value, part)
    return value


class ExpressionExtractor(Extractor):
    """An extractor with tables for expressions and types; both go at most `EXPRESSION_DEPTH` deep."""

    EXPRESSIONS: ClassVar[Builders]
    TYPES: ClassVar[Builders]
    LITERALS: ClassVar[Mapping[str, str]] = {}
    """Literal node kinds to the names of their types."""

    def __init__(self, path: str, language: str, grammar: Language) -> None:
        super().__init__(path, language, grammar)
        self.holders: dict[int, list[Expr]] = {}
        """Functions and classes inside expressions, by node: they become definitions only when the walk reaches them,
        so the lists are filled then."""
        self.named: dict[int, tuple[str, str | None]] = {}
        """Names, and what qualifies them, that such functions and classes get from the place they stand in."""

    def holder(self, node: Node, depth: int) -> Expr:
        """What a function or class expression will have become by the end of the walk."""
        return OneOf(self.holders.setdefault(node.id, []))

    def expr(self, node: Node | None, depth: int = 0) -> Expr:
        """What is kept of an expression."""
        if node is None or depth > EXPRESSION_DEPTH:
            return UNKNOWN
        build = self.EXPRESSIONS.get(node.type)
        if build is not None:
            return build(self, node, depth + 1)
        literal = self.LITERALS.get(node.type)
        return Type(Name(literal)) if literal is not None else UNKNOWN

    def type_of(self, node: Node | None, depth: int = 0) -> Expr:
        """A value of the type that the node denotes."""
        if node is None or depth > EXPRESSION_DEPTH:
            return UNKNOWN
        build = self.TYPES.get(node.type)
        return build(self, node, depth + 1) if build is not None else UNKNOWN

    def identifier(self, node: Node, depth: int) -> Expr:
        """A bare name."""
        return Name(text_of(node))

    def inner(self, node: Node, depth: int) -> Expr:
        """An expression that stands for its only operand."""
        return self.expr(first_named(node), depth)

    def inner_type(self, node: Node, depth: int) -> Expr:
        """A type that stands for the first type in it."""
        return self.type_of(first_named(node), depth)

    def ternary(self, node: Node, depth: int) -> Expr:
        """Either side of a condition."""
        sides = ("consequence", "alternative")
        return OneOf([self.expr(node.child_by_field_name(side), depth) for side in sides])

    def right_side(self, node: Node, depth: int) -> Expr:
        """The value of an assignment."""
        return self.expr(node.child_by_field_name("right"), depth)

    def arguments(self, node: Node | None, depth: int = 1) -> list[Expr]:
        """The arguments of a call."""
        children = node.named_children if node is not None else []
        return [self.expr(child, depth) for child in children if not child.is_extra]
