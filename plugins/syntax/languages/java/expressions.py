"""Expressions and types of Java, reduced to what decides who is called."""

# ruff: noqa: ARG002  (the methods of a table share one signature)

from __future__ import annotations

from typing import ClassVar

from tree_sitter import Language, Node

from ..common.expressions import Builders, ExpressionExtractor, first_named, named_path
from ..common.extraction import text_of
from ..common.facts import UNKNOWN, CallOf, Element, Expr, Member, Name, New, OneOf, Super, Type

__all__ = ["ARITHMETIC", "FUNCTION", "NULL", "SUM", "JavaExpressions"]

_PRIMITIVES = ("integral_type", "floating_point_type", "boolean_type")
_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_SHIFTS = frozenset({"<<", ">>", ">>>"})

NULL = "null"
FUNCTION = "->"
"""The names of the types of ``null`` and of lambdas, which nothing declares."""

SUM = "+"
ARITHMETIC = "-"
"""The names of types that depend on those of the operands, their arguments: of sums, and of other arithmetic."""


def array_of(element: Expr, dimensions: int) -> Expr:
    """The type of an array with so many dimensions."""
    for _ in range(dimensions):
        element = Type(Name("[]"), [element])
    return element


def _dimensions(node: Node | None) -> int:
    if node is None or node.type not in ("dimensions", "dimensions_expr"):
        return 0
    return 1 if node.type == "dimensions_expr" else text_of(node).count("[")


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
        created = self.type_of(node.child_by_field_name("type"), depth)
        return array_of(created, sum(_dimensions(child) for child in node.named_children))

    def dimensions(self, declarator: Node, declared: Expr) -> Expr:
        """The type of a variable that is declared as ``Type name[]``."""
        return array_of(declared, _dimensions(declarator.child_by_field_name("dimensions")))

    def _access(self, node: Node, depth: int) -> Expr:
        return Element(self.expr(node.child_by_field_name("array"), depth))

    def _cast(self, node: Node, depth: int) -> Expr:
        return self.type_of(node.child_by_field_name("type"), depth)

    def _binary(self, node: Node, depth: int) -> Expr:
        """Comparisons are boolean; a sum with a string is a string, and other types depend on both operands."""
        operator = text_of(node.child_by_field_name("operator"))
        if operator in _COMPARISONS:
            return Type(Name("boolean"))
        sides = [self.expr(node.child_by_field_name(side), depth) for side in ("left", "right")]
        if operator == "+":
            string = Type(Name("String"))
            return string if string in sides else Type(Name(SUM), sides)
        return Type(Name(ARITHMETIC), sides[:1] if operator in _SHIFTS else sides)

    def _unary(self, node: Node, depth: int) -> Expr:
        if text_of(node.child_by_field_name("operator")) == "!":
            return Type(Name("boolean"))
        return Type(Name(ARITHMETIC), [self.expr(node.child_by_field_name("operand"), depth)])

    def _integer(self, node: Node, depth: int) -> Expr:
        return Type(Name("long" if text_of(node)[-1:] in ("l", "L") else "int"))

    def _floating(self, node: Node, depth: int) -> Expr:
        return Type(Name("float" if text_of(node)[-1:] in ("f", "F") else "double"))

    def _class(self, node: Node, depth: int) -> Expr:
        return Type(Name("Class"), [self.type_of(first_named(node), depth)])

    def _super(self, node: Node, depth: int) -> Expr:
        scope = self.class_scope()
        return UNKNOWN if scope is None else Super(self.scopes[scope].owner)

    LITERALS: ClassVar = {
        "string_literal": "String",
        "text_block": "String",
        "character_literal": "char",
        "true": "boolean",
        "false": "boolean",
        "instanceof_expression": "boolean",
        "null_literal": NULL,
        "lambda_expression": FUNCTION,
        "method_reference": FUNCTION,
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
        "unary_expression": _unary,
        "update_expression": ExpressionExtractor.inner,
        "decimal_floating_point_literal": _floating,
        "hex_floating_point_literal": _floating,
        **dict.fromkeys((f"{base}_integer_literal" for base in ("decimal", "hex", "octal", "binary")), _integer),
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
        element = self.type_of(node.child_by_field_name("element"), depth)
        return array_of(element, _dimensions(node.child_by_field_name("dimensions")))

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
