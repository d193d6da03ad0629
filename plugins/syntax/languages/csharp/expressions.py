"""Expressions and types of C#, reduced to what decides who is called."""

# ruff: noqa: ARG002  (the methods of a table share one signature)

from __future__ import annotations

from typing import ClassVar

from tree_sitter import Language, Node

from ..common.expressions import Builders, ExpressionExtractor, first_named
from ..common.extraction import text_of
from ..common.facts import UNKNOWN, Awaited, CallOf, Element, Expr, Member, Name, New, OneOf, Super, Type

__all__ = ["CSharpExpressions", "argument_nodes", "bare_name"]

_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})


def argument_nodes(arguments: Node | None) -> list[Node]:
    """The value of every argument, without its name."""
    found: list[Node] = []
    for child in arguments.named_children if arguments is not None else []:
        if child.type == "argument" and child.named_children:
            found.append(child.named_children[-1])
    return found


def bare_name(node: Node | None) -> str:
    """A name without its type arguments."""
    return text_of(first_named(node)) if node is not None and node.type == "generic_name" else text_of(node)


class CSharpExpressions(ExpressionExtractor):
    """Names of types, methods, properties and variables share one name space."""

    def __init__(self, path: str, language: str, grammar: Language) -> None:
        super().__init__(path, language, grammar)
        self.expected: dict[int, Expr] = {}
        """The declared type of what ``new()`` initialises, by node."""
        self.elements: dict[int, Expr] = {}
        """What a lambda with one parameter is probably applied to, by node."""

    def _member(self, node: Node, depth: int) -> Expr:
        return Member(
            self.expr(node.child_by_field_name("expression"), depth), bare_name(node.child_by_field_name("name"))
        )

    def _conditional(self, node: Node, depth: int) -> Expr:
        """``object?.name``; longer chains hang on the binding."""
        owner = self.expr(node.child_by_field_name("condition"), depth)
        access = node.named_children[-1] if node.named_children else None
        return self._bind_access(owner, access, depth)

    def _bind_access(self, owner: Expr, access: Node | None, depth: int) -> Expr:
        if access is None:
            return UNKNOWN
        if access.type == "member_binding_expression":
            return Member(owner, bare_name(access.child_by_field_name("name")))
        if access.type == "element_binding_expression":
            return Element(owner)
        return UNKNOWN

    def _generic(self, node: Node, depth: int) -> Expr:
        return Name(bare_name(node))

    def _invocation(self, node: Node, depth: int) -> Expr:
        arguments = node.child_by_field_name("arguments")
        count = sum(child.type == "argument" for child in arguments.named_children) if arguments is not None else 0
        return CallOf(self.expr(node.child_by_field_name("function"), depth), 0, count)

    def _new(self, node: Node, depth: int) -> Expr:
        built = self.type_of(node.child_by_field_name("type"), depth)
        return New(built.base, built.arguments) if isinstance(built, Type) else UNKNOWN

    def _implicit_new(self, node: Node, depth: int) -> Expr:
        return self.expected.get(node.id, UNKNOWN)

    def _array(self, node: Node, depth: int) -> Expr:
        return self.type_of(node.child_by_field_name("type"), depth)

    def _implicit_array(self, node: Node, depth: int) -> Expr:
        values = first_named(node)
        return Type(Name("[]"), [self.expr(first_named(values), depth)])

    def _element(self, node: Node, depth: int) -> Expr:
        return Element(self.expr(node.child_by_field_name("expression"), depth))

    def _cast(self, node: Node, depth: int) -> Expr:
        return self.type_of(node.child_by_field_name("type") or node.child_by_field_name("right"), depth)

    def _await(self, node: Node, depth: int) -> Expr:
        return Awaited(self.expr(first_named(node), depth))

    def _binary(self, node: Node, depth: int) -> Expr:
        operator = text_of(node.child_by_field_name("operator"))
        if operator in _COMPARISONS:
            return Type(Name("bool"))
        sides = [self.expr(node.child_by_field_name(side), depth) for side in ("left", "right")]
        if operator == "??":
            return OneOf(sides)
        string = Type(Name("string"))
        return string if string in sides else OneOf([side for side in sides if side is not UNKNOWN][:1])

    def _switch(self, node: Node, depth: int) -> Expr:
        arms = [child for child in node.named_children if child.type == "switch_expression_arm"]
        return OneOf([self.expr(arm.named_children[-1], depth) for arm in arms[:8] if arm.named_children])

    def _base(self, node: Node, depth: int) -> Expr:
        scope = self.class_scope()
        return UNKNOWN if scope is None else Super(self.scopes[scope].owner)

    LITERALS: ClassVar = {
        "string_literal": "string",
        "verbatim_string_literal": "string",
        "raw_string_literal": "string",
        "interpolated_string_expression": "string",
        "character_literal": "char",
        "integer_literal": "int",
        "real_literal": "double",
        "boolean_literal": "bool",
        "is_pattern_expression": "bool",
        "is_expression": "bool",
    }
    EXPRESSIONS: ClassVar[Builders] = {
        "identifier": ExpressionExtractor.identifier,
        "this": ExpressionExtractor.identifier,
        "this_expression": ExpressionExtractor.identifier,
        "base": _base,
        "base_expression": _base,
        "generic_name": _generic,
        "member_access_expression": _member,
        "conditional_access_expression": _conditional,
        "invocation_expression": _invocation,
        "object_creation_expression": _new,
        "implicit_object_creation_expression": _implicit_new,
        "array_creation_expression": _array,
        "implicit_array_creation_expression": _implicit_array,
        "element_access_expression": _element,
        "cast_expression": _cast,
        "as_expression": _cast,
        "await_expression": _await,
        "binary_expression": _binary,
        "switch_expression": _switch,
        "conditional_expression": ExpressionExtractor.ternary,
        "parenthesized_expression": ExpressionExtractor.inner,
        "checked_expression": ExpressionExtractor.inner,
        "postfix_unary_expression": ExpressionExtractor.inner,
        "assignment_expression": ExpressionExtractor.right_side,
        "predefined_type": ExpressionExtractor.identifier,
    }

    def _named_type(self, node: Node, depth: int) -> Expr:
        self.mention(text_of(node))
        return Type(Name(text_of(node)))

    def _qualified(self, node: Node, depth: int) -> Expr:
        """``A.B.C<D>``; an alias such as ``global::`` is dropped."""
        qualifier, name = node.child_by_field_name("qualifier"), node.child_by_field_name("name")
        if qualifier is None or qualifier.type == "alias_qualified_name":
            return self.type_of(name, depth)
        owner = self.type_of(qualifier, depth)
        last = self.type_of(name, depth)
        if isinstance(owner, Type) and isinstance(last, Type) and isinstance(last.base, Name):
            return Type(Member(owner.base, last.base.name), last.arguments)
        return UNKNOWN

    def _generic_type(self, node: Node, depth: int) -> Expr:
        name = bare_name(node)
        self.mention(name)
        arguments = next((child for child in node.named_children if child.type == "type_argument_list"), None)
        types = arguments.named_children if arguments is not None else []
        return Type(Name(name), [self.type_of(child, depth) for child in types])

    def _array_type(self, node: Node, depth: int) -> Expr:
        return Type(Name("[]"), [self.type_of(node.child_by_field_name("type"), depth)])

    def _wrapped(self, node: Node, depth: int) -> Expr:
        return self.type_of(node.child_by_field_name("type") or first_named(node), depth)

    TYPES: ClassVar[Builders] = {
        "identifier": _named_type,
        "predefined_type": _named_type,
        "qualified_name": _qualified,
        "alias_qualified_name": _qualified,
        "generic_name": _generic_type,
        "array_type": _array_type,
        "nullable_type": _wrapped,
        "ref_type": _wrapped,
        "scoped_type": _wrapped,
        "primary_constructor_base_type": _wrapped,
    }
