"""Reads the structure and the references of Markdown documents (CommonMark and tables) with markdown-it."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from plugins.documentation_grapher.facts import (
    DocumentFacts,
    FactsBuilder,
    Reference,
    ReferenceKind,
    excerpt_of,
)
from plugins.documentation_grapher.imports import find_imports
from plugins.documentation_grapher.names import dotted_names

__all__ = ["parse_markdown"]

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE_FIELD = re.compile(r"^title:(.*)$", re.MULTILINE)
_ATTRIBUTE = re.compile(
    r"<(a|img|source|video|link)\b[^<>]{0,2000}?\b(href|src)\s*=\s*[\"']([^\"'<>]{1,1000})[\"']", re.IGNORECASE
)
_ANCHOR = re.compile(
    r"<[a-z][\w-]{0,20}\b[^<>]{0,500}?\b(?:id|name)\s*=\s*[\"']([^\"'<>\s]{1,200})[\"']", re.IGNORECASE
)
_EXPLICIT_ID = re.compile(r".*#([\w.-]+)", re.DOTALL)
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>()\[\]\"'`]+")
_DIRECTIVE = re.compile(r"\{([\w:-]+)\}")
_CODE = frozenset({"", "python", "py", "pycon", "python3", "ipython", "console", "default"})
MAX_NESTING = 60
MAX_INLINE = 10_000
"""Characters of a paragraph, heading or cell in which links and emphasis are looked for. The time that takes grows
with their square: a minute for a line of 300,000 opening brackets."""


@cache
def _parser() -> MarkdownIt:
    # The nesting limit is what keeps a document of ten thousand quote marks from costing a stack.
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING, "html": True}).enable(["table", "strikethrough"])
    parser.core.ruler.at("inline", _read_inline)
    return parser


def _read_inline(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > MAX_INLINE:
            token.children = [Token("text", "", 0, content=token.content)]
        elif token.type == "inline":
            token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def parse_markdown(text: str) -> DocumentFacts:
    """Facts of one document; never raises, whatever the text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.count("\n") + (1 if text and not text.endswith("\n") else 0)
    reader = _Reader(lines)
    title = ""
    if front := _FRONT_MATTER.match(text):
        field = _TITLE_FIELD.search(front[1])
        title = field[1].strip().strip("\"'") if field else ""
        # The lines stay, so that line numbers do; a heading rule cannot be made of blank lines.
        text = "\n" * front[0].count("\n") + text[front.end() :]
    try:
        tokens = _parser().parse(text)
    except (RecursionError, ValueError, IndexError) as error:
        reader.facts.problems.append(f"not readable as Markdown ({type(error).__name__}); only its name is recorded")
        return reader.facts.build(title)
    return reader.read(tokens, title)


class _Reader:
    """One pass over the tokens of a document."""

    def __init__(self, lines: int) -> None:
        self.facts = FactsBuilder("markdown", lines)
        self.line = 1
        self.prose: list[list[str]] = [[]]
        self.code: list[tuple[int, str]] = []

    def read(self, tokens: Sequence[Token], title: str) -> DocumentFacts:
        heading = ""
        for token in tokens:
            if token.map:
                self.line = token.map[0] + 1
            match token.type:
                case "heading_open":
                    # A heading inside a quotation or a list item is part of that text, not of the outline.
                    heading = token.tag if token.level == 0 else ""
                case "inline" if heading:
                    self._heading(int(heading[1]), token)
                    heading = ""
                case "inline":
                    self._inline(token.children or [], prose=True)
                case "fence" | "code_block":
                    self._code(token)
                case "html_block":
                    self._html(token.content)
                case _:
                    pass
        opening, *sections = (excerpt_of(" ".join(part)) for part in self.prose)
        for section, excerpt in zip(self.facts.sections, sections, strict=True):
            section.excerpt = excerpt
        starts = [section.line for section in self.facts.sections]
        for number, name, style in find_imports(self.code):
            self.facts.add(Reference("import", name, number, bisect_right(starts, number) - 1, style))
        self.facts.references.sort(key=lambda reference: reference.line)
        return self.facts.build(title, opening)

    def _heading(self, level: int, token: Token) -> None:
        children = token.children or []
        title = "".join(
            child.content if child.type in ("text", "code_inline") else " " if child.type == "softbreak" else ""
            for child in children
        )
        title = title.rstrip()
        # ## Title {#id}
        start = title.rfind("{")
        closed = start >= 0 and title.find("}", start) == len(title) - 1
        explicit = _EXPLICIT_ID.match(title, start + 1, len(title) - 1) if closed else None
        if explicit:
            title = title[:start]
        section = self.facts.open_section(level, title.strip(), self.line)
        if explicit:
            self.facts.labels.append((explicit[1].lower(), section))
        self.prose.append([])
        self._inline(children, prose=False)

    def _inline(self, children: Sequence[Token], *, prose: bool) -> None:
        words: list[str] = []
        in_link = 0
        for child in children:
            match child.type:
                case "text":
                    words.append(child.content)
                    self._text(child.content, in_link=in_link > 0)
                case "softbreak" | "hardbreak":
                    words.append(" ")
                    self.line += 1
                case "code_inline":
                    words.append(child.content)
                    self._add("span", child.content.strip())
                case "link_open":
                    in_link += 1
                    self._url(str(child.attrGet("href") or ""), "link")
                case "link_close":
                    in_link -= 1
                case "image":
                    self._url(str(child.attrGet("src") or ""), "image")
                case "html_inline":
                    self._html(child.content, count_lines=False)
                    self.line += child.content.count("\n")
                case _:
                    pass
        if prose:
            part = self.prose[-1]
            if sum(map(len, part)) < 1000:
                part.append("".join(words))

    def _text(self, text: str, *, in_link: bool) -> None:
        if "://" in text and not in_link:
            self.facts.external_links += len(_URL.findall(text))
        if "." in text:
            for _, name in dotted_names(text):
                self._add("name", name)

    def _code(self, token: Token) -> None:
        info = token.info.strip()
        if directive := _DIRECTIVE.match(info):
            # MyST: ```{autoclass} pkg.Name
            argument = info[directive.end() :].strip()
            name = directive[1].rpartition(":")[2].lower()
            if name.startswith("auto") and argument:
                self._add("autodoc", argument.split("(")[0], name)
            elif name in ("include", "literalinclude") and argument:
                self._add("include", argument, name)
            elif name in ("image", "figure") and argument:
                self._url(argument, "image")
            return
        language = re.split(r"[\s,{]", info, maxsplit=1)[0].lower()
        if language in _CODE and "import " in token.content:
            start = self.line + (1 if token.type == "fence" else 0)
            self.code.extend(enumerate(token.content.split("\n"), start))

    def _html(self, text: str, *, count_lines: bool = True) -> None:
        start = self.line
        for match in _ATTRIBUTE.finditer(text):
            if count_lines:
                self.line = start + text.count("\n", 0, match.start())
            self._url(html.unescape(match[3]), "link" if match[2].lower() == "href" else "image")
        self.line = start
        for match in _ANCHOR.finditer(text):
            self.facts.labels.append((match[1].lower(), self.facts.current))

    def _url(self, url: str, kind: ReferenceKind) -> None:
        url = url.strip()
        if _SCHEME.match(url):
            self.facts.external_links += not url.lower().startswith("data:")
        elif url:
            self._add(kind, unquote(url))

    def _add(self, kind: ReferenceKind, text: str, detail: str = "") -> None:
        if text and len(text) <= 300:
            self.facts.add(Reference(kind, text, self.line, self.facts.current, detail))
