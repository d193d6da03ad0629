"""Reads the structure of reStructuredText: headings, directives, targets, and which lines are prose.

docutils needs 15 s of processor time for the documentation of Django (160,000 lines), and its writers must be told
every Sphinx directive and role beforehand. This reader follows the same rules of recognition line by line, knows no
directive as an error, reads no other file, and needs about a twentieth of the time; the tests compare the headings
that it finds with those that docutils finds.
"""

from __future__ import annotations

import re
import unicodedata

from plugins.documentation_grapher.facts import DocumentFacts, FactsBuilder, Reference, excerpt_of
from plugins.documentation_grapher.imports import find_imports
from plugins.documentation_grapher.rst_directives import WITH_CONTENT, DirectiveReader
from plugins.documentation_grapher.rst_inline import Place, Prose, read_inline
from plugins.documentation_grapher.rst_vocabulary import INTERRUPTS, LITERAL

__all__ = ["parse_rst"]

_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_DIRECTIVE = re.compile(r"(?:\|[^|\n]+\|[ ]+)?([A-Za-z0-9](?:[\w.+:-]*[A-Za-z0-9_])?)[ ]?::(?:[ ]+(.*))?$")
_TARGET = re.compile(r"_(?:`([^`]+)`|((?:\\.|[^:\\])+)):(?:[ ]+(.*))?$")
_FOOTNOTE = re.compile(r"\[[^\]]+\](?:[ ]|$)")
_LIST_ITEM = re.compile(r"(?:[-*+•]|\(?(?:[0-9]+|[A-Za-z]|#)[.)])[ ]+")
_OPTION = re.compile(r":[\w-]+:(?:\s|$)")


def parse_rst(text: str, *, module: str = "", owner: str = "") -> DocumentFacts:
    """Facts of one document; never raises, whatever the text. ``module`` and ``owner`` are the context that a
    docstring starts in."""
    return _Reader(text, module, owner).read()


def _width(text: str) -> int:
    """Columns that ``text`` takes: wide East Asian characters take two."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _rule_character(line: str) -> str:
    """The character that ``line`` repeats, if it is a heading's rule; else an empty string."""
    if not line or line[0] not in _PUNCTUATION:
        return ""
    line = line.rstrip()
    return line[0] if line == line[0] * len(line) else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


