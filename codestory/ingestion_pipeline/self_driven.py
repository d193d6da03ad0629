"""Steps that bring their own ``run``: one batch that starts them on a copy of the repository and sees them through."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codestory.exceptions import CancelledError, StepFailedError
from codestory.ingestion_pipeline.statuses import StepStatus
from codestory.ingestion_pipeline.step import Batch, BatchResult, PipelineStep, Plan, Stage, StepContext

__all__ = ["is_self_driven", "plan_one_run", "process_one_run"]

LOOK_EVERY_SECONDS = 0.2


def is_self_driven(step: type[PipelineStep[Any]]) -> bool:
    """Whether the step overrides ``run`` and leaves planning to the pipeline."""
    return step.run is not PipelineStep.run and step.plan is PipelineStep.plan


def plan_one_run(step: PipelineStep[Any], context: StepContext[Any]) -> Plan:
    """One batch; raises ``StepFailedError`` for a step that overrides neither way of working."""
    if not is_self_driven(type(step)):
        raise StepFailedError(
            f"step {context.step!r} ({type(step).__name__}) overrides neither plan and process nor run;"
            " implement one of the two"
        )
    files = len(context.snapshot.files)
    return Plan(stages=[Stage("run", [Batch("run", "run", weight=files)])], units=files, stale=files)


def process_one_run(step: PipelineStep[Any], context: StepContext[Any]) -> BatchResult:
    """Run the step on a copy of the snapshot and wait for it; a cancelled job cancels it."""
    with tempfile.TemporaryDirectory(prefix=f"codestory-{context.step}-") as folder:
        root = Path(folder).resolve()
        _copy(context, root)
        job_id = step.run(str(root), **context.options.model_dump())
        while True:
            status, report = _status(step, job_id)
            if status.is_final:
                break
            try:
                context.token.raise_if_cancelled()
            except CancelledError:
                step.cancel(job_id)
                raise
            time.sleep(LOOK_EVERY_SECONDS)
    if status is StepStatus.CANCELLED:
        raise CancelledError(f"step {context.step!r} says that it was cancelled")
    if status is not StepStatus.COMPLETED:
        raise StepFailedError(f"step {context.step!r} ended as {status}: {report.get('error') or 'no reason given'}")
    return BatchResult(units=len(context.snapshot.files))


def _status(step: PipelineStep[Any], job_id: str) -> tuple[StepStatus, Mapping[str, Any]]:
    report = step.status(job_id)
    return StepStatus(report["status"]), report


def _copy(context: StepContext[Any], root: Path) -> None:
    for directory in context.snapshot.directories:
        (root / directory).mkdir(parents=True, exist_ok=True)
    for path, content in context.snapshot.read_many(list(context.snapshot.files)):
        context.token.raise_if_cancelled()
        target = root / path
        # Paths come from outside; a snapshot refuses such names, and this must not depend on it.
        if not target.resolve().is_relative_to(root):
            raise StepFailedError(f"{path!r} leads out of the copy of the repository")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
