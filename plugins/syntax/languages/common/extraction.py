"""The walk over one syntax tree that collects definitions, scopes, imports and calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from tree_sitter import Language, Node, Tree

from plugins.syntax.parsing import TooSlowError, parse

from .facts import Base, Body, Call, Def, Definition, Expr, FileFacts, Import, Scope, Super, Type, TypeParameter, encode
from .text import clean_comment, is_minified, one_line, to_utf8

__all__ = ["EXPRESSION_DEPTH", "Extractor", "Handlers", "find_problem", "text_of"]

EXPRESSION_DEPTH = 24
"""How deep a chain such as ``a.b().c()`` is kept; what lies deeper is unknown."""

type Handlers = Mapping[str, Callable[[Any, Node], bool | None]]
"""Node kind to the method that enters it; ``False`` means: do not walk its children."""

_by_kind: dict[tuple[type[Extractor], Language], dict[int, Callable[[Any, Node], bool | None]]] = {}


def text_of(node: Node | None) -> str:
    """The source text of a node, empty for none."""
    if node is None or node.text is None:
        return ""
    return node.text.decode(errors="replace")


def find_problem(root: Node) -> str | None:
    """Where the first syntax error is, found without recursion."""
    node = root
    while True:
        broken = next((child for child in node.children if child.has_error or child.is_missing), None)
        if broken is None:
            return f"line {node.start_point.row + 1}: syntax error" if node.has_error else None
        if broken.is_missing:
            return f"line {broken.start_point.row + 1}: syntax error, missing {broken.type!r}"
        if broken.is_error:
            return f"line {broken.start_point.row + 1}: syntax error"
        node = broken


class Extractor:
    """Walks one tree; a language adds a table of handlers and the methods in it.

    Frames mirror the nesting: a handler that opens a scope does so at the depth of its node, and the walk closes it
    when it leaves that node. Nothing here or in the handlers recurses over the tree without a bound.
    """

    HANDLERS: ClassVar[Handlers]
    XML_DOCS: ClassVar[bool] = False

    def __init__(self, path: str, language: str, grammar: Language) -> None:
        self.path = path
        self.language = language
        self.grammar = grammar
        self.package = ""
        self.doc = ""
        self.definitions: list[Definition] = []
        self.scopes: list[Scope] = [Scope(-1, -1, False, {})]
        self.calls: list[Call] = []
        self.imports: list[Import] = []
        self.exports: dict[str, list[Expr]] = {}
        self.star_exports: list[str] = []
        self.mentions: dict[str, None] = {}
        self.flags: list[str] = []
        self.source = b""
        self.scope = 0
        self.owner = -1
        self._depth = 0
        self._frames: list[tuple[int, int, int]] = []
        self._names: dict[str, int] = {}
        self._comments: dict[int, Node] = {}

    def run(self, source: bytes) -> bytes:
        """The encoded facts of a file; never raises on bad source."""
        self.source, problems = to_utf8(source)
        if is_minified(self.source):
            problems.append("minified: its symbols are left out")
            self.flags.append("minified")
        else:
            self._read(problems)
        return encode(
            FileFacts(
                path=self.path,
                language=self.language,
                package=self.package,
                doc=self.doc,
                lines=self.source.count(b"\n") + (not self.source.endswith(b"\n") and bool(self.source)),
                definitions=self.definitions,
                imports=self.imports,
                exports=self.exports,
                star_exports=self.star_exports,
                mentions=list(self.mentions),
                problems=problems,
                flags=self.flags,
                body=msgspec.Raw(encode(Body(self.scopes, self.calls))),
            )
        )

    def _read(self, problems: list[str]) -> None:
        try:
            tree = self.tree()
        except TooSlowError as error:
            problems.append(str(error))
            return
        if tree.root_node.has_error and (problem := find_problem(tree.root_node)):
            problems.append(problem)
        self._walk(tree.root_node)
        self.finish()

    def tree(self) -> Tree:
        """The syntax tree of the source; raises ``TooSlowError``."""
        return parse(self.grammar, self.source)

    def finish(self) -> None:
        """What a language still does once the whole file was seen."""

    def _walk(self, root: Node) -> None:
        find = self._handlers_by_kind().get
        frames = self._frames
        cursor = root.walk()
        to_child, to_sibling, to_parent = cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
        depth = 0
        while True:
            node = cursor.node
            if node is None:
                return
            handler = find(node.kind_id)
            if handler is None:
                descend = True
            else:
                self._depth = depth
                descend = handler(self, node) is not False
            if descend and to_child():
                depth += 1
                continue
            while True:
                while frames and frames[-1][0] >= depth:
                    _, self.scope, self.owner = frames.pop()
                if to_sibling():
                    break
                if not to_parent():
                    return
                depth -= 1

    def _handlers_by_kind(self) -> dict[int, Callable[[Any, Node], bool | None]]:
        """The handlers by the grammar's numbers, which nodes give quicker than their names."""
        known = _by_kind.get((type(self), self.grammar))
        if known is None:
            numbers = ((self.grammar.id_for_node_kind(kind, True), handler) for kind, handler in self.HANDLERS.items())
            known = {number: handler for number, handler in numbers if number is not None}
            _by_kind[type(self), self.grammar] = known
        return known

    # scopes and bindings

    def open_scope(self, owner: int | None = None, *, is_class: bool = False) -> int:
        """Open a scope that closes when the walk leaves the current node."""
        self._frames.append((self._depth, self.scope, self.owner))
        index = len(self.scopes)
        owner = self.owner if owner is None else owner
        self.scopes.append(Scope(self.scope, owner, is_class, {}))
        self.scope, self.owner = index, owner
        return index

    def open_scope_after(self, levels: int = 1) -> int:
        """Open a scope for what follows the current node in the one so many levels above; the node itself is still
        outside."""
        index = len(self.scopes)
        self.scopes.append(Scope(self.scope, self.owner, False, {}))
        self._frames.append((self._depth - levels, self.scope, self.owner))
        self._frames.append((self._depth, index, self.owner))
        return index

    def enter_block(self, _node: Node) -> None:
        """A block has names of its own."""
        self.open_scope()

    def bind(self, name: str, value: Expr, scope: int | None = None) -> None:
        """Let ``name`` stand for ``value``, besides what it may stand for already."""
        if name:
            bindings = self.scopes[self.scope if scope is None else scope].bindings
            bindings.setdefault(name, []).append(value)

    def scope_of(self, name: str) -> int | None:
        """The nearest scope, from the current one outwards, that already binds the name."""
        index = self.scope
        while index >= 0:
            scope = self.scopes[index]
            if name in scope.bindings:
                return index
            index = scope.parent
        return None

    def class_scope(self) -> int | None:
        """The nearest enclosing class scope."""
        index = self.scope
        while index >= 0:
            if self.scopes[index].is_class:
                return index
            index = self.scopes[index].parent
        return None

    # definitions

    def define(
        self,
        kind: str,
        name: str,
        node: Node,
        body: Node | None,
        *,
        parent: int | None = None,
        qualifier: str | None = None,
        is_class: bool = False,
        visibility: str = "",
        flags: Sequence[str] = (),
        bases: Sequence[Base] = (),
        results: Sequence[Expr] = (),
        doc_row: int | None = None,
        signature_start: int | None = None,
        unique: bool = True,
    ) -> int:
        """Add a definition and open its scope; the caller binds its name where the language makes it visible."""
        index = len(self.definitions)
        parent = self.owner if parent is None else parent
        if qualifier is None:
            qualifier = self.definitions[parent].qualified_name if parent >= 0 else ""
        first = node.start_byte if signature_start is None else signature_start
        signature = one_line(self.source[first : body.start_byte if body is not None else node.end_byte])
        start = node.start_point.row if doc_row is None else doc_row
        qualified_name = f"{qualifier}.{name}" if qualifier else name
        self.definitions.append(
            Definition(
                kind=kind,
                name=name,
                qualified_name=self.unique(qualified_name) if unique else qualified_name,
                parent=parent,
                scope=self.scope,
                body=len(self.scopes),
                start=node.start_point.row + 1,
                end=node.end_point.row + 1,
                signature=signature.removesuffix("{").removesuffix("=>").strip(" ;"),
                doc=self.doc_before(start),
                visibility=visibility,
                flags=list(flags),
                bases=list(bases),
                results=list(results),
            )
        )
        self.open_scope(index, is_class=is_class)
        return index

    def unique(self, qualified_name: str) -> str:
        """The name itself for its first owner, ``name(2)`` for the second, in the order of the file."""
        count = self._names.get(qualified_name, 0) + 1
        self._names[qualified_name] = count
        return qualified_name if count == 1 else f"{qualified_name}({count})"

    def owner_is(self, *kinds: str) -> bool:
        """Whether the current owner is a definition of one of the kinds."""
        return self.owner >= 0 and self.definitions[self.owner].kind in kinds

    def in_class(self) -> bool:
        """Whether the current scope is directly that of a class."""
        return self.scopes[self.scope].is_class

    def call(
        self,
        kind: str,
        callee: Expr,
        node: Node,
        arguments: Sequence[Expr] = (),
        forms: Sequence[str] = (),
        types: Sequence[Expr] = (),
    ) -> None:
        """Add a call at the start of ``node``."""
        line = node.start_point.row + 1
        self.calls.append(Call(kind, callee, self.scope, line, list(arguments), list(forms), list(types)))

    def mention(self, name: str) -> None:
        """Remember that the file names something."""
        self.mentions[name] = None

    def define_type_parameters(self, index: int, names: Sequence[tuple[str, Expr]]) -> None:
        """Make type parameters visible in the body of a definition."""
        definition = self.definitions[index]
        definition.type_parameters = [name for name, _ in names]
        for position, (name, bound) in enumerate(names):
            self.bind(name, TypeParameter(position, bound), definition.body)

    def bind_self(self, index: int) -> None:
        """Make ``this`` an instance of the class definition, and ``super`` its base classes."""
        body = self.definitions[index].body
        self.bind("this", Type(Def(index)), body)
        self.bind("super", Super(index), body)

    # comments

    def enter_comment(self, node: Node) -> None:
        """Keep a comment that stands alone on its line; it may document what follows."""
        column = node.start_point.column
        line = self.source[node.start_byte - column : node.start_byte]
        if not line.strip():
            self._comments[node.end_point.row] = node

    def doc_before(self, row: int) -> str:
        """The documentation comment that ends on the line before ``row`` (0-based)."""
        lines: list[str] = []
        while node := self._comments.get(row - 1):
            text = text_of(node)
            if text.startswith("/*"):
                if not lines and self.is_doc(text):
                    return clean_comment(text, xml=self.XML_DOCS)
                break
            if not self.is_doc(text):
                break
            lines.append(text)
            row = node.start_point.row
        return clean_comment("\n".join(reversed(lines)), xml=self.XML_DOCS)

    def is_doc(self, text: str) -> bool:
        """Whether a comment documents; by default block comments that begin with two stars do."""
        return text.startswith("/**")
