"""Expressions and types of Go, reduced to what decides who is called."""

# ruff: noqa: ARG002  (the methods of a table share one signature)

from __future__ import annotations

from typing import ClassVar

from tree_sitter import Node

from ..common.expressions import Builders, ExpressionExtractor, first_named
from ..common.extraction import text_of
from ..common.facts import UNKNOWN, CallOf, Element, Expr, Member, Name, OneOf, Record, Returning, Type

__all__ = ["RANGE_KEY", "GoExpressions"]

RANGE_KEY = "range()"
"""The member that stands for what iterating over a value yields first."""

_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})


class GoExpressions(ExpressionExtractor):
    """Pointers are looked through; slices, arrays and channels are types with their element as argument."""

    def _selector(self, node: Node, depth: int) -> Expr:
        operand = node.child_by_field_name("operand")
        field = text_of(node.child_by_field_name("field"))
        if operand is not None and operand.type == "identifier":
            self.mention(f"{text_of(operand)}.{field}")
        return Member(self.expr(operand, depth), field)

    def _call(self, node: Node, depth: int) -> Expr:
        function = node.child_by_field_name("function")
        if function is not None and function.type == "identifier" and function.text in (b"new", b"make"):
            return self.type_of(first_named(node.child_by_field_name("arguments")), depth)
        return CallOf(self.expr(function, depth))

    def conversion(self, node: Node, depth: int) -> Expr:
        """What ``T(value)`` or ``function[T](value)`` applies: both look the same to a parser."""
        kind = node.child_by_field_name("type")
        if kind is not None and kind.type == "generic_type":
            kind = kind.child_by_field_name("type")
        if kind is not None and kind.type == "qualified_type":
            return self._qualified(kind, depth)
        return Name(text_of(kind)) if kind is not None and kind.type == "type_identifier" else UNKNOWN

    def _converted(self, node: Node, depth: int) -> Expr:
        called = self.conversion(node, depth)
        return UNKNOWN if called is UNKNOWN else OneOf([CallOf(called), Type(called)])

    def _literal(self, node: Node, depth: int) -> Expr:
        return self.type_of(node.child_by_field_name("type"), depth)

    def _unary(self, node: Node, depth: int) -> Expr:
        operand = self.expr(node.child_by_field_name("operand"), depth)
        return Element(operand) if text_of(node.child_by_field_name("operator")) == "<-" else operand

    def _index(self, node: Node, depth: int) -> Expr:
        return Element(self.expr(node.child_by_field_name("operand"), depth))

    def _slice(self, node: Node, depth: int) -> Expr:
        return self.expr(node.child_by_field_name("operand"), depth)

    def _binary(self, node: Node, depth: int) -> Expr:
        if text_of(node.child_by_field_name("operator")) in _COMPARISONS:
            return Type(Name("bool"))
        return self.expr(node.child_by_field_name("left"), depth)

    LITERALS: ClassVar = {
        "interpreted_string_literal": "string",
        "raw_string_literal": "string",
        "int_literal": "int",
        "float_literal": "float64",
        "rune_literal": "rune",
        "true": "bool",
        "false": "bool",
    }
    EXPRESSIONS: ClassVar[Builders] = {
        "identifier": ExpressionExtractor.identifier,
        "selector_expression": _selector,
        "call_expression": _call,
        "type_conversion_expression": _converted,
        "composite_literal": _literal,
        "type_assertion_expression": _literal,
        "func_literal": ExpressionExtractor.holder,
        "unary_expression": _unary,
        "index_expression": _index,
        "slice_expression": _slice,
        "type_instantiation_expression": ExpressionExtractor.inner,
        "parenthesized_expression": ExpressionExtractor.inner,
        "binary_expression": _binary,
    }

    def _simple(self, node: Node, depth: int) -> Expr:
        return Type(Name(text_of(node)))

    def _qualified(self, node: Node, depth: int) -> Expr:
        package = text_of(node.child_by_field_name("package"))
        name = text_of(node.child_by_field_name("name"))
        self.mention(f"{package}.{name}")
        return Member(Name(package), name)

    def _qualified_type(self, node: Node, depth: int) -> Expr:
        return Type(self._qualified(node, depth))

    def _generic(self, node: Node, depth: int) -> Expr:
        base = self.type_of(node.child_by_field_name("type"), depth)
        arguments = node.child_by_field_name("type_arguments")
        types = arguments.named_children if arguments is not None else []
        return Type(base.base, [self.type_of(t, depth) for t in types]) if isinstance(base, Type) else UNKNOWN

    def _sequence(self, node: Node, depth: int) -> Expr:
        return Type(Name("[]"), [self.type_of(node.child_by_field_name("element"), depth)])

    def _channel(self, node: Node, depth: int) -> Expr:
        return Type(Name("chan"), [self.type_of(node.child_by_field_name("value"), depth)])

    def _map(self, node: Node, depth: int) -> Expr:
        sides = ("key", "value")
        return Type(Name("map"), [self.type_of(node.child_by_field_name(side), depth) for side in sides])

    def _function(self, node: Node, depth: int) -> Expr:
        results = self.results_of(node, depth)
        return Returning(results[0] if results else UNKNOWN)

    def results_of(self, node: Node, depth: int = 0) -> list[Expr]:
        """The result types of a function, one for each value."""
        result = node.child_by_field_name("result")
        if result is None:
            return []
        if result.type != "parameter_list":
            return [self.type_of(result, depth)]
        found: list[Expr] = []
        for child in result.named_children:
            names = child.children_by_field_name("name")
            found += [self.type_of(child.child_by_field_name("type"), depth)] * max(len(names), 1)
        return found

    def _struct(self, node: Node, depth: int) -> Expr:
        fields: dict[str, Expr] = {}
        for name, declared, _ in self.fields_of(node, depth):
            fields[name] = declared
        return Record(fields)

    def fields_of(self, node: Node, depth: int = 0) -> list[tuple[str, Expr, bool]]:
        """Name, type, and whether it is embedded, for every field of a struct type."""
        found: list[tuple[str, Expr, bool]] = []
        fields = first_named(node)
        for child in fields.named_children if fields is not None else []:
            if child.type != "field_declaration":
                continue
            declared = self.type_of(child.child_by_field_name("type"), depth)
            names = child.children_by_field_name("name")
            found += [(text_of(name), declared, False) for name in names]
            if not names and isinstance(declared, Type) and isinstance(declared.base, (Name, Member)):
                found.append((declared.base.name, declared, True))
        return found

    TYPES: ClassVar[Builders] = {
        "type_identifier": _simple,
        "qualified_type": _qualified_type,
        "generic_type": _generic,
        "pointer_type": ExpressionExtractor.inner_type,
        "parenthesized_type": ExpressionExtractor.inner_type,
        "type_elem": ExpressionExtractor.inner_type,
        "slice_type": _sequence,
        "array_type": _sequence,
        "implicit_length_array_type": _sequence,
        "channel_type": _channel,
        "map_type": _map,
        "function_type": _function,
        "struct_type": _struct,
    }
