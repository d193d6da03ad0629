"""Let a step close its books."""

from __future__ import annotations

from typing import Any

import azure.durable_functions as df

from activities.support import step_activity
from codestory.ingestion_pipeline import execution
from codestory.ingestion_pipeline.step import BatchResult

__all__ = ["bp"]

bp = df.Blueprint()


@bp.activity_trigger(input_name="given", activity="finish_step")
def finish_step(given: dict) -> dict[str, Any]:  # type: ignore[type-arg]
    """``{"run": StepRun, "totals": sums over all batches}`` → ``Outcome``."""
    with step_activity("finish_step", given) as run:
        return execution.finish_step(run, BatchResult(**given["totals"])).model_dump(mode="json")
