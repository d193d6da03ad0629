"""Process one batch of a step."""

from __future__ import annotations

from typing import Any

import azure.durable_functions as df

from activities.support import step_activity
from codestory.ingestion_pipeline import execution

__all__ = ["bp"]

bp = df.Blueprint()


@bp.activity_trigger(input_name="given", activity="run_batch")
def run_batch(given: dict) -> dict[str, Any]:  # type: ignore[type-arg]
    """``{"run": StepRun, "ref", "stage", "index"}`` → ``Outcome``; raises only what is worth another try."""
    with step_activity("run_batch", given) as run:
        return execution.run_batch(run, given["ref"], given["stage"], given["index"]).model_dump(mode="json")
