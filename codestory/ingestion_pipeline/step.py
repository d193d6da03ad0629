"""The plug-in contract: what a pipeline step is, what it is given, and what it returns.

A step never talks to Azure. It plans batches, processes one batch at a time in whatever worker it is called, and
says at the end what came of it. Everything that crosses from one call to the next is small JSON or a reference to a
blob. Any call may happen more than once; running a batch twice must leave the same graph.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from codestory.graph.store import GraphStore
    from codestory.graph.sync import GraphSync
    from codestory.ingestion_pipeline.manager import PipelineManager
    from codestory.services import ServiceRegistry
    from codestory.snapshots import Snapshot
    from codestory.storage.blobs import BlobStore

__all__ = [
    "Batch",
    "BatchResult",
    "CancellationToken",
    "PipelineStep",
    "Plan",
    "Progress",
    "Stage",
    "StepContext",
    "StepOptions",
    "StepSummary",
]


class StepOptions(BaseModel):
    """Base of every step's options: unknown keys are errors, values never change after validation.

    The keys that the pipeline itself understands (``concurrency``, ``timeout``, ``retry``, ``depends_on``,
    ``resource``) are taken out before a step's own options are validated.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Batch:
    """A piece of work for one activity.

    ``id`` is unique within the step's run and the same whenever the plan is made again; ``stage`` names the stage it
    belongs to; ``weight`` is how many units (files) it covers, for progress; ``payload`` is small JSON.
    """

    id: str
    stage: str
    weight: int = 1
    payload: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Stage:
    """Batches that may run side by side, at most ``concurrency`` at once (``None``: as the step is configured)."""

    name: str
    batches: Sequence[Batch] = ()
    concurrency: int | None = None


@dataclass(frozen=True)
class Plan:
    """What a step is going to do.

    ``stages`` run one after the other. A stage without batches is filled by the ``follow_up`` of earlier ones, or
    skipped. ``units`` counts what the step looks at, ``stale`` what it will work on, ``reasons`` how many units are
    stale for which reason (see ``codestory.ingestion_pipeline.staleness``).
    """

    stages: Sequence[Stage] = ()
    units: int = 0
    stale: int = 0
    reasons: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class BatchResult:
    """What came of one batch. ``follow_up`` are batches for later stages, known only now."""

    units: int = 0
    nodes: int = 0
    relationships: int = 0
    deleted: int = 0
    warnings: Sequence[str] = ()
    counters: dict[str, float] = field(default_factory=dict[str, float])
    follow_up: Sequence[Batch] = ()


@dataclass(frozen=True)
class StepSummary:
    """What a step reports when it is done: ``message`` for people, ``counters`` for machines, and how many
    ``relationships`` the commit wrote beside those of the batches."""

    message: str = ""
    counters: dict[str, float] = field(default_factory=dict[str, float])
    relationships: int = 0


class CancellationToken(Protocol):
    """Tells a busy worker that its job was cancelled. Cheap enough to ask between any two files."""

    def raise_if_cancelled(self) -> None:
        """Raise ``CancelledError`` once the job is cancelled."""
        ...


class Progress(Protocol):
    """Where a batch tells how far it is; calls are cheap and may be dropped."""

    def advance(self, units: int = 1) -> None:
        """``units`` more of the batch's weight are done."""
        ...

    def warn(self, message: str) -> None:
        """Record something that the user should know and that does not stop the step."""
        ...


@dataclass(frozen=True)
class StepContext[O: StepOptions]:
    """Everything a step may use. ``run`` identifies this execution of the step; retries keep it."""

    job_id: str
    run: str
    step: str
    repository: str
    options: O
    snapshot: Snapshot
    graph: GraphStore
    sync: GraphSync
    blobs: BlobStore
    token: CancellationToken
    progress: Progress
    services: ServiceRegistry
    timeout: timedelta | None = None
    full: bool = False
    """Do everything again, whatever the manifests say."""


