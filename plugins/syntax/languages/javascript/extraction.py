"""Imports, exports and calls of JavaScript and TypeScript, and the table of everything the walk stops at."""

from __future__ import annotations

from typing import ClassVar

from tree_sitter import Node

from ..common.extraction import Handlers, text_of
from ..common.facts import Base, Def, Expr, Import, Imported, Member, Name, OneOf, Record, Type
from .definitions import EcmaDefinitions
from .expressions import string_value
from .jsdoc import typedefs

__all__ = ["EcmaExtractor"]


class EcmaExtractor(EcmaDefinitions):
    """Facts of one JavaScript or TypeScript file."""

    def enter_comment(self, node: Node) -> None:
        """A comment, which may give names to types of other modules."""
        super().enter_comment(node)
        if self.language == "javascript" and node.text is not None and b"@typedef" in node.text:
            for name, imported in typedefs(text_of(node)):
                self.bind(name, imported, 0)

    def add_import(self, kind: str, specifier: str, names: list[str], node: Node) -> None:
        """Remember that the file needs another module."""
        self.imports.append(Import(kind, specifier, names, node.start_point.row + 1, self.scope))

    def enter_import(self, node: Node) -> bool:
        """``import default, {name as alias}, * as namespace from "specifier"``."""
        specifier = string_value(node.child_by_field_name("source"))
        names: list[str] = []
        for clause in node.named_children:
            if clause.type == "import_require_clause":
                specifier = string_value(clause.child_by_field_name("source"))
                self.bind(text_of(clause.named_children[0]), Imported(specifier or "", "="))
                names.append("=")
            elif clause.type == "import_clause" and specifier:
                names += self._import_clause(clause, specifier)
        if specifier:
            self.add_import("import", specifier, names, node)
        return False

    def _import_clause(self, clause: Node, specifier: str) -> list[str]:
        names: list[str] = []
        for child in clause.named_children:
            if child.type == "identifier":
                names.append("default")
                self.bind(text_of(child), Imported(specifier, "default"))
            elif child.type == "namespace_import":
                names.append("*")
                self.bind(text_of(child.named_children[0]), Imported(specifier, "*"))
            elif child.type == "named_imports":
                for item in child.named_children:
                    name = item.child_by_field_name("name")
                    if name is not None:
                        imported = string_value(name) or text_of(name)
                        names.append(imported)
                        alias = item.child_by_field_name("alias") or name
                        self.bind(text_of(alias), Imported(specifier, imported))
        return names

    def enter_export(self, node: Node) -> bool | None:
        """Every form of ``export``."""
        specifier = string_value(node.child_by_field_name("source"))
        if specifier is not None:
            self._export_from(node, specifier)
            return False
        words = {child.type for child in node.children if not child.is_named}
        for clause in node.named_children:
            if clause.type == "export_clause":
                for item in clause.named_children:
                    name = item.child_by_field_name("name")
                    alias = item.child_by_field_name("alias") or name
                    self.export(string_value(alias) or text_of(alias), Name(text_of(name)))
        if self.scope != 0:
            return None
        declaration = node.child_by_field_name("declaration")
        value = node.child_by_field_name("value")
        if "default" in words:
            self._export_default(declaration or value)
        elif declaration is not None:
            for name in self._declared_names(declaration):
                self.export(name, Name(name))
        elif "=" in words:
            value = next((child for child in node.named_children if child.type != "comment"), None)
            self.export("=", self.expr(value))
        return None

    def _export_from(self, node: Node, specifier: str) -> None:
        names: list[str] = []
        for clause in node.named_children:
            if clause.type == "namespace_export":
                names.append("*")
                self.export(text_of(clause.named_children[0]), Imported(specifier, "*"))
            elif clause.type == "export_clause":
                for item in clause.named_children:
                    name = item.child_by_field_name("name")
                    imported = string_value(name) or text_of(name)
                    alias = item.child_by_field_name("alias") or name
                    names.append(imported)
                    self.export(string_value(alias) or text_of(alias), Imported(specifier, imported))
        if not names:
            self.star_exports.append(specifier)
            names.append("*")
        self.add_import("export", specifier, names, node)

    def _export_default(self, value: Node | None) -> None:
        if value is None:
            return
        name = text_of(value.child_by_field_name("name"))
        if (
            value.type
            in (
                "function_declaration",
                "class_declaration",
                "abstract_class_declaration",
                "generator_function_declaration",
                "interface_declaration",
                "function_signature",
            )
            and name
        ):
            self.export("default", Name(name))
            return
        self.name_value(value, "default")
        self.export("default", self.expr(value))

    def _declared_names(self, declaration: Node) -> list[str]:
        if declaration.type not in ("lexical_declaration", "variable_declaration"):
            return [text_of(declaration.child_by_field_name("name")).partition(".")[0]]
        names: list[str] = []
        patterns = [child.child_by_field_name("name") for child in declaration.named_children]
        while patterns:
            pattern = patterns.pop(0)
            if pattern is None:
                continue
            if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
                names.append(text_of(pattern))
            elif pattern.type == "pair_pattern":
                patterns.append(pattern.child_by_field_name("value"))
            elif pattern.type == "object_assignment_pattern":
                patterns.append(pattern.child_by_field_name("left"))
            else:
                patterns.extend(pattern.named_children)
        return names

    def export(self, name: str, value: Expr) -> None:
        """Make a value visible to other modules."""
        self.exports.setdefault(name, []).append(value)

    def assign_export(self, _target: str, _name: str, _right: Node) -> bool:
        """``module.exports = value``, ``exports.name = value``, ``module.exports.name = value``."""
        target, name, right = _target, _name, _right
        if (target, name) == ("module", "exports"):
            self._assign_module(right)
            return True
        if target not in ("exports", "module.exports") or self.scope_of(target) is not None:
            return False
        self.name_value(right, name)
        self.export(name, self.expr(right))
        return True

    def _assign_module(self, right: Node) -> None:
        if right.type == "object":
            self.name_fields(right, None)
        else:
            self.name_value(right, "exports")
        value = self.expr(right)
        declarator = self._exported_variable()
        self.export("=", value if declarator is None else Name(declarator))
        if isinstance(value, Record):
            self.module_record = value

    def _exported_variable(self) -> str | None:
        """The variable in ``var app = exports = module.exports = {}``."""
        return self._chained

    _chained: str | None = None
    module_record: Record | None = None

    def enter_variable(self, node: Node) -> None:
        """A declarator, remembering a chain that ends in ``module.exports``."""
        value = node.child_by_field_name("value")
        text = value.text[:200] if value is not None and value.text is not None else b""
        if value is not None and value.type == "assignment_expression" and b"module.exports" in text:
            self._chained = text_of(node.child_by_field_name("name"))
            inner: Node | None = value
            while inner is not None and inner.type == "assignment_expression":
                inner = inner.child_by_field_name("right")
            self.name_value(inner, self._chained)
        self.enter_declarator(node)

    def enter_call(self, node: Node) -> None:
        """A call; ``require`` and ``import()`` are imports too."""
        function = node.child_by_field_name("function")
        if function is None:
            return
        arguments = node.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else []
        first = given[0] if given else None
        if function.type == "import" or (function.type == "identifier" and function.text == b"require"):
            specifier = string_value(first)
            if specifier is not None and self.scope_of("require") is None:
                self.add_import("require" if function.type == "identifier" else "dynamic", specifier, ["*"], node)
                return
        if function.type == "import":
            return
        callee = self.expr(function)
        if function.type == "member_expression":
            method = text_of(function.child_by_field_name("property"))
            if method == "inherits":
                self._inherits(arguments)
            self.expect_element(method, first, function.child_by_field_name("object"))
        self.expect_arguments(callee, node, given)
        self.call("call", callee, function.child_by_field_name("property") or function)

    def _inherits(self, arguments: Node | None) -> None:
        """``util.inherits(Child, Parent)``."""
        names = [text_of(child) for child in arguments.named_children] if arguments is not None else []
        if len(names) == 2 and all(name.isidentifier() for name in names):
            scope = self.scope_of(names[0])
            if scope is not None:
                self.promoted.setdefault((scope, names[0]), []).append(Base("extends", Type(Name(names[1]))))

    def enter_new(self, node: Node) -> None:
        """``new Class()``."""
        created = self.expr(node.child_by_field_name("constructor"))
        arguments = node.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else []
        self.expect_arguments(created, node, given, created=True)
        self.call("new", created, node)

    def enter_jsx(self, node: Node) -> None:
        """``<Component />``: React calls it."""
        name = node.child_by_field_name("name")
        if name is None or (name.type == "identifier" and not text_of(name)[:1].isupper()):
            return
        parts = text_of(name).split(".")
        callee: Expr = Name(parts[0])
        for part in parts[1:]:
            callee = Member(callee, part)
        self.call("jsx", callee, node)

    def enter_decorator(self, node: Node) -> None:
        """``@decorator`` without arguments; with arguments it is a call anyway."""
        value = next(iter(node.named_children), None)
        if value is not None and value.type in ("identifier", "member_expression"):
            self.call("decorator", self.expr(value), node)

    def finish(self) -> None:
        """Promote prototypes, fold overloads, and mark what is exported."""
        self.promote_prototypes()
        self.drop_overload_signatures()
        for name, values in self.exports.items():
            for value in values:
                self._mark_exported(name, value)

    def _mark_exported(self, name: str, value: Expr) -> None:
        bound = self.scopes[0].bindings.get(value.name, []) if isinstance(value, Name) else [value]
        for found in bound:
            for choice in found.choices if isinstance(found, OneOf) else [found]:
                if isinstance(choice, Def):
                    definition = self.definitions[choice.index]
                    definition.visibility = "public"
                    definition.flags.append("default_export" if name == "default" else "exported")

    HANDLERS: ClassVar[Handlers] = {
        "comment": enter_comment,
        "import_statement": enter_import,
        "export_statement": enter_export,
        "function_declaration": EcmaDefinitions.enter_function_declaration,
        "generator_function_declaration": EcmaDefinitions.enter_function_declaration,
        "function_signature": EcmaDefinitions.enter_function_declaration,
        "function_expression": EcmaDefinitions.enter_function_expression,
        "generator_function": EcmaDefinitions.enter_function_expression,
        "arrow_function": EcmaDefinitions.enter_function_expression,
        "method_definition": EcmaDefinitions.enter_method,
        "method_signature": EcmaDefinitions.enter_method,
        "abstract_method_signature": EcmaDefinitions.enter_method,
        "class_declaration": EcmaDefinitions.enter_class,
        "abstract_class_declaration": EcmaDefinitions.enter_class,
        "class": EcmaDefinitions.enter_class,
        "interface_declaration": EcmaDefinitions.enter_interface,
        "type_alias_declaration": EcmaDefinitions.enter_type_alias,
        "enum_declaration": EcmaDefinitions.enter_enum,
        "internal_module": EcmaDefinitions.enter_namespace,
        "module": EcmaDefinitions.enter_namespace,
        "public_field_definition": EcmaDefinitions.enter_field,
        "field_definition": EcmaDefinitions.enter_field,
        "property_signature": EcmaDefinitions.enter_field,
        "call_signature": EcmaDefinitions.enter_call_signature,
        "class_static_block": EcmaDefinitions.enter_static_block,
        "variable_declarator": enter_variable,
        "assignment_expression": EcmaDefinitions.enter_assignment,
        "for_in_statement": EcmaDefinitions.enter_for_in,
        "for_statement": EcmaDefinitions.enter_block,
        "catch_clause": EcmaDefinitions.enter_catch,
        "statement_block": EcmaDefinitions.enter_statements,
        "object": EcmaDefinitions.enter_object,
        "object_type": EcmaDefinitions.enter_block,
        "return_statement": EcmaDefinitions.enter_return,
        "call_expression": enter_call,
        "new_expression": enter_new,
        "jsx_opening_element": enter_jsx,
        "jsx_self_closing_element": enter_jsx,
        "decorator": enter_decorator,
    }
