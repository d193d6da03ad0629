"""Resolves the references of all documents and docstrings whose result can differ from the one applied."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from typing import Any

import msgspec

from codestory.graph.applied import AppliedState
from codestory.graph.packs import UnitRecord
from codestory.graph.rows import UnitRows
from codestory.ingestion_pipeline.step import StepContext
from plugins.documentation_grapher.cache import Parsed
from plugins.documentation_grapher.facts import DocumentFacts, Reference
from plugins.documentation_grapher.inventory import Inventory
from plugins.documentation_grapher.resolve import Resolver
from plugins.documentation_grapher.rows import docstring_rows, document_rows
from plugins.documentation_grapher.selection import Selection, digest
from plugins.documentation_grapher.sources import Sources, read_imports
from plugins.documentation_grapher.symbols import SymbolTable

__all__ = ["resolve_all"]

_UNITS_PER_PACK = 500
_WORD = re.compile(r"\w+")
_BY_NAME = frozenset({"role", "object", "autodoc", "span", "name", "import"})
_COUNTERS = {
    "resolved": "references_resolved",
    "ambiguous": "references_ambiguous",
    "unresolved": "references_unresolved",
    "broken": "links_broken",
    "external": "links_external",
}


class _Rows:
    """Collects rows and stores them pack by pack, so that memory holds one pack."""

    def __init__(self, context: StepContext[Any]) -> None:
        self._context = context
        self._units: dict[str, UnitRows] = {}
        self._keys: dict[str, str] = {}
        self.records: dict[str, UnitRecord] = {}

    def add(self, unit: str, rows: UnitRows, key: str) -> None:
        self._units[unit] = rows
        self._keys[unit] = key
        if len(self._units) >= _UNITS_PER_PACK:
            self.flush()

    def flush(self) -> None:
        if self._units:
            self.records |= self._context.sync.store_rows(self._units, self._keys)
            self._units, self._keys = {}, {}


def resolve_all(
    context: StepContext[Any],
    selection: Selection,
    applied: AppliedState,
    old: Mapping[str, Any],
    parsed: Mapping[str, Parsed],
    sources: Sources,
    before: Sources | None,
    changed: Set[str],
) -> tuple[dict[str, UnitRecord], dict[str, Any], Counter[str]]:
    """The records of all units, the metadata to keep with them, and counts.

    ``old`` is the metadata of the applied state as far as it may be trusted, ``before`` the sources of then, and
    ``changed`` the files in which they differ from ``sources``. A reference can only come to mean something else if
    a path, a base class, an import or something that a document offers changed, or a symbol whose last name is one
    of the reference's words; everything else is taken over.
    """
    documents = {path: one.decode() for path, one in parsed.items()}
    symbols = sources.facts(context.repository)
    table = SymbolTable(symbols, context.snapshot.files.keys())
    imports = read_imports(context.graph, context.repository, table.importing_modules(_dotted(documents)))
    table.add_exports(imports)
    frame = digest(
        [selection.code, selection.options, selection.files, symbols.digest(), repr(imports), _offers(documents)]
    )
    same_frame = before is not None and old.get("frame") == frame and not applied.is_dirty
    reusable = applied.units if same_frame else {}
    words = _changed_words(before, sources, changed) if before is not None else set[str]()
    resolver = Resolver(
        context.repository,
        table,
        Inventory(documents, context.snapshot.files.keys(), {"", *context.snapshot.directories}),
    )
    rows = _Rows(context)
    counted: dict[str, dict[str, int]] = {}
    known: Mapping[str, dict[str, int]] = old.get("counted", {})
    target: dict[str, UnitRecord] = {}
    for path, facts in documents.items():
        record = reusable.get(path)
        if record and record.key == selection.keys[path] and not _mentions(facts.references, words):
            target[path], counted[path] = record, known.get(path, {})
            continue
        context.token.raise_if_cancelled()
        found, counts = document_rows(resolver, path, selection.documents[path], facts)
        rows.add(path, found, selection.keys[path])
        counted[path] = _named(counts) | {"documents": 1}
    for path, file in sources.files.items():
        if not file.docstrings or path not in selection.sources:
            continue
        record = reusable.get(path)
        if record and path not in changed and not any(_mentions(d.facts.references, words) for _, d in file.docstrings):
            target[path], counted[path] = record, known.get(path, {})
            continue
        context.token.raise_if_cancelled()
        found, counts = docstring_rows(resolver, path, sources.documented(context.repository, path))
        rows.add(path, found, selection.source_key(file.digest))
        counted[path] = _named(counts) | {"docstrings": len(file.docstrings)}
    rows.flush()
    target |= rows.records
    total: Counter[str] = Counter()
    for counts in counted.values():
        total.update(counts)
    metadata = {
        "code": selection.code,
        "options": selection.options,
        "files": selection.files,
        "frame": frame,
        "source_keys": {p: selection.source_key(f.digest) for p, f in sources.files.items() if p in selection.sources},
        "counted": counted,
        "counters": dict(sorted(total.items())),
    }
    return target, metadata, Counter({"units_resolved": len(rows.records)})


def _named(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts[key] for key, name in _COUNTERS.items() if counts.get(key)}


def _changed_words(before: Sources, sources: Sources, changed: Set[str]) -> set[str]:
    """The last names of symbols that came or went; a module's are those of its file and folder."""
    words: set[str] = set()
    for path in changed:
        old = set(before.files[path].symbols) if path in before.files else set[tuple[str, str]]()
        new = set(sources.files[path].symbols) if path in sources.files else set[tuple[str, str]]()
        for _, name in old ^ new:
            words.update(_WORD.findall(name.rpartition(".")[2] or "/".join(path.split("/")[-2:])))
    return words


def _mentions(references: Iterable[Reference], words: Set[str]) -> bool:
    return bool(words) and any(
        not words.isdisjoint(_WORD.findall(f"{one.text} {one.module} {one.owner}")) for one in references
    )


def _dotted(documents: Mapping[str, DocumentFacts]) -> set[str]:
    """The names in documents that may be full names: as written, and in the module that the text is about."""
    names: set[str] = set()
    for facts in documents.values():
        for reference in facts.references:
            if reference.kind not in _BY_NAME:
                continue
            text = reference.text
            if "." in text:
                names.add(text)
            if reference.module and (reference.kind != "span" or text.isidentifier()):
                names.add(f"{reference.module}.{text}")
    return names


def _offers(documents: Mapping[str, DocumentFacts]) -> str:
    """Changes when anything in a document that others can refer to does."""
    offers = [
        (
            path,
            [(section.anchor, section.title) for section in facts.sections],
            facts.labels,
            facts.objects,
            [(r.text, r.section, r.module, r.owner) for r in facts.references if r.kind == "object"],
            [(r.detail, r.text) for r in facts.references if r.kind == "xref"],
        )
        for path, facts in documents.items()
    ]
    return hashlib.sha256(msgspec.msgpack.encode(offers)).hexdigest()
