"""Types that comments of JavaScript declare (https://jsdoc.app/tags-type, with ``import()`` as TypeScript has it)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..common.expressions import named_path
from ..common.facts import UNKNOWN, Expr, Imported, Name, OneOf, Type
from ..common.text import words

__all__ = ["Tags", "read_tags", "typedefs"]

_tag = re.compile(r"@(param|arg|argument|type|returns?)\s*\{")
_named = re.compile(r"\s*\[?\s*([\w$.]+)")
_typedef = re.compile(r"@typedef\s*\{\s*import\(\s*(['\"])([^'\"]+)\1\s*\)\.([\w$]+)\s*\}\s*([\w$]+)")
_token = re.compile(
    r"""\s+|(?P<word>[\w$]+(?:\.[\w$]+)*)|(?P<text>"[^"]*"|'[^']*')|(?P<sign>\.\.\.|=>|\.<|.)""", re.DOTALL
)
_leader = re.compile(r"\n[ \t]*\*(?!/)")
_NO_TYPES = words("any unknown void null undefined never object Object Function function")
_PREDEFINED = {"string": "String", "number": "Number", "boolean": "Boolean", "symbol": "Symbol", "bigint": "BigInt"}
_MAX_TOKENS = 100


@dataclass
class Tags:
    """What a comment declares: of parameters by their names, of the result, of a variable."""

    parameters: dict[str, Expr] = field(default_factory=dict[str, Expr])
    result: Expr = UNKNOWN
    type: Expr = UNKNOWN


class _UnreadableError(Exception):
    """Not one of the types that are read."""


def read_tags(comment: str) -> Tags:
    """The types in a comment; those that say nothing of who is called are unknown."""
    tags = Tags()
    text = _leader.sub("\n", comment)
    for match in _tag.finditer(text):
        written = _braces(text, match.end())
        kind = _type(written)
        end = match.end() + len(written) + 1
        if match[1] == "type":
            tags.type = kind
        elif match[1].startswith("return"):
            tags.result = kind
        elif (named := _named.match(text, end)) and "." not in named[1]:
            # A name with a dot is a property of a parameter.
            tags.parameters[named[1]] = kind
    return tags


def typedefs(comment: str) -> Iterator[tuple[str, Imported]]:
    """The names that a comment gives to types of other modules."""
    for match in _typedef.finditer(_leader.sub("\n", comment)):
        yield match[4], Imported(match[2], match[3])


def _braces(text: str, start: int) -> str:
    """From ``start`` to the brace that closes the one before it."""
    depth = 1
    for position in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if not depth:
            return text[start:position]
    return ""


def _type(text: str) -> Expr:
    tokens = [match for match in _token.finditer(text) if match.lastgroup]
    if not tokens or len(tokens) > _MAX_TOKENS:
        return UNKNOWN
    reader = _Reader(tokens)
    try:
        found = reader.union()
    except _UnreadableError:
        return UNKNOWN
    return found if reader.at_end() else UNKNOWN


class _Reader:
    """Reads names, unions, arrays, type arguments and ``import()``."""

    def __init__(self, tokens: list[re.Match[str]]) -> None:
        self._tokens = tokens
        self._position = 0

    def at_end(self) -> bool:
        """Whether all was read; ``=`` marks what may be left out."""
        return self._peek() in ("", "=")

    def _peek(self) -> str:
        return self._tokens[self._position][0] if self._position < len(self._tokens) else ""

    def _take(self, wanted: str = "") -> str:
        token = self._peek()
        if not token or (wanted and token != wanted):
            raise _UnreadableError
        self._position += 1
        return token

    def _skip(self, *tokens: str) -> bool:
        if self._peek() in tokens:
            self._position += 1
            return True
        return False

    def union(self) -> Expr:
        """Types with ``|`` between them."""
        self._skip("|")
        choices = [self._array()]
        while self._skip("|"):
            choices.append(self._array())
        known = [choice for choice in choices if choice is not UNKNOWN]
        return OneOf(known) if len(known) > 1 else known[0] if known else UNKNOWN

    def _array(self) -> Expr:
        while self._skip("?", "!"):
            pass
        found = self._single()
        while self._skip("["):
            self._take("]")
            found = Type(Name("Array"), [found])
        self._skip("?", "!")
        return found

    def _single(self) -> Expr:
        if self._skip("("):
            inner = self.union()
            self._take(")")
            if self._peek() == "=>":
                raise _UnreadableError
            return inner
        if self._skip("*"):
            return UNKNOWN
        word = self._take()
        if word[0] in "\"'":
            return Type(Name("String"))
        if not (word[0].isalpha() or word[0] in "_$") or word in ("typeof", "keyof", "readonly", "new"):
            raise _UnreadableError
        if word == "import":
            return self._import()
        arguments = self._arguments()
        if word in _NO_TYPES:
            return UNKNOWN
        return Type(named_path(_PREDEFINED.get(word, word)), arguments)

    def _import(self) -> Expr:
        self._take("(")
        specifier = self._take()[1:-1]
        self._take(")")
        if not self._skip("."):
            return Type(Imported(specifier, "="))
        name = self._take()
        if "." in name or not specifier:
            raise _UnreadableError
        return Type(Imported(specifier, name), self._arguments())

    def _arguments(self) -> list[Expr]:
        found: list[Expr] = []
        if self._skip("<", ".<"):
            found.append(self.union())
            while self._skip(","):
                found.append(self.union())
            self._take(">")
        return found
