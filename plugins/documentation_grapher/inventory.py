"""What the documents and files of a repository offer to be referred to: paths, labels, headings, settings, terms."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set

import msgspec

from plugins.documentation_grapher.facts import DocumentFacts, docutils_id, slug

__all__ = ["Inventory", "Target", "join", "role_names"]

_DOCUMENT_SUFFIXES = ("", ".rst", ".md", ".txt", ".markdown", "/index.rst", "/index.md", "/index.txt", "/README.md")


class Target(msgspec.Struct, frozen=True, gc=False):
    """A node to link to: a file, a folder, a document or a section, by path and anchor."""

    label: str
    path: str
    anchor: str = ""

    def node_id(self, repository: str) -> str:
        """``<repository>:<path>`` for files and folders, ``<repository>:<path>#<anchor>`` for documents."""
        if self.label in ("File", "Directory"):
            return f"{repository}:{self.path}" if self.path else repository
        return f"{repository}:{self.path}#{self.anchor}"


class Inventory:
    """An index over all documents; lookups return the one target, several, or none."""

    def __init__(self, documents: Mapping[str, DocumentFacts], files: Set[str], directories: Set[str]) -> None:
        self._documents = documents
        self._files = files
        self._directories = directories
        self._labels: dict[str, list[Target]] = defaultdict(list)
        self._objects: dict[str, list[tuple[str, Target]]] = defaultdict(list)
        self._documented: dict[str, list[Target]] = {}
        self._documented_by_last: dict[str, list[str]] = defaultdict(list)
        self._anchors: dict[str, dict[str, int]] = {}
        self._names: dict[str, list[str]] = defaultdict(list)
        for path in files:
            self._names[posixpath.basename(path)].append(path)
        for path, facts in documents.items():
            self._index(path, facts)
        self._directive_of = self._learn_roles()

    def document(self, path: str, anchor: str = "") -> Target | None:
        """The document, or its section with this anchor or label; ``None`` if either is missing."""
        facts = self._documents.get(path)
        if facts is None:
            return None
        if not anchor:
            return Target("Documentation", path)
        anchors = self._anchors.get(path)
        if anchors is None:
            anchors = dict(facts.labels)
            anchors.update((section.title.lower(), number) for number, section in enumerate(facts.sections))
            anchors.update((slug(section.title), number) for number, section in enumerate(facts.sections))
            anchors.update((docutils_id(section.title), number) for number, section in enumerate(facts.sections))
            anchors.update((section.anchor, number) for number, section in enumerate(facts.sections))
            self._anchors[path] = anchors
        number = anchors.get(anchor, anchors.get(anchor.lower()))
        return None if number is None else self.section(path, number)

    def section(self, path: str, number: int) -> Target:
        """Section ``number`` of a document, the document itself for -1."""
        if number < 0:
            return Target("Documentation", path)
        return Target("Section", path, self._documents[path].sections[number].anchor)

    def path(self, path: str) -> Target | None:
        """What stands at a path: a document rather than its file, a file, or a folder."""
        if path in self._documents:
            return Target("Documentation", path)
        if path in self._files:
            return Target("File", path)
        return Target("Directory", path) if path in self._directories else None

    def file_name(self, name: str) -> list[str]:
        """The paths of all files called ``name``."""
        return self._names.get(name, [])

    def document_name(self, name: str, document: str) -> Target | None:
        """A Sphinx document name, without suffix: relative to ``document``, or ``/`` from the documentation's root."""
        folder = posixpath.dirname(document)
        bases = self.roots(document) if name.startswith("/") else [folder]
        for base in bases:
            path = join(base, name.lstrip("/"))
            if path is None:
                continue
            for suffix in _DOCUMENT_SUFFIXES:
                if path + suffix in self._documents:
                    return Target("Documentation", path + suffix)
        return None

    def roots(self, document: str) -> list[str]:
        """The folders that ``/`` may mean in ``document``: the one with Sphinx's ``conf.py``, else all above it."""
        folder = posixpath.dirname(document)
        above = [folder]
        while folder:
            folder = posixpath.dirname(folder)
            above.append(folder)
        configured = [base for base in above if posixpath.join(base, "conf.py") in self._files]
        return configured[:1] or above[::-1]

    def label(self, name: str, document: str) -> list[Target]:
        """The explicit targets of this name; those in the same document come alone."""
        targets = self._labels.get(name, [])
        own = [target for target in targets if target.path == document]
        return own or targets

    def object(self, role: str, name: str) -> list[Target]:
        """What the directive that belongs to ``role`` documents under ``name``; any directive if none is known to."""
        directive = self._directive_of.get(role)
        return [target for used, target in self._objects.get(name, ()) if directive in (used, None)]

    def documented(self, name: str, *, partial: bool = False) -> list[Target]:
        """The sections in which a directive documents the symbol of this full name, or of a name that ends so."""
        if not partial:
            return self._documented.get(name, [])
        ending = "." + name
        return [
            target
            for full in self._documented_by_last.get(name.rpartition(".")[2], ())
            if ("." + full).endswith(ending)
            for target in self._documented[full]
        ]

    def image(self, path: str) -> Target | None:
        """The file at ``path``; for Sphinx's ``name.*`` the first of that name in any format."""
        if not path.endswith(".*"):
            return self.path(path)
        stem = path[:-1]
        folder = posixpath.dirname(path)
        formats = [
            found
            for suffix in ("svg", "png", "gif", "jpg", "jpeg", "webp", "pdf")
            for found in self._names.get(posixpath.basename(stem) + suffix, ())
            if posixpath.dirname(found) == folder
        ]
        return Target("File", formats[0]) if formats else None

    def _learn_roles(self) -> dict[str, str]:
        """Which directive each role of the project's own refers to.

        Sphinx takes that from the project's configuration, which is code; here it is the directive of the same
        name, else the one that documents most of the names that the role is used with.
        """
        score: dict[str, Counter[str]] = defaultdict(Counter)
        for facts in self._documents.values():
            for reference in facts.references:
                if reference.kind == "xref":
                    for name in role_names(reference.text):
                        score[reference.detail].update({directive for directive, _ in self._objects.get(name, ())})
        learned: dict[str, str] = {}
        for role, counts in score.items():
            best = max(counts.values(), default=0)
            leading = [directive for directive, count in counts.items() if count == best]
            if role in leading or len(leading) == 1:
                learned[role] = role if role in leading else leading[0]
        return learned

    def _index(self, path: str, facts: DocumentFacts) -> None:
        for name, number in facts.labels:
            self._labels[name].append(self.section(path, number))
        for directive, name, number in facts.objects:
            self._objects[name].append((directive, self.section(path, number)))
        for name, number in _documented_names(facts):
            if name not in self._documented:
                self._documented_by_last[name.rpartition(".")[2]].append(name)
            self._documented.setdefault(name, []).append(self.section(path, number))


def _documented_names(facts: DocumentFacts) -> Iterable[tuple[str, int]]:
    for reference in facts.references:
        if reference.kind == "object":
            parts = [reference.module, reference.owner, reference.text]
            if reference.owner and reference.text.startswith(reference.owner + "."):
                parts[1] = ""
            yield ".".join(part for part in parts if part), reference.section


def role_names(text: str) -> Iterable[str]:
    """The names under which what a role says may be documented: as it is, in lower case, and its last word."""
    return dict.fromkeys((text, text.lower(), text.rpartition(" ")[2]))


def join(folder: str, relative: str) -> str | None:
    """The path that ``relative`` means in ``folder``; ``None`` if it leads out of the repository."""
    path = posixpath.normpath(posixpath.join(folder, relative))
    if path == ".":
        return ""
    return None if path.startswith(("..", "/")) else path
