"""Write run history."""

from __future__ import annotations

import azure.durable_functions as df

from codestory.ingestion_pipeline.history import open_tracker, record

__all__ = ["bp"]

bp = df.Blueprint()


@bp.activity_trigger(input_name="given", activity="record_run")
def record_run(given: dict) -> None:  # type: ignore[type-arg]
    """Store one entry of kind ``execution`` or ``step_attempt``; nothing happens where history is off."""
    tracker = open_tracker()
    if tracker is not None:
        record(tracker, given)
