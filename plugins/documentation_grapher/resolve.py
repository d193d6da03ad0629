"""Finds what each reference of a document means: a symbol, a file, a section, or nothing that is known for sure."""

from __future__ import annotations

import builtins
import posixpath
import re
import sys
from collections.abc import Iterator
from enum import Enum

import msgspec

from plugins.documentation_grapher.facts import BY_NAME, Reference
from plugins.documentation_grapher.inventory import Inventory, Target, join, role_names
from plugins.documentation_grapher.names import symbol_in_span
from plugins.documentation_grapher.symbols import AMBIGUOUS, Found, Lookup, SymbolTable

__all__ = ["Failure", "Link", "Resolver"]

_STANDARD_LIBRARY = sys.stdlib_module_names
_BUILTINS = frozenset(dir(builtins))
_NONE: frozenset[str] = frozenset()
_CLASS = frozenset({"Class"})
_CALLABLE = frozenset({"Function", "Method", "Class"})
_KINDS = {
    "class": _CLASS,
    "exc": _CLASS,
    "exception": _CLASS,
    "type": _CLASS,
    "mod": frozenset({"Module"}),
    "func": frozenset({"Function", "Class"}),
    "function": frozenset({"Function", "Class"}),
    "deco": _CALLABLE,
    "meth": frozenset({"Method", "Function"}),
    "method": frozenset({"Method", "Function"}),
    "automodule": frozenset({"Module"}),
    "autoclass": _CLASS,
    "autoexception": _CLASS,
    "autofunction": frozenset({"Function", "Class"}),
    "automethod": frozenset({"Method", "Function"}),
    "module": frozenset({"Module"}),
}
_NO_NODE = frozenset({"attribute", "data", "property", "type", "autoattribute", "autodata", "autoproperty"})
"""Directives for what the graph has no nodes for unless it is a method."""
_CAMEL = re.compile(r"[A-Z][a-z0-9]+(?:[A-Z]+[a-z0-9]*)*$|[A-Z]{2,}[a-z][A-Za-z0-9]*$")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+$")
_PATH = re.compile(r"(?:\.{1,2}/|/)?(?:[\w.@+-]+/)*[\w.@+-]*$")
_FILE_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]\w{0,9}$|(?:Makefile|Dockerfile|LICENSE|README)$")
_OTHER_PROJECT = re.compile(r"[\w.-]+:(?!:)\S")


class Failure(Enum):
    """Why a reference became no relationship."""

    AMBIGUOUS = "ambiguous"
    UNRESOLVED = "unresolved"
    BROKEN = "broken"
    """A path or link to a place inside the repository where nothing is."""
    EXTERNAL = "external"
    """The standard library, or another project's documentation (``python:library/json``)."""
    IRRELEVANT = "irrelevant"
    """No reference after all: an ordinary word in a code span, a name of another project."""


class Link(msgspec.Struct, frozen=True, gc=False):
    """A resolved reference. ``type`` is DESCRIBES for symbols, REFERENCES for everything else; ``defining`` means
    that the text is the documentation of the symbol, not just a mention."""

    type: str
    target_label: str
    target_id: str
    resolution: str
    confidence: float
    defining: bool = False


type Outcome = Link | Failure


def _is_path_like(text: str) -> bool:
    return "/" in text or _FILE_NAME.match(text) is not None


