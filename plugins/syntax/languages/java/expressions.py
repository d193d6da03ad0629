"""Expressions and types of Java, reduced to what decides who is called."""

# ruff: noqa: ARG002  (the methods of a table share one signature)

from __future__ import annotations

from typing import ClassVar

from tree_sitter import Language, Node

from ..common.expressions import Builders, ExpressionExtractor, first_named, named_path
from ..common.extraction import text_of
from ..common.facts import UNKNOWN, CallOf, Element, Expr, Member, Name, New, OneOf, Super, Type

__all__ = ["JavaExpressions"]

_PRIMITIVES = ("integral_type", "floating_point_type", "boolean_type")
_ARITHMETIC = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})


class JavaExpressions(ExpressionExtractor):
    """Methods and variables have separate name spaces in Java, so a method ``m`` is bound and called as ``m()``."""

    def __init__(self, path: str, language: str, grammar: Language) -> None:
        super().__init__(path, language, grammar)
        self.lambda_parameters: dict[int, Expr] = {}

    def _invocation(self, node: Node, depth: int) -> Expr:
        arguments = node.child_by_field_name("arguments")
        count = sum(not child.is_extra for child in arguments.named_children) if arguments is not None else 0
        return CallOf(self.callee(node, depth), 0, count)

    def callee(self, node: Node, depth: int = 0) -> Expr:
        """What a method invocation calls."""
        name = f"{text_of(node.child_by_field_name('name'))}()"
        owner = node.child_by_field_name("object")
        return Name(name) if owner is None else Member(self.expr(owner, depth), name)

    def _field(self, node: Node, depth: int) -> Expr:
        field = node.child_by_field_name("field")
        owner = self.expr(node.child_by_field_name("object"), depth)
        return Type(owner) if field is not None and field.type == "this" else Member(owner, text_of(field))

    def _new(self, node: Node, depth: int) -> Expr:
        created = self.type_of(node.child_by_field_name("type"), depth)
        if isinstance(created, Type):
            return New(created.base, created.arguments)
        return UNKNOWN

    def _array(self, node: Node, depth: int) -> Expr:
        return Type(Name("[]"), [self.type_of(node.child_by_field_name("type"), depth)])

    def _access(self, node: Node, depth: int) -> Expr:
        return Element(self.expr(node.child_by_field_name("array"), depth))

    def _cast(self, node: Node, depth: int) -> Expr:
        return self.type_of(node.child_by_field_name("type"), depth)

    def _binary(self, node: Node, depth: int) -> Expr:
        """Comparisons are boolean; a sum with a string is a string, other arithmetic has the type of its operands."""
        if text_of(node.child_by_field_name("operator")) in _ARITHMETIC:
            return Type(Name("boolean"))
        sides = [self.expr(node.child_by_field_name(side), depth) for side in ("left", "right")]
        string = Type(Name("String"))
        return string if string in sides else OneOf([side for side in sides if side is not UNKNOWN][:1])

    def _class(self, node: Node, depth: int) -> Expr:
        return Type(Name("Class"), [self.type_of(first_named(node), depth)])

    def _super(self, node: Node, depth: int) -> Expr:
        scope = self.class_scope()
        return UNKNOWN if scope is None else Super(self.scopes[scope].owner)

    LITERALS: ClassVar = {
        "string_literal": "String",
        "text_block": "String",
        "character_literal": "char",
        "decimal_integer_literal": "int",
        "hex_integer_literal": "int",
        "decimal_floating_point_literal": "double",
        "true": "boolean",
        "false": "boolean",
        "instanceof_expression": "boolean",
    }
    EXPRESSIONS: ClassVar[Builders] = {
        "identifier": ExpressionExtractor.identifier,
        "this": ExpressionExtractor.identifier,
        "super": _super,
        "method_invocation": _invocation,
        "field_access": _field,
        "object_creation_expression": _new,
        "array_creation_expression": _array,
        "array_access": _access,
        "cast_expression": _cast,
        "parenthesized_expression": ExpressionExtractor.inner,
        "ternary_expression": ExpressionExtractor.ternary,
        "assignment_expression": ExpressionExtractor.right_side,
        "binary_expression": _binary,
        "class_literal": _class,
    }

    def _simple(self, node: Node, depth: int) -> Expr:
        for part in text_of(node).split("."):
            self.mention(part)
        return Type(named_path(text_of(node)))

    def _generic(self, node: Node, depth: int) -> Expr:
        base, *rest = node.named_children
        arguments = next((child for child in rest if child.type == "type_arguments"), None)
        types = arguments.named_children if arguments is not None else []
        built = self.type_of(base, depth)
        inner = [self.type_of(child, depth) for child in types]
        return Type(built.base, inner) if isinstance(built, Type) else UNKNOWN

    def _array_type(self, node: Node, depth: int) -> Expr:
        return Type(Name("[]"), [self.type_of(node.child_by_field_name("element"), depth)])

    def _primitive(self, node: Node, depth: int) -> Expr:
        return Type(Name(text_of(node)))

    def _annotated(self, node: Node, depth: int) -> Expr:
        children = [child for child in node.named_children if "annotation" not in child.type]
        return self.type_of(children[0], depth) if children else UNKNOWN

    def _union(self, node: Node, depth: int) -> Expr:
        return OneOf([self.type_of(child, depth) for child in node.named_children])

    TYPES: ClassVar[Builders] = {
        "type_identifier": _simple,
        "scoped_type_identifier": _simple,
        "generic_type": _generic,
        "array_type": _array_type,
        "annotated_type": _annotated,
        "wildcard": _annotated,
        "catch_type": _union,
        **dict.fromkeys(_PRIMITIVES, _primitive),
    }
