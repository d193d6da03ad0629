"""Tell busy workers that their job has been cancelled."""

from __future__ import annotations

import azure.durable_functions as df

from codestory.ingestion_pipeline.cancellation import raise_flag
from codestory.storage import open_blob_store

__all__ = ["bp"]

bp = df.Blueprint()


@bp.activity_trigger(input_name="given", activity="raise_cancel_flag")
def raise_cancel_flag(given: dict) -> None:  # type: ignore[type-arg]
    """``{"scope": job or job/step, "reason"}``."""
    raise_flag(open_blob_store(), given["scope"], given.get("reason", ""))
