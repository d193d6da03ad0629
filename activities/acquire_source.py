"""Turn the source of a job into a snapshot that every worker can read."""

from __future__ import annotations

from typing import Any

import azure.durable_functions as df

from activities.support import job_activity
from codestory.exceptions import CancelledError, PermanentError
from codestory.sources import acquire
from codestory.storage import open_blob_store

__all__ = ["bp"]

bp = df.Blueprint()

MAX_WARNINGS = 20


@bp.activity_trigger(input_name="given", activity="acquire_source")
def acquire_source(given: dict) -> dict[str, Any]:  # type: ignore[type-arg]
    """``{job_id, source_type, source, branch, ignore_patterns}`` → ``{outcome, snapshot, files, bytes, warnings}``.

    What can never succeed (no such folder, hostile archive) is returned as outcome ``failed``; what is raised is
    worth another try.
    """
    with job_activity("acquire_source", given["job_id"]):
        try:
            snapshot = acquire(
                given["source_type"],
                given["source"],
                branch=given.get("branch"),
                ignore=given.get("ignore_patterns") or [],
                blobs=open_blob_store(),
            )
        except CancelledError:
            return {"outcome": "cancelled"}
        except PermanentError as error:
            return {"outcome": "failed", "error": str(error), "error_type": type(error).__name__}
        warnings = list(snapshot.warnings)
        shown = warnings[:MAX_WARNINGS]
        if len(warnings) > len(shown):
            shown.append(f"... and {len(warnings) - len(shown)} more warnings about the source")
        return {
            "outcome": "completed",
            "snapshot": snapshot.id,
            "files": len(snapshot.files),
            "bytes": sum(entry.size for entry in snapshot.files.values()),
            "warnings": shown,
        }
