"""What surrounds every activity: its place in logs and traces."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from codestory.ingestion_pipeline.execution import StepRun
from codestory.telemetry.logs import log_context
from codestory.telemetry.tracing import activity_span

__all__ = ["job_activity", "step_activity"]


_log = logging.getLogger("codestory.activities")


@contextmanager
def job_activity(name: str, job_id: str, correlation_id: str | None = None) -> Generator[None]:
    """An activity that serves a job as a whole."""
    with (
        log_context(job_id=job_id, correlation_id=correlation_id or None),
        activity_span(name, job_id=job_id),
        _told(name),
    ):
        yield


@contextmanager
def step_activity(name: str, given: dict[str, Any]) -> Generator[StepRun]:
    """An activity that serves one step; yields the run that ``given`` describes."""
    run = StepRun.model_validate(given["run"])
    with (
        log_context(job_id=run.job_id, step=run.step, attempt=run.attempt, correlation_id=run.correlation_id),
        activity_span(name, job_id=run.job_id, step=run.step, attempt=run.attempt),
        _told(name),
    ):
        yield run


@contextmanager
def _told(name: str) -> Generator[None]:
    """One line for each activity, with the context that the host's own lines do not have."""
    began = time.perf_counter()
    try:
        yield
    except Exception as error:
        _log.warning("%s failed after %.2f s and may be tried again: %s", name, time.perf_counter() - began, error)
        raise
    _log.info("%s took %.2f s", name, time.perf_counter() - began)
