"""What the place that a function stands in says of its parameters."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Language, Node

from ..common.extraction import EXPRESSION_DEPTH, text_of
from ..common.facts import UNKNOWN, Argument, CallOf, Element, Expr, FirstOf, Member, OneOf, ParameterOf, Scoped
from ..common.text import words
from .expressions import FUNCTIONS, EcmaExpressions, unwrapped
from .jsdoc import Tags, read_tags

__all__ = ["EcmaContext"]

_ELEMENT_METHODS = {
    **dict.fromkeys(words("every filter find findIndex findLast flatMap forEach map some"), 0),
    **dict.fromkeys(words("reduce reduceRight"), 1),
}
"""Methods of arrays that hand their elements to a function, and as which of its parameters."""
_NO_TAGS = Tags()
_TYPED_BY_CONTEXT = FUNCTIONS | {"object", "parenthesized_expression", "as_expression", "satisfies_expression"}


def _is_deep(kind: Expr) -> bool:
    """Whether a type is that of a part of a part, and so on, of what is declared."""
    depth = 0
    while isinstance(kind, (CallOf, Member, Scoped)):
        kind = kind.callee if isinstance(kind, CallOf) else kind.object if isinstance(kind, Member) else kind.value
        depth += 1
    return depth > EXPRESSION_DEPTH


class EcmaContext(EcmaExpressions):
    """Passes types down: to arguments from what the callee declares, to values from the type of what they are assigned
    to, to results from the declared one. TypeScript calls this contextual typing."""

    def __init__(self, path: str, language: str, grammar: Language) -> None:
        super().__init__(path, language, grammar)
        self._lines: list[bytes] = []
        self.expected: dict[int, Expr] = {}
        """The types of functions and object literals, by node, until the walk reaches them."""
        self.elements: dict[int, tuple[int, Expr]] = {}
        """Which parameter of a callback is an element of the array it is applied to, by its node."""
        self.result_types: dict[int, Expr] = {}
        """What functions shall return, by their scopes."""

    def tags_above(self, row: int) -> Tags:
        """The types in the comment that ends before ``row`` (0-based); TypeScript has them in its code."""
        if self.language != "javascript" or not self._comments:
            return _NO_TAGS
        self._lines = self._lines or self.source.split(b"\n")
        while row > 0 and not self._lines[row - 1].strip():
            row -= 1
        text = text_of(self._comments.get(row - 1))
        return read_tags(text) if text.startswith("/**") and "{" in text else _NO_TAGS

    def annotated(self, node: Node, value: Node | None, row: int) -> Expr:
        """The declared type of a variable or member, in its code, or else in the comment above it: that of a comment
        may not be known where the value is."""
        declared = self.declared(node)
        if declared is not UNKNOWN:
            return declared
        documented = self.tags_above(row).type
        if documented is UNKNOWN:
            return UNKNOWN
        found = self.expr(value)
        return documented if found is UNKNOWN else FirstOf([documented, found])

    def expect(self, node: Node | None, kind: Expr) -> None:
        """A value shall be of the type ``kind``, which is read in the current scope."""
        if node is None or kind is UNKNOWN or _is_deep(kind):
            return
        node = unwrapped(node)
        if node.type in ("object", "call_expression", "new_expression") or (
            node.type in FUNCTIONS and self._has_parameters(node)
        ):
            self.expected[node.id] = kind if isinstance(kind, Scoped) else Scoped(self.scope, kind)

    @staticmethod
    def _has_parameters(node: Node) -> bool:
        parameters = node.child_by_field_name("parameters")
        return parameters is None or parameters.named_child_count > 0

    def expect_arguments(self, callee: Expr, call: Node, arguments: Sequence[Node], *, created: bool = False) -> None:
        """The arguments of a call shall be what the callee declares."""
        result = self.expected.pop(call.id, None)
        position = 0
        for argument in arguments:
            kind = argument.type
            if kind == "spread_element":
                return
            if kind in _TYPED_BY_CONTEXT:
                types = call.child_by_field_name("type_arguments")
                written = [self.type_of(child) for child in types.named_children] if types is not None else []
                self.expect(argument, Argument(callee, position, created, written, result))
            position += kind != "comment"

    def expect_element(self, method: str, callback: Node | None, collection: Node | None) -> None:
        """Methods of arrays hand their elements to the function they are given."""
        position = _ELEMENT_METHODS.get(method)
        if position is not None and callback is not None and callback.type in FUNCTIONS:
            self.elements[callback.id] = (position, Element(self.expr(collection)))

    def enter_object(self, node: Node) -> None:
        """The members of an object literal shall be those of its type."""
        kind = self.expected.pop(node.id, None)
        if kind is None:
            return
        for child in node.named_children:
            if child.type == "pair":
                if key := self.key(child.child_by_field_name("key")):
                    self.expect(child.child_by_field_name("value"), Member(kind, key))
            elif (
                child.type == "method_definition"
                and not _is_deep(kind)
                and (key := self.key(child.child_by_field_name("name")))
            ):
                self.expected[child.id] = Member(kind, key)

    def enter_context(self, node: Node, declared: Expr) -> list[Expr]:
        """The current scope has become that of a function: what its parameters are, in their order, as far as the place
        it stands in tells; ``declared`` is the type of its result."""
        kind = self.expected.pop(node.id, UNKNOWN)
        result = declared if declared is not UNKNOWN or kind is UNKNOWN else CallOf(kind)
        if result is not UNKNOWN:
            self.result_types[self.scope] = result
        position, element = self.elements.pop(node.id, (-1, UNKNOWN))
        if kind is UNKNOWN and element is UNKNOWN:
            return []
        parameters = node.child_by_field_name("parameters")
        count = parameters.named_child_count if parameters is not None else 1
        found: list[Expr] = [UNKNOWN if kind is UNKNOWN else ParameterOf(kind, index) for index in range(count)]
        if 0 <= position < count:
            found[position] = element if kind is UNKNOWN else OneOf([element, found[position]])
        return found