class PipelineStep[O: StepOptions](ABC):  # noqa: B024 - a step overrides either plan and process, or run
    """Base class of all steps, built-in and third-party.

    A step overrides ``plan`` and ``process``; the pipeline then cares for batches, retries, cancellation and
    incremental update. A step that already has a way of its own to run may override ``run``, ``status``, ``stop`` and
    ``cancel`` instead: the pipeline calls ``run`` on a copy of the repository and follows ``status`` to its end.

    ``run``, ``status``, ``stop``, ``cancel``, ``ingestion_update``, ``dependencies``, ``retry`` and ``schedule`` work
    on any step by itself: they are jobs of one step on the service that ``manager`` talks to.
    """

    name: ClassVar[str] = ""
    description: ClassVar[str] = ""
    version: ClassVar[str] = "1"
    """Part of the code hash: raise it when the step would produce other rows from the same input."""

    after: ClassVar[frozenset[str]] = frozenset()
    """Steps whose results this one reads in the graph, if they are part of the pipeline. What they are about to change
    is not in this step's plan yet, so a dry run says so."""

    built_on: ClassVar[frozenset[str]] = frozenset()
    """Distributions whose versions are part of the code hash, because the rows depend on what they return, such as
    parsers; ``python`` is the interpreter with the first two parts of its version."""

    Options: ClassVar[type[StepOptions]] = StepOptions
    """The pydantic model of this step's options; ``context.options`` is an instance of it."""

    provides: ClassVar[frozenset[str]] = frozenset()
    """Node labels that this step owns; two steps of a pipeline may not own the same label."""

    @classmethod
    def keeps(cls, repository: str) -> Sequence[str]:
        """Prefixes of the blobs in which this step keeps what it knows of ``repository`` from run to run."""
        del repository
        return ()

    manager: PipelineManager | None = None
    """Used by the operations below; the default manager if not set."""

    def plan(self, context: StepContext[O]) -> Plan:
        """Compare the snapshot with what the graph already holds; return the batches that make up the difference."""
        from codestory.ingestion_pipeline.self_driven import plan_one_run

        return plan_one_run(self, context)

    def process(self, batch: Batch, context: StepContext[O]) -> BatchResult:
        """Do one batch. May run again after a crash, in another process, or at the same time as its stale twin."""
        from codestory.ingestion_pipeline.self_driven import process_one_run

        del batch
        return process_one_run(self, context)

    def finish(self, context: StepContext[O], results: BatchResult) -> StepSummary:
        """Called once all batches are done, with their sum; the default reports the counts."""
        del context
        return StepSummary(f"{results.units} units, {results.nodes} nodes, {results.relationships} relationships")

    def run(self, repository_path: str, **config: Any) -> str:
        """Start a job of this step alone; returns its id. ``config`` may hold priority, eta, countdown, dependencies
        and tags beside the step's own options."""
        return self._manager().run_single_step(repository_path, self.name, **config)

    def status(self, job_id: str) -> Mapping[str, Any]:
        """``{"status", "progress", ...}`` of this step in the job."""
        return self._manager().step_status(job_id, self.name)

    def stop(self, job_id: str) -> Mapping[str, Any]:
        """Let what runs finish, skip the rest; returns the status."""
        self._manager().stop(job_id)
        return self.status(job_id)

    def cancel(self, job_id: str) -> Mapping[str, Any]:
        """End the job as soon as possible; returns the status."""
        self._manager().cancel(job_id)
        return self.status(job_id)

    def ingestion_update(self, repository_path: str, **config: Any) -> str:
        """Bring the results of this step up to date without running others; returns a job id."""
        return self._manager().run_single_step(repository_path, self.name, update=True, **config)

    def dependencies(self, job_id: str) -> list[str]:
        """The jobs that the job waits for."""
        return self._manager().dependencies(job_id)

    def retry(self, job_id: str) -> str:
        """Run this step of an ended job again, as a new job; returns its id."""
        return self._manager().retry(job_id, step=self.name)

    def schedule(
        self, repository_path: str, *, eta: datetime | None = None, countdown: float | None = None, **config: Any
    ) -> str:
        """Start a job of this step at ``eta`` or in ``countdown`` seconds; returns its id."""
        return self.run(repository_path, eta=eta, countdown=countdown, **config)

    def _manager(self) -> PipelineManager:
        if self.manager is None:
            from codestory.ingestion_pipeline.manager import default_manager

            return default_manager()
        return self.manager
