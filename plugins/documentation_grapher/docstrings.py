"""Reads docstrings: their summary, their parts, and the references in them.

A docstring becomes a node of its own only if it says more than the symbol's ``docstring`` property shows at a glance:
it has a body below its first line, or it refers to something. Most one-line docstrings repeat the symbol's name in
prose; a node for each would double the graph without a path that leads anywhere.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import msgspec

from plugins.documentation_grapher.facts import DocumentFacts, Reference, excerpt_of
from plugins.documentation_grapher.rst import parse_rst

__all__ = ["Docstring", "is_interesting", "parse_docstring"]

_PARTS = {
    "args": "Parameters", "arguments": "Parameters", "parameters": "Parameters", "params": "Parameters",
    "other parameters": "Parameters", "keyword arguments": "Parameters", "returns": "Returns", "return": "Returns",
    "yields": "Yields", "yield": "Yields", "raises": "Raises", "raise": "Raises", "except": "Raises",
    "attributes": "Attributes", "example": "Examples", "examples": "Examples", "note": "Notes", "notes": "Notes",
    "see also": "See Also", "warning": "Warnings", "warnings": "Warnings", "references": "References",
    "todo": "Todo",
}  # fmt: skip
_FIELDS = {
    "param": "Parameters", "parameter": "Parameters", "arg": "Parameters", "argument": "Parameters",
    "key": "Parameters", "keyword": "Parameters", "return": "Returns", "returns": "Returns", "rtype": "Returns",
    "raises": "Raises", "raise": "Raises", "except": "Raises", "exception": "Raises", "ivar": "Attributes",
    "cvar": "Attributes", "var": "Attributes",
}  # fmt: skip
_FIELD = re.compile(r"^[ ]*:(\w+)(?:[ ]+([^:\n]*))?:[ ]*(.*)$", re.MULTILINE)
_PART = re.compile(r"^[ ]*([A-Z][a-z]+(?: [A-Za-z]+)?)(?::[ ]*$|[ ]*\n[ ]*-{3,}[ ]*$)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_][\w.]*$")
_RAISED = re.compile(r"([ ]*)([A-Za-z_][\w.]*)[ ]*(?::.*)?$")
_REFERENCE_SIGN = re.compile(r"[`/]|\w\.\w|^\s*\.\. |:\w+ \w+:", re.MULTILINE)


class Docstring(msgspec.Struct, array_like=True):
    """A docstring, cleaned of its indentation. ``parts`` are the parts it has, in their usual names."""

    summary: str
    excerpt: str
    lines: int
    parts: list[str]
    facts: DocumentFacts


def is_interesting(text: str) -> bool:
    """Whether the docstring may deserve a node; cheap, and never wrong about a docstring that does."""
    return "\n" in text.strip() or _REFERENCE_SIGN.search(text) is not None


def parse_docstring(text: str, *, module: str, owner: str) -> Docstring | None:
    """The docstring of a symbol in ``module`` and class ``owner``; ``None`` if it is a line without references."""
    text = inspect.cleandoc(text)
    facts = parse_rst(text, module=module, owner=owner)
    parts = list(dict.fromkeys(_read_parts(text, facts, module, owner)))
    body = text.partition("\n")[2].strip()
    if not body and not facts.references:
        return None
    for reference in facts.references:
        reference.section = -1
    return Docstring(excerpt_of(text.partition("\n\n")[0]), excerpt_of(text), text.count("\n") + 1, parts, facts)


def _read_parts(text: str, facts: DocumentFacts, module: str, owner: str) -> list[str]:
    """The parts of the docstring; the exceptions and types that they name are added to the references."""
    parts: list[str] = []

    def refer(name: str, role: str) -> None:
        if _NAME.match(name):
            facts.references.append(Reference("role", name, 0, -1, role, module, owner))

    for match in _FIELD.finditer(text):
        part = _FIELDS.get(match[1])
        if part is None:
            continue
        parts.append(part)
        if part == "Raises":
            for name in (match[2] or "").split(","):
                refer(name.strip(), "exc")
        elif match[1] == "rtype" and "`" not in match[3]:
            refer(match[3].strip(), "class")
    for match in _PART.finditer(text):
        part = _PARTS.get(match[1].lower())
        if part is None:
            continue
        parts.append(part)
        if part == "Raises":
            for name in _raised(text[match.end() :].lstrip("\n")):
                refer(name, "exc")
    return parts


def _raised(text: str) -> Iterator[str]:
    """The names that start the entries of a part; what is indented deeper than the first describes them."""
    indent: int | None = None
    for line in text.split("\n"):
        if not line.strip():
            return
        entry = _RAISED.match(line)
        depth = len(line) - len(line.lstrip(" "))
        indent = depth if indent is None else indent
        if entry and depth == indent:
            yield entry[2]
