"""The plug-in contract: what a pipeline step is, what it is given, and what it returns.

A step never talks to Azure. It plans batches, processes one batch at a time in whatever worker it is called, and
says at the end what came of it. Everything that crosses from one call to the next is small JSON or a reference to a
blob. Any call may happen more than once; running a batch twice must leave the same graph.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from codestory.graph.store import GraphStore
    from codestory.graph.sync import GraphSync
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
    """What a step reports when it is done: ``message`` for people, ``counters`` for machines."""

    message: str = ""
    counters: dict[str, float] = field(default_factory=dict[str, float])


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


class PipelineStep[O: StepOptions](ABC):
    """Base class of all steps, built-in and third-party."""

    name: ClassVar[str]
    description: ClassVar[str] = ""
    version: ClassVar[str] = "1"
    """Part of the code hash: raise it when the step would produce other rows from the same input."""

    Options: ClassVar[type[StepOptions]] = StepOptions
    """The pydantic model of this step's options; ``context.options`` is an instance of it."""

    provides: ClassVar[frozenset[str]] = frozenset()
    """Node labels that this step owns; two steps of a pipeline may not own the same label."""

    after: ClassVar[frozenset[str]] = frozenset()
    """Steps whose results this one reads, if they are in the pipeline; they are run before it."""

    @abstractmethod
    def plan(self, context: StepContext[O]) -> Plan:
        """Compare the snapshot with what the graph already holds; return the batches that make up the difference."""

    @abstractmethod
    def process(self, batch: Batch, context: StepContext[O]) -> BatchResult:
        """Do one batch. May run again after a crash, in another process, or at the same time as its stale twin."""

    def finish(self, context: StepContext[O], results: BatchResult) -> StepSummary:
        """Called once all batches are done, with their sum; the default reports the counts."""
        return StepSummary(
            message=f"{results.units} units, {results.nodes} nodes, {results.relationships} relationships"
        )
