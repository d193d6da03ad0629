"""Definitions, scopes, imports and calls of Java."""

from __future__ import annotations

from typing import ClassVar

from tree_sitter import Node

from ..common.expressions import first_named
from ..common.extraction import Handlers, text_of
from ..common.facts import UNKNOWN, Base, Def, Element, Expr, Import, Member, Name, New, Returning, Super, Type
from ..common.text import words
from .expressions import JavaExpressions

__all__ = ["CONSTRUCTOR", "JavaExtractor"]

CONSTRUCTOR = "<init>"
_KINDS = {
    "class_declaration": "class",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "record_declaration": "record",
    "annotation_type_declaration": "annotation",
}
_FLAGS = ("static", "abstract", "final", "default", "synchronized", "sealed")
_ELEMENT_METHODS = words(
    "forEach filter map flatMap anyMatch allMatch noneMatch removeIf peek ifPresent mapToInt mapToLong mapToDouble"
    " takeWhile dropWhile"
)


class JavaExtractor(JavaExpressions):
    """Facts of one Java file."""

    def enter_package(self, node: Node) -> bool:
        """``package a.b;``"""
        self.package = text_of(first_named(node))
        self.doc = self.doc_before(node.start_point.row)
        return False

    def enter_import(self, node: Node) -> bool:
        """``import [static] a.b.C[.*];``"""
        words = {child.type for child in node.children}
        target = text_of(next((c for c in node.named_children if c.type in ("scoped_identifier", "identifier")), None))
        kind = "static" if "static" in words else "type"
        if "asterisk" in words:
            names = ["*"]
        else:
            target, _, name = target.rpartition(".")
            names = [name]
        self.imports.append(Import(kind, target, names, node.start_point.row + 1))
        return False

    def _modifiers(self, node: Node) -> tuple[str, list[str]]:
        modifiers = next((child for child in node.children if child.type == "modifiers"), None)
        words = {child.type for child in modifiers.children} if modifiers is not None else set[str]()
        default = "public" if self.owner_is("interface", "annotation") else "package"
        visibility = next((word for word in ("public", "protected", "private") if word in words), default)
        return visibility, [flag for flag in _FLAGS if flag in words]

    def _signature_start(self, node: Node) -> int:
        """Where a declaration begins after its annotations."""
        modifiers = next((child for child in node.children if child.type == "modifiers"), None)
        if modifiers is None:
            return node.start_byte
        plain = [child for child in modifiers.children if "annotation" not in child.type]
        return plain[0].start_byte if plain else modifiers.end_byte

    def enter_type(self, node: Node) -> None:
        """A class, interface, enum, record or annotation type."""
        name = text_of(node.child_by_field_name("name"))
        visibility, flags = self._modifiers(node)
        scope = self.scope
        kind = _KINDS[node.type]
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
        self.bind(name, Def(index), scope)
        self._type_parameters(node, index)
        self.definitions[index].bases = self._bases(node, kind)
        self.bind_self(index)
        if kind == "enum":
            self.bind("values()", Returning(Type(Name("[]"), [Type(Def(index))])))
            self.bind("valueOf()", Returning(Type(Def(index))))
        elif kind == "record":
            self._components(node)

    def _bases(self, node: Node, kind: str) -> list[Base]:
        bases: list[Base] = []
        for clause in node.named_children:
            if clause.type == "superclass":
                bases.append(Base("extends", self.type_of(first_named(clause))))
            elif clause.type in ("super_interfaces", "extends_interfaces"):
                relation = "extends" if kind == "interface" else "implements"
                types = first_named(clause)
                bases += [Base(relation, self.type_of(t)) for t in (types.named_children if types else [])]
        return bases

    def _type_parameters(self, node: Node, index: int) -> None:
        parameters = node.child_by_field_name("type_parameters")
        if parameters is None:
            return
        names: list[tuple[str, Expr]] = []
        for child in parameters.named_children:
            named = [c for c in child.named_children if "annotation" not in c.type]
            if named:
                bound = self.type_of(first_named(named[1])) if len(named) > 1 else UNKNOWN
                names.append((text_of(named[0]), bound))
        self.define_type_parameters(index, names)

    def _components(self, node: Node) -> None:
        parameters = node.child_by_field_name("parameters")
        for child in parameters.named_children if parameters is not None else []:
            name = text_of(child.child_by_field_name("name"))
            declared = self.type_of(child.child_by_field_name("type"))
            self.bind(name, declared)
            self.definitions[self.owner].parameters.append(declared)
            if name:
                self.bind(f"{name}()", Returning(declared))

    def enter_method(self, node: Node) -> None:
        """A method or constructor."""
        name = text_of(node.child_by_field_name("name"))
        visibility, flags = self._modifiers(node)
        kind = "method" if node.type in ("method_declaration", "annotation_type_element_declaration") else "constructor"
        body = node.child_by_field_name("body")
        if body is None and self.owner_is("interface"):
            flags.append("abstract")
        scope = self.scope
        index = self.define(
            kind, name, node, body, visibility=visibility, flags=flags, signature_start=self._signature_start(node)
        )
        self.bind(f"{name}()" if kind == "method" else CONSTRUCTOR, Def(index), scope)
        self._type_parameters(node, index)
        definition = self.definitions[index]
        result = self.type_of(node.child_by_field_name("type"))
        definition.results = [] if result is UNKNOWN else [result]
        self._parameters(node, index)

    def _parameters(self, node: Node, index: int) -> None:
        definition = self.definitions[index]
        parameters = node.child_by_field_name("parameters")
        variadic = False
        for child in parameters.named_children if parameters is not None else []:
            if child.type == "formal_parameter":
                declared = self.dimensions(child, self.type_of(child.child_by_field_name("type")))
                self.bind(text_of(child.child_by_field_name("name")), declared)
            elif child.type == "spread_parameter":
                types = [c for c in child.named_children if c.type not in ("modifiers", "variable_declarator")]
                declared = self.type_of(types[0]) if types else UNKNOWN
                declarator = next((c for c in child.named_children if c.type == "variable_declarator"), None)
                if declarator is not None:
                    name = text_of(declarator.child_by_field_name("name"))
                    self.bind(name, Type(Name("[]"), [declared]))
                variadic = True
            else:
                continue
            definition.parameters.append(declared)
        if node.type == "compact_constructor_declaration" and definition.parent >= 0:
            definition.parameters = self.definitions[definition.parent].parameters
        count = len(definition.parameters)
        definition.arity = (count - 1, -1) if variadic else (count, count)

    def enter_variables(self, node: Node) -> None:
        """Fields and local variables."""
        declared = node.child_by_field_name("type")
        inferred = text_of(declared) == "var"
        for child in node.named_children:
            if child.type == "variable_declarator":
                name = text_of(child.child_by_field_name("name"))
                value = child.child_by_field_name("value")
                self.bind(name, self.expr(value) if inferred else self.dimensions(child, self.type_of(declared)))

    def enter_for_each(self, node: Node) -> None:
        """``for (Type name : collection)``."""
        self.open_scope()
        self._bind_typed(node, Element(self.expr(node.child_by_field_name("value"))))

    def enter_typed(self, node: Node) -> None:
        """A resource of ``try``, or a variable bound by ``instanceof``."""
        self._bind_typed(node, self.expr(node.child_by_field_name("value")))

    def _bind_typed(self, node: Node, inferred: Expr) -> None:
        declared = node.child_by_field_name("type") or node.child_by_field_name("right")
        value = inferred if text_of(declared) == "var" else self.type_of(declared)
        self.bind(text_of(node.child_by_field_name("name")), value)

    def enter_catch(self, node: Node) -> None:
        """``catch (First | Second name)``."""
        self.open_scope()
        parameter = next((child for child in node.named_children if child.type == "catch_formal_parameter"), None)
        if parameter is not None:
            types = next((child for child in parameter.named_children if child.type == "catch_type"), None)
            self.bind(text_of(parameter.child_by_field_name("name")), self.type_of(types))

    def enter_pattern(self, node: Node) -> None:
        """``Type name`` in a pattern."""
        children = [child for child in node.named_children if child.type != "modifiers"]
        if len(children) == 2:
            self.bind(text_of(children[1]), self.type_of(children[0]))

    def enter_lambda(self, node: Node) -> None:
        """Lambda parameters; a single one without a type may be the element of the collection it is applied to."""
        self.open_scope()
        parameters = node.child_by_field_name("parameters")
        element = self.lambda_parameters.pop(node.id, UNKNOWN)
        if parameters is None:
            return
        if parameters.type == "identifier":
            self.bind(text_of(parameters), element)
            return
        names = parameters.named_children
        for child in names:
            if child.type == "identifier":
                self.bind(text_of(child), element if len(names) == 1 else UNKNOWN)
            elif child.type == "formal_parameter":
                self._bind_typed(child, element if len(names) == 1 else UNKNOWN)

    def enter_invocation(self, node: Node) -> None:
        """``object.method(arguments)``."""
        callee = self.callee(node)
        arguments = node.child_by_field_name("arguments")
        owner = node.child_by_field_name("object")
        name = node.child_by_field_name("name")
        if owner is not None:
            self.mention(text_of(owner) if owner.type == "identifier" else "")
            if arguments is not None and text_of(name) in _ELEMENT_METHODS:
                for child in arguments.named_children:
                    if child.type == "lambda_expression":
                        self.lambda_parameters[child.id] = Element(self.expr(owner))
        self.call("call", callee, name or node, self.arguments(arguments))

    def enter_reference(self, node: Node) -> None:
        """``object::method`` calls the method as a lambda would, and ``Type::new`` creates an object."""
        owner, name = first_named(node), node.children[-1]
        if owner is None:
            return
        if name.type != "new":
            self.call("reference", Member(self.expr(owner), f"{text_of(name)}()"), name)
        elif owner.type != "array_type":
            created = self.type_of(owner) if owner.type in self.TYPES else self.expr(owner)
            self.call("reference", New(created.base if isinstance(created, Type) else created), name)

    def enter_creation(self, node: Node) -> None:
        """``new Type(arguments)``, and the class that a body after it declares."""
        declared = node.child_by_field_name("type")
        built = self.type_of(declared)
        callee: Expr = built.base if isinstance(built, Type) else UNKNOWN
        self.call("new", callee, node, self.arguments(node.child_by_field_name("arguments")))
        body = node.named_children[-1] if node.named_children else None
        if body is not None and body.type == "class_body":
            self._anonymous[body.id] = (text_of(declared).partition("<")[0], built)

    def enter_constant(self, node: Node) -> None:
        """A constant of an enum, which may have a body of its own."""
        owner = self.owner
        name = text_of(node.child_by_field_name("name"))
        if owner >= 0:
            self.bind(name, Type(Def(owner)))
            self.call("new", Def(owner), node, self.arguments(node.child_by_field_name("arguments")))
            body = node.child_by_field_name("body")
            if body is not None:
                self._anonymous[body.id] = (name, Type(Def(owner)))

    def enter_class_body(self, node: Node) -> None:
        """The body of an anonymous class is a class that extends what it is created from."""
        found = self._anonymous.pop(node.id, None)
        if found is None:
            return
        name, base = found
        index = self.define(
            "class",
            f"<{name}>",
            node,
            node,
            is_class=True,
            visibility="private",
            flags=["anonymous"],
            bases=[Base("extends", base)],
        )
        self.definitions[index].signature = f"new {name}() {{…}}"
        self.bind_self(index)

    def enter_delegation(self, node: Node) -> None:
        """``this(...)`` or ``super(...)`` in a constructor."""
        target = node.child_by_field_name("constructor")
        scope = self.class_scope()
        if target is None or scope is None:
            return
        owner = self.scopes[scope].owner
        callee: Expr = Super(owner) if target.type == "super" else Type(Def(owner))
        self.call("this", callee, node, self.arguments(node.child_by_field_name("arguments")))

    def enter_name(self, node: Node) -> None:
        """A capitalised name may be a type that an import brings."""
        if node.text is not None and node.text[:1].isupper():
            self.mention(text_of(node))

    def run(self, source: bytes) -> bytes:
        self._anonymous: dict[int, tuple[str, Expr]] = {}
        return super().run(source)

    HANDLERS: ClassVar[Handlers] = {
        "block_comment": JavaExpressions.enter_comment,
        "package_declaration": enter_package,
        "import_declaration": enter_import,
        **dict.fromkeys(_KINDS, enter_type),
        "method_declaration": enter_method,
        "constructor_declaration": enter_method,
        "compact_constructor_declaration": enter_method,
        "annotation_type_element_declaration": enter_method,
        "field_declaration": enter_variables,
        "constant_declaration": enter_variables,
        "local_variable_declaration": enter_variables,
        "enhanced_for_statement": enter_for_each,
        "resource": enter_typed,
        "instanceof_expression": enter_typed,
        "catch_clause": enter_catch,
        "type_pattern": enter_pattern,
        "record_pattern_component": enter_pattern,
        "block": JavaExpressions.enter_block,
        "for_statement": JavaExpressions.enter_block,
        "try_with_resources_statement": JavaExpressions.enter_block,
        "switch_rule": JavaExpressions.enter_block,
        "switch_block_statement_group": JavaExpressions.enter_block,
        "lambda_expression": enter_lambda,
        "method_invocation": enter_invocation,
        "method_reference": enter_reference,
        "object_creation_expression": enter_creation,
        "enum_constant": enter_constant,
        "class_body": enter_class_body,
        "explicit_constructor_invocation": enter_delegation,
        "identifier": enter_name,
        "type_identifier": enter_name,
    }
