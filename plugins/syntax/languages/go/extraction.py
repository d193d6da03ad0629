"""Definitions, scopes, imports and calls of Go."""

from __future__ import annotations

from typing import ClassVar

from tree_sitter import Node

from ..common.expressions import first_named
from ..common.extraction import Handlers, text_of
from ..common.facts import UNKNOWN, Base, Def, Expr, Import, Member, Name, Type
from .expressions import GoExpressions
from .variables import GoVariables

__all__ = ["GoExtractor"]


def _is_elided(element: Node) -> bool:
    """Whether an element of a composite literal is one without its type."""
    value = element.child_by_field_name("value") if element.type == "keyed_element" else element
    inner = first_named(value)
    return inner is not None and inner.type == "literal_value"


class GoExtractor(GoVariables):
    """Facts of one Go file. What stands in the file's own scope is exported to the package."""

    def enter_package(self, node: Node) -> bool:
        """``package name``, with the package's documentation before it."""
        self.package = text_of(first_named(node))
        self.doc = self.doc_before(node.start_point.row)
        return False

    def is_doc(self, text: str) -> bool:
        return not text.startswith(("//go:", "// +build"))

    def enter_import(self, node: Node) -> bool:
        """``import alias "path"``."""
        path = text_of(node.child_by_field_name("path"))[1:-1]
        alias = text_of(node.child_by_field_name("name"))
        self.imports.append(Import("package", path, [alias], node.start_point.row + 1))
        return False

    def _visibility(self, name: str) -> tuple[str, list[str]]:
        return ("public", ["exported"]) if name[:1].isupper() else ("package", [])

    def enter_function(self, node: Node) -> None:
        """A function, or a method with its receiver."""
        name = text_of(node.child_by_field_name("name"))
        visibility, flags = self._visibility(name)
        scope = self.scope
        receiver = node.child_by_field_name("receiver")
        held = next(iter(receiver.named_children), None) if receiver is not None else None
        declared = self.type_of(held.child_by_field_name("type")) if held is not None else UNKNOWN
        holder = declared.base.name if isinstance(declared, Type) and isinstance(declared.base, Name) else ""
        body = node.child_by_field_name("body")
        index = self.define(
            "method" if holder else "function",
            name,
            node,
            body,
            visibility=visibility,
            flags=flags,
            qualifier=holder or None,
        )
        if holder and held is not None and isinstance(declared, Type):
            parameters = [
                (a.base.name, UNKNOWN) for a in declared.arguments if isinstance(a, Type) and isinstance(a.base, Name)
            ]
            self.define_type_parameters(index, parameters)
            self.bind(text_of(held.child_by_field_name("name")), declared)
        else:
            self.bind(name, Def(index), scope)
            self._type_parameters(node, index)
        self._signature(node, index)

    def _signature(self, node: Node, index: int) -> None:
        if index >= 0:
            self.definitions[index].results = self.results_of(node)
        for field in ("parameters", "result"):
            parameters = node.child_by_field_name(field)
            if parameters is None or parameters.type != "parameter_list":
                continue
            for child in parameters.named_children:
                declared = self.type_of(child.child_by_field_name("type"))
                if child.type == "variadic_parameter_declaration":
                    declared = Type(Name("[]"), [declared])
                for name in child.children_by_field_name("name"):
                    self.bind(text_of(name), declared)

    def _type_parameters(self, node: Node, index: int) -> None:
        parameters = node.child_by_field_name("type_parameters")
        names: list[tuple[str, Expr]] = []
        for child in parameters.named_children if parameters is not None else []:
            bound = self.type_of(first_named(child.child_by_field_name("type")))
            names += [(text_of(name), bound) for name in child.children_by_field_name("name")]
        if names:
            self.define_type_parameters(index, names)

    def enter_literal_function(self, node: Node) -> None:
        """A function literal: a definition if a variable is given to it."""
        name, _ = self.named.pop(node.id, ("", None))
        index = -1
        if name:
            index = self.define("function", name, node, node.child_by_field_name("body"), visibility="private")
            self.holders.setdefault(node.id, []).append(Def(index))
        else:
            self.open_scope()
        self._signature(node, index)

    def enter_type(self, node: Node) -> None:
        """A type declaration."""
        name = text_of(node.child_by_field_name("name"))
        declared = node.child_by_field_name("type")
        if declared is None:
            return
        visibility, flags = self._visibility(name)
        kind = {"struct_type": "struct", "interface_type": "interface"}.get(declared.type, "type")
        scope = self.scope
        parent = node.parent
        start = node if parent is None or parent.start_point.row != node.start_point.row else parent
        body = next((child for child in declared.children if child.type in ("field_declaration_list", "{")), None)
        index = self.define(
            kind,
            name,
            node,
            body,
            is_class=True,
            visibility=visibility,
            flags=flags,
            doc_row=start.start_point.row,
            signature_start=start.start_byte if start is not node else None,
        )
        value = self.type_of(declared)
        if node.type == "type_alias" and isinstance(value, Type) and not value.arguments:
            # Another name for the type itself, under which its methods are found and it is created.
            self.bind(name, value.base, scope)
        else:
            self.bind(name, Def(index), scope)
        self._type_parameters(node, index)
        definition = self.definitions[index]
        if kind == "struct":
            for field, value, embedded in self.fields_of(declared):
                self.bind(field, value)
                if embedded:
                    definition.bases.append(Base("embeds", value))
        elif kind == "interface":
            for child in declared.named_children:
                if child.type == "type_elem" and child.named_child_count == 1:
                    value = self.type_of(first_named(child))
                    if isinstance(value, Type):
                        definition.bases.append(Base("embeds", value))
        else:
            definition.results = [] if value is UNKNOWN else [value]

    def enter_interface_method(self, node: Node) -> None:
        """A method that an interface asks for."""
        if not self.in_class():
            return
        name = text_of(node.child_by_field_name("name"))
        visibility, flags = self._visibility(name)
        scope = self.scope
        index = self.define("method", name, node, None, visibility=visibility, flags=["abstract", *flags])
        self.bind(name, Def(index), scope)
        self._signature(node, index)

    # calls

    def enter_call(self, node: Node) -> None:
        """``function(arguments)``; ``new(T)`` creates an object too."""
        function = node.child_by_field_name("function")
        if function is None or function.type == "func_literal":
            return
        while function.type == "parenthesized_expression" and function.named_children:
            function = function.named_children[0]
        callee = self.expr(function)
        if function.type == "unary_expression":
            return
        if callee == Name("new") and isinstance(created := self.expr(node), Type):
            self.call("new", created.base, node)
        self.call("call", callee, function.child_by_field_name("field") or function)

    def enter_conversion(self, node: Node) -> None:
        """A conversion, or a call of a generic function."""
        called = self.conversion(node, 0)
        if called is not UNKNOWN:
            self.call("conversion", called, node)

    def enter_composite(self, node: Node) -> None:
        """``T{...}``, and ``[]T{{...}}`` which creates objects of ``T`` too."""
        built = self.type_of(node.child_by_field_name("type"))
        if not isinstance(built, Type):
            return
        if isinstance(built.base, Member) or (isinstance(built.base, Name) and built.base.name not in ("[]", "map")):
            self.call("new", built.base, node)
            return
        element = built.arguments[-1] if built.arguments else UNKNOWN
        body = node.child_by_field_name("body")
        elided = body is not None and any(_is_elided(child) for child in body.named_children)
        if elided and isinstance(element, Type) and element.base not in (Name("[]"), Name("map")):
            self.call("new", element.base, node)

    def finish(self) -> None:
        self.exports = self.scopes[0].bindings

    HANDLERS: ClassVar[Handlers] = {
        "comment": GoExpressions.enter_comment,
        "package_clause": enter_package,
        "import_spec": enter_import,
        "function_declaration": enter_function,
        "method_declaration": enter_function,
        "func_literal": enter_literal_function,
        "type_spec": enter_type,
        "type_alias": enter_type,
        "method_elem": enter_interface_method,
        "var_spec": GoVariables.enter_variables,
        "const_spec": GoVariables.enter_constants,
        "short_var_declaration": GoVariables.enter_short_variables,
        "receive_statement": GoVariables.enter_short_variables,
        "assignment_statement": GoVariables.enter_assignment,
        "range_clause": GoVariables.enter_range,
        "block": GoExpressions.enter_block,
        "if_statement": GoExpressions.enter_block,
        "for_statement": GoExpressions.enter_block,
        "expression_switch_statement": GoExpressions.enter_block,
        "type_switch_statement": GoExpressions.enter_block,
        "expression_case": GoExpressions.enter_block,
        "default_case": GoExpressions.enter_block,
        "communication_case": GoExpressions.enter_block,
        "type_case": GoVariables.enter_case,
        "call_expression": enter_call,
        "type_conversion_expression": enter_conversion,
        "composite_literal": enter_composite,
    }
