"""Variables, scopes and calls of C#, and the table of everything the walk stops at."""

from __future__ import annotations

from typing import ClassVar

from tree_sitter import Node, Tree

from ..common.expressions import first_named
from ..common.extraction import Handlers, text_of
from ..common.facts import UNKNOWN, Argument, Def, Element, Expr, FirstOf, Name, ParameterOf, Super, Type
from ..common.text import words
from .definitions import KINDS, CSharpDefinitions
from .directives import conditional_tree
from .expressions import ELEMENT, CSharpExpressions, argument_forms, argument_nodes, bare_name

__all__ = ["CSharpExtractor"]

_ELEMENT_METHODS = words(
    "All Any Average Count Distinct DistinctBy Exists Find FindAll FindIndex First FirstOrDefault ForEach GroupBy Last"
    " LastOrDefault Max MaxBy Min MinBy OrderBy OrderByDescending RemoveAll Select SelectMany Single SingleOrDefault"
    " SkipWhile Sum TakeWhile ThenBy ToDictionary ToLookup Where"
)


_LAMBDAS = frozenset({"lambda_expression", "anonymous_method_expression"})


class CSharpExtractor(CSharpDefinitions):
    """Facts of one C# file."""

    def tree(self) -> Tree:
        return conditional_tree(self.grammar, self.source)

    def enter_variables(self, node: Node) -> None:
        """Fields and local variables."""
        declared_node = node.child_by_field_name("type")
        inferred = declared_node is not None and declared_node.type == "implicit_type"
        declared = UNKNOWN if inferred else self.type_of(declared_node)
        for child in node.named_children:
            if child.type != "variable_declarator":
                continue
            name = child.child_by_field_name("name")
            value = child.named_children[-1] if child.named_child_count > 1 else None
            if value is not None and value.type == "implicit_object_creation_expression":
                self.expected[value.id] = declared
            if value is not None and value.type in _LAMBDAS and not inferred:
                self.declared[value.id] = declared
            if name is not None:
                self.bind(text_of(name), self.expr(value) if inferred else declared)
                continue
            pattern = first_named(child)
            for item in pattern.named_children if pattern is not None and pattern.type == "tuple_pattern" else []:
                self.bind(text_of(item), UNKNOWN)

    def enter_for_each(self, node: Node) -> None:
        """``foreach (Type name in collection)``."""
        self.open_scope()
        left = node.child_by_field_name("left")
        declared = node.child_by_field_name("type")
        if left is not None and left.type == "identifier":
            element = Element(self.expr(node.child_by_field_name("right")))
            inferred = declared is None or declared.type == "implicit_type"
            self.bind(text_of(left), element if inferred else self.type_of(declared))

    def enter_typed(self, node: Node) -> None:
        """``Type name`` in a pattern, in ``catch`` or as an ``out`` argument."""
        name = text_of(node.child_by_field_name("name"))
        if name:
            self.bind(name, self.type_of(node.child_by_field_name("type")))

    def enter_lambda(self, node: Node) -> None:
        """Lambda parameters."""
        self.open_scope()
        given = self.elements.pop(node.id, [])
        variable = self.declared.pop(node.id, None)
        parameters = node.child_by_field_name("parameters")
        if parameters is None:
            return
        if parameters.type == "implicit_parameter":
            choices: list[Expr] = [ParameterOf(e, 0) if isinstance(e, Argument) else e for e in given]
            self.bind(text_of(parameters), FirstOf(choices) if variable is None else ParameterOf(variable, 0))
            return
        named = [child for child in parameters.named_children if child.type == "parameter"]
        for position, child in enumerate(named):
            declared = self.type_of(child.child_by_field_name("type"))
            kinds = [ParameterOf(e, position) if isinstance(e, Argument) else e for e in given]
            known = FirstOf([kind for kind in kinds if isinstance(kind, ParameterOf) or len(named) == 1])
            if variable is not None:
                known = ParameterOf(variable, position)
            self.bind(text_of(child.child_by_field_name("name")), known if declared is UNKNOWN else declared)

    def enter_range(self, node: Node) -> None:
        """A variable of a query."""
        name = node.child_by_field_name("name") or first_named(node)
        collection = node.named_children[-1] if node.type == "from_clause" else None
        declared = self.type_of(node.child_by_field_name("type"))
        element = Element(self.expr(collection)) if collection is not None else UNKNOWN
        self.bind(text_of(name), element if declared is UNKNOWN else declared)

    # calls

    def enter_invocation(self, node: Node) -> None:
        """``function(arguments)``."""
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        if function is None or (function.type == "identifier" and function.text == b"nameof"):
            return
        nodes = argument_nodes(arguments)
        named = function.child_by_field_name("name")
        is_member = function.type == "member_access_expression"
        for position, child in enumerate(nodes):
            if child.type in _LAMBDAS:
                given: list[Expr] = [Argument(self.expr(function), position)]
                if is_member and bare_name(named) in _ELEMENT_METHODS:
                    given.append(Type(Name(ELEMENT), [self.expr(function.child_by_field_name("expression"))]))
                self.elements[child.id] = given
        forms = argument_forms(arguments, named or function)
        values, types = [self.expr(child) for child in nodes], self.type_arguments(named or function)
        self.call("call", self.expr(function), named or function, values, forms, types)

    def enter_creation(self, node: Node) -> None:
        """``new Type(arguments)`` and ``new(arguments)``."""
        built = self.expected.get(node.id, UNKNOWN)
        if node.type == "object_creation_expression":
            built = self.type_of(node.child_by_field_name("type"))
        arguments = node.child_by_field_name("arguments") or self.argument_list(node)
        values = [self.expr(child) for child in argument_nodes(arguments)]
        self.call("new", built, node, values, argument_forms(arguments))

    def type_arguments(self, node: Node) -> list[Expr]:
        """The types that are written after the name of a method."""
        if node.type != "generic_name":
            return []
        listed = next((child for child in node.named_children if child.type == "type_argument_list"), None)
        return [self.type_of(child) for child in listed.named_children] if listed is not None else []

    def enter_assignment(self, node: Node) -> None:
        """What is assigned may be a lambda, the parameters of which the type of the variable tells."""
        value = node.child_by_field_name("right")
        if value is not None and value.type in _LAMBDAS:
            self.declared[value.id] = self.expr(node.child_by_field_name("left"))

    @staticmethod
    def argument_list(node: Node) -> Node | None:
        return next((child for child in node.named_children if child.type == "argument_list"), None)

    def enter_delegation(self, node: Node) -> None:
        """``: this(...)`` or ``: base(...)`` of a constructor."""
        scope = self.class_scope()
        if scope is None:
            return
        owner = self.scopes[scope].owner
        is_base = any(child.type in ("base", "base_expression") for child in node.children)
        callee: Expr = Super(owner) if is_base else Type(Def(owner))
        arguments = self.argument_list(node)
        values = [self.expr(child) for child in argument_nodes(arguments)]
        self.call("this", callee, node, values, argument_forms(arguments))

    def enter_name(self, node: Node) -> None:
        """A capitalised name may be a type that a ``using`` brings."""
        if node.text is not None and node.text[:1].isupper():
            self.mention(text_of(node))

    HANDLERS: ClassVar[Handlers] = {
        "comment": CSharpExpressions.enter_comment,
        "using_directive": CSharpDefinitions.enter_using,
        "namespace_declaration": CSharpDefinitions.enter_namespace,
        "file_scoped_namespace_declaration": CSharpDefinitions.enter_namespace,
        **dict.fromkeys(KINDS, CSharpDefinitions.enter_type),
        "method_declaration": CSharpDefinitions.enter_method,
        "constructor_declaration": CSharpDefinitions.enter_constructor,
        "destructor_declaration": CSharpDefinitions.enter_destructor,
        "operator_declaration": CSharpDefinitions.enter_operator,
        "conversion_operator_declaration": CSharpDefinitions.enter_operator,
        "local_function_statement": CSharpDefinitions.enter_local_function,
        "property_declaration": CSharpDefinitions.enter_property,
        "indexer_declaration": CSharpDefinitions.enter_property,
        "delegate_declaration": CSharpDefinitions.enter_delegate,
        "variable_declaration": enter_variables,
        "foreach_statement": enter_for_each,
        "declaration_pattern": enter_typed,
        "recursive_pattern": enter_typed,
        "declaration_expression": enter_typed,
        "catch_declaration": enter_typed,
        "catch_clause": CSharpExpressions.enter_block,
        "block": CSharpExpressions.enter_block,
        "for_statement": CSharpExpressions.enter_block,
        "using_statement": CSharpExpressions.enter_block,
        "query_expression": CSharpExpressions.enter_block,
        "from_clause": enter_range,
        "join_clause": enter_range,
        "let_clause": enter_range,
        "join_into_clause": enter_range,
        "while_statement": CSharpExpressions.enter_block,
        "switch_section": CSharpExpressions.enter_block,
        "switch_expression_arm": CSharpExpressions.enter_block,
        "lambda_expression": enter_lambda,
        "anonymous_method_expression": enter_lambda,
        "assignment_expression": enter_assignment,
        "invocation_expression": enter_invocation,
        "object_creation_expression": enter_creation,
        "implicit_object_creation_expression": enter_creation,
        "constructor_initializer": enter_delegation,
        "identifier": enter_name,
    }
