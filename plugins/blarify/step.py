"""The step: Blarify runs over a copy of the snapshot, its graph is checked, mapped, and written as a difference."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from codestory.exceptions import StepFailedError
from codestory.graph.sync import DELETE, WRITE_EDGES, WRITE_NODES, UnitRecord, write_stages
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
from plugins.blarify import environment
from plugins.blarify.mapping import BlarifyGraph, map_graph, read_graph
from plugins.blarify.options import BlarifyOptions
from plugins.blarify.process import run_blarify
from plugins.blarify.sources import Sources, analysis_key, visible_sources

__all__ = ["BlarifyStep"]

type Context = StepContext[BlarifyOptions]

ANALYSE = "analyse"
DEFAULT_TIMEOUT = timedelta(hours=1)
PHASES = 4
"""How many times the runner says what it is about to do."""
TRIVIAL_DEFINITIONS = 20
"""A repository with more definitions than this has references between them."""
_UNITS_PER_PACK = 400
_DEFINITION = re.compile(rb"^[ \t]*(?:(?:export|public|async|abstract|static)\s+)*(?:def|class|func|function)\s", re.M)


class BlarifyStep(PipelineStep[BlarifyOptions]):
    """Blarify's graph of a repository."""

    name: ClassVar[str] = "blarify"
    description: ClassVar[str] = "Runs Blarify in isolation and maps its graph of the code."
    version: ClassVar[str] = "1"
    Options = BlarifyOptions
    provides: ClassVar[frozenset[str]] = frozenset({"Module", "Class", "Function", "Method"})

    tools: Path | None = None
    """Where the isolated environment is; ``None``: in its usual place."""

    def plan(self, context: Context) -> Plan:
        """Blarify looks at everything at once, so one changed file makes the whole repository stale."""
        sources = visible_sources(context.snapshot, context.options)
        applied = context.sync.applied()
        key = analysis_key(code_hash(type(self)), context.options, sources)
        count = len(sources.files)
        if not sources.files and applied.is_empty and not applied.is_dirty:
            return Plan()
        reason = explain(applied.metadata.get("key"), key if sources.files else None).reason
        if reason is StalenessReason.NOT_STALE and not applied.is_dirty and not context.full:
            return Plan(units=count, reasons={reason.value: count})
        if reason is StalenessReason.NOT_STALE:
            reason = StalenessReason.REQUESTED if context.full else StalenessReason.MISSING
        return Plan(
            [
                Stage(ANALYSE, [Batch(ANALYSE, ANALYSE, max(1, count))], concurrency=1),
                *write_stages(context.graph),
            ],
            units=count,
            stale=max(1, count),
            reasons={reason.value: max(1, count)},
        )

    def process(self, batch: Batch, context: Context) -> BatchResult:
        """Run Blarify and plan the writes, or write."""
        if batch.stage in (WRITE_NODES, WRITE_EDGES, DELETE):
            return context.sync.write(batch, context.token, context.progress)
        sources = visible_sources(context.snapshot, context.options)
        target: dict[str, UnitRecord] = {}
        metadata: dict[str, object] = {"key": analysis_key(code_hash(type(self)), context.options, sources)}
        if sources.files:
            with tempfile.TemporaryDirectory(prefix="codestory-blarify-") as temporary:
                target, counts = self._analyse(Path(temporary), sources, batch.weight, context)
                metadata["counters"] = counts
        return BatchResult(units=batch.weight, follow_up=context.sync.plan_writes(target, metadata))

    def finish(self, context: Context, results: BatchResult) -> StepSummary:
        """Make what was written the applied state."""
        context.sync.commit()
        counters = {str(k): float(v) for k, v in context.sync.applied().metadata.get("counters", {}).items()}
        return StepSummary(
            f"{int(counters.get('files', 0))} files, {int(counters.get('definitions', 0))} definitions,"
            f" {int(counters.get('references', 0))} references",
            {**results.counters, **counters},
        )

    def _analyse(
        self, folder: Path, sources: Sources, weight: int, context: Context
    ) -> tuple[dict[str, UnitRecord], dict[str, int]]:
        repository = folder / "repository"
        repository.mkdir()
        contents = sources.write_to(repository)
        context.token.raise_if_cancelled()
        told = 0

        def progress(text: str) -> None:
            nonlocal told
            if text.startswith("warning: "):
                context.progress.warn(text.removeprefix("warning: "))
            elif told < PHASES:
                told += 1
                context.progress.advance(weight * told // PHASES - weight * (told - 1) // PHASES)

        timeout = context.timeout or DEFAULT_TIMEOUT
        output = run_blarify(
            folder,
            {
                "mode": context.options.mode,
                "names_to_skip": [".git"],
                "extensions_to_skip": list(context.options.extensions_to_skip),
                "scip_timeout": timeout.total_seconds(),
            },
            docker_image=context.options.docker_image,
            tools=self.tools or environment.default_folder(),
            # A little less, so that the reason is told before the orchestration gives the step up.
            timeout=timeout * 0.95,
            token=context.token,
            progress=progress,
        )
        graph = _read(output)
        _refuse_silent_failures(graph, context.options, contents)
        root = "/codestory/repository" if context.options.docker_image else str(repository)
        units, counts = map_graph(graph, context.repository, root, contents)
        missing = sorted(contents.keys() - units.keys())
        if missing and not units:
            raise StepFailedError("Blarify's graph holds none of the repository's files.", files=len(missing))
        if missing:
            context.progress.warn(f"Blarify left out {len(missing)} source files, such as {missing[0]}")
        records: dict[str, UnitRecord] = {}
        paths = sorted(units)
        for start in range(0, len(paths), _UNITS_PER_PACK):
            part = paths[start : start + _UNITS_PER_PACK]
            keys = {path: sources.files[path] for path in part}
            records |= context.sync.store_rows({path: units[path] for path in part}, keys)
        return records, {
            "files": len(units),
            "definitions": graph.definitions,
            "references": graph.references,
            **{f"blarify_{name}": count for name, count in sorted(counts.items())},
        }


def _read(output: Path) -> BlarifyGraph:
    try:
        with output.open(encoding="utf-8") as lines:
            return read_graph(lines)
    except FileNotFoundError:
        raise StepFailedError("Blarify ended without an error and without a graph.") from None


def _refuse_silent_failures(graph: BlarifyGraph, options: BlarifyOptions, contents: Mapping[str, bytes]) -> None:
    """Blarify is known to end well with an empty graph, or with one that lacks every reference."""
    if not graph.nodes:
        raise StepFailedError(f"Blarify's graph is empty although the repository has {len(contents)} source files.")
    if not graph.definitions and any(_DEFINITION.search(data) for data in contents.values()):
        raise StepFailedError("Blarify's graph has no class and no function although the sources define some.")
    if options.mode != "hierarchy" and not graph.references and graph.definitions > TRIVIAL_DEFINITIONS:
        raise StepFailedError(
            f"Blarify found {graph.definitions} definitions and not one reference between them, which means that its"
            f" {graph.summary.get('mode', options.mode)} index was not used. Use the mode hierarchy if that is enough."
        )
