"""Expressions and types of JavaScript and TypeScript, reduced to what decides who is called."""

# ruff: noqa: ARG002  (the methods of a table share one signature)

from __future__ import annotations

from typing import ClassVar

from tree_sitter import Language, Node

from ..common.expressions import Builders, ExpressionExtractor, first_named, named_path
from ..common.extraction import text_of
from ..common.facts import (
    UNKNOWN,
    Awaited,
    CallOf,
    Element,
    Expr,
    Imported,
    Member,
    Name,
    New,
    OneOf,
    Record,
    Returning,
    Type,
)
from ..common.text import words

__all__ = ["FUNCTIONS", "EcmaExpressions", "is_this", "parameter_nodes", "string_value", "unwrapped"]

FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
_LITERALS = {
    "string": "String",
    "template_string": "String",
    "number": "Number",
    "regex": "RegExp",
    "true": "Boolean",
    "false": "Boolean",
}
_PREDEFINED = {"string": "String", "number": "Number", "boolean": "Boolean", "symbol": "Symbol"}
_TRANSPARENT = frozenset({"parenthesized_expression", "non_null_expression", "satisfies_expression", "expression"})
_SAME_MEMBERS = words("NonNullable Omit Partial Pick Readonly Required")
"""Types of TypeScript's library whose members are among those of their first argument."""
_SYMBOLS = (CallOf(Name("Symbol")), CallOf(Member(Name("Symbol"), "for")))
_WRAPPERS = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression"})
_MAX_FIELDS = 500


def string_value(node: Node | None) -> str | None:
    """The value of a plain string literal."""
    if node is None or node.type not in ("string", "template_string"):
        return None
    text = text_of(node)
    return None if "${" in text else text[1:-1]


def parameter_nodes(node: Node) -> list[Node]:
    """The parameters of a function or of a function's type."""
    parameters = node.child_by_field_name("parameters")
    return [child for child in parameters.named_children if not child.is_extra] if parameters is not None else []


def unwrapped(node: Node) -> Node:
    """A value without parentheses and casts around it."""
    inner: Node | None = node
    while inner is not None and inner.type in _WRAPPERS:
        node, inner = inner, first_named(inner)
    return node if inner is None else inner


def is_this(parameters: list[Node]) -> bool:
    """Whether the first one says what ``this`` is."""
    if not parameters or parameters[0].type != "required_parameter":
        return False
    pattern = parameters[0].child_by_field_name("pattern")
    return pattern is not None and pattern.type == "this"


