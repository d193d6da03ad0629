"""What one document says about itself, before any name in it is looked up."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import msgspec

__all__ = [
    "BY_NAME",
    "DocumentFacts",
    "DocumentFormat",
    "FactsBuilder",
    "Reference",
    "ReferenceKind",
    "SectionFacts",
    "decode_facts",
    "docutils_id",
    "encode_facts",
    "excerpt_of",
    "slug",
]

type DocumentFormat = Literal["markdown", "rst", "text"]

type ReferenceKind = Literal[
    "link",  # a relative URL, possibly with an anchor
    "image",  # the file of an image
    "include",  # include or literalinclude: the file named by the directive
    "toctree",  # an entry of a table of contents: a document name
    "doc",  # :doc:, a document name
    "label",  # :ref: and friends, an explicit target somewhere in the documentation
    "local",  # `Some heading`_ inside the same document
    "role",  # a role that names a symbol: :class:, :func:, ...
    "object",  # a directive that documents a symbol: .. class::, .. method::, ...
    "autodoc",  # a directive that includes a symbol's docstring
    "span",  # a code span: a name or a path
    "name",  # a dotted name in prose
    "import",  # an import statement in an example
    "xref",  # a role of the project's own, resolved against the project's own directives
]

BY_NAME: frozenset[ReferenceKind] = frozenset({"role", "object", "autodoc", "span", "name", "import"})
"""Kinds that name symbols. They mean the same in every document, but for a span that may be a path."""

EXCERPT_CHARACTERS = 400
MAX_TITLE = 200


class SectionFacts(msgspec.Struct, array_like=True, gc=False):
    """A heading and what stands below it; lines count from 1, ``end_line`` belongs to the section.

    ``parent`` is the index of the enclosing section, -1 for the document itself. ``end_line`` includes nested
    sections; ``excerpt`` is the beginning of the section's own prose.
    """

    level: int
    title: str
    anchor: str
    line: int
    end_line: int = 0
    parent: int = -1
    excerpt: str = ""


class Reference(msgspec.Struct, array_like=True, gc=False):
    """One explicit reference as written. ``section`` is the index of the innermost section, -1 for none.

    ``detail`` is the role or directive, ``module`` and ``owner`` the module and class that the text was about at
    that place (``.. module::``, ``.. class::``).
    """

    kind: ReferenceKind
    text: str
    line: int
    section: int
    detail: str = ""
    module: str = ""
    owner: str = ""


class DocumentFacts(msgspec.Struct, array_like=True):
    """Everything that resolution needs to know of one document."""

    format: DocumentFormat
    title: str
    lines: int
    sections: list[SectionFacts]
    references: list[Reference]
    labels: list[tuple[str, int]]
    """Explicit targets that other documents can name, normalised, with the section that they point to."""
    objects: list[tuple[str, str, int]]
    """(directive, name, section) of things documented by directives that define no symbol, such as settings."""
    excerpt: str = ""
    external_links: int = 0
    problems: list[str] = []
    modules: list[tuple[str, int]] = []
    """Modules that the document declares to describe, with the section."""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(DocumentFacts)


def encode_facts(facts: DocumentFacts) -> bytes:
    """The facts as msgpack."""
    return _ENCODER.encode(facts)


def decode_facts(data: bytes) -> DocumentFacts:
    """The inverse of ``encode_facts``; raises ``msgspec.MsgspecError`` on anything else."""
    return _DECODER.decode(data)


_SPACE = re.compile(r"\s+")


def excerpt_of(text: str) -> str:
    """The beginning of ``text`` on one line, cut at a word."""
    # Looking at a bounded prefix keeps this independent of the length of hostile lines.
    line = _SPACE.sub(" ", text[: EXCERPT_CHARACTERS * 4]).strip()
    if len(line) <= EXCERPT_CHARACTERS:
        return line
    return line[:EXCERPT_CHARACTERS].rsplit(" ", 1)[0] + " …"


_NOT_SLUG = re.compile(r"[^\w\- ]")


def slug(title: str) -> str:
    """The anchor that GitHub gives a heading: lower case, punctuation dropped, spaces to hyphens."""
    return _NOT_SLUG.sub("", title.strip().lower()).replace(" ", "-")


_NOT_ID = re.compile(r"[^a-z0-9]+")


def docutils_id(title: str) -> str:
    """The anchor that docutils gives a heading (its ``make_id``): ASCII words joined by hyphens."""
    ascii_title = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return _NOT_ID.sub("-", ascii_title).strip("-").lstrip("0123456789-")


class FactsBuilder:
    """Collects the facts of one document in reading order."""

    def __init__(self, format: DocumentFormat, lines: int) -> None:
        self.format: DocumentFormat = format
        self.lines = lines
        self.sections: list[SectionFacts] = []
        self.references: list[Reference] = []
        self.labels: list[tuple[str, int]] = []
        self.objects: list[tuple[str, str, int]] = []
        self.modules: list[tuple[str, int]] = []
        self.problems: list[str] = []
        self.external_links = 0
        self._anchors: dict[str, int] = {}

    @property
    def current(self) -> int:
        """Index of the section that is being read, -1 before the first heading."""
        return len(self.sections) - 1

    def open_section(self, level: int, title: str, line: int) -> int:
        """Start a section; its parent is the nearest earlier one of a lower level."""
        parent = self.current
        while parent >= 0 and self.sections[parent].level >= level:
            parent = self.sections[parent].parent
        title = title[:MAX_TITLE]
        anchor = (slug(title) if self.format == "markdown" else docutils_id(title)) or "section"
        repeats = self._anchors.get(anchor, 0)
        if repeats:
            while f"{anchor}-{repeats}" in self._anchors:
                repeats += 1
            self._anchors[anchor] = repeats + 1
            anchor = f"{anchor}-{repeats}"
        self._anchors[anchor] = 1
        self.sections.append(SectionFacts(level, title, anchor, line, parent=parent))
        return self.current

    def add(self, reference: Reference) -> None:
        """Record a reference."""
        self.references.append(reference)

    def build(self, title: str = "", excerpt: str = "") -> DocumentFacts:
        """Close all sections and return the facts; the title falls back to the first heading."""
        open_until = self.lines
        ends: dict[int, int] = {}
        for index in range(len(self.sections) - 1, -1, -1):
            section = self.sections[index]
            # The next heading that is not inside this section ends it.
            following = index + 1
            while following < len(self.sections) and self.sections[following].level > section.level:
                following = ends[following]
            ends[index] = following
            last = self.sections[following].line - 1 if following < len(self.sections) else open_until
            section.end_line = max(section.line, last)
        if not title and self.sections:
            title = self.sections[0].title
        return DocumentFacts(
            self.format,
            title,
            self.lines,
            self.sections,
            self.references,
            self.labels,
            self.objects,
            excerpt,
            self.external_links,
            self.problems,
            self.modules,
        )
