"""The documentation step: plans what to parse, parses, resolves all references at once, and writes the difference.

Two things become stale for different reasons. What a document says depends on its content alone, is parsed in
parallel, and is kept. What its references mean depends on every name in the repository, so it is resolved in one
batch, which needs a second for the documentation of Django; after most edits of code it turns out that nothing can
have come to mean anything else, and only the changed files are looked at.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from codestory.graph.applied import AppliedState
from codestory.graph.sync import DELETE, WRITE_EDGES, WRITE_NODES, write_stages
from codestory.ingestion_pipeline.staleness import StalenessReason, code_hash, explain
from codestory.ingestion_pipeline.step import (
    Batch,
    BatchResult,
    PipelineStep,
    Plan,
    Stage,
    StepContext,
    StepSummary,
)
from plugins.documentation_grapher.cache import Cache, Parsed
from plugins.documentation_grapher.code_reader import CodeUnit, code_units, read_sources
from plugins.documentation_grapher.parsing import parse_documents
from plugins.documentation_grapher.resolution import Inputs, carry_over, resolve_all
from plugins.documentation_grapher.selection import DocumentationOptions, Selection, select

__all__ = ["DocumentationGrapherStep"]

type Context = StepContext[DocumentationOptions]

READ, RESOLVE = "read", "resolve"
_RESOLVED = "units_resolved"
BATCH_BYTES = 3_000_000
FEW_BYTES = 600_000
"""Parsing less than this takes less time than starting an activity for it."""


class DocumentationGrapherStep(PipelineStep[DocumentationOptions]):
    """Documents, their sections, and what they refer to."""

    name: ClassVar[str] = "documentation_grapher"
    description: ClassVar[str] = "Links documents and docstrings to the files, symbols and documents they refer to."
    version: ClassVar[str] = "1"
    built_on: ClassVar[frozenset[str]] = frozenset({"markdown-it-py"})
    Options = DocumentationOptions
    provides: ClassVar[frozenset[str]] = frozenset({"Documentation", "Section"})
    after: ClassVar[frozenset[str]] = frozenset({"filesystem", "syntax", "blarify"})

    @classmethod
    def keeps(cls, repository: str) -> Sequence[str]:
        """What was read of the documents and of the code."""
        return (Cache.root(repository),)

    def plan(self, context: Context) -> Plan:
        """Nothing to do if no document, no path and no source file changed; else one batch that resolves, after
        those that parse where there is much to parse."""
        selection = select(context.snapshot, context.options, code_hash(type(self)))
        for warning in selection.warnings:
            context.progress.warn(warning)
        applied = context.sync.applied()
        upstream = code_units(context.graph, context.blobs, context.repository, context.run)
        reasons = _reasons(selection, applied, upstream, full=context.full)
        units = len(selection.documents) + len(selection.sources & upstream.keys())
        stale = sum(reasons.values()) - reasons.get(StalenessReason.NOT_STALE, 0)
        if not stale and not applied.is_dirty:
            return Plan(units=units, reasons=reasons)
        cache = Cache(context.blobs, context.repository)
        batches: list[Batch] = []
        for number, paths in enumerate(_batches(selection, applied, context)):
            name = cache.name("documents", context.run, f"-{number}")
            batches.append(Batch(f"{READ}-{number}", READ, len(paths), {"documents": list(paths), "into": name}))
        if context.full or not applied.metadata.get("sources"):
            # Reading the code keeps a worker as busy as parsing the documents keeps the others.
            name = cache.name("sources", context.run, "-read")
            batches.append(Batch(f"{READ}-sources", READ, 1, {"sources": True, "into": name}))
        resolve = Batch(
            RESOLVE,
            RESOLVE,
            max(1, len(selection.documents)),
            {
                "from": [batch.payload["into"] for batch in batches],
                # Every stale unit is done once: documents where they are parsed, the others here.
                "units": max(0, stale - sum(len(batch.payload.get("documents", ())) for batch in batches)),
            },
        )
        return Plan(
            [Stage(READ, batches), Stage(RESOLVE, [resolve]), *write_stages(context.graph)],
            units,
            stale,
            reasons,
        )

    def process(self, batch: Batch, context: Context) -> BatchResult:
        """Parse documents, read the code, resolve, or write."""
        if batch.stage in (WRITE_NODES, WRITE_EDGES, DELETE):
            return context.sync.write(batch, context.token, context.progress)
        with _few_collections():
            return self._resolve(batch, context) if batch.stage == RESOLVE else self._read(batch, context)

    def _read(self, batch: Batch, context: Context) -> BatchResult:
        cache = Cache(context.blobs, context.repository)
        selection = select(context.snapshot, context.options, code_hash(type(self)))
        if batch.payload.get("sources"):
            upstream = code_units(context.graph, context.blobs, context.repository, context.run)
            sources, _ = read_sources(
                context.blobs, context.repository, None, upstream, selection.sources, context.token
            )
            cache.save_sources(batch.payload["into"], sources)
            return BatchResult()
        parsed = parse_documents(context.snapshot, batch.payload["documents"], selection.keys, context)
        cache.save_parsed(batch.payload["into"], parsed)
        return BatchResult(units=len(parsed))

    def finish(self, context: Context, results: BatchResult) -> StepSummary:
        """Make what was written the applied state, and drop what only this run needed."""
        linked = context.sync.commit()
        metadata = context.sync.applied().metadata
        kept = [metadata[key] for key in ("documents", "sources") if metadata.get(key)]
        Cache(context.blobs, context.repository).forget_others(kept)
        counters = {str(key): float(value) for key, value in metadata.get("counters", {}).items()}
        links = int(counters.get("references_resolved", 0))
        return StepSummary(
            f"{int(counters.get('documents', 0))} documents and {int(counters.get('docstrings', 0))} docstrings:"
            f" {links} references resolved, {int(counters.get('references_ambiguous', 0))} ambiguous,"
            f" {int(counters.get('references_unresolved', 0))} unresolved,"
            f" {int(counters.get('links_broken', 0))} broken links",
            {**results.counters, **counters},
            linked,
        )

    def _resolve(self, batch: Batch, context: Context) -> BatchResult:
        units: int = batch.payload["units"]
        loaded = context.sync.loaded()
        if loaded is not None:
            # An earlier attempt of this very batch got as far as this, and its result was lost.
            return BatchResult(units=units, counters={_RESOLVED: float(len(loaded.units))})
        cache = Cache(context.blobs, context.repository)
        selection = select(context.snapshot, context.options, code_hash(type(self)))
        applied = context.sync.applied()
        old: dict[str, Any] = {} if context.full else applied.metadata
        if (old.get("code"), old.get("options")) != (selection.code, selection.options):
            old = {}
        inputs = self._inputs(batch, context, cache, selection, applied, old)
        parsed: dict[str, Parsed] = {}

        def words_of_documents() -> Iterator[Sequence[str]]:
            parsed.update(self._parsed(batch, context, cache, selection, old))
            return (one.words for one in parsed.values())

        def keep(metadata: dict[str, Any], documents: str | None = None) -> dict[str, Any]:
            """Keep what was read for the next run, and ``metadata`` with where it is."""
            if documents is None:
                documents = cache.name("documents", context.run)
                cache.save_parsed(documents, parsed)
            sources = cache.name("sources", context.run)
            cache.save_sources(sources, inputs.sources)
            return {**metadata, "documents": documents, "sources": sources}

        carried = carry_over(inputs, words_of_documents)
        if carried is not None:
            target, metadata = carried
            follow_up = context.sync.plan_writes(target, keep(metadata, old["documents"]))
            return BatchResult(units=units, follow_up=follow_up, counters={_RESOLVED: 0.0})
        parsed = parsed or self._parsed(batch, context, cache, selection, old)
        load = context.sync.first_load(len(parsed) + len(inputs.sources.files))
        if load is None:
            target, metadata, count = resolve_all(context, inputs, parsed, None)
            follow_up = context.sync.plan_writes(target, keep(metadata))
            return BatchResult(units=units, follow_up=follow_up, counters={_RESOLVED: float(count)})
        with load:
            _, metadata, count = resolve_all(context, inputs, parsed, load)
            load.finish(keep(metadata))
        written = load.counts
        return BatchResult(
            units=units,
            nodes=written.nodes,
            relationships=written.relationships,
            counters={_RESOLVED: float(count)},
        )

    @staticmethod
    def _inputs(
        batch: Batch, context: Context, cache: Cache, selection: Selection, applied: AppliedState, old: dict[str, Any]
    ) -> Inputs:
        upstream = code_units(context.graph, context.blobs, context.repository, context.run)
        fresh: Sequence[str] = batch.payload["from"]
        read_before = next((found for name in fresh if (found := cache.load_sources(name))), None)
        before = cache.load_sources(old.get("sources"))
        sources, changed = read_sources(
            context.blobs, context.repository, read_before or before, upstream, selection.sources, context.token
        )
        if before is None:
            changed = set(sources.files)
        elif read_before is not None:
            changed |= {p for p, f in sources.files.items() if p not in before.files or before.files[p] != f}
            changed |= before.files.keys() - sources.files.keys()
        return Inputs(selection, applied, old, sources, before, changed)

    @staticmethod
    def _parsed(
        batch: Batch, context: Context, cache: Cache, selection: Selection, old: dict[str, Any]
    ) -> dict[str, Parsed]:
        """All documents in the order of their paths; what no earlier batch or run parsed is parsed here."""
        parsed = cache.load_parsed([*([old["documents"]] if old.get("documents") else []), *batch.payload["from"]])
        parsed = {path: one for path, one in parsed.items() if selection.keys.get(path) == one.key}
        missing = sorted(selection.keys.keys() - parsed.keys())
        parsed |= parse_documents(context.snapshot, missing, selection.keys, context)
        return {path: parsed[path] for path in sorted(parsed)}


@contextmanager
def _few_collections() -> Generator[None]:
    """What is read stays until the end and has no cycles, so looking for garbage in it only takes time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _batches(selection: Selection, applied: AppliedState, context: Context) -> Iterator[list[str]]:
    """The documents to parse, in batches of about equal size; none if there are only few."""
    files = context.snapshot.files
    stale = [
        path
        for path, key in selection.keys.items()
        if context.full or path not in applied.units or applied.units[path].key != key
    ]
    total = sum(files[path].size for path in stale)
    if total < FEW_BYTES:
        return
    share = total / -(-total // BATCH_BYTES)
    batch: list[str] = []
    size = 0
    for path in stale:
        batch.append(path)
        size += files[path].size
        if size >= share:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _reasons(
    selection: Selection, applied: AppliedState, upstream: Mapping[str, CodeUnit], *, full: bool
) -> dict[str, int]:
    """How many units are stale, or not, for which reason: documents, and source files for their docstrings."""
    known: Mapping[str, str] = applied.metadata.get("source_keys", {})
    before = {path: record.key for path, record in applied.units.items()} | dict(known)
    wanted = dict(selection.keys)
    wanted |= {path: selection.source_key(unit.digest) for path, unit in upstream.items() if path in selection.sources}
    moved = applied.metadata.get("files") != selection.files
    reasons: Counter[str] = Counter()
    for path in before.keys() | wanted.keys():
        reason = explain(before.get(path), wanted.get(path)).reason
        if reason is StalenessReason.NOT_STALE and full:
            reason = StalenessReason.REQUESTED
        elif reason is StalenessReason.NOT_STALE and moved and path in selection.keys:
            # A path that came or went may be one that the document refers to.
            reason = StalenessReason.UPSTREAM_STALE
        reasons[reason.value] += 1
    return dict(sorted(reasons.items()))
