"""Namespaces, types and members of C#."""

from __future__ import annotations

import re

from tree_sitter import Node

from ..common.expressions import first_named
from ..common.extraction import text_of
from ..common.facts import UNKNOWN, Base, Def, Expr, Import, Name, Returning, Super, Type
from .expressions import CSharpExpressions, argument_forms, argument_nodes, bare_name

__all__ = ["CONSTRUCTOR", "INDEXER", "KINDS", "CSharpDefinitions"]

CONSTRUCTOR = "<init>"
INDEXER = "[]"
KINDS = {
    "class_declaration": "class",
    "interface_declaration": "interface",
    "struct_declaration": "struct",
    "record_declaration": "record",
    "enum_declaration": "enum",
}
_FLAGS = ("static", "abstract", "async", "partial", "sealed", "virtual", "override", "readonly")
_INTERFACE_NAME = re.compile(r"^I[A-Z]")


class CSharpDefinitions(CSharpExpressions):
    """What a C# file declares."""

    XML_DOCS = True
    namespace = ""

    def is_doc(self, text: str) -> bool:
        return text.startswith(("///", "/**"))

    # namespaces and imports

    def enter_using(self, node: Node) -> bool:
        """``[global] using [static] [Alias =] Name;``"""
        words = {child.type for child in node.children}
        alias = text_of(node.child_by_field_name("name"))
        targets = [
            c
            for c in node.named_children
            if c.type in ("identifier", "qualified_name", "generic_name", "alias_qualified_name")
        ]
        if not targets:
            return False
        target = re.sub(r"\s+|<.*|^global::", "", text_of(targets[-1]))
        kind = "alias" if alias else "static" if "static" in words else "namespace"
        names = [alias] if alias else []
        if "global" in words:
            names.append("global::")
        self.imports.append(Import(kind, target, names, node.start_point.row + 1))
        return False

    def enter_namespace(self, node: Node) -> None:
        """A namespace with a body, or for the rest of the file."""
        name = re.sub(r"\s+", "", text_of(node.child_by_field_name("name")))
        outer = self._current_namespace(node)
        self.namespace = f"{outer}.{name}" if outer else name
        self.package = self.package or self.namespace
        if node.type == "namespace_declaration":
            self._namespaces.append((node.end_byte, outer))

    def _current_namespace(self, node: Node) -> str:
        while self._namespaces and node.start_byte >= self._namespaces[-1][0]:
            self.namespace = self._namespaces.pop()[1]
        return self.namespace

    # definitions

    def _modifiers(self, node: Node, default: str) -> tuple[str, list[str]]:
        words = {text_of(child) for child in node.children if child.type == "modifier"}
        visible = [word for word in ("public", "protected", "internal", "private") if word in words]
        return " ".join(visible) or default, [flag for flag in _FLAGS if flag in words]

    def _signature_start(self, node: Node) -> int:
        plain = [child for child in node.children if child.type not in ("attribute_list", "comment")]
        return plain[0].start_byte if plain else node.start_byte

    def enter_type(self, node: Node) -> None:
        """A class, interface, struct, record or enum."""
        self._current_namespace(node)
        name = text_of(node.child_by_field_name("name"))
        nested = self.in_class()
        visibility, flags = self._modifiers(node, "private" if nested else "internal")
        scope = self.scope
        kind = KINDS[node.type]
        body = node.child_by_field_name("body")
        index = self.define(
            kind,
            name,
            node,
            body,
            is_class=True,
            visibility=visibility,
            flags=flags,
            signature_start=self._signature_start(node),
        )
        definition = self.definitions[index]
        definition.namespace = self.namespace
        if nested:
            self.bind(name, Def(index), scope)
        self._type_parameters(node, index)
        self.bind_self(index)
        parameters = next((child for child in node.named_children if child.type == "parameter_list"), None)
        if parameters is not None:
            self._parameters(parameters, index, primary=True)
        bases = next((child for child in node.named_children if child.type == "base_list"), None)
        if bases is not None and kind != "enum":
            definition.bases = self._bases(bases)
        if kind == "enum":
            for child in body.named_children if body is not None else []:
                self.bind(text_of(child.child_by_field_name("name")), Type(Def(index)))

    def _bases(self, node: Node) -> list[Base]:
        bases: list[Base] = []
        for child in node.named_children:
            if child.type == "argument_list":
                self._primary_base_call(child)
                continue
            value = self.type_of(child)
            if child.type == "primary_constructor_base_type":
                self._primary_base_call(next((c for c in child.named_children if c.type == "argument_list"), None))
            name = bare_name(child).rpartition(".")[2]
            relation = "implements" if bases or _INTERFACE_NAME.match(name) else "extends"
            if value is not UNKNOWN:
                bases.append(Base(relation, value))
        return bases

    def _primary_base_call(self, arguments: Node | None) -> None:
        if arguments is not None:
            values = [self.expr(child) for child in argument_nodes(arguments)]
            self.call("this", Super(self.owner), arguments, values, argument_forms(arguments))

    def _type_parameters(self, node: Node, index: int) -> None:
        parameters = next((child for child in node.named_children if child.type == "type_parameter_list"), None)
        if parameters is None:
            return
        bounds: dict[str, Expr] = {}
        for clause in node.named_children:
            if clause.type == "type_parameter_constraints_clause":
                constraint = next((c for c in clause.named_children if c.type == "type_parameter_constraint"), None)
                if constraint is not None:
                    bounds[text_of(first_named(clause))] = self.type_of(constraint.child_by_field_name("type"))
        names = [text_of(child.child_by_field_name("name")) for child in parameters.named_children]
        self.define_type_parameters(index, [(name, bounds.get(name, UNKNOWN)) for name in names if name])

    def _parameters(self, node: Node | None, index: int, *, primary: bool = False) -> None:
        """Bind parameters; those of a record or primary constructor are members."""
        types: list[Expr] = []
        forms: list[str] = []
        required = 0
        extension = False
        for child in node.named_children if node is not None else []:
            if child.type != "parameter":
                continue
            declared = self.type_of(child.child_by_field_name("type"))
            name = text_of(child.child_by_field_name("name"))
            self.bind(name, declared)
            words = {text_of(c) for c in child.children if c.type == "modifier"}
            extension |= "this" in words
            optional = any(c.type == "=" for c in child.children)
            required += not optional
            types.append(declared)
            modifier = next((word for word in ("ref", "out", "in") if word in words), "")
            forms.append(f"{modifier} {name}{'=' if optional else ''}")
        variadic = node.child_by_field_name("type") if node is not None else None
        if variadic is not None and node is not None:
            declared = self.type_of(variadic)
            name = text_of(node.child_by_field_name("name"))
            self.bind(name, declared)
            types.append(declared)
            forms.append(f"params {name}")
        definition = self.definitions[index]
        definition.parameters, definition.forms = types, forms
        if not primary:
            definition.arity = (required, -1 if variadic is not None else len(types))
            if extension:
                definition.flags.append("extension")

    def _callable(self, kind: str, name: str, node: Node, *, bound: str | None = None) -> int:
        visibility, flags = self._modifiers(node, "public" if self.owner_is("interface") else "private")
        body = node.child_by_field_name("body")
        if body is None and kind == "method" and self.owner_is("interface"):
            flags.append("abstract")
        scope = self.scope
        start = body or node.child_by_field_name("accessors") or node.child_by_field_name("value")
        index = self.define(
            kind, name, node, start, visibility=visibility, flags=flags, signature_start=self._signature_start(node)
        )
        if bound is not None:
            self.bind(bound, Def(index), scope)
        self._type_parameters(node, index)
        result = self.type_of(node.child_by_field_name("returns") or node.child_by_field_name("type"))
        is_void = result == Type(Name("void"))
        self.definitions[index].results = [] if result is UNKNOWN or is_void else [result]
        self._parameters(node.child_by_field_name("parameters"), index)
        return index

    def enter_method(self, node: Node) -> None:
        """A method; that of an explicitly implemented interface is found through the interface only."""
        name = text_of(node.child_by_field_name("name"))
        explicit = any(child.type == "explicit_interface_specifier" for child in node.named_children)
        self._callable("method", name, node, bound=None if explicit else name)

    def enter_constructor(self, node: Node) -> None:
        """A constructor; one that is static is never called from code."""
        name = text_of(node.child_by_field_name("name"))
        static = any(text_of(child) == "static" for child in node.children if child.type == "modifier")
        self._callable("constructor", name, node, bound=None if static else CONSTRUCTOR)

    def enter_destructor(self, node: Node) -> None:
        """A finalizer."""
        self._callable("method", f"~{text_of(node.child_by_field_name('name'))}", node)

    def enter_operator(self, node: Node) -> None:
        """An operator or a conversion."""
        sign = text_of(node.child_by_field_name("operator")) or text_of(node.child_by_field_name("type"))
        self._callable("operator", f"operator {sign}", node)

    def enter_local_function(self, node: Node) -> None:
        """A function inside a method."""
        name = text_of(node.child_by_field_name("name"))
        self._callable("function", name, node, bound=name)

    def enter_property(self, node: Node) -> None:
        """A property is a value of its type; only one with code is a definition as well."""
        name = text_of(node.child_by_field_name("name"))
        declared = self.type_of(node.child_by_field_name("type"))
        value = node.child_by_field_name("value")
        if node.type == "indexer_declaration":
            name = INDEXER
        if not any(child.type == "explicit_interface_specifier" for child in node.named_children):
            self.bind(name, declared)
        if value is not None and value.type == "implicit_object_creation_expression":
            self.expected[value.id] = declared
        accessors = node.child_by_field_name("accessors")
        has_code = value is not None and value.type == "arrow_expression_clause"
        for accessor in accessors.named_children if accessors is not None else []:
            has_code |= accessor.child_by_field_name("body") is not None
        if has_code:
            self._callable("property", "this[]" if name == INDEXER else name, node)
            self.bind("value", declared)

    def enter_delegate(self, node: Node) -> None:
        """A delegate type: calling a value of it calls whatever was given to it."""
        self._current_namespace(node)
        name = text_of(node.child_by_field_name("name"))
        nested = self.in_class()
        visibility, flags = self._modifiers(node, "private" if nested else "internal")
        scope = self.scope
        index = self.define("delegate", name, node, None, is_class=True, visibility=visibility, flags=flags)
        self.definitions[index].namespace = self.namespace
        if nested:
            self.bind(name, Def(index), scope)
        self._type_parameters(node, index)
        result = self.type_of(node.child_by_field_name("type"))
        self._parameters(node.child_by_field_name("parameters"), index, primary=True)
        self.definitions[index].results = [] if text_of(node.child_by_field_name("type")) == "void" else [result]
        self.bind("Invoke", Returning(result))

    def run(self, source: bytes) -> bytes:
        self._namespaces: list[tuple[int, str]] = []
        return super().run(source)

    def finish(self) -> None:
        for definition in self.definitions:
            if not definition.namespace and definition.parent >= 0:
                definition.namespace = self.definitions[definition.parent].namespace
            elif not definition.namespace:
                definition.namespace = self.package
