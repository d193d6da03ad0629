"""Ask a step what there is to do."""

from __future__ import annotations

from typing import Any

import azure.durable_functions as df

from activities.support import step_activity
from codestory.ingestion_pipeline import execution

__all__ = ["bp"]

bp = df.Blueprint()


@bp.activity_trigger(input_name="given", activity="plan_step")
def plan_step(given: dict) -> dict[str, Any]:  # type: ignore[type-arg]
    """``{"run": StepRun}`` → ``Outcome`` with the stages and where their batches are."""
    with step_activity("plan_step", given) as run:
        return execution.plan_step(run).model_dump(mode="json")
