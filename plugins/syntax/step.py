"""The step that puts symbols and their relationships into the graph."""

from __future__ import annotations

import gc
import hashlib
import logging
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import batched
from math import ceil
from typing import Any

import msgspec
from pydantic import Field, field_validator

from codestory.exceptions import ConfigurationError, NotFoundError, StepFailedError
from codestory.graph.first_load import FirstLoad
from codestory.graph.sync import write_stages
from codestory.ingestion_pipeline.staleness import Comparison, code_hash, compare, options_hash, unit_key
from codestory.ingestion_pipeline.step import (
    Batch,
    BatchResult,
    PipelineStep,
    Plan,
    Stage,
    StepContext,
    StepOptions,
    StepSummary,
)
from codestory.storage.blobs import delete_below
from plugins.syntax.analyzer import LanguageAnalyzer
from plugins.syntax.facts_store import FactsStore, Place
from plugins.syntax.registry import analyzers
from plugins.syntax.resolution import PACKAGES_UNIT, Resolver, count
from plugins.syntax.sources import Sources

__all__ = ["SyntaxOptions", "SyntaxStep"]

_log = logging.getLogger(__name__)

_MAX_BATCHES = 200
_DONE = "syntax_resolved"


class SyntaxOptions(StepOptions):
    """``languages``: only these (default: all that are known); ``batch_size``: files per batch; files larger than
    ``max_file_bytes`` are left out."""

    languages: tuple[str, ...] | None = None
    batch_size: int = Field(default=250, ge=1)
    max_file_bytes: int = Field(default=2_000_000, ge=1)

    @field_validator("languages")
    @classmethod
    def _known(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        try:
            analyzers(value)
        except ConfigurationError as error:
            raise ValueError(error.message) from error
        return value


class SyntaxStep(PipelineStep[SyntaxOptions]):
    """Module, Class, Function, Method and Package nodes with DEFINES, CONTAINS, IMPORTS, DEPENDS_ON, CALLS,
    INSTANTIATES, INHERITS_FROM and REFERENCES relationships.

    Stages: ``facts`` (every new or changed file by itself, many side by side), ``resolve`` (one batch: the facts of
    all files become rows, those that differ from the applied ones are stored), then the writing stages. While the
    graph has nothing of the repository, ``resolve`` writes rows as they come, and nothing is left to the others.
    Facts are kept, so that a later run reads only what changed; rows are recomputed for the whole repository, because
    a change in one file may change what another one calls.
    """

    name = "syntax"
    description = "Symbols, calls, imports and inheritance of Python, JavaScript, TypeScript, Java, Go and C#"
    version = "1"
    built_on = frozenset(
        {
            "python",
            "tree-sitter",
            "tree-sitter-c-sharp",
            "tree-sitter-go",
            "tree-sitter-java",
            "tree-sitter-javascript",
            "tree-sitter-python",
            "tree-sitter-typescript",
        }
    )
    Options = SyntaxOptions
    provides = frozenset({"Module", "Class", "Function", "Method", "Package"})

    @classmethod
    def keeps(cls, repository: str) -> Sequence[str]:
        """The facts of the files."""
        return (FactsStore.root(repository),)

    def plan(self, context: StepContext[SyntaxOptions]) -> Plan:
        """Extract what has no facts yet, then resolve if anything changed at all."""
        sources = self._sources(context)
        keys = self._keys(context, sources)
        applied = context.sync.applied()
        comparison = self._compare(context, keys)
        units = len(sources.languages)
        if not comparison.work and not applied.is_dirty:
            return Plan(units=units, reasons=comparison.reasons)
        for path in sources.too_large:
            context.progress.warn(
                f"{path}: {sources.snapshot.files[path].size} bytes are too many to be read"
                f" (option max_file_bytes: {context.options.max_file_bytes})"
            )
        places, missing = self._known_facts(context, sources)
        store = FactsStore(context.blobs, context.repository)
        store.save_places(self._blob(context, "known"), places)
        batches = self._facts_batches(context, missing)
        weight = units if applied.is_empty else max(1, units // 4)
        resolve = Batch("resolve", "resolve", max(1, weight), {"facts": [batch.id for batch in batches]})
        return Plan(
            (Stage("facts", batches), Stage("resolve", [resolve], concurrency=1), *write_stages(context.graph)),
            units=units,
            stale=comparison.work,
            reasons=comparison.reasons,
        )

    def compare(self, context: StepContext[SyntaxOptions]) -> Comparison:
        """Which files are stale, and why; changes nothing."""
        return self._compare(context, self._keys(context, self._sources(context)))

    def process(self, batch: Batch, context: StepContext[SyntaxOptions]) -> BatchResult:
        """Extract facts, resolve, or write."""
        if batch.stage == "facts":
            return self._extract(batch, context)
        if batch.stage == "resolve":
            return self._resolve(batch, context)
        return context.sync.write(batch, context.token, context.progress)

    def finish(self, context: StepContext[SyntaxOptions], results: BatchResult) -> StepSummary:
        """Make what was written the applied state, and say what is in the graph."""
        counters = {name: value for name, value in results.counters.items() if name != _DONE}
        if not results.counters.get(_DONE):
            return StepSummary("nothing changed", counters)
        linked = context.sync.commit()
        store = FactsStore(context.blobs, context.repository)
        index = context.sync.applied().metadata.get("index")
        if index:
            store.tidy(index)
        delete_below(context.blobs, self._blob(context, ""))
        return StepSummary(
            f"{counters.get('files', 0):.0f} files, {counters.get('symbols', 0):.0f} symbols,"
            f" {counters.get('calls', 0):.0f} calls ({counters.get('external_calls', 0):.0f} of them external,"
            f" {counters.get('unresolved_calls', 0):.0f} more unresolved); {results.nodes} nodes and"
            f" {results.relationships + linked} relationships written, {results.deleted} deleted",
            counters,
            linked,
        )

    # Planning ----------------------------------------------------------------------------------------------------

    def _analyzers(self, context: StepContext[SyntaxOptions]) -> dict[str, LanguageAnalyzer]:
        return {analyzer.language: analyzer for analyzer in analyzers(context.options.languages)}

    def _sources(self, context: StepContext[SyntaxOptions]) -> Sources:
        known = tuple(self._analyzers(context).values())
        return Sources.of(context.snapshot, known, context.options.max_file_bytes)

    def _keys(self, context: StepContext[SyntaxOptions], sources: Sources) -> dict[str, str]:
        code = code_hash(type(self))
        options = options_hash(context.options, frozenset({"batch_size"}))
        upstream = sources.upstream()
        files = sources.snapshot.files
        return {path: unit_key(code, options, f"{files[path].sha256}.{upstream}") for path in sources.languages}

    @staticmethod
    def _compare(context: StepContext[SyntaxOptions], keys: Mapping[str, str]) -> Comparison:
        applied = context.sync.applied().units
        known = {unit: record.key for unit, record in applied.items() if unit != PACKAGES_UNIT}
        return compare(known, keys, full=context.full)

    def _facts_key(self, analyzer: LanguageAnalyzer, path: str, content: str) -> str:
        place = path if analyzer.facts_depend_on_path else ""
        return f"{analyzer.language}:{analyzer.version}:{code_hash(type(self))}:{content}:{place}"

    def _known_facts(
        self, context: StepContext[SyntaxOptions], sources: Sources
    ) -> tuple[dict[str, Place], list[tuple[str, str]]]:
        """Where facts of unchanged content are, wherever it was before if that makes no difference, and the
        (path, key) of the others."""
        store = FactsStore(context.blobs, context.repository)
        index = store.load_index(None if context.full else context.sync.applied().metadata.get("index"))
        by_key = {place.key: place for place in index.places.values()}
        known = self._analyzers(context)
        places: dict[str, Place] = {}
        missing: list[tuple[str, str]] = []
        for path, language in sources.languages.items():
            key = self._facts_key(known[language], path, sources.snapshot.files[path].sha256)
            place = by_key.get(key)
            if place is None:
                missing.append((path, key))
            else:
                places[path] = place
        return places, missing

    def _facts_batches(self, context: StepContext[SyntaxOptions], missing: Sequence[tuple[str, str]]) -> list[Batch]:
        """One blob lists the files of all batches; each batch names its part of it."""
        if not missing:
            return []
        size = max(context.options.batch_size, ceil(len(missing) / _MAX_BATCHES))
        name = self._blob(context, "missing")
        body = bytearray()
        batches: list[Batch] = []
        for number, files in enumerate(batched(missing, size, strict=False)):
            part = msgspec.msgpack.encode(files)
            payload = {"blob": name, "offset": len(body), "length": len(part)}
            batches.append(Batch(f"facts-{number:04d}", "facts", len(files), payload))
            body += part
        context.blobs.put(name, bytes(body))
        return batches

    # Batches -----------------------------------------------------------------------------------------------------

    def _extract(self, batch: Batch, context: StepContext[SyntaxOptions]) -> BatchResult:
        payload = batch.payload
        data = context.blobs.get_range(payload["blob"], payload["offset"], payload["length"])
        keys = dict(msgspec.msgpack.decode(data, type=list[tuple[str, str]]))
        known = self._analyzers(context)
        facts: dict[str, tuple[str, bytes]] = {}
        warnings: list[str] = []
        for path, source in context.snapshot.read_many(sorted(keys)):
            context.token.raise_if_cancelled()
            analyzer = known[keys[path].partition(":")[0]]
            found = _facts_of(analyzer, path, source, warnings)
            facts[path] = (keys[path], found)
            warnings += [f"{path}: {problem}" for problem in analyzer.problems(found)]
            context.progress.advance()
        for warning in warnings:
            context.progress.warn(warning)
        store = FactsStore(context.blobs, context.repository)
        store.save_places(self._blob(context, f"places/{batch.id}"), store.save_facts(facts))
        return BatchResult(units=len(facts), counters={"extracted_files": len(facts)})

    def _resolve(self, batch: Batch, context: StepContext[SyntaxOptions]) -> BatchResult:
        store = FactsStore(context.blobs, context.repository)
        sources = self._sources(context)
        places = store.load_places(self._blob(context, "known"))
        for name in batch.payload["facts"]:
            try:
                places.update(store.load_places(self._blob(context, f"places/{name}")))
            except NotFoundError:
                raise StepFailedError(f"Batch {name} of step syntax left no facts. Run the step again.") from None
        loaded = context.sync.loaded()
        if loaded is not None:
            # An earlier attempt of this very batch got as far as this, and its result was lost.
            return BatchResult(counters={**count(store.load_index(loaded.metadata.get("index"))), _DONE: 1.0})
        load = context.sync.first_load(len(places))
        if load is None:
            return self._update(context, store, sources, places, None)
        with load:
            result = self._update(context, store, sources, places, load)
        return replace(result, nodes=load.counts.nodes, relationships=load.counts.relationships)

    def _update(
        self,
        context: StepContext[SyntaxOptions],
        store: FactsStore,
        sources: Sources,
        places: dict[str, Place],
        load: FirstLoad | None,
    ) -> BatchResult:
        with _no_collections():
            resolver = Resolver(context, store, self._keys(context, sources), places, load)
            for language, analyzer in self._analyzers(context).items():
                paths = {path for path, name in sources.languages.items() if name == language}
                if paths:
                    resolver.resolve(analyzer, sources.project(context.repository), paths)
            follow_up, counters = resolver.finish()
        return BatchResult(follow_up=follow_up, counters={**counters, _DONE: 1.0})

    def _blob(self, context: StepContext[Any], name: str) -> str:
        """Where this run keeps what its batches hand to each other."""
        run = hashlib.sha256(f"{context.repository}\0{context.step}\0{context.run}".encode()).hexdigest()[:32]
        return f"syntax-runs/{run}/{name}"


@contextmanager
def _no_collections() -> Generator[None]:
    """Resolution makes millions of objects that stay until its end; looking for garbage among them again and again
    takes longer than resolving."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _facts_of(analyzer: LanguageAnalyzer, path: str, source: bytes, warnings: list[str]) -> bytes:
    try:
        return analyzer.extract(path, source)
    except Exception as error:  # noqa: BLE001 - one odd file must not keep all others out of the graph
        _log.exception("the %s analyzer failed on %s", analyzer.language, path)
        warnings.append(
            f"{path}: could not be analysed ({type(error).__name__}); only the module itself is in the graph"
        )
        return analyzer.extract(path, b"")
