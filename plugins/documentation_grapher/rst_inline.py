"""Finds the references inside reStructuredText prose: roles, literals, links and dotted names."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from plugins.documentation_grapher.facts import FactsBuilder, Reference, ReferenceKind
from plugins.documentation_grapher.names import dotted_names
from plugins.documentation_grapher.rst_vocabulary import INERT_ROLES, SYMBOL_ROLES

__all__ = ["Place", "Prose", "read_inline"]


@dataclass(frozen=True)
class Place:
    """From ``line`` (from 1) on, text stands in this section and is about this module and class."""

    line: int
    section: int
    module: str
    owner: str


class Prose:
    """The lines of a document that are prose (others empty), and where each stands."""

    def __init__(self, lines: list[str], places: list[Place]) -> None:
        self.text = "\n".join(lines)
        self._offsets = list(accumulate([len(line) + 1 for line in lines], initial=0))
        self._places = places
        self._starts = [place.line for place in places]

    def line(self, offset: int) -> int:
        """The line (from 1) of a position in ``text``."""
        return bisect_right(self._offsets, offset)

    def place(self, line: int) -> Place:
        """Where a line stands."""
        return self._places[max(0, bisect_right(self._starts, line) - 1)]


# Possessive quantifiers: text without a closing quote must cost one look, not one per way to split it.
_QUOTED = re.compile(
    r"``(?P<literal>(?:[^`\n]++|`(?!`)|\n(?![ \t]*\n))++)``"
    r"|`(?P<content>(?:[^`\n]++|\n(?![ \t]*\n))++)`(?P<after>__?(?!\w)|:[\w:+-]+:)?"
)
_ROLE_BEFORE = re.compile(r":([A-Za-z][\w.:+-]*):$")
_TITLE_TARGET = re.compile(r"(?s)(.*?)\s*<([^<>]+)>$")
_NAMED = re.compile(r"_(?=[\s.,;:!?)\]'\"-]|$)")
_NAME_BEFORE = re.compile(r"(?<![\w`])([A-Za-z0-9](?:[\w.+-]*\w)?)$")
_LABEL_ROLES = frozenset({"ref", "numref", "hoverxref"})


def read_inline(prose: Prose, facts: FactsBuilder, urls: dict[str, str]) -> None:
    """Add every reference of the prose to ``facts``; ``urls`` are the document's named hyperlink targets."""
    text = prose.text
    masked: list[str] = []
    end = 0
    for match in _QUOTED.finditer(text):
        masked += (text[end : match.start()], " " * (match.end() - match.start()))
        end = match.end()
        if (literal := match["literal"]) is not None:
            _add(facts, prose, "span", " ".join(literal.split()), match.start())
        else:
            _interpreted(prose, facts, urls, match)
    plain = "".join([*masked, text[end:]])
    facts.external_links += text.count("://")
    for match in _NAMED.finditer(plain):
        start = match.start()
        if (name := _NAME_BEFORE.search(plain, max(0, start - 80), start)) and name[1]:
            _hyperlink(prose, facts, urls, name[1], start, explicit=False)
    for offset, name in dotted_names(plain):
        _add(facts, prose, "name", name, offset)


def _add(facts: FactsBuilder, prose: Prose, kind: ReferenceKind, text: str, offset: int, detail: str = "") -> None:
    if text and len(text) <= 300:
        line = prose.line(offset)
        place = prose.place(line)
        facts.references.append(Reference(kind, text, line, place.section, detail, place.module, place.owner))


def _interpreted(prose: Prose, facts: FactsBuilder, urls: dict[str, str], match: re.Match[str]) -> None:
    """Text in single backquotes: a role, a hyperlink, or the default role."""
    start = match.start()
    content = " ".join(match["content"].split())
    after = match["after"] or ""
    before = _ROLE_BEFORE.search(prose.text, max(0, start - 60), start)
    role = before[1] if before else after.strip(":") if after.startswith(":") else ""
    if role:
        _role(prose, facts, role, content, start)
    elif after:
        if titled := _TITLE_TARGET.match(content):
            _url(prose, facts, urls, titled[2].strip(), start)
        elif after == "_":  # what an anonymous reference leads to is recorded where ``__ target`` stands
            _hyperlink(prose, facts, urls, content, start, explicit=True)
    elif not content.startswith((" ", "|")):
        _add(facts, prose, "span", content, start, "default_role")


def _url(prose: Prose, facts: FactsBuilder, urls: dict[str, str], url: str, start: int) -> None:
    if url.endswith("_") and not url.endswith("\\_"):
        _hyperlink(prose, facts, urls, url[:-1], start, explicit=True)
    elif "://" not in url and not url.startswith("mailto:"):
        _add(facts, prose, "link", url, start, "hyperlink")


def _hyperlink(
    prose: Prose, facts: FactsBuilder, urls: dict[str, str], name: str, start: int, *, explicit: bool
) -> None:
    key = " ".join(name.replace("\\", "").lower().split())
    # Targets may lead to other targets (``.. _a: b_``); a hostile circle must end.
    for _ in range(10):
        url = urls.get(key)
        if url is None:
            if explicit:
                _add(facts, prose, "local", key, start)
            return
        if url.endswith("_") and not url.endswith("\\_"):
            key = " ".join(url[:-1].strip("`").lower().split())
            continue
        if "://" not in url and not url.startswith("mailto:"):
            _add(facts, prose, "link", url, start, "hyperlink")
        return


def _role(prose: Prose, facts: FactsBuilder, role: str, content: str, start: int) -> None:
    domain, _, base = role.lower().rpartition(":")
    if base in INERT_ROLES or domain.split("+")[0].startswith("external") or content.startswith("!"):
        return
    titled = _TITLE_TARGET.match(content)
    target = titled[2].strip() if titled else content
    if base in _LABEL_ROLES:
        _add(facts, prose, "label", " ".join(target.lower().split()), start, base)
    elif base == "doc":
        _add(facts, prose, "doc", target, start, base)
    elif base in ("download", "file", "source", "src"):
        _add(facts, prose, "link" if base == "download" else "span", target, start, f"role_{base}")
    elif base in SYMBOL_ROLES and domain in ("", "py"):
        # ``~`` only shortens what is shown; the brackets after a function are decoration as well.
        _add(facts, prose, "role", target.lstrip("~").removesuffix("()"), start, base)
    elif domain in ("", "std", "rst", "any") or not domain:
        _add(facts, prose, "xref", target, start, base)
