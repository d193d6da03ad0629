"""What surrounds every activity: its place in logs and traces."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from codestory.ingestion_pipeline.execution import StepRun
from codestory.telemetry.logs import log_context
from codestory.telemetry.tracing import activity_span

__all__ = ["job_activity", "step_activity"]


@contextmanager
def job_activity(name: str, job_id: str) -> Generator[None]:
    """An activity that serves a job as a whole."""
    with log_context(job_id=job_id), activity_span(name, job_id=job_id):
        yield


@contextmanager
def step_activity(name: str, given: dict[str, Any]) -> Generator[StepRun]:
    """An activity that serves one step; yields the run that ``given`` describes."""
    run = StepRun.model_validate(given["run"])
    with (
        log_context(job_id=run.job_id, step=run.step, attempt=run.attempt, correlation_id=run.correlation_id),
        activity_span(name, job_id=run.job_id, step=run.step, attempt=run.attempt),
    ):
        yield run
