"""Tells which files of a repository are documents, of which kind, and in which format."""

from __future__ import annotations

import posixpath
import re
from typing import Literal

from plugins.documentation_grapher.facts import DocumentFacts, DocumentFormat
from plugins.documentation_grapher.markdown import parse_markdown
from plugins.documentation_grapher.plaintext import looks_like_rst, parse_text
from plugins.documentation_grapher.rst import parse_rst

__all__ = ["DocumentKind", "document_kind", "format_of", "parse_document"]

type DocumentKind = Literal[
    "readme", "contributing", "changelog", "license", "authors", "api", "tutorial", "guide", "security",
    "conduct", "document",
]  # fmt: skip

_KNOWN_NAMES: dict[str, DocumentKind] = {
    "readme": "readme", "contributing": "contributing", "hacking": "contributing", "changelog": "changelog",
    "changes": "changelog", "history": "changelog", "news": "changelog", "releases": "changelog",
    "license": "license", "licence": "license", "copying": "license", "notice": "license", "authors": "authors",
    "contributors": "authors", "maintainers": "authors", "credits": "authors", "api": "api",
    "tutorial": "tutorial", "quickstart": "tutorial", "guide": "guide", "install": "guide",
    "security": "security", "code_of_conduct": "conduct", "code-of-conduct": "conduct",
}  # fmt: skip
_FOLDERS = frozenset({"docs", "doc", "documentation", "wiki", "guides", "tutorials"})
_MARKUP: dict[str, DocumentFormat] = {".md": "markdown", ".markdown": "markdown", ".rst": "rst"}
_SUFFIXES = frozenset({*_MARKUP, ".txt"})
_DATA_NAME = re.compile(
    r"(?:requirements|constraints|robots|spelling|wordlist|cmakelists|manifest|top_level)", re.IGNORECASE
)


def document_kind(path: str) -> DocumentKind | None:
    """What kind of document the file is by its path, ``None`` if it is none.

    Markdown and reStructuredText always are. A ``.txt`` file is one if its name is that of a usual document or it
    lies under a folder for documentation; a file without suffix only by its name.
    """
    dot = path.rfind(".")
    if dot > path.rfind("/") + 1 and path[dot:].lower() not in _SUFFIXES:
        return None
    folder, name = posixpath.split(path)
    stem, suffix = posixpath.splitext(name)
    suffix = suffix.lower()
    known = _KNOWN_NAMES.get(stem.lower()) or _KNOWN_NAMES.get(re.split(r"[.\-]", stem, maxsplit=1)[0].lower())
    if suffix in _MARKUP:
        return known or "document"
    if suffix == ".txt":
        if _DATA_NAME.match(stem):
            return None
        in_docs = any(part.lower() in _FOLDERS for part in folder.split("/"))
        return known or ("document" if in_docs else None)
    return _KNOWN_NAMES.get(name.lower()) if not suffix else None


def format_of(path: str, text: str) -> DocumentFormat:
    """The markup by suffix; where the suffix says nothing, by what is in the text."""
    by_suffix = _MARKUP.get(posixpath.splitext(path)[1].lower())
    return by_suffix or ("rst" if looks_like_rst(text) else "text")


def parse_document(path: str, data: bytes) -> DocumentFacts:
    """Facts of the document; never raises. Bytes that are no UTF-8 are replaced and reported."""
    text = data.decode("utf-8-sig", errors="replace")
    parse = {"markdown": parse_markdown, "rst": parse_rst, "text": parse_text}[format_of(path, text)]
    facts = parse(text)
    if "�" in text and b"\xef\xbf\xbd" not in data:
        facts.problems.append("not UTF-8; unreadable bytes are replaced")
    return facts
