"""Expressions and types of C#, reduced to what decides who is called."""

# ruff: noqa: ARG002  (the methods of a table share one signature)

from __future__ import annotations

from typing import ClassVar

from tree_sitter import Language, Node

from ..common.expressions import Builders, ExpressionExtractor, first_named
from ..common.extraction import text_of
from ..common.facts import UNKNOWN, Awaited, CallOf, Element, Expr, Member, Name, New, OneOf, Super, Type
from .library import PREDEFINED

__all__ = [
    "ARITHMETIC",
    "ELEMENT",
    "FUNCTION",
    "NULL",
    "OPTIONAL",
    "POINTER",
    "TYPE",
    "CSharpExpressions",
    "argument_forms",
    "argument_nodes",
    "bare_name",
]

NULL = "<null>"
"""The name, which no program can have, of the type of ``null``."""
FUNCTION = "<function>"
"""The beginning of the name of a lambda's type; how many parameters it has follows (``*`` if it does not say), and what
it yields: ``v`` a value, ``n`` nothing, ``e`` either."""
POINTER = "<pointer>"
"""The name of the type of pointers."""
TYPE = "<type>"
"""The name of the type of types."""
OPTIONAL = "<optional>"
"""The name of a type written with a question mark, which means another type for values only."""
ARITHMETIC = "<arithmetic>"
"""The beginning of the name of a type that depends on those of operands; the sign of the operator follows."""
ELEMENT = "<element>"
"""The name of the type that the elements of a sequence of the platform have."""

_VALUES = frozenset(PREDEFINED) - {"object", "string"}
_STATEMENTS = frozenset({
    "assignment_expression", "await_expression", "conditional_access_expression", "invocation_expression",
    "object_creation_expression", "postfix_unary_expression", "prefix_unary_expression", "throw_expression",
})  # fmt: skip
_FUNCTIONS = frozenset({"lambda_expression", "anonymous_method_expression", "local_function_statement"})
_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})


def argument_nodes(arguments: Node | None) -> list[Node]:
    """The value of every argument, without its name."""
    found: list[Node] = []
    for child in arguments.named_children if arguments is not None else []:
        # ``this`` and ``base`` are no named nodes.
        parts = [part for part in child.children if not part.is_extra] if child.type == "argument" else []
        found += parts[-1:]
    return found


def argument_forms(arguments: Node | None, named: Node | None = None) -> list[str]:
    """Modifier and name of every argument, and how many types ``named`` has."""
    found: list[str] = []
    for child in arguments.named_children if arguments is not None else []:
        if child.type == "argument":
            modifier = next((c.type for c in child.children if c.type in ("ref", "out", "in")), "")
            found.append(f"{modifier} {text_of(child.child_by_field_name('name'))}")
    if named is not None and named.type == "generic_name":
        types = next((child for child in named.named_children if child.type == "type_argument_list"), None)
        found.append(f"<{len(types.named_children) if types is not None else 0}>")
    return found


def bare_name(node: Node | None) -> str:
    """A name without its type arguments."""
    return text_of(first_named(node)) if node is not None and node.type == "generic_name" else text_of(node)


def _yields(body: Node | None) -> str:
    """Whether a lambda yields a value, nothing, or possibly either; see ``FUNCTION``."""
    if body is None:
        return "e"
    if body.type != "block":
        return "e" if body.type in _STATEMENTS else "v"
    pending, last = [body], "n"
    while pending:
        node = pending.pop()
        if node.type == "return_statement":
            return "v" if node.named_child_count else "n"
        if node.type == "throw_statement" and node.parent == body:
            last = "e"
        if node.type not in _FUNCTIONS:
            pending += node.named_children
    return last


