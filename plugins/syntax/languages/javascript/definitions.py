"""Functions, classes and types of JavaScript and TypeScript."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from ..common.expressions import named_path
from ..common.extraction import text_of
from ..common.facts import UNKNOWN, Base, CallOf, Def, Expr, Super, Type
from .bindings import EcmaBindings
from .expressions import FUNCTIONS

__all__ = ["EcmaDefinitions"]

_MAX_RETURNS = 8
_ACCESSORS = {"get": "getter", "set": "setter"}


class EcmaDefinitions(EcmaBindings):
    """Adds a definition, its scope and its parameters for every named function, class, interface and type."""

    def _start_row(self, node: Node) -> int:
        parent = node.parent
        while parent is not None and parent.type in ("export_statement", "ambient_declaration", "variable_declarator"):
            node, parent = parent, parent.parent
        if parent is not None and parent.type in ("lexical_declaration", "variable_declaration", "pair"):
            node = parent
            above = parent.parent
            if above is not None and above.type == "export_statement":
                node = above
        elif parent is not None and parent.type in ("assignment_expression", "public_field_definition"):
            node = parent
        return node.start_point.row

    def enter_function_declaration(self, node: Node) -> None:
        """``function name() {}``, and its signature alone."""
        name = text_of(node.child_by_field_name("name"))
        scope = self.scope
        index = self._function("function", name, node)
        self.bind(name, Def(index), scope)
        if node.type == "function_signature":
            self.definitions[index].flags.append("signature")

    def enter_function_expression(self, node: Node) -> None:
        """A function expression or arrow function: a definition if anything names it."""
        own = node.child_by_field_name("name")
        name, qualifier = self.named.pop(node.id, ("", None))
        if name in ("exports", "default") and own is not None:
            name = text_of(own)
        if not name and own is None:
            self._open_function(node, -1)
            return
        kind = "method" if self.in_class() and node.type != "function" and name else "function"
        parent = None
        if not self.in_class() and qualifier is not None and (scope := self.class_scope()) is not None:
            owner = self.scopes[scope].owner
            if owner >= 0 and self.definitions[owner].qualified_name == qualifier:
                kind, parent = "method", owner
        index = self._function(kind, name or text_of(own), node, qualifier=self._qualify(qualifier), parent=parent)
        self.holders.setdefault(node.id, []).append(Def(index))
        if own is not None:
            self.bind(text_of(own), Def(index))
        self._bind_object(node, kind, qualifier)

    def _qualify(self, qualifier: str | None) -> str | None:
        if qualifier is None or self.owner < 0:
            return qualifier
        owner = self.definitions[self.owner].qualified_name
        return qualifier if qualifier == owner or owner.startswith(f"{qualifier}.") else f"{owner}.{qualifier}"

    def _bind_object(self, node: Node, kind: str, qualifier: str | None) -> None:
        """In a function that is a property of a named object, ``this`` is that object."""
        if kind == "function" and qualifier and node.type != "arrow_function":
            self.bind("this", named_path(qualifier))

    def enter_method(self, node: Node) -> None:
        """A method of a class, an interface or an object literal."""
        name = self.key(node.child_by_field_name("name"))
        if not name:
            self._open_function(node, -1)
            return
        words = {child.type for child in node.children if not child.is_named or child.type == "accessibility_modifier"}
        if not self.in_class():
            name, qualifier = self.named.pop(node.id, (name, None))
            if node.type != "method_definition":
                return
            index = self._function("function", name, node, qualifier=self._qualify(qualifier))
            self.holders.setdefault(node.id, []).append(Def(index))
            self._bind_object(node, "function", qualifier)
            parent = node.parent
            if parent is not None and parent.id in self.records:
                self.records[parent.id][name] = Def(index)
            return
        scope = self.scope
        kind = (
            "constructor"
            if name == "constructor"
            else next((_ACCESSORS[w] for w in words if w in _ACCESSORS), "method")
        )
        index = self._function(kind, name, node, visibility=self._visibility(node, name))
        definition = self.definitions[index]
        definition.flags += sorted(words & {"static", "abstract", "readonly"})
        if node.type == "method_signature":
            definition.flags.append("signature" if self._is_overload(node) else "abstract")
        if node.type == "abstract_method_signature" and "abstract" not in definition.flags:
            definition.flags.append("abstract")
        if "static" in words:
            self.bind("this", Def(definition.parent))
        value: Expr = Def(index)
        if kind == "getter":
            value = definition.results[0] if definition.results else CallOf(Def(index))
        if kind != "setter":
            self.bind(name, value, scope)

    @staticmethod
    def _is_overload(node: Node) -> bool:
        return node.parent is not None and node.parent.type == "class_body"

    @staticmethod
    def _visibility(node: Node, name: str) -> str:
        if name.startswith("#"):
            return "private"
        modifier = next((child for child in node.children if child.type == "accessibility_modifier"), None)
        return text_of(modifier) or "public"

    def _function(
        self,
        kind: str,
        name: str,
        node: Node,
        *,
        visibility: str = "private",
        qualifier: str | None = None,
        parent: int | None = None,
    ) -> int:
        result = self.declared(node, "return_type")
        index = self.define(
            kind,
            name,
            node,
            node.child_by_field_name("body"),
            visibility=visibility,
            qualifier=qualifier,
            parent=parent,
            results=[] if result is UNKNOWN else [result],
            doc_row=self._start_row(node) if kind != "method" or node.type in FUNCTIONS else None,
            unique=node.type != "function_signature"
            and not (node.type == "method_signature" and self._is_overload(node)),
            flags=["async"] if any(child.type == "async" for child in node.children) else [],
        )
        self._open_function(node, index)
        return index

    def _open_function(self, node: Node, index: int) -> None:
        """The function's own scope: parameters, ``this``, type parameters, and the value of an arrow body."""
        if index < 0:
            self.open_scope()
        self.function_scopes[self.scope] = index
        if node.type in ("function_expression", "function_declaration", "generator_function"):
            self.bind("this", UNKNOWN)
        if index >= 0:
            self._type_parameters(node, index)
        single = node.child_by_field_name("parameter")
        element = self.elements.pop(node.id, UNKNOWN)
        self.bind_pattern(single, element)
        parameters = node.child_by_field_name("parameters")
        for position, parameter in enumerate(parameters.named_children if parameters is not None else []):
            self._parameter(parameter, UNKNOWN if position else element)
        body = node.child_by_field_name("body")
        if node.type == "arrow_function" and body is not None and body.type != "statement_block":
            self._returns(index, body)

    def _parameter(self, node: Node, inferred: Expr) -> None:
        if node.type not in ("required_parameter", "optional_parameter"):
            self.bind_pattern(node, inferred)
            return
        pattern = node.child_by_field_name("pattern")
        declared = self.declared(node)
        if declared is UNKNOWN:
            value = node.child_by_field_name("value")
            declared = inferred if value is None else self.expr(value)
        self.bind_pattern(pattern, declared)
        if self.owner_is("constructor") and any(
            child.type in ("accessibility_modifier", "readonly", "override_modifier") for child in node.children
        ):
            self.bind(text_of(pattern), declared, self.class_scope())

    def _type_parameters(self, node: Node, index: int) -> None:
        parameters = node.child_by_field_name("type_parameters")
        if parameters is None:
            return
        names: list[tuple[str, Expr]] = []
        for child in parameters.named_children:
            constraint = child.child_by_field_name("constraint")
            bound = self.type_of(next(iter(constraint.named_children), None)) if constraint is not None else UNKNOWN
            names.append((text_of(child.child_by_field_name("name")), bound))
        self.define_type_parameters(index, names)

    def _returns(self, index: int, value: Node) -> None:
        if index < 0:
            return
        definition = self.definitions[index]
        if not definition.results and len(definition.returns) < _MAX_RETURNS:
            if value.type == "parenthesized_expression" and value.named_children:
                value = value.named_children[0]
            if value.type == "object":
                self.name_fields(value, None)
            returned = self.expr(value)
            if returned is not UNKNOWN:
                definition.returns.append((self.scope, returned))

    def enter_return(self, node: Node) -> None:
        """``return value`` tells what a function without a declared result gives."""
        value = next(iter(node.named_children), None)
        index = self.function_scopes[self.function_scope()]
        if value is not None:
            self._returns(index, value)

    def enter_class(self, node: Node) -> None:
        """A class declaration or expression."""
        name = text_of(node.child_by_field_name("name"))
        given, qualifier = self.named.pop(node.id, ("", None))
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
        self.bind("super", Super(index))

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
        declared = self.declared(node)
        if value is not None and value.type in FUNCTIONS:
            self.named[value.id] = (name, None)
            declared = self.expr(value)
        elif declared is UNKNOWN:
            declared = self.expr(value)
        self.bind(name, declared)

    def enter_static_block(self, _node: Node) -> None:
        """A static initialiser: ``this`` is the class."""
        owner = self.owner
        self.open_scope()
        self.function_scopes[self.scope] = -1
        if owner >= 0:
            self.bind("this", Def(owner))

    def drop_overload_signatures(self) -> None:
        """Fold the signatures of an overloaded function into its implementation."""
        implemented = {
            (d.parent, d.name)
            for d in self.definitions
            if d.kind in ("function", "method", "constructor") and "signature" not in d.flags
        }
        for definition in self.definitions:
            if "signature" in definition.flags and (definition.parent, definition.name) in implemented:
                definition.flags.append("folded")
            elif "signature" in definition.flags:
                definition.qualified_name = self.unique(definition.qualified_name)
