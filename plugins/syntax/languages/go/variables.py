"""Variables and constants of Go, and what they hold."""

from __future__ import annotations

import re

from tree_sitter import Node

from ..common.expressions import first_named
from ..common.extraction import text_of
from ..common.facts import UNKNOWN, CallOf, Element, Expr, Member
from .expressions import RANGE_KEY, GoExpressions

__all__ = ["GoVariables"]


def _mentions(node: Node, names: list[str]) -> bool:
    text = node.text or b""
    return any(name.encode() in text and re.search(rf"\b{name}\b".encode(), text) for name in names)


def _is_in_loop_head(value: Node) -> bool:
    declaration = value.parent
    clause = declaration.parent if declaration is not None else None
    return clause is not None and clause.type == "for_clause"


def _is_function(node: Node | None) -> bool:
    return node is not None and node.type == "func_literal"


class GoVariables(GoExpressions):
    """Declarations bind names in the scope that they are for."""

    def run(self, source: bytes) -> bytes:
        self._continued: dict[int, int] = {}
        return super().run(source)

    def _values(self, names: list[str], value: Node | None) -> list[Expr]:
        """The value of each name on the left side."""
        values = [child for child in value.named_children if not child.is_extra] if value is not None else []
        if value is not None and value.type != "expression_list":
            values = [value]
        if len(values) == len(names):
            for name, child in zip(names, values, strict=True):
                if child.type == "func_literal" and name != "_":
                    self.named[child.id] = (name, None)
            return [self.expr(child) for child in values]
        if len(values) != 1:
            return [UNKNOWN] * len(names)
        single = self.expr(values[0])
        if isinstance(single, CallOf):
            return [CallOf(single.callee, position) for position in range(len(names))]
        return [single, *(UNKNOWN for _ in names[1:])]

    def enter_variables(self, node: Node) -> None:
        """``var a, b Type = x, y``."""
        names = [text_of(name) for name in node.children_by_field_name("name")]
        value = node.child_by_field_name("value")
        values = self._values(names, value)
        declared = self.type_of(node.child_by_field_name("type"))
        self._declare(names, values if declared is UNKNOWN else [declared] * len(names), value)

    def enter_constants(self, node: Node) -> None:
        """``const a, b Type = x, y``; without a value, that and the type are those of the constants before."""
        before = node
        while before.child_by_field_name("value") is None:
            previous = before.prev_named_sibling
            while previous is not None and previous.is_extra:
                previous = previous.prev_named_sibling
            if previous is None or previous.type != node.type:
                break
            before = previous
        names = [text_of(name) for name in node.children_by_field_name("name")]
        values = self._values(names, before.child_by_field_name("value"))
        declared = self.type_of(before.child_by_field_name("type"))
        for name, value in zip(names, values, strict=True):
            if name != "_":
                self.bind(name, value if declared is UNKNOWN else declared)

    def _declare(self, names: list[str], values: list[Expr], right: Node | None) -> None:
        """Bind variables. Where their own values mention the names, these are those of outer scopes there, so what
        follows in the block gets a scope of its own."""
        scope = self.scope
        if scope and right is not None and _mentions(right, names):
            # The variables of a loop's head are there in its body.
            scope = self.open_scope_after(2 if _is_in_loop_head(right) else 1)
            self._continued[scope] = self.scope
        for name, value in zip(names, values, strict=True):
            if name.isidentifier() and name != "_":
                self.bind(name, value, scope)

    def _is_declared(self, name: str) -> bool:
        """Whether the block has the name already."""
        scope: int | None = self.scope
        while scope is not None:
            if name in self.scopes[scope].bindings:
                return True
            scope = self._continued.get(scope)
        return False

    def enter_short_variables(self, node: Node) -> None:
        """``a, b := x, y``: those that the block does not have yet are new."""
        left = node.child_by_field_name("left")
        if left is None:
            return
        if left.type == "expression_list":
            names = [text_of(child) for child in left.named_children if not child.is_extra]
        else:
            names = [text_of(left)]
        right = node.child_by_field_name("right")
        values = self._values(names, right)
        new = [(name, value) for name, value in zip(names, values, strict=True) if not self._is_declared(name)]
        self._declare([name for name, _ in new], [value for _, value in new], right)

    def enter_assignment(self, node: Node) -> None:
        """``name = func() {}`` names a function; types are those of the declaration."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        names = [text_of(child) for child in left.named_children] if left is not None else []
        value = first_named(right)
        if len(names) == 1 and names[0].isidentifier() and names[0] != "_" and _is_function(value):
            values = self._values(names, right)
            scope = self.scope_of(names[0])
            if scope:
                self.bind(names[0], values[0], scope)

    def enter_range(self, node: Node) -> None:
        """``for key, value := range collection``."""
        left = node.child_by_field_name("left")
        names = [child for child in left.named_children if not child.is_extra] if left is not None else []
        collection = self.expr(node.child_by_field_name("right"))
        for position, name in enumerate(names):
            if name.type == "identifier":
                self.bind(text_of(name), Element(collection) if position == 1 else Member(collection, RANGE_KEY))

    def enter_case(self, node: Node) -> None:
        """In a case of a type switch, the variable has the type of the case."""
        self.open_scope()
        parent = node.parent
        alias = first_named(parent.child_by_field_name("alias")) if parent is not None else None
        if alias is not None:
            types = [self.type_of(child) for child in node.children_by_field_name("type")]
            self.bind(text_of(alias), types[0] if len(types) == 1 else UNKNOWN)
