"""Runs a step on a real graph the way the orchestration does, and lets tests put symbols there first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from codestory.exceptions import CancelledError
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from codestory.graph.store import GraphStore
from codestory.graph.sync import GraphSync
from codestory.ingestion_pipeline.step import Batch, BatchResult, PipelineStep, Plan, StepContext, StepSummary
from codestory.services import ServiceRegistry
from codestory.snapshots import Snapshot, SnapshotBuilder
from codestory.storage.blobs import BlobStore
from tests.plugins.documentation_grapher.doc_project import folders, imported_names, python_symbols


@dataclass
class Token:
    """Cancels after so many questions; never by default."""

    allowed: int = 1_000_000_000

    def raise_if_cancelled(self) -> None:
        self.allowed -= 1
        if self.allowed < 0:
            raise CancelledError("cancelled by the test")


@dataclass
class Log:
    warnings: list[str] = field(default_factory=list)

    def advance(self, units: int = 1) -> None: ...

    def warn(self, message: str) -> None:
        self.warnings.append(message)


def snapshot_of(blobs: BlobStore, files: Mapping[str, str | bytes]) -> Snapshot:
    builder = SnapshotBuilder(blobs)
    for path, text in files.items():
        builder.add(path, text if isinstance(text, bytes) else text.encode(), 0o100644)
    for folder in folders(files) - {""}:
        builder.add_directory(folder)
    return builder.finish()


@dataclass
class Run:
    """What came of one run of a step."""

    plan: Plan
    summary: StepSummary
    totals: Counter[str]
    batches: list[str]
    warnings: list[str]
    units: int = 0
    """How many units the batches say that they have done."""


class Bench:
    """One repository in one graph."""

    def __init__(self, store: GraphStore, blobs: BlobStore, repository: str) -> None:
        self.store, self.blobs, self.repository = store, blobs, repository
        self.runs = 0

    def context(
        self, step: str, snapshot: Snapshot, options: Any, token: Token | None = None, **more: Any
    ) -> StepContext[Any]:
        self.runs += 1
        run = f"run-{self.runs}"
        return StepContext(
            job_id="job",
            run=run,
            step=step,
            repository=self.repository,
            options=options,
            snapshot=snapshot,
            graph=self.store,
            sync=GraphSync(self.store, self.blobs, repository=self.repository, step=step, run=run),
            blobs=self.blobs,
            token=token or Token(),
            progress=Log(),
            services=ServiceRegistry(),
            **more,
        )

    def run(
        self,
        step: PipelineStep[Any],
        files: Mapping[str, str | bytes] | Snapshot,
        *,
        token: Token | None = None,
        twice: bool = False,
        full: bool = False,
        timeout: timedelta | None = None,
        **options: Any,
    ) -> Run:
        """Plan, process every batch (``twice``: each of them two times), finish."""
        snapshot = files if isinstance(files, Snapshot) else snapshot_of(self.blobs, files)
        context = self.context(step.name, snapshot, type(step).Options(**options), token, full=full, timeout=timeout)
        plan = step.plan(context)
        waiting: dict[str, list[Batch]] = {stage.name: list(stage.batches) for stage in plan.stages}
        totals: Counter[str] = Counter()
        done: list[str] = []
        units = 0
        for stage in plan.stages:
            for batch in waiting[stage.name]:
                result = step.process(batch, context)
                if twice:
                    result = step.process(batch, context)
                done.append(batch.id)
                units += result.units
                totals.update(nodes=result.nodes, relationships=result.relationships, deleted=result.deleted)
                totals.update({key: int(value) for key, value in result.counters.items()})
                for follow_up in result.follow_up:
                    waiting[follow_up.stage].append(follow_up)
        summary = step.finish(context, BatchResult())
        assert isinstance(context.progress, Log)
        return Run(plan, summary, totals, done, context.progress.warnings, units)

    def write(self, step: str, units: Mapping[str, UnitRows]) -> None:
        """Make ``units`` what ``step`` has in the graph."""
        self.runs += 1
        sync = GraphSync(self.store, self.blobs, repository=self.repository, step=step, run=f"run-{self.runs}")
        for batch in sync.plan_writes(sync.store_rows(units, dict.fromkeys(units, "key"))):
            sync.write(batch, Token(), Log())
        sync.commit()

    def write_code(self, files: Mapping[str, str | bytes]) -> None:
        """Put the files, and the symbols of the Python files, into the graph under the names of their steps."""
        units: dict[str, UnitRows] = {}
        classes: dict[str, str] = {}
        sources = {p: t for p, t in files.items() if p.endswith(".py") and isinstance(t, str)}
        for path, text in sources.items():
            for symbol, _, _ in python_symbols(path, text):
                if symbol.label == "Class":
                    classes.setdefault(symbol.name, symbol.id)
        r = self.repository + ":"
        for path, text in sources.items():
            nodes: dict[str, NodeRow] = {}
            edges: list[EdgeRow] = []
            for symbol, docstring, bases in python_symbols(path, text):
                ident = r + symbol.id.removeprefix("r:")
                if ident not in nodes:
                    nodes[ident] = NodeRow(symbol.label, ident, {"docstring": docstring or None, "name": symbol.name})
                    edges += [
                        EdgeRow("INHERITS_FROM", "Class", ident, "Class", r + classes[b].removeprefix("r:"), {}, False)
                        for b in bases
                        if b in classes
                    ]
            edges += [
                EdgeRow("IMPORTS", "Module", f"{r}{path}#", "Class", r + classes[name].removeprefix("r:"), {}, False)
                for name in imported_names(text)
                if name in classes
            ]
            units[path] = UnitRows(list(nodes.values()), edges)
        self.write("syntax", units)
        self.write("filesystem", {p: UnitRows([NodeRow("File", r + p, {})], []) for p in files})

    def rows(self) -> set[tuple[Any, ...]]:
        """Everything that the documentation step has in the graph, without what differs between repositories."""
        cut = len(self.repository)
        found: set[tuple[Any, ...]] = set()
        for label in ("Documentation", "Section"):
            for row in self.store.read(
                f"MATCH (n:{label}) WHERE n.repository = $r RETURN properties(n) AS p", r=self.repository
            ):
                p = {k: v for k, v in row["p"].items() if k not in ("id", "repository")}
                found.add((label, row["p"]["id"][cut:], repr(sorted(p.items()))))
        for type in ("DESCRIBES", "REFERENCES", "DOCUMENTED_BY", "CONTAINS", "DEFINES"):
            for row in self.store.read(
                f"MATCH (a)-[e:{type}]->(b) WHERE a.repository = $r"
                " RETURN labels(a) AS la, a.id AS a, labels(b) AS lb, b.id AS b, properties(e) AS p",
                r=self.repository,
            ):
                if {"Documentation", "Section"} & {*row["la"], *row["lb"]}:
                    properties = repr(sorted((k, v) for k, v in row["p"].items() if k != "step"))
                    found.add((type, row["a"][cut:], row["b"][cut:], properties))
        return found
