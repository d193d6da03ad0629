"""Doing the work of one activity: build the step's context, call the step, turn what comes of it into plain JSON.

Everything permanent is returned as a typed outcome. What is raised is transient, and the orchestration tries again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from codestory.exceptions import CancelledError, NotFoundError, PermanentError, TransientError, UnknownStepError
from codestory.graph import open_store
from codestory.graph.queries import steps_of
from codestory.graph.sync import GraphSync
from codestory.ingestion_pipeline.cancellation import FlagToken
from codestory.ingestion_pipeline.registry import load_step
from codestory.ingestion_pipeline.step import Batch, BatchResult, PipelineStep, StepContext
from codestory.services import ServiceRegistry
from codestory.snapshots import Snapshot
from codestory.storage import open_blob_store
from codestory.storage.blobs import BlobStore
from codestory.telemetry.resources import measure

__all__ = ["Outcome", "StageOutline", "StepRun", "finish_step", "plan_step", "run_batch"]

_log = logging.getLogger(__name__)

MAX_BATCHES = 2_000
"""Per step: what one orchestration history can hold with room to spare (about five events each)."""

MAX_WARNINGS_RETURNED = 10
MAX_TEXT = 500


class StepRun(BaseModel):
    """One execution of a step in a job, as it travels to every activity; retries keep ``run``."""

    model_config = ConfigDict(frozen=True)

    job_id: str
    run: str
    step: str
    repository: str
    snapshot: str
    options: dict[str, Any] = Field(default_factory=dict[str, Any])
    attempt: int = 1
    timeout: float | None = None
    full: bool = False
    correlation_id: str | None = None
    changing: tuple[str, ...] = ()
    """In a dry run: the steps before this one that would change the graph."""

    @property
    def scope(self) -> str:
        """The scope of the flag that ends this step alone."""
        return f"{self.job_id}/{self.step}"


class StageOutline(BaseModel):
    """How many batches a stage has, without their contents."""

    name: str
    batches: int
    weight: int
    concurrency: int | None = None


class Outcome(BaseModel):
    """What an activity tells the orchestration. Only counts and references, never data."""

    outcome: Literal["completed", "retry", "failed", "cancelled"]
    error: str | None = None
    error_type: str | None = None
    retry_after: float | None = None
    """With ``retry``: how many seconds whoever refused asked to be left alone."""

    units: int = 0
    stale: int = 0
    reasons: dict[str, int] = Field(default_factory=dict[str, int])
    pending_upstream: list[str] = Field(default_factory=list[str])
    nodes: int = 0
    relationships: int = 0
    deleted: int = 0
    warnings: list[str] = Field(default_factory=list[str])
    warning_count: int = 0
    counters: dict[str, float] = Field(default_factory=dict[str, float])
    message: str | None = None
    batches: str | None = None
    """Blob that holds batches, if there are any, and in ``stages`` how many for which stage."""
    stages: list[StageOutline] = Field(default_factory=list[StageOutline])
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    memory_mb: float = 0.0


class _Progress:
    """Collects warnings. Units are counted per batch by the orchestration, so advancing needs no message."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def advance(self, units: int = 1) -> None:
        del units

    def warn(self, message: str) -> None:
        self.warnings.append(message[:MAX_TEXT])


@lru_cache(maxsize=4)
def _snapshot(blobs: BlobStore, snapshot_id: str) -> Snapshot:
    return Snapshot.load(blobs, snapshot_id)


def step_context(run: StepRun, step: PipelineStep[Any], progress: _Progress) -> StepContext[Any]:
    """Everything that ``step`` may use in this process."""
    blobs, store = open_blob_store(), open_store()
    return StepContext(
        job_id=run.job_id,
        run=run.run,
        step=run.step,
        repository=run.repository,
        options=step.Options.model_validate(run.options),
        snapshot=_snapshot(blobs, run.snapshot),
        graph=store,
        sync=GraphSync(store, blobs, repository=run.repository, step=run.step, run=run.run),
        blobs=blobs,
        token=FlagToken(blobs, run.job_id, run.scope),
        progress=progress,
        services=ServiceRegistry(),
        timeout=timedelta(seconds=run.timeout) if run.timeout else None,
        full=run.full,
    )


def plan_step(run: StepRun) -> Outcome:
    """Ask the step for its plan; the batches go to a blob, their numbers to the orchestration."""

    def work(step: PipelineStep[Any], context: StepContext[Any]) -> Outcome:
        _refuse_shared_labels(step, context)
        plan = step.plan(context)
        ids = [batch.id for stage in plan.stages for batch in stage.batches]
        if len(set(ids)) != len(ids):
            raise PermanentError(f"step {run.step!r} planned two batches with the same id; batch ids must be unique")
        if len(ids) > MAX_BATCHES:
            raise PermanentError(
                f"step {run.step!r} planned {len(ids)} batches, more than the {MAX_BATCHES} that one run may have;"
                " make its batches larger"
            )
        ref = _put_batches(context.blobs, run, "plan", [b for stage in plan.stages for b in stage.batches])
        return Outcome(
            outcome="completed",
            units=plan.units,
            stale=plan.stale,
            reasons=dict(plan.reasons),
            pending_upstream=sorted(step.after.intersection(run.changing)),
            batches=ref,
            stages=[
                StageOutline(
                    name=stage.name,
                    batches=len(stage.batches),
                    weight=sum(batch.weight for batch in stage.batches),
                    concurrency=stage.concurrency,
                )
                for stage in plan.stages
            ],
        )

    return _guarded(run, work)


