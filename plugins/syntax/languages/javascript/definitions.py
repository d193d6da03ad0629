"""Classes, interfaces, enums and namespaces of JavaScript and TypeScript."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from ..common.extraction import text_of
from ..common.facts import UNKNOWN, Base, Def, Definition, Expr, Type
from .expressions import FUNCTIONS
from .functions import EcmaFunctions

__all__ = ["EcmaDefinitions"]


class EcmaDefinitions(EcmaFunctions):
    """Adds a definition and its scope for every class, interface and type."""

    def enter_class(self, node: Node) -> None:
        """A class declaration or expression."""
        name = text_of(node.child_by_field_name("name"))
        given, qualifier = self.named.pop(node.id, ("", None))
        if given in ("exports", "default"):
            given = name or given
        if node.type == "class" and name:
            self.open_scope()
            self.bind(name, Def(len(self.definitions)))
        scope = self.scope
        body = node.child_by_field_name("body")
        bases = self._heritage(node)
        index = self.define(
            "class",
            given or name or "<class>",
            node,
            body,
            qualifier=self._qualify(qualifier),
            is_class=True,
            visibility="private",
            flags=["abstract"] if node.type == "abstract_class_declaration" else [],
            bases=bases,
            doc_row=self._start_row(node),
        )
        if node.type == "class":
            self.holders.setdefault(node.id, []).append(Def(index))
        else:
            self.bind(name, Def(index), scope)
        self._type_parameters(node, index)
        self.bind_self(index)

    def _heritage(self, node: Node) -> list[Base]:
        bases: list[Base] = []
        heritage = next((child for child in node.named_children if child.type == "class_heritage"), None)
        for clause in heritage.named_children if heritage is not None else []:
            if clause.type == "implements_clause":
                bases += [Base("implements", self.type_of(child)) for child in clause.named_children]
            elif clause.type == "extends_clause":
                value = clause.child_by_field_name("value")
                arguments = clause.child_by_field_name("type_arguments")
                types = [self.type_of(child) for child in arguments.named_children] if arguments is not None else []
                bases += self._base_classes(value, types)
            else:
                bases += self._base_classes(clause, [])
        return bases

    def _base_classes(self, value: Node | None, types: Sequence[Expr]) -> list[Base]:
        """The base class; for ``mixin(A, B)`` the result is not known, so the named arguments are kept."""
        if value is None:
            return []
        if value.type == "call_expression":
            arguments = value.child_by_field_name("arguments")
            named = arguments.named_children if arguments is not None else []
            return [Base("extends", Type(self.expr(child))) for child in named if child.type == "identifier"]
        return [Base("extends", Type(self.expr(value), list(types)))]

    def enter_interface(self, node: Node) -> None:
        """An interface; its members are those of a class without bodies."""
        name = text_of(node.child_by_field_name("name"))
        scope = self.scope
        bases: list[Base] = []
        for clause in node.named_children:
            if clause.type in ("extends_type_clause", "extends_clause"):
                bases += [Base("extends", self.type_of(child)) for child in clause.named_children]
        body = node.child_by_field_name("body")
        index = self.define(
            "interface",
            name,
            node,
            body,
            is_class=True,
            visibility="private",
            bases=bases,
            doc_row=self._start_row(node),
        )
        self.bind(name, Def(index), scope)
        self._type_parameters(node, index)
        self.bind_self(index)

    def enter_type_alias(self, node: Node) -> None:
        """``type Name = ...``."""
        name = text_of(node.child_by_field_name("name"))
        scope = self.scope
        index = self.define("type", name, node, None, visibility="private", doc_row=self._start_row(node))
        self.bind(name, Def(index), scope)
        self._type_parameters(node, index)
        value = self.type_of(node.child_by_field_name("value"))
        self.definitions[index].results = [] if value is UNKNOWN else [value]

    def enter_enum(self, node: Node) -> None:
        """An enum; its members are values of its own type."""
        name = text_of(node.child_by_field_name("name"))
        scope = self.scope
        body = node.child_by_field_name("body")
        index = self.define("enum", name, node, body, visibility="private", doc_row=self._start_row(node))
        self.bind(name, Def(index), scope)
        for child in body.named_children if body is not None else []:
            member = child.child_by_field_name("name") if child.type == "enum_assignment" else child
            self.bind(self.key(member), Type(Def(index)))

    def enter_namespace(self, node: Node) -> None:
        """``namespace Name {}``, or the declaration of a module."""
        named = node.child_by_field_name("name")
        name = (self.key(named) or text_of(named)) if named is not None else "global"
        scope = self.scope
        body = node.child_by_field_name("body")
        index = self.define("namespace", name, node, body, visibility="private", doc_row=self._start_row(node))
        self.function_scopes[self.scope] = -1
        if body is not None:
            self.flat_blocks.add(body.id)
        self.bind(name.partition(".")[0], Def(index), scope)

    def enter_field(self, node: Node) -> None:
        """A field of a class; a function in it is a method."""
        name = self.key(node.child_by_field_name("name") or node.child_by_field_name("property"))
        value = node.child_by_field_name("value")
        if not name or not self.in_class():
            return
        declared = self.annotated(node, value, node.start_point.row)
        self.expect(value, declared)
        if self.declared(node) is not UNKNOWN:
            self.typed_fields.add((self.scope, name))
        if value is not None and value.type in FUNCTIONS:
            self.named[value.id] = (name, None)
            declared = self.expr(value)
        elif declared is UNKNOWN:
            declared = self.expr(value)
        self.bind(name, declared)

    def enter_call_signature(self, node: Node) -> None:
        """``(parameters): result`` in an interface, whose objects can be called."""
        if self.in_class():
            self.bind("()", self.signature(node))

    def enter_static_block(self, _node: Node) -> None:
        """A static initialiser: ``this`` is the class."""
        owner = self.owner
        self.open_scope()
        self.function_scopes[self.scope] = -1
        if owner >= 0:
            self.bind("this", Def(owner))

    def drop_overload_signatures(self) -> None:
        """Fold the signatures of an overloaded function into its implementation, or into the first of them."""
        overloads: dict[tuple[int, str], list[Definition]] = {}
        for definition in self.definitions:
            if definition.kind in ("function", "method", "constructor"):
                overloads.setdefault((definition.scope, definition.name), []).append(definition)
        for definitions in overloads.values():
            signatures = [d for d in definitions if "signature" in d.flags or "overload" in d.flags]
            if signatures and len(signatures) == len(definitions):
                kept = signatures.pop(0)
                if "signature" in kept.flags:
                    kept.qualified_name = self.unique(kept.qualified_name)
            for definition in signatures:
                definition.flags.append("folded")