class EcmaExpressions(ExpressionExtractor):
    """Turns expression and type nodes into facts."""

    def __init__(self, path: str, language: str, grammar: Language) -> None:
        super().__init__(path, language, grammar)
        self.records: dict[int, dict[str, Expr]] = {}
        self._bounds: dict[str, Expr] = {}

    def _member(self, node: Node, depth: int) -> Expr:
        return Member(
            self.expr(node.child_by_field_name("object"), depth), text_of(node.child_by_field_name("property"))
        )

    def constant_key(self, node: Node | None) -> str:
        """A property by its computed name: ``[name]`` where the module imports the name or makes it a symbol, and
        likewise for the well-known symbols."""
        if node is not None and node.type == "identifier" and self.scope_of(text_of(node)) == 0:
            bound = self.scopes[0].bindings[text_of(node)]
            if all(isinstance(value, Imported) or value in _SYMBOLS for value in bound):
                return f"[{text_of(node)}]"
        if node is not None and node.type == "member_expression" and text_of(node).startswith("Symbol."):
            return f"[{text_of(node)}]"
        return string_value(node) or ""

    def _subscript(self, node: Node, depth: int) -> Expr:
        index = node.child_by_field_name("index")
        key = string_value(index) or self.constant_key(index) or None
        owner = self.expr(node.child_by_field_name("object"), depth)
        return Element(owner) if key is None else Member(owner, key)

    def _call(self, node: Node, depth: int) -> Expr:
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        if function is None:
            return UNKNOWN
        if function.type == "import" or (function.type == "identifier" and function.text == b"require"):
            first = next(iter(arguments.named_children), None) if arguments is not None else None
            if specifier := string_value(first):
                return Imported(specifier, "*" if function.type == "import" else "=")
        if function.type == "member_expression" and text_of(function.child_by_field_name("property")) == "bind":
            return self.expr(function.child_by_field_name("object"), depth)
        return CallOf(self.expr(function, depth))

    def _new(self, node: Node, depth: int) -> Expr:
        return New(self.expr(node.child_by_field_name("constructor"), depth))

    def _await(self, node: Node, depth: int) -> Expr:
        return Awaited(self.expr(first_named(node), depth))

    def _binary(self, node: Node, depth: int) -> Expr:
        operator = text_of(node.child_by_field_name("operator"))
        right = self.expr(node.child_by_field_name("right"), depth)
        if operator in ("||", "??"):
            return OneOf([self.expr(node.child_by_field_name("left"), depth), right])
        return right if operator == "&&" else UNKNOWN

    def _cast(self, node: Node, depth: int) -> Expr:
        children = node.named_children
        if len(children) < 2:
            return self.expr(children[0], depth) if children else UNKNOWN
        value, kind = (children[0], children[-1]) if node.type == "as_expression" else (children[-1], children[0])
        declared = self.type_of(kind.named_children[0] if kind.type == "type_arguments" else kind, depth)
        return self.expr(value, depth) if declared is UNKNOWN else declared

    def _array(self, node: Node, depth: int) -> Expr:
        elements = [child for child in node.named_children[:4] if child.type not in ("comment", "spread_element")]
        return Type(Name("Array"), [OneOf([self.expr(child, depth) for child in elements])])

    def _object(self, node: Node, depth: int) -> Expr:
        fields = self.records.setdefault(node.id, {})
        for child in node.named_children[:_MAX_FIELDS]:
            if child.type == "pair":
                key = self.key(child.child_by_field_name("key"))
                if key:
                    fields[key] = self.expr(child.child_by_field_name("value"), depth)
            elif child.type == "shorthand_property_identifier":
                fields[text_of(child)] = Name(text_of(child))
            elif child.type == "spread_element":
                fields.setdefault("...", OneOf([]))
                spread = fields["..."]
                if isinstance(spread, OneOf):
                    spread.choices.append(self.expr(next(iter(child.named_children), None), depth))
        return Record(fields)

    def key(self, node: Node | None) -> str:
        """The name of a property, empty for one that is computed from anything but a constant of the module."""
        if node is None:
            return ""
        if node.type == "computed_property_name":
            return self.constant_key(first_named(node))
        return string_value(node) or ("" if node.type == "string" else text_of(node))

    LITERALS: ClassVar = _LITERALS
    EXPRESSIONS: ClassVar[Builders] = {
        **dict.fromkeys(
            ("identifier", "this", "super", "shorthand_property_identifier"), ExpressionExtractor.identifier
        ),
        **dict.fromkeys(_TRANSPARENT, ExpressionExtractor.inner),
        **dict.fromkeys((*FUNCTIONS, "class"), ExpressionExtractor.holder),
        "member_expression": _member,
        "subscript_expression": _subscript,
        "call_expression": _call,
        "new_expression": _new,
        "await_expression": _await,
        "ternary_expression": ExpressionExtractor.ternary,
        "binary_expression": _binary,
        "assignment_expression": ExpressionExtractor.right_side,
        "sequence_expression": ExpressionExtractor.right_side,
        "as_expression": _cast,
        "type_assertion": _cast,
        "array": _array,
        "object": _object,
    }

    def declared(self, node: Node | None, field: str = "type", depth: int = 0) -> Expr:
        """The type annotation of a node, `UNKNOWN` without one."""
        annotation = node.child_by_field_name(field) if node is not None else None
        if annotation is None:
            return UNKNOWN
        if annotation.type in ("type_annotation", "opting_type_annotation", "omitting_type_annotation"):
            annotation = first_named(annotation)
        return self.type_of(annotation, depth)

    def _simple(self, node: Node, depth: int) -> Expr:
        if self._bounds and (bound := self._bounds.get(text_of(node))) is not None:
            return bound
        return Type(named_path(text_of(node)))

    def _generic(self, node: Node, depth: int) -> Expr:
        name = node.child_by_field_name("name")
        arguments = node.child_by_field_name("type_arguments")
        if name is None:
            return UNKNOWN
        types = arguments.named_children if arguments is not None else []
        if types and text_of(name) in _SAME_MEMBERS and self.scope_of(text_of(name)) is None:
            return self.type_of(types[0], depth)
        return Type(named_path(text_of(name)), [self.type_of(child, depth) for child in types])

    def _array_type(self, node: Node, depth: int) -> Expr:
        return Type(Name("Array"), [self.inner_type(node, depth)])

    def _choice(self, node: Node, depth: int) -> Expr:
        choices = [self.type_of(child, depth) for child in node.named_children]
        return OneOf([choice for choice in choices if choice is not UNKNOWN])

    def _predefined(self, node: Node, depth: int) -> Expr:
        name = _PREDEFINED.get(text_of(node))
        return Type(Name(name)) if name else UNKNOWN

    def _query(self, node: Node, depth: int) -> Expr:
        named = first_named(node)
        return named_path(text_of(named)) if named is not None else UNKNOWN

    def _function_type(self, node: Node, depth: int) -> Expr:
        return self.signature(node, depth)

    def signature(self, node: Node, depth: int = 0) -> Expr:
        """Something callable as a type describes it."""
        outer = self._bounds
        self._bounds = {**outer, **self._own_bounds(node, depth)}
        try:
            return Returning(self.declared(node, "return_type", depth), self._parameter_types(node, depth))
        finally:
            self._bounds = outer

    def _own_bounds(self, node: Node, depth: int) -> dict[str, Expr]:
        """What is known of the type parameters of a function's type: no definition stands for them."""
        parameters = node.child_by_field_name("type_parameters")
        bounds: dict[str, Expr] = {}
        for child in parameters.named_children if parameters is not None else ():
            constraint = first_named(child.child_by_field_name("constraint"))
            bounds[text_of(child.child_by_field_name("name"))] = self.type_of(constraint, depth)
        return bounds

    def _parameter_types(self, node: Node, depth: int) -> list[Expr]:
        parameters = parameter_nodes(node)
        found = [self.declared(parameter, "type", depth) for parameter in parameters[is_this(parameters) :]]
        return found if any(each is not UNKNOWN for each in found) else []

    def _object_type(self, node: Node, depth: int) -> Expr:
        fields: dict[str, Expr] = {}
        for child in node.named_children[:_MAX_FIELDS]:
            key = self.key(child.child_by_field_name("name"))
            if key and child.type == "property_signature":
                fields[key] = self.declared(child, "type", depth)
            elif key and child.type == "method_signature":
                fields[key] = Returning(self.declared(child, "return_type", depth), self._parameter_types(child, depth))
        return Record(fields)

    def _this_type(self, node: Node, depth: int) -> Expr:
        return Name("this")

    def _literal_type(self, node: Node, depth: int) -> Expr:
        child = first_named(node)
        name = _LITERALS.get(child.type) if child is not None else None
        return Type(Name(name)) if name else UNKNOWN

    TYPES: ClassVar[Builders] = {
        "type_identifier": _simple,
        "identifier": _simple,
        "nested_type_identifier": _simple,
        "generic_type": _generic,
        "array_type": _array_type,
        "readonly_type": ExpressionExtractor.inner_type,
        "parenthesized_type": ExpressionExtractor.inner_type,
        "union_type": _choice,
        "intersection_type": _choice,
        "predefined_type": _predefined,
        "type_query": _query,
        "function_type": _function_type,
        "object_type": _object_type,
        "this_type": _this_type,
        "literal_type": _literal_type,
    }
