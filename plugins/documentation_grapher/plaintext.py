"""Reads documents without markup: a title, and the dotted names and paths in their text."""

from __future__ import annotations

import re

from plugins.documentation_grapher.facts import DocumentFacts, FactsBuilder, Reference, excerpt_of
from plugins.documentation_grapher.names import dotted_names

__all__ = ["looks_like_rst", "parse_text"]

_RST_SIGN = re.compile(
    r"^\.\. [\w:+-]+::|^\.\. _[^:\n]+:|:[a-z][a-z:]{0,60}:`[^`\n]+`|`[^`\n<]+<[^`\n>]+>`__?|``[^`\n]+``", re.MULTILINE
)
_RST_HEADING = re.compile(r"^(\S[^\n]{2,})\n([=\-~^\"'*+#])\2{2,}[ \t]*$", re.MULTILINE)
_PATH = re.compile(r"(?<![\w/.:@-])(?:\.{0,2}/)?(?:[\w.-]{1,80}/){1,12}[\w.-]{0,80}")
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,10}://[^\s<>]+", re.IGNORECASE)


def looks_like_rst(text: str) -> bool:
    """Whether a file that may hold anything (``.txt``, no suffix) is written in reStructuredText."""
    return bool(_RST_SIGN.search(text) or _RST_HEADING.search(text))


def parse_text(text: str) -> DocumentFacts:
    """Facts of one document; its title is the first line that holds a word."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    facts = FactsBuilder("text", len(lines) - (1 if lines[-1] == "" else 0))
    title = next((line.strip() for line in lines if any(c.isalnum() for c in line)), "")
    for number, line in enumerate(lines, 1):
        if "://" in line:
            line, urls = _URL.subn("", line)
            facts.external_links += urls
        if "." in line:
            for _, name in dotted_names(line):
                facts.add(Reference("name", name, number, -1))
        if "/" in line:
            for match in _PATH.finditer(line):
                facts.add(Reference("span", match[0].rstrip("."), number, -1, "path"))
    return facts.build(title[:200], excerpt_of("\n".join(lines[:40])))