def _refuse_shared_labels(step: PipelineStep[Any], context: StepContext[Any]) -> None:
    """No pipeline has two steps that own the same labels, but the graph may still hold those of an earlier pipeline."""
    if not step.provides:
        # It may never ask the graph anything.
        return
    for other in steps_of(context.graph, context.repository):
        if other == context.step:
            continue
        try:
            shared = step.provides & load_step(other).provides
        except UnknownStepError:
            # Its package is gone, and with it what it could tell.
            continue
        if shared:
            raise PermanentError(
                f"the graph of {context.repository!r} has {', '.join(sorted(shared))} nodes of step {other!r}, and"
                f" {context.step!r} would give its own the same ids. Take the old ones out with `codestory graph remove"
                f" {context.repository} --step {other}` (DELETE /v1/graph?repository=...&step=...), then start again"
            )


def run_batch(run: StepRun, ref: str, stage: str, index: int) -> Outcome:
    """Process one batch, named by the blob it is in, its stage, and its place in that stage."""

    def work(step: PipelineStep[Any], context: StepContext[Any]) -> Outcome:
        context.token.raise_if_cancelled()
        batch = _get_batch(context.blobs, ref, stage, index)
        result = step.process(batch, context)
        outcome = _from_result(result)
        if result.follow_up:
            outcome.batches = _put_batches(context.blobs, run, f"after-{batch.id}", result.follow_up)
            outcome.stages = _outline(result.follow_up)
        return outcome

    return _guarded(run, work)


def finish_step(run: StepRun, totals: BatchResult) -> Outcome:
    """Let the step close its books once all batches are done."""

    def work(step: PipelineStep[Any], context: StepContext[Any]) -> Outcome:
        summary = step.finish(context, totals)
        return Outcome(
            outcome="completed",
            message=summary.message[:MAX_TEXT],
            counters=dict(summary.counters),
            relationships=summary.relationships,
        )

    return _guarded(run, work)


def _guarded(run: StepRun, work: Callable[[PipelineStep[Any], StepContext[Any]], Outcome]) -> Outcome:
    progress = _Progress()
    with measure() as usage:
        try:
            step = load_step(run.step)
            outcome = work(step, step_context(run, step, progress))
        except CancelledError:
            outcome = Outcome(outcome="cancelled")
        except TransientError as error:
            # Raising would do, but would lose for how long to wait.
            if not error.details.get("retry_after"):
                raise
            outcome = Outcome(outcome="retry", error=str(error)[:MAX_TEXT], retry_after=error.details["retry_after"])
        except PermanentError as error:
            _log.warning("step %s of job %s cannot succeed: %s", run.step, run.job_id, error)
            outcome = Outcome(outcome="failed", error=str(error)[: 4 * MAX_TEXT], error_type=type(error).__name__)
    warnings = [*outcome.warnings, *progress.warnings]
    outcome.warnings = [text[:MAX_TEXT] for text in warnings[:MAX_WARNINGS_RETURNED]]
    outcome.warning_count = len(warnings)
    outcome.cpu_seconds = usage.cpu_seconds
    outcome.wall_seconds = usage.wall_seconds
    outcome.memory_mb = usage.memory_mb
    return outcome


def _from_result(result: BatchResult) -> Outcome:
    return Outcome(
        outcome="completed",
        units=result.units,
        nodes=result.nodes,
        relationships=result.relationships,
        deleted=result.deleted,
        warnings=list(result.warnings),
        counters=dict(result.counters),
    )


def _outline(batches: Sequence[Batch]) -> list[StageOutline]:
    stages: dict[str, StageOutline] = {}
    for batch in batches:
        stage = stages.setdefault(batch.stage, StageOutline(name=batch.stage, batches=0, weight=0))
        stage.batches += 1
        stage.weight += batch.weight
    return list(stages.values())


def _put_batches(blobs: BlobStore, run: StepRun, name: str, batches: Sequence[Batch]) -> str | None:
    if not batches:
        return None
    stages: dict[str, list[Mapping[str, Any]]] = {}
    for batch in batches:
        stages.setdefault(batch.stage, []).append(asdict(batch))
    ref = f"runs/{run.job_id}/{run.step}/{run.attempt}/{name}.json"
    blobs.put(ref, json.dumps(stages, separators=(",", ":")).encode())
    return ref


def _get_batch(blobs: BlobStore, ref: str, stage: str, index: int) -> Batch:
    try:
        return Batch(**json.loads(blobs.get(ref))[stage][index])
    except (KeyError, IndexError):
        raise NotFoundError(f"{ref} holds no batch {index} of stage {stage!r}") from None
