"""The live record of one job: what users see while it runs, built by folding updates one after another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from codestory.ingestion_pipeline.requests import Priority
from codestory.ingestion_pipeline.statuses import StepStatus, is_valid_transition

__all__ = ["IngestionJob", "JobEvent", "JobRecord", "JobUpdate", "StepProgress", "apply_update"]

MAX_EVENTS = 400
"""Events kept per job; with about 300 bytes each the record stays far below the 1 MB that durable state may have."""

MAX_WARNINGS = 20


class StepProgress(BaseModel):
    """One step of a job. Durations are seconds, ``progress`` is 0 to 100 and never falls."""

    name: str
    status: StepStatus = StepStatus.PENDING
    progress: float = 0.0
    message: str | None = None
    error: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    duration: float | None = None
    cpu_percent: float | None = None
    memory_mb: float | None = None
    retry_count: int = 0
    last_error: str | None = None
    units: int = 0
    stale: int = 0
    units_done: int = 0
    nodes: int = 0
    relationships: int = 0
    deleted: int = 0
    units_per_second: float | None = None
    rows_per_second: float | None = None
    reasons: dict[str, int] = Field(default_factory=dict[str, int])
    pending_upstream: list[str] = Field(default_factory=list[str])
    """In a dry run: steps whose results this one reads and that would change them first, so ``stale`` may grow."""
    counters: dict[str, float] = Field(default_factory=dict[str, float])
    warnings: list[str] = Field(default_factory=list[str])
    warning_count: int = 0


class IngestionJob(BaseModel):
    """The answer of ``GET /v1/ingest/{job_id}``."""

    job_id: str
    status: StepStatus = StepStatus.PENDING
    source: str
    source_type: str
    repository: str
    branch: str | None = None
    progress: float = 0.0
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    duration: float | None = None
    steps: dict[str, StepProgress] = Field(default_factory=dict[str, StepProgress])
    current_step: str | None = None
    message: str | None = None
    error: str | None = None
    result: dict[str, Any] | None = None
    retry_of: str | None = None
    waiting_for: list[str] = Field(default_factory=list[str])
    priority: Priority = Priority.DEFAULT
    eta: datetime | None = None
    tags: list[str] = Field(default_factory=list[str])
    description: str | None = None
    created_by: str | None = None
    correlation_id: str | None = None
    snapshot: str | None = None
    dry_run: bool = False
    warnings: list[str] = Field(default_factory=list[str])


class JobUpdate(BaseModel):
    """Something that happened. ``source`` and ``number`` make a repeated delivery recognisable.

    ``step`` is empty for the job itself. ``values`` are fields of ``StepProgress`` or ``IngestionJob``.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    number: int
    at: datetime
    step: str | None = None
    values: dict[str, Any] = Field(default_factory=dict[str, Any])
    silent: bool = False
    """Change the record without adding an event to the feed."""


class JobEvent(BaseModel):
    """One entry of the feed; ``seq`` starts at 1 and has no gaps."""

    seq: int
    job_id: str
    step: str | None
    status: StepStatus
    progress: float
    overall_progress: float
    message: str | None
    error: str | None = None
    units_done: int | None = None
    retry_count: int | None = None
    cpu_percent: float | None = None
    memory_mb: float | None = None
    timestamp: datetime


class JobRecord(BaseModel):
    """The job, the tail of its feed, who waits for it, and the last update seen from every source."""

    job: IngestionJob
    events: list[JobEvent] = Field(default_factory=list[JobEvent])
    next_seq: int = 1
    seen: dict[str, int] = Field(default_factory=dict[str, int])
    dependents: list[str] = Field(default_factory=list[str])


def apply_update(record: JobRecord, update: JobUpdate) -> bool:
    """Fold ``update`` into ``record``; tell whether anything was new.

    A repeated update is ignored, a status that may not follow the present one is not taken over, and progress never
    falls, so the order in which sources are heard does not matter for what the user is told.
    """
    if update.number <= record.seen.get(update.source, -1):
        return False
    record.seen[update.source] = update.number
    job = record.job
    job.updated_at = max(job.updated_at, update.at)
    step = update.step
    target = job if step is None else job.steps.setdefault(step, StepProgress(name=step))
    changed_status = _merge(target, update.values)
    if step is not None and target.status is StepStatus.RUNNING and not job.status.is_final:
        job.current_step = step
    _recompute(job)
    if not update.silent:
        record.events.append(_event(record, target, update, changed_status))
        record.next_seq += 1
        del record.events[:-MAX_EVENTS]
    return True


def _merge(target: StepProgress | IngestionJob, values: dict[str, Any]) -> bool:
    fields = type(target).model_fields
    checked = type(target).model_validate({**target.model_dump(), **{k: v for k, v in values.items() if k in fields}})
    changed = False
    was_final = target.status.is_final
    for name in values:
        if name not in fields:
            continue
        value = getattr(checked, name)
        if name == "status":
            if not is_valid_transition(target.status, value):
                continue
            changed = value != target.status
        elif name == "progress":
            value = max(target.progress, min(100.0, value))
        elif name in ("units_done", "nodes", "relationships", "deleted", "retry_count"):
            value = max(getattr(target, name), value)
        elif name == "warnings":
            value = value[:MAX_WARNINGS]
        elif name in ("started_at", "completed_at") and was_final:
            continue
        setattr(target, name, value)
    if target.started_at and target.completed_at:
        target.duration = max(0.0, (target.completed_at - target.started_at).total_seconds())
    if target.status is StepStatus.COMPLETED:
        target.progress = 100.0
    return changed


def _recompute(job: IngestionJob) -> None:
    if job.status is StepStatus.COMPLETED:
        job.progress = 100.0
    elif job.steps:
        shares = [step.progress for step in job.steps.values()]
        # 100 is said only once the job itself is complete.
        job.progress = max(job.progress, min(99.0, sum(shares) / len(shares)))
    if job.status.is_final:
        job.current_step = None
        job.waiting_for = []


def _event(record: JobRecord, target: StepProgress | IngestionJob, update: JobUpdate, changed: bool) -> JobEvent:
    step = target if isinstance(target, StepProgress) else None
    return JobEvent(
        seq=record.next_seq,
        job_id=record.job.job_id,
        step=update.step,
        status=target.status,
        progress=round(target.progress, 2),
        overall_progress=round(record.job.progress, 2),
        message=update.values.get("message") or (f"{update.step or 'job'} is {target.status}" if changed else None),
        error=update.values.get("error") or update.values.get("last_error"),
        units_done=step.units_done if step else None,
        retry_count=step.retry_count if step else None,
        cpu_percent=step.cpu_percent if step else None,
        memory_mb=step.memory_mb if step else None,
        timestamp=update.at,
    )