class _Reader:
    """One pass over the lines; prose is collected with its place and searched for references afterwards."""

    def __init__(self, text: str, module: str, owner: str) -> None:
        self.lines = [
            line.expandtabs(8) if "\t" in line else line
            for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ").split("\n")
        ]
        count = len(self.lines) - (1 if self.lines[-1] == "" else 0)
        self.facts = FactsBuilder("rst", count)
        self.prose: list[str] = []
        self.places: list[Place] = []
        self.code: list[tuple[int, str]] = []
        self.urls: dict[str, str] = {}
        self.module = module
        self.initial_owner = owner
        self.owners: list[tuple[int, str]] = []
        self.styles: list[tuple[str, bool]] = []
        self.waiting_labels: list[str] = []
        self.waiting_objects = 0
        self.waiting_module: Reference | None = None
        self.directives = DirectiveReader(self.facts)

    def read(self) -> DocumentFacts:
        lines, prose = self.lines, self.prose
        index, count = 0, len(lines)
        literal: int | None = None
        self._mark()
        while index < count:
            line = lines[index]
            body = line.strip()
            if not body:
                prose.append("")
                index += 1
                continue
            indent = len(line) - len(line.lstrip(" "))
            if literal is not None:
                if indent > literal:
                    if "import " in line:
                        self.code.append((index + 1, line))
                    prose.append("")
                    index += 1
                    continue
                literal = None
            if self.owners and indent <= self.owners[-1][0]:
                while self.owners and indent <= self.owners[-1][0]:
                    self.owners.pop()
                self._mark()
            if body[0] == "." and body.startswith("..") and (len(body) == 2 or body[2] == " "):
                index, literal = self._explicit(index, indent, body[2:].lstrip())
                continue
            if (
                indent == 0
                and (line[0] in _PUNCTUATION or (index + 1 < count and lines[index + 1][:1] in _PUNCTUATION))
                and (end := self._heading(index))
            ):
                index = end
                continue
            if body.startswith("__ ") and len(body) > 3:
                self._external_or_link(body[3:].strip(), index)
                self.prose.append("")
                index += 1
                continue
            if body.startswith(">>> "):
                index = self._doctest(index)
                continue
            self._end_waiting()
            prose.append(line)
            if body.endswith("::") and (index + 1 >= count or not lines[index + 1].strip()):
                marker = _LIST_ITEM.match(body)
                literal = indent + (marker.end() - 1 if marker else 0)
            index += 1
        self._end_waiting()
        return self._finish()

    def _finish(self) -> DocumentFacts:
        facts = self.facts
        prose = Prose(self.prose, self.places)
        read_inline(prose, facts, self.urls)
        for line, name, style in find_imports(self.code):
            place = prose.place(line)
            facts.add(Reference("import", name, line, place.section, style))
        facts.references.sort(key=lambda reference: reference.line)
        starts = [section.line for section in facts.sections]
        for number, section in enumerate(facts.sections):
            # The line of a section is its title; the prose starts below title and rule.
            end = starts[number + 1] - 1 if number + 1 < len(starts) else len(self.prose)
            section.excerpt = excerpt_of(self._opening(section.line, end))
        first = starts[0] - 1 if starts else len(self.prose)
        return facts.build(excerpt=excerpt_of(self._opening(0, first)))

    def _opening(self, start: int, end: int) -> str:
        """The first lines of prose in between, as many as an excerpt can need."""
        chosen: list[str] = []
        size = 0
        for line in self.prose[start:end]:
            if line:
                chosen.append(line)
                size += len(line)
                if size > 2000:
                    break
        return " ".join(chosen)

    def _mark(self) -> None:
        """From the next line of prose on, references belong to the present section, module and class."""
        owner = self.owners[-1][1] if self.owners else self.initial_owner
        self.places.append(Place(len(self.prose) + 1, self.facts.current, self.module, owner))

    def _heading(self, index: int) -> int:
        """Open a section if one starts at ``index``; return the index after its heading, 0 if there is none."""
        lines = self.lines
        line = lines[index].rstrip()
        if index and lines[index - 1].strip() and not lines[index - 1].lstrip().startswith(".. "):
            return 0
        following = lines[index + 1].rstrip() if index + 1 < len(lines) else ""
        rule = _rule_character(line)
        if rule and following and index + 2 < len(lines) and not _rule_character(following):
            under = lines[index + 2].rstrip()
            if _rule_character(under) == rule and len(under) == len(line) and _width(following.strip()) <= len(line):
                return self._open(following.strip(), rule, True, index, 3)
        if rule:
            return 0
        under = _rule_character(following)
        if not under or not (_width(line) <= len(following) or len(following) >= 4):
            return 0
        return self._open(line, under, False, index, 2)

    def _open(self, title: str, rule: str, overlined: bool, index: int, height: int) -> int:
        style = (rule, overlined)
        if style not in self.styles:
            self.styles.append(style)
        section = self.facts.open_section(
            self.styles.index(style) + 1, plain_title(title), index + (2 if overlined else 1)
        )
        self._point_waiting_at(section)
        self._mark()
        # A title may hold roles and code spans; it belongs to the section that it opens.
        blank_before = 1 if overlined else 0
        self.prose.extend([""] * blank_before + [title] + [""])
        return index + height

    def _point_waiting_at(self, section: int) -> None:
        """Targets, and directives that work like targets (``.. setting:: DEBUG``), mean what follows them."""
        self.facts.labels.extend((label, section) for label in self.waiting_labels)
        self.waiting_labels.clear()
        if self.waiting_objects:
            objects = self.facts.objects
            for number in range(len(objects) - self.waiting_objects, len(objects)):
                objects[number] = (*objects[number][:2], section)
            self.waiting_objects = 0
        if self.waiting_module is not None:
            self.waiting_module.section = section
            self.facts.modules[-1] = (self.facts.modules[-1][0], section)
            self.waiting_module = None

    def _end_waiting(self) -> None:
        if self.waiting_labels or self.waiting_objects or self.waiting_module:
            self._point_waiting_at(self.facts.current)

    def _doctest(self, index: int) -> int:
        while index < len(self.lines) and self.lines[index].strip():
            if "import " in self.lines[index]:
                self.code.append((index + 1, self.lines[index]))
            self.prose.append("")
            index += 1
        return index

    def _external_or_link(self, url: str, index: int) -> None:
        place = self.places[-1]
        if "://" in url or url.startswith("mailto:"):
            self.facts.external_links += 1
        elif url and not url.endswith("_"):
            self.facts.add(Reference("link", url, index + 1, place.section, "hyperlink"))

    def _explicit(self, index: int, indent: int, body: str) -> tuple[int, int | None]:
        """Read explicit markup at ``index``; return the next index and, if its content is no prose, its indent."""
        if target := _TARGET.match(body):
            name = normalise(target[1] or target[2])
            url = (target[3] or "").strip()
            if not url:
                self.waiting_labels.append(name)
            else:
                self.urls[name] = url
                self.facts.external_links += "://" in url
            self.prose.append("")
            return index + 1, None
        if directive := _DIRECTIVE.match(body):
            return self._directive(index, indent, directive[1], (directive[2] or "").strip())
        if _FOOTNOTE.match(body):
            self._end_waiting()
            self.prose.append(" " * indent + body[body.index("]") + 1 :])
            return index + 1, None
        self.prose.append("")
        return index + 1, indent

    def _directive(self, index: int, indent: int, name: str, argument: str) -> tuple[int, int | None]:
        lines = self.lines
        arguments, options = [argument] if argument else [], list[str]()
        end = index + 1
        while end < len(lines) and lines[end].strip() and _indent(lines[end]) > indent:
            body = lines[end].strip()
            if _OPTION.match(body):
                options.append(body)
            elif options or not argument:
                break
            else:
                arguments.append(body)
            end += 1
        base = name.rpartition(":")[2].lower()
        literal = base in LITERAL
        content = self._content(index + 1, indent) if base in WITH_CONTENT else []
        known = len(self.facts.objects)
        if base in INTERRUPTS:
            self._end_waiting()
        outcome = self.directives.read(name, arguments, options, content, self.places[-1], index + 1)
        if outcome.module is not None:
            self.module = outcome.module
        if outcome.owner:
            self.owners.append((indent, outcome.owner))
        if not self._has_content(end, indent):
            self.waiting_objects += len(self.facts.objects) - known
            if base == "module" and outcome.module:
                self.waiting_module = self.facts.references[-1]
        # An argument that turned out to be prose (a note's first lines) is searched for references like any other.
        self.prose.append(" " * indent + argument if outcome.argument_is_prose else "")
        for line in range(index + 1, end):
            body = lines[line]
            keep = outcome.argument_is_prose and not _OPTION.match(body.strip())
            self.prose.append(body if keep and not literal else "")
            if literal and "import " in body:
                self.code.append((line + 1, body))
        if outcome.module is not None or outcome.owner:
            self._mark()
        return end, indent if literal else None

    def _has_content(self, start: int, indent: int) -> bool:
        following = next((line for line in self.lines[start : start + 50] if line.strip()), "")
        return _indent(following) > indent

    def _content(self, start: int, indent: int) -> list[str]:
        chosen: list[str] = []
        for line in self.lines[start:]:
            if line.strip() and _indent(line) <= indent:
                break
            chosen.append(line)
        return chosen


_ROLE_IN_TITLE = re.compile(r"(?::[\w.:+-]+:)?`+([^`]+)`+_{0,2}")
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*?)(?=\S)([^*]+)(?<=\S)\1(?![\w*])")
_ANGLE = re.compile(r"\s*<[^<>]*>$")


def plain_title(title: str) -> str:
    """A heading without its inline markup."""
    if "`" in title:
        title = _ROLE_IN_TITLE.sub(lambda match: _ANGLE.sub("", match[1]).lstrip("~!."), title)
    if "*" in title:
        title = _EMPHASIS.sub(r"\2", title)
    return title.replace("\\", "").strip()


def normalise(name: str) -> str:
    """A reference name as docutils compares it: lower case, one space between words."""
    return " ".join(name.replace("\\", "").lower().split())
