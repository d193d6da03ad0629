"""Runs the summarizer on a real graph the way the orchestration does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from codestory.exceptions import CancelledError
from codestory.graph.rows import UnitRows
from codestory.graph.store import GraphStore
from codestory.graph.sync import GraphSync
from codestory.ingestion_pipeline.step import Batch, BatchResult, Plan, StepContext, StepSummary
from codestory.services import ServiceRegistry
from codestory.snapshots import SnapshotBuilder
from codestory.storage.blobs import BlobStore
from plugins.summarizer.options import SummarizerOptions
from plugins.summarizer.step import SummarizerStep
from tests.plugins.summarizer.summary_project import code_units, folder_units, folders


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
    """Keeps the warnings."""

    warnings: list[str] = field(default_factory=list[str])

    def advance(self, units: int = 1) -> None:
        pass

    def warn(self, message: str) -> None:
        self.warnings.append(message)


@dataclass
class Run:
    """What came of one run."""

    plan: Plan
    summary: StepSummary
    batches: list[Batch]
    warnings: list[str]
    units: int

    @property
    def counters(self) -> Mapping[str, float]:
        return self.summary.counters

    def stages(self) -> list[str]:
        """The stages that had batches, in order."""
        return list(dict.fromkeys(batch.stage for batch in self.batches))


class Bench:
    """One repository in one graph, with the files given last."""

    def __init__(self, store: GraphStore, blobs: BlobStore, repository: str) -> None:
        self.store, self.blobs, self.repository = store, blobs, repository
        self.runs = 0

    def put(self, files: Mapping[str, str]) -> None:
        """Snapshot the files, and bring their folders and symbols into the graph."""
        builder = SnapshotBuilder(self.blobs)
        for path, text in files.items():
            builder.add(path, text.encode(), 0o100644)
        for folder in folders(files):
            builder.add_directory(folder)
        self.snapshot = builder.finish()
        self.write("filesystem", folder_units(self.repository, files))
        self.write("syntax", code_units(self.repository, files))

    def write(self, step: str, units: Mapping[str, UnitRows]) -> None:
        """Make ``units`` what ``step`` has in the graph."""
        self.runs += 1
        sync = GraphSync(self.store, self.blobs, repository=self.repository, step=step, run=f"run-{self.runs}")
        for batch in sync.plan_writes(sync.store_rows(units, dict.fromkeys(units, "key"))):
            sync.write(batch, Token(), Log())
        sync.commit()

    def context(self, *, token: Token | None = None, full: bool = False, **options: Any) -> StepContext[Any]:
        """The context of a new run."""
        self.runs += 1
        run = f"run-{self.runs}"
        return StepContext(
            job_id=f"job-{self.runs}",
            run=run,
            step="summarizer",
            repository=self.repository,
            options=SummarizerOptions(**options),
            snapshot=self.snapshot,
            graph=self.store,
            sync=GraphSync(self.store, self.blobs, repository=self.repository, step="summarizer", run=run),
            blobs=self.blobs,
            token=token or Token(),
            progress=Log(),
            services=ServiceRegistry(),
            full=full,
        )

    def run(self, context: StepContext[Any] | None = None, *, twice: bool = False, **options: Any) -> Run:
        """Plan, process every batch (``twice``: each of them two times), finish."""
        context = context or self.context(**options)
        step = SummarizerStep()
        plan = step.plan(context)
        waiting: dict[str, list[Batch]] = {stage.name: list(stage.batches) for stage in plan.stages}
        totals: Counter[str] = Counter()
        counters: Counter[str] = Counter()
        done: list[Batch] = []
        for stage in plan.stages:
            for batch in waiting[stage.name]:
                result = step.process(batch, context)
                if twice:
                    result = step.process(batch, context)
                done.append(batch)
                totals.update(units=result.units, nodes=result.nodes, relationships=result.relationships)
                counters.update(result.counters)  # type: ignore[arg-type]
                for follow_up in result.follow_up:
                    waiting[follow_up.stage].append(follow_up)
        summary = step.finish(context, BatchResult(**totals, counters=dict(counters)))
        assert isinstance(context.progress, Log)
        return Run(plan, summary, done, context.progress.warnings, totals["units"])

    def texts(self) -> dict[str, str]:
        """The summaries in the graph, by the id of their node without the repository."""
        rows = self.store.read(
            "MATCH (n)-[:SUMMARIZED_BY]->(s:Summary) WHERE s.repository = $r"
            " RETURN n.id AS id, s.text AS text, s.outdated AS outdated ORDER BY id",
            r=self.repository,
        )
        assert len({row["id"] for row in rows}) == len(rows)
        return {
            row["id"].removeprefix(self.repository).removeprefix(":") or "/": row["text"]
            + (" (outdated)" if row["outdated"] else "")
            for row in rows
        }

    def count(self) -> int:
        """How many Summary nodes there are, linked or not."""
        rows = self.store.read("MATCH (s:Summary) WHERE s.repository = $r RETURN count(s) AS n", r=self.repository)
        return rows[0]["n"]