class CSharpExpressions(ExpressionExtractor):
    """Names of types, methods, properties and variables share one name space."""

    def __init__(self, path: str, language: str, grammar: Language) -> None:
        super().__init__(path, language, grammar)
        self.expected: dict[int, Expr] = {}
        """The declared type of what ``new()`` initialises, by node."""
        self.declared: dict[int, Expr] = {}
        """The variable that a lambda is assigned to, by node."""
        self.elements: dict[int, list[Expr]] = {}
        """The parameter that a lambda is handed to, and what it may be applied to, by node."""

    def _member(self, node: Node, depth: int) -> Expr:
        owner = node.child_by_field_name("expression")
        before = self.expr(owner, depth)
        if owner is not None and owner.type == "generic_name" and isinstance(before, Name):
            listed = next((child for child in owner.named_children if child.type == "type_argument_list"), None)
            before = Name(f"{before.name}<{listed.named_child_count if listed is not None else 0}>")
        return Member(before, bare_name(node.child_by_field_name("name")))

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
        return Type(Name(f"{ARITHMETIC}{operator}"), sides)

    def _unary(self, node: Node, depth: int) -> Expr:
        operator = node.children[0].type if node.children else ""
        operand = self.expr(first_named(node), depth)
        if operator in ("++", "--", "&"):
            return operand if operator != "&" else Type(Name(POINTER), [operand])
        return Type(Name("bool")) if operator == "!" else Type(Name(f"{ARITHMETIC}{operator}"), [operand])

    def _number(self, node: Node, depth: int) -> Expr:
        """The type of a number by its suffix and size (C# specification, 6.4.5.3 and 6.4.5.4)."""
        text = text_of(node).lower().replace("_", "")
        if node.type == "real_literal":
            return Type(Name({"f": "float", "m": "decimal"}.get(text[-1], "double")))
        digits = text.rstrip("ul")
        value = int(digits, 0) if digits.startswith(("0x", "0b")) else int(digits) if digits.isdigit() else 0
        suffix = text[len(digits) :]
        kinds = [
            kind
            for kind, limit in (("int", 31), ("uint", 32), ("long", 63), ("ulong", 64))
            if value < 1 << limit and ("u" not in suffix or kind[0] == "u") and ("l" not in suffix or "long" in kind)
        ]
        return Type(Name(kinds[0])) if kinds else UNKNOWN

    def _default(self, node: Node, depth: int) -> Expr:
        return self.type_of(node.child_by_field_name("type"), depth)

    def _typeof(self, node: Node, depth: int) -> Expr:
        return Type(Name(TYPE))

    def _switch(self, node: Node, depth: int) -> Expr:
        arms = [child for child in node.named_children if child.type == "switch_expression_arm"]
        return OneOf([self.expr(arm.named_children[-1], depth) for arm in arms[:8] if arm.named_children])

    def _lambda(self, node: Node, depth: int) -> Expr:
        parameters = node.child_by_field_name("parameters")
        count = "*" if parameters is None else str(len(parameters.named_children) or 1)
        if parameters is not None and parameters.type == "parameter_list":
            count = str(sum(child.type == "parameter" for child in parameters.named_children))
        body = node.child_by_field_name("body") or next((c for c in node.named_children if c.type == "block"), None)
        return Type(Name(f"{FUNCTION}{count}{_yields(body)}"))

    def _base(self, node: Node, depth: int) -> Expr:
        scope = self.class_scope()
        return UNKNOWN if scope is None else Super(self.scopes[scope].owner)

    LITERALS: ClassVar = {
        "string_literal": "string",
        "verbatim_string_literal": "string",
        "raw_string_literal": "string",
        "interpolated_string_expression": "string",
        "character_literal": "char",
        "null_literal": NULL,
        "sizeof_expression": "int",
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
        "lambda_expression": _lambda,
        "anonymous_method_expression": _lambda,
        "binary_expression": _binary,
        "switch_expression": _switch,
        "prefix_unary_expression": _unary,
        "integer_literal": _number,
        "real_literal": _number,
        "default_expression": _default,
        "typeof_expression": _typeof,
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
        """An array has as many type arguments as dimensions, all of them the type of its elements."""
        dimensions = text_of(node.child_by_field_name("rank")).count(",") + 1
        return Type(Name("[]"), [self.type_of(node.child_by_field_name("type"), depth)] * dimensions)

    def _pointer_type(self, node: Node, depth: int) -> Expr:
        return Type(Name(POINTER), [self.type_of(node.child_by_field_name("type") or first_named(node), depth)])

    def _wrapped(self, node: Node, depth: int) -> Expr:
        return self.type_of(node.child_by_field_name("type") or first_named(node), depth)

    def _nullable(self, node: Node, depth: int) -> Expr:
        """``int?`` is another type than ``int``; ``?`` after the name of a class says nothing of the type."""
        inner = self._wrapped(node, depth)
        is_value = isinstance(inner, Type) and isinstance(inner.base, Name) and inner.base.name in _VALUES
        return Type(Name("Nullable" if is_value else OPTIONAL), [inner])

    TYPES: ClassVar[Builders] = {
        "identifier": _named_type,
        "predefined_type": _named_type,
        "qualified_name": _qualified,
        "alias_qualified_name": _qualified,
        "generic_name": _generic_type,
        "array_type": _array_type,
        "pointer_type": _pointer_type,
        "nullable_type": _nullable,
        "ref_type": _wrapped,
        "scoped_type": _wrapped,
        "primary_constructor_base_type": _wrapped,
    }
