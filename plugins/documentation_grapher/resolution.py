"""Resolves the references of all documents and docstrings whose result can differ from the one applied.

A reference can only come to mean something else if a path, a base class, an import that names are looked up through,
or something that a document offers changed, or a symbol whose last name is one of the reference's words.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import msgspec

from codestory.graph.applied import AppliedState
from codestory.graph.first_load import FirstLoad
from codestory.graph.packs import UnitRecord
from codestory.graph.rows import UnitRows
from codestory.ingestion_pipeline.step import StepContext
from plugins.documentation_grapher.cache import Parsed
from plugins.documentation_grapher.facts import BY_NAME, DocumentFacts
from plugins.documentation_grapher.inventory import Inventory
from plugins.documentation_grapher.resolve import Resolver
from plugins.documentation_grapher.rows import docstring_rows, document_rows
from plugins.documentation_grapher.selection import Selection, digest
from plugins.documentation_grapher.sources import SourceFile, Sources, is_package
from plugins.documentation_grapher.symbols import SymbolTable

__all__ = ["Inputs", "carry_over", "resolve_all"]

_UNITS_PER_PACK = 500
_WORD = re.compile(r"\w+")
_COUNTERS = {
    "resolved": "references_resolved",
    "ambiguous": "references_ambiguous",
    "unresolved": "references_unresolved",
    "broken": "links_broken",
    "external": "links_external",
}


_NO_FILE = SourceFile("")


class _Rows:
    """Hands rows to a load, or collects and stores them pack by pack, so that memory holds one pack."""

    def __init__(self, context: StepContext[Any], load: FirstLoad | None) -> None:
        self._context = context
        self._load = load
        self.count = 0
        self._units: dict[str, UnitRows] = {}
        self._keys: dict[str, str] = {}
        self.records: dict[str, UnitRecord] = {}

    def add(self, unit: str, rows: UnitRows, key: str) -> None:
        self.count += 1
        if self._load is not None:
            self._load.complete(unit, rows, key)
            return
        self._units[unit] = rows
        self._keys[unit] = key
        if len(self._units) >= _UNITS_PER_PACK:
            self.flush()

    def flush(self) -> None:
        if self._units:
            self.records |= self._context.sync.store_rows(self._units, self._keys)
            self._units, self._keys = {}, {}


@dataclass(frozen=True)
class Inputs:
    """What references are resolved from: ``sources``, the ``before`` of the applied state as far as it may be trusted,
    and the files in which the two may differ (``changed``)."""

    selection: Selection
    applied: AppliedState
    old: Mapping[str, Any]
    """The metadata of the applied state as far as it may be trusted."""
    sources: Sources
    before: Sources | None
    changed: Set[str]

    @property
    def is_comparable(self) -> bool:
        """Whether what was applied may be taken over where nothing it depends on changed."""
        return self.before is not None and bool(self.old) and not self.applied.is_dirty


def carry_over(
    inputs: Inputs, words_of_documents: Callable[[], Iterable[Sequence[str]]]
) -> tuple[dict[str, UnitRecord], dict[str, Any]] | None:
    """The records of all units and their metadata if no reference anywhere can mean anything else than before.

    So it is after most edits of code, and then nothing but the changed files is looked at. ``words_of_documents`` are
    those of the references of each document; they are asked for only if a name came or went.
    """
    selection, old, before, sources = inputs.selection, inputs.old, inputs.before, inputs.sources
    if before is None or not inputs.is_comparable:
        return None
    if (old.get("files"), old.get("texts")) != (selection.files, _texts(selection)):
        return None
    through = frozenset[str](old.get("through", ()))
    for path in inputs.changed:
        ours, theirs = sources.files.get(path, _NO_FILE), before.files.get(path, _NO_FILE)
        if ours.bases != theirs.bases or ((is_package(path) or path in through) and ours.imports != theirs.imports):
            return None
        if path in selection.sources and ours.docstrings != theirs.docstrings:
            return None
    words = _changed_words(before, sources, inputs.changed)
    if words:
        if any(not words.isdisjoint(file.words) for file in sources.files.values()):
            return None
        if any(not words.isdisjoint(found) for found in words_of_documents()):
            return None
    units = inputs.applied.units
    target = {path: units[path] for path in selection.documents}
    for path, file in sources.files.items():
        if file.has_docstrings and path in selection.sources:
            record = units[path]
            if path in inputs.changed:
                record = UnitRecord(selection.source_key(file.digest), record.rows_digest, record.pack)
            target[path] = record
    known: Mapping[str, dict[str, int]] = old.get("counted", {})
    counted = {path: known.get(path, {}) for path in target}
    return target, _metadata(inputs, old["frame"], sorted(through), counted)


def resolve_all(
    context: StepContext[Any], inputs: Inputs, parsed: Mapping[str, Parsed], load: FirstLoad | None
) -> tuple[dict[str, UnitRecord], dict[str, Any], int]:
    """The records of all units, the metadata to keep with them, and how many units were resolved.

    What cannot have changed is taken over. With ``load``, all rows go there, and there are no records.
    """
    selection, applied, old, before, sources = (
        inputs.selection,
        inputs.applied,
        inputs.old,
        inputs.before,
        inputs.sources,
    )
    documents = {path: one.decode() for path, one in parsed.items()}
    symbols = sources.facts(context.repository)
    table = SymbolTable(symbols, context.snapshot.files.keys())
    through = sorted(table.importing_modules(_dotted(documents)))
    imports = sources.imports(context.repository, through)
    table.add_exports(imports)
    frame = digest(
        [selection.code, selection.options, selection.files, symbols.digest(), repr(imports), _offers(documents)]
    )
    reusable = applied.units if inputs.is_comparable and old.get("frame") == frame else {}
    words = _changed_words(before, sources, inputs.changed) if before is not None else set[str]()
    resolver = Resolver(
        context.repository,
        table,
        Inventory(documents, context.snapshot.files.keys(), {"", *context.snapshot.directories}),
    )
    rows = _Rows(context, load)
    counted: dict[str, dict[str, int]] = {}
    known: Mapping[str, dict[str, int]] = old.get("counted", {})
    target: dict[str, UnitRecord] = {}
    for path, facts in documents.items():
        record = reusable.get(path)
        if record and record.key == selection.keys[path] and words.isdisjoint(parsed[path].words):
            target[path], counted[path] = record, known.get(path, {})
            continue
        context.token.raise_if_cancelled()
        found, counts = document_rows(resolver, path, selection.documents[path], facts)
        rows.add(path, found, selection.keys[path])
        counted[path] = _named(counts) | {"documents": 1}
    for path, file in sources.files.items():
        if not file.has_docstrings or path not in selection.sources:
            continue
        record = reusable.get(path)
        if record and path not in inputs.changed and words.isdisjoint(file.words):
            target[path], counted[path] = record, known.get(path, {})
            continue
        context.token.raise_if_cancelled()
        docstrings = file.documented(context.repository, path)
        found, counts = docstring_rows(resolver, path, docstrings)
        rows.add(path, found, selection.source_key(file.digest))
        counted[path] = _named(counts) | {"docstrings": len(docstrings)}
    rows.flush()
    target |= rows.records
    return target, _metadata(inputs, frame, through, counted), rows.count


def _metadata(
    inputs: Inputs, frame: str, through: Sequence[str], counted: Mapping[str, Mapping[str, int]]
) -> dict[str, Any]:
    """What the next run needs to know: ``through`` are the modules whose imports names were looked up through."""
    selection, sources = inputs.selection, inputs.sources
    total: Counter[str] = Counter()
    for counts in counted.values():
        total.update(counts)
    return {
        "code": selection.code,
        "options": selection.options,
        "files": selection.files,
        "texts": _texts(selection),
        "through": list(through),
        "frame": frame,
        "source_keys": {p: selection.source_key(f.digest) for p, f in sources.files.items() if p in selection.sources},
        "counted": dict(counted),
        "counters": dict(sorted(total.items())),
    }


def _texts(selection: Selection) -> str:
    """Changes when any document does."""
    return digest(part for item in selection.keys.items() for part in item)


def _named(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts[key] for key, name in _COUNTERS.items() if counts.get(key)}


def _changed_words(before: Sources, sources: Sources, changed: Set[str]) -> set[str]:
    """The last names of symbols that came or went; a module's are those of its file and folder."""
    words: set[str] = set()
    for path in changed:
        old, new = before.files.get(path, _NO_FILE), sources.files.get(path, _NO_FILE)
        for _, name in set(old.symbols) ^ set(new.symbols):
            words.update(_WORD.findall(name.rpartition(".")[2] or "/".join(path.split("/")[-2:])))
    return words


def _dotted(documents: Mapping[str, DocumentFacts]) -> set[str]:
    """The names in documents that may be full names: as written, and in the module that the text is about."""
    names: set[str] = set()
    for facts in documents.values():
        for reference in facts.references:
            if reference.kind not in BY_NAME:
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
