"""Remove what only a running job needs: its plans, its batches and its cancel flags."""

from __future__ import annotations

import azure.durable_functions as df

from codestory.ingestion_pipeline.cancellation import clear_flags
from codestory.storage import open_blob_store
from codestory.storage.blobs import delete_below

__all__ = ["bp"]

bp = df.Blueprint()


@bp.activity_trigger(input_name="given", activity="clean_up_job")
def clean_up_job(given: dict) -> None:  # type: ignore[type-arg]
    """``{"job_id", "keep_flags"}``."""
    blobs = open_blob_store()
    delete_below(blobs, f"runs/{given['job_id']}/")
    if not given.get("keep_flags"):
        clear_flags(blobs, given["job_id"])