class Resolver:
    """Resolves references against one repository; remembers what it found, since half of all references repeat."""

    def __init__(self, repository: str, symbols: SymbolTable, inventory: Inventory) -> None:
        self.repository = repository
        self.symbols = symbols
        self.inventory = inventory
        self._known: dict[tuple[str, str, str, str, str], Outcome] = {}

    def resolve(self, reference: Reference, document: str) -> Outcome:
        """What ``reference``, standing in the file ``document``, means."""
        kind, text = reference.kind, reference.text
        if kind not in BY_NAME or (kind == "span" and _is_path_like(text)):
            return self._resolve(reference, document)
        key = (kind, text, reference.detail, reference.module, reference.owner)
        outcome = self._known.get(key)
        if outcome is None:
            outcome = self._known[key] = self._resolve(reference, document)
        return outcome

    def _resolve(self, reference: Reference, document: str) -> Outcome:
        text = reference.text
        match reference.kind:
            case "link":
                return self._link(text, document)
            case "image":
                return self._file(text, document, "image")
            case "include":
                return self._file(text, document, reference.detail)
            case "doc" | "toctree":
                found = self.inventory.document_name(text, document)
                if found is None and _OTHER_PROJECT.match(text):
                    return Failure.EXTERNAL
                return self._target(found, reference.kind, 1.0)
            case "label":
                targets = self.inventory.label(text, document)
                if not targets and _OTHER_PROJECT.match(text):
                    return Failure.EXTERNAL
                return self._one(targets, "label", 0.95)
            case "local":
                target = self.inventory.document(document, text)
                return self._target(target, "heading", 0.95) if target else Failure.UNRESOLVED
            case "xref":
                return self._own_role(reference, document)
            case "role" | "object" | "autodoc":
                return self._symbol_role(reference)
            case "span":
                return self._span(reference, document)
            case "name":
                return self._symbol(self.symbols.absolute(text), "text", 0.9) or Failure.IRRELEVANT
            case "import":
                return self._import(reference)

    # Paths

    def _link(self, text: str, document: str) -> Outcome:
        path, _, anchor = text.partition("#")
        path = path.partition("?")[0]
        if not path:
            target = self.inventory.document(document, anchor)
            return self._target(target, "anchor", 1.0)
        for candidate in self._paths(path, document):
            found = self.inventory.path(candidate)
            if found is None:
                continue
            if anchor and found.label == "Documentation":
                section = self.inventory.document(candidate, anchor)
                return self._target(section or found, "link", 1.0 if section else 0.7)
            return self._target(found, "link", 1.0)
        # Generated sites drop the suffix, or name the page that a document becomes.
        found = self.inventory.document_name(path.removesuffix(".html").rstrip("/") or "/", document)
        if found and anchor:
            found = self.inventory.document(found.path, anchor) or found
        return self._target(found, "link", 0.8) if found else Failure.BROKEN

    def _paths(self, path: str, document: str) -> Iterator[str]:
        bases = [posixpath.dirname(document)]
        if path.startswith("/"):
            bases = ["", *self.inventory.roots(document)]
        for base in bases:
            candidate = join(base, path.lstrip("/") or ".")
            if candidate is not None:
                yield candidate

    def _file(self, text: str, document: str, how: str) -> Outcome:
        for candidate in self._paths(text, document):
            target = self.inventory.image(candidate)
            if target is not None and target.label != "Directory":
                return self._target(target, how, 1.0)
        return Failure.BROKEN

    def _path_in_text(self, text: str, document: str) -> Outcome | None:
        """A path in a code span: from the document, from the root, or the only file that ends so."""
        text = text.removeprefix("./")
        bare = text.rstrip("/")
        if not bare or not _PATH.match(text):
            return None
        for base in dict.fromkeys((posixpath.dirname(document), "", *self.inventory.roots(document))):
            candidate = join(base, bare.lstrip("/"))
            target = self.inventory.path(candidate) if candidate else None
            if target is not None and (target.label != "Directory" or text.endswith("/") or "/" in bare):
                return self._target(target, "path", 0.95)
        if bare.startswith(".."):
            return None
        named = self.inventory.file_name(posixpath.basename(bare))
        ending = "/" + bare.lstrip("/")
        matches = [path for path in named if ("/" + path).endswith(ending)]
        if len(matches) > 1:
            return Failure.AMBIGUOUS
        return self._target(self.inventory.path(matches[0]), "partial_path", 0.8) if matches else None

    # Symbols

    def _symbol_role(self, reference: Reference) -> Outcome:
        kinds = _KINDS.get(reference.detail, _NONE)
        how = {"role": "sphinx_role", "object": "object_directive", "autodoc": "autodoc"}[reference.kind]
        defining = reference.kind != "role"
        name = reference.text.lstrip(".")
        found = self._in_context(name, reference)
        if found is None and ("." in name or not (defining or reference.detail == "mod")):
            found = self._partial(name, kinds)
        link = self._symbol(found, how, 1.0, defining)
        if link is not None and link is not Failure.AMBIGUOUS:
            return link
        if reference.kind == "role":
            section = self._documented(name, reference)
            if section is not None:
                return self._target(section, "sphinx_role", 0.85)
        if link is not None:
            return link
        if reference.detail in _NO_NODE:
            return Failure.IRRELEVANT if defining else Failure.UNRESOLVED
        first = name.partition(".")[0]
        foreign = first in _STANDARD_LIBRARY or first in _BUILTINS or _OTHER_PROJECT.match(name)
        return Failure.EXTERNAL if foreign else Failure.UNRESOLVED

    def _in_context(self, name: str, reference: Reference) -> Lookup:
        """The order in which Sphinx tries names: class and module, module, nothing."""
        module, owner = reference.module, reference.owner
        tries = [f"{module}.{owner}.{name}"] if module and owner else [owner + "." + name] if owner else []
        if module:
            tries.append(f"{module}.{name}")
        tries.append(name)
        for full in tries:
            found = self.symbols.absolute(full) if "." in full or full == name else None
            if found is not None:
                return found
        return None

    def _partial(self, name: str, kinds: frozenset[str]) -> Lookup:
        """A name by its last components; names that Python itself defines mean Python's."""
        first = name.partition(".")[0]
        if first in _STANDARD_LIBRARY or first in _BUILTINS:
            return None
        return self.symbols.suffix(name, kinds)

    def _documented(self, name: str, reference: Reference) -> Target | None:
        """The one section that documents an attribute or another name that is no symbol of the graph."""
        module, owner = reference.module, reference.owner
        for full in (f"{module}.{owner}.{name}", f"{module}.{name}", name):
            targets = list(dict.fromkeys(self.inventory.documented(full.strip("."))))
            if len(targets) == 1:
                return targets[0]
        if reference.text.startswith("."):
            targets = list(dict.fromkeys(self.inventory.documented(name, partial=True)))
            return targets[0] if len(targets) == 1 else None
        return None

    def _span(self, reference: Reference, document: str) -> Outcome:
        text = reference.text
        if _is_path_like(text):
            outcome = self._path_in_text(text, document)
            if outcome is not None:
                return outcome
        named = symbol_in_span(text)
        if named is None:
            return Failure.IRRELEVANT
        name, is_call = named
        if "." in name:
            found = self._in_context(name, reference) or self._partial(name, _NONE)
        else:
            found = self._bare_name(name, is_call, reference)
        link = self._symbol(found, "code_span", 0.9)
        return link if link is not None else Failure.IRRELEVANT

    def _bare_name(self, name: str, is_call: bool, reference: Reference) -> Lookup:
        """A single word: in its context, or unique in the repository and shaped like a name rather than a word."""
        shape = _CALLABLE if is_call else _CLASS if _CAMEL.match(name) else _NONE
        if not shape and _SNAKE.match(name):
            shape = frozenset({"Function"})
        if not shape:
            return None
        if reference.module:
            found = self._in_context(name, reference)
            if found is not None:
                return found
        return None if name in _BUILTINS else self.symbols.top_level(name, shape)

    def _import(self, reference: Reference) -> Outcome:
        name = reference.text
        found = self.symbols.absolute(name)
        if found is None and reference.detail == "from":
            found = self.symbols.absolute(name.rpartition(".")[0], frozenset({"Module"}))
        return self._symbol(found, "import", 0.9) or Failure.IRRELEVANT

    # Targets inside the documentation

    def _own_role(self, reference: Reference, document: str) -> Outcome:
        text = reference.text
        for name in role_names(text):
            targets = list(dict.fromkeys(self.inventory.object(reference.detail, name)))
            if targets:
                return self._one(targets, "sphinx_role", 0.9)
        if "/" in text:
            return self._path_in_text(text, document) or Failure.UNRESOLVED
        return Failure.UNRESOLVED

    def _one(self, targets: list[Target], how: str, confidence: float) -> Outcome:
        unique = list(dict.fromkeys(targets))
        if len(unique) > 1:
            return Failure.AMBIGUOUS
        return self._target(unique[0], how, confidence) if unique else Failure.UNRESOLVED

    def _target(self, target: Target | None, how: str, confidence: float) -> Outcome:
        if target is None:
            return Failure.BROKEN
        label = target.label if target.path or target.label != "Directory" else "Repository"
        return Link("REFERENCES", label, target.node_id(self.repository), how, confidence)

    def _symbol(self, found: Lookup, how: str, trust: float, defining: bool = False) -> Link | Failure | None:
        if found is AMBIGUOUS:
            return Failure.AMBIGUOUS
        if not isinstance(found, Found):
            return None
        symbol = found.symbol
        resolution = how if found.how == "qualified_name" else f"{how}:{found.how}"
        return Link("DESCRIBES", symbol.label, symbol.id, resolution, round(found.confidence * trust, 3), defining)
