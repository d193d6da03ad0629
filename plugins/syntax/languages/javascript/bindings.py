"""Variables, parameters and assignments of JavaScript and TypeScript."""

from __future__ import annotations

from tree_sitter import Language, Node

from ..common.extraction import EXPRESSION_DEPTH, text_of
from ..common.facts import (
    UNKNOWN,
    Awaited,
    Base,
    Def,
    Element,
    Expr,
    Imported,
    Member,
    Name,
    OneOf,
    Scoped,
    Type,
    Unknown,
)
from .context import EcmaContext
from .expressions import FUNCTIONS

__all__ = ["EcmaBindings"]

_DEFINABLE = FUNCTIONS | {"class"}


class EcmaBindings(EcmaContext):
    """Binds names to what they may stand for. A function or class that is given a name by its place (variable,
    property, assignment) is registered in ``named`` before the walk reaches it."""

    def __init__(self, path: str, language: str, grammar: Language) -> None:
        super().__init__(path, language, grammar)
        self.flat_blocks: set[int] = set()
        """Blocks that open no scope, because what holds them did."""
        self.function_scopes: dict[int, int] = {0: -1}
        self.promoted: dict[tuple[int, str], list[Base]] = {}
        self.typed_fields: set[tuple[int, str]] = set()
        """Members whose type is declared, by the scopes of their classes: what is assigned to them tells no more."""
        self.documented: set[int] = set()
        """Functions whose result is declared in a comment alone."""
        self.made: dict[int, list[tuple[str, Expr]]] = {}
        """What functions assign to members of ``this``, by their definitions."""

    def written(self, value: Expr, scope: int | None) -> Expr:
        """A value of the current scope that is bound to a name of another one."""
        if scope is None or scope == self.scope or isinstance(value, (Def, Imported, Scoped, Unknown)):
            return value
        return Scoped(self.scope, value)

    def name_value(self, node: Node | None, name: str, qualifier: str | None = None, depth: int = 0) -> None:
        """Give a name to a function, a class, or the functions of an object literal."""
        while node is not None and node.type in ("parenthesized_expression", "as_expression", "satisfies_expression"):
            node = next(iter(node.named_children), None)
        if node is None or depth > EXPRESSION_DEPTH:
            return
        if node.type in _DEFINABLE:
            if name != "exports" or node.id not in self.named:
                self.named[node.id] = (name, qualifier)
        elif node.type == "object":
            prefix = f"{qualifier}.{name}" if qualifier else name
            self.name_fields(node, prefix, depth + 1)

    def name_fields(self, node: Node, prefix: str | None, depth: int = 0) -> None:
        """Give names to the functions in an object literal."""
        for child in node.named_children:
            if child.type == "pair":
                key = self.key(child.child_by_field_name("key"))
                if key:
                    self.name_value(child.child_by_field_name("value"), key, prefix, depth)
            elif child.type == "method_definition":
                self.named[child.id] = (self.key(child.child_by_field_name("name")), prefix)

    def function_scope(self) -> int:
        """The scope of the nearest function, or of the module."""
        index = self.scope
        while index not in self.function_scopes:
            index = self.scopes[index].parent
        return index

    def bind_pattern(self, node: Node | None, value: Expr, scope: int | None = None, depth: int = 0) -> None:
        """Bind every name of a destructuring pattern to its part of the value."""
        if node is None or depth > EXPRESSION_DEPTH:
            return
        kind = node.type
        if kind in ("identifier", "shorthand_property_identifier_pattern"):
            self.bind(text_of(node), value, scope)
        elif kind == "object_pattern":
            for child in node.named_children:
                self._bind_property(child, value, scope, depth + 1)
        elif kind == "array_pattern":
            for child in node.named_children:
                self.bind_pattern(child, Element(value), scope, depth + 1)
        elif kind in ("assignment_pattern", "object_assignment_pattern"):
            default = self.expr(node.child_by_field_name("right"))
            value = default if value is UNKNOWN else OneOf([value, default])
            self.bind_pattern(node.child_by_field_name("left"), value, scope, depth + 1)
        elif kind == "rest_pattern":
            self.bind_pattern(next(iter(node.named_children), None), UNKNOWN, scope, depth + 1)

    def _bind_property(self, node: Node, value: Expr, scope: int | None, depth: int) -> None:
        if node.type == "pair_pattern":
            key = self.key(node.child_by_field_name("key"))
            part = self._part(value, key) if key else UNKNOWN
            self.bind_pattern(node.child_by_field_name("value"), part, scope, depth)
            return
        named = node.child_by_field_name("left") if node.type == "object_assignment_pattern" else node
        part = UNKNOWN if node.type == "rest_pattern" else self._part(value, text_of(named))
        self.bind_pattern(node, part, scope, depth)

    @staticmethod
    def _part(value: Expr, key: str) -> Expr:
        if isinstance(value, Imported) and value.name in ("=", "*"):
            return Imported(value.specifier, key)
        if isinstance(value, Awaited) and isinstance(value.value, Imported):
            return Imported(value.value.specifier, key)
        return UNKNOWN if value is UNKNOWN else Member(value, key)

    def enter_declarator(self, node: Node) -> None:
        """``const name: Type = value``."""
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        declaration = node.parent
        if name is None:
            return
        scope = None
        if declaration is not None and declaration.type == "variable_declaration":
            scope = self.function_scope()
        if name.type == "identifier":
            self.name_value(value, text_of(name))
        declared = self.annotated(node, value, (declaration or node).start_point.row)
        self.expect(value, declared)
        bound = self.expr(value) if declared is UNKNOWN else declared
        if value is not None and value.type in _DEFINABLE:
            bound = self.expr(value)
        self.bind_pattern(
            name, bound if value is None or value.type in _DEFINABLE else self.written(bound, scope), scope
        )

    def enter_for_in(self, node: Node) -> None:
        """``for (const name of collection)``."""
        self.open_scope()
        operator = text_of(node.child_by_field_name("operator"))
        value: Expr = Element(self.expr(node.child_by_field_name("right"))) if operator == "of" else UNKNOWN
        if node.child_by_field_name("kind") is not None:
            self.bind_pattern(node.child_by_field_name("left"), value)

    def enter_catch(self, node: Node) -> None:
        """``catch (name)``."""
        self.open_scope()
        self.bind_pattern(node.child_by_field_name("parameter"), UNKNOWN)

    def enter_statements(self, node: Node) -> None:
        """A block, unless it is the body of a namespace."""
        if node.id not in self.flat_blocks:
            self.open_scope()

    def enter_assignment(self, node: Node) -> None:
        """``name = value``, ``this.name = value``, ``object.name = value``, ``exports.name = value``."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        if left.type == "identifier":
            scope = self.scope_of(text_of(left))
            self.name_value(right, text_of(left))
            if scope is not None:
                self.bind(text_of(left), self.value_for(right, scope), scope)
            return
        target = text_of(left.child_by_field_name("object"))
        if left.type == "subscript_expression" and target == "this":
            name = self.constant_key(left.child_by_field_name("index"))
        else:
            name = text_of(left.child_by_field_name("property")) if left.type == "member_expression" else ""
        if not name:
            return
        if right.type in _DEFINABLE or right.type == "object":
            self.expect(right, self.expr(left))
        if target == "this":
            self._assign_to_this(name, right, self.annotated(node, right, node.start_point.row))
        elif not self.assign_export(target, name, right):
            self._assign_to_member(target, name, right)

    def _assign_to_this(self, name: str, right: Node, declared: Expr) -> None:
        scope = self.class_scope()
        if scope is None or self.scopes[scope].owner < 0:
            self._assign_to_new(name, right, declared)
            return
        owner = self.definitions[self.scopes[scope].owner]
        self.name_value(right, name, owner.qualified_name)
        if (scope, name) in self.typed_fields:
            return
        if declared is not UNKNOWN and right.type not in _DEFINABLE:
            self.bind(name, self.written(declared, scope), scope)
        else:
            self.bind(name, self.value_for(right, scope), scope)

    def value_for(self, node: Node, scope: int) -> Expr:
        """An expression that is bound to a name of another scope."""
        value = self.expr(node)
        return value if node.type in _DEFINABLE else self.written(value, scope)

    def _assign_to_new(self, name: str, right: Node, declared: Expr) -> None:
        """``this.name = value`` in a function that may turn out to make objects."""
        scope = self.scope_of("this")
        index = self.function_scopes.get(scope, -1) if scope is not None else -1
        if index >= 0 and right.type not in _DEFINABLE:
            value = self.expr(right) if declared is UNKNOWN else declared
            self.made.setdefault(index, []).append((name, value if value is UNKNOWN else Scoped(self.scope, value)))

    def _assign_to_member(self, target: str, name: str, right: Node) -> None:
        """A static member of a function, or a member of an object, known by its dotted name."""
        root, _, rest = target.partition(".")
        scope = self.scope_of(root)
        if scope is None or len(target) > 100 or "(" in target or "[" in target:
            return
        if rest == "prototype" or name == "prototype":
            self.promoted.setdefault((scope, root), [])
        if name == "prototype" and not rest:
            self._assign_prototype(scope, root, right)
            return
        self.name_value(right, name, root if rest == "prototype" else target)
        if right.type in _DEFINABLE or right.type in ("object", "identifier", "member_expression", "new_expression"):
            self.bind(f"{target}.{name}", self.value_for(right, scope), scope)

    def _assign_prototype(self, scope: int, root: str, right: Node) -> None:
        if right.type == "object":
            self.name_fields(right, root)
            for child in right.named_children:
                key = self.key(child.child_by_field_name("key") or child.child_by_field_name("name"))
                value = child if child.type == "method_definition" else child.child_by_field_name("value")
                if key and value is not None:
                    holder: Expr = OneOf(self.holders.setdefault(value.id, []))
                    self.bind(f"{root}.prototype.{key}", holder, scope)
        elif right.type == "call_expression" and text_of(right.child_by_field_name("function")) == "Object.create":
            arguments = right.child_by_field_name("arguments")
            text = text_of(next(iter(arguments.named_children), None) if arguments is not None else None)
            base = text.removesuffix(".prototype")
            if base.isidentifier():
                self.promoted[scope, root].append(Base("extends", Type(Name(base))))

    def assign_export(self, _target: str, _name: str, _right: Node) -> bool:
        """Handle an assignment to a CommonJS export; the subclass that knows modules overrides this."""
        return False

    def promote_prototypes(self) -> None:
        """Make classes of functions whose prototype was written to."""
        for (scope, name), bases in self.promoted.items():
            for bound in self.scopes[scope].bindings.get(name, []):
                choices = bound.choices if isinstance(bound, OneOf) else [bound]
                for choice in choices:
                    if isinstance(choice, Def) and self.definitions[choice.index].kind == "function":
                        self._promote(choice.index, scope, name, bases)

    def _promote(self, index: int, scope: int, name: str, bases: list[Base]) -> None:
        definition = self.definitions[index]
        definition.kind = "class"
        definition.flags.append("prototype")
        definition.bases.extend(bases)
        self.scopes[definition.body].bindings["this"] = [Type(Def(index))]
        makers = [index]
        for key, values in self.scopes[scope].bindings.items():
            if not key.startswith(f"{name}."):
                continue
            member_of_instance = key.startswith(f"{name}.prototype.")
            for value in values:
                for choice in value.choices if isinstance(value, OneOf) else [value]:
                    if isinstance(choice, Def) and self.definitions[choice.index].kind in ("function", "method"):
                        method = self.definitions[choice.index]
                        method.kind, method.parent = "method", index
                        if member_of_instance:
                            makers.append(choice.index)
                            self.scopes[method.body].bindings["this"] = [Type(Def(index))]
                        else:
                            method.flags.append("static")
        for maker in makers:
            for member, value in self.made.get(maker, []):
                self.bind(f"{name}.prototype.{member}", value, scope)
