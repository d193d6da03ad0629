"""Functions and methods of JavaScript and TypeScript."""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import Node

from ..common.expressions import named_path
from ..common.extraction import text_of
from ..common.facts import UNKNOWN, CallOf, Def, Expr, FirstOf
from .bindings import EcmaBindings
from .expressions import FUNCTIONS, is_this, parameter_nodes, unwrapped
from .jsdoc import Tags

__all__ = ["EcmaFunctions"]

_MAX_RETURNS = 8
_ACCESSORS = {"get": "getter", "set": "setter"}


class EcmaFunctions(EcmaBindings):
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
            definition.flags += ["signature"] if self._is_overload(node) else ["abstract", "overload"]
        if node.type == "abstract_method_signature":
            definition.flags += ["overload"] if "abstract" in definition.flags else ["abstract", "overload"]
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
        row = self._start_row(node) if kind != "method" or node.type in FUNCTIONS else node.start_point.row
        tags = self.tags_above(row)
        result = self.declared(node, "return_type")
        if result is UNKNOWN and tags.result is not UNKNOWN:
            result = tags.result
            self.documented.add(len(self.definitions))
        index = self.define(
            kind,
            name,
            node,
            node.child_by_field_name("body"),
            visibility=visibility,
            qualifier=qualifier,
            parent=parent,
            results=[] if result is UNKNOWN else [result],
            doc_row=row,
            unique=node.type != "function_signature"
            and not (node.type == "method_signature" and self._is_overload(node)),
            flags=["async"] if any(child.type == "async" for child in node.children) else [],
        )
        self._open_function(node, index, result, tags)
        return index

    def _open_function(self, node: Node, index: int, result: Expr | None = None, tags: Tags | None = None) -> None:
        """The function's own scope: parameters, ``this``, type parameters, and the value of an arrow body."""
        if index < 0:
            self.open_scope()
        self.function_scopes[self.scope] = index
        if node.type in ("function_expression", "function_declaration", "generator_function"):
            self.bind("this", UNKNOWN)
        if index >= 0:
            self._type_parameters(node, index)
        inferred = self.enter_context(node, self.declared(node, "return_type") if result is None else result)
        documented = tags.parameters if tags is not None else {}
        single = node.child_by_field_name("parameter")
        first = inferred[0] if inferred else UNKNOWN
        self.bind_pattern(single, documented.get(text_of(single), first))
        declared = [
            self._parameter(parameter, inferred[position] if position < len(inferred) else UNKNOWN, documented)
            for position, parameter in enumerate(self._without_this(parameter_nodes(node)))
        ]
        if index >= 0 and any(each is not UNKNOWN for each in declared):
            self.definitions[index].parameters = declared
        body = node.child_by_field_name("body")
        if node.type == "arrow_function" and body is not None and body.type != "statement_block":
            self._returns(index, body)

    def _without_this(self, parameters: list[Node]) -> list[Node]:
        """``this: Type`` among the parameters is none of them."""
        if not is_this(parameters):
            return parameters
        self.scopes[self.scope].bindings["this"] = [self.declared(parameters[0])]
        return parameters[1:]

    def _parameter(self, node: Node, inferred: Expr, documented: Mapping[str, Expr]) -> Expr:
        """Bind a parameter; gives the type that is declared of it."""
        if node.type not in ("required_parameter", "optional_parameter"):
            default = node.child_by_field_name("right") if node.type == "assignment_pattern" else None
            named = node if default is None else node.child_by_field_name("left")
            declared = documented.get(text_of(named), UNKNOWN)
            if declared is UNKNOWN:
                self.bind_pattern(node, inferred)
            else:
                self.bind_pattern(named, FirstOf([declared, inferred if default is None else self.expr(default)]))
            return declared
        pattern = node.child_by_field_name("pattern")
        declared = self.declared(node)
        bound = declared
        if declared is UNKNOWN:
            value = node.child_by_field_name("value")
            bound = inferred if value is None else self.expr(value)
        self.bind_pattern(pattern, bound)
        if self.owner_is("constructor") and any(
            child.type in ("accessibility_modifier", "readonly", "override_modifier") for child in node.children
        ):
            self.bind(text_of(pattern), bound, self.class_scope())
        return declared if pattern is not None and pattern.type != "rest_pattern" else UNKNOWN

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
        self.expect(value, self.result_types.get(self.function_scope(), UNKNOWN))
        if index < 0:
            return
        definition = self.definitions[index]
        if (not definition.results or index in self.documented) and len(definition.returns) < _MAX_RETURNS:
            value = unwrapped(value)
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
