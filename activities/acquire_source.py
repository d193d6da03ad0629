"""Turn the source of a job into a snapshot that every worker can read."""

from __future__ import annotations

from typing import Any

import azure.durable_functions as df

from activities.support import job_activity
from codestory.exceptions import CancelledError, PermanentError
from codestory.ingestion_pipeline.cancellation import FlagToken
from codestory.sources import acquire
from codestory.storage import open_blob_store

__all__ = ["bp"]

bp = df.Blueprint()

MAX_WARNINGS = 20


class _Watch:
    """Looks for the cancel flag whenever the source makes progress; warnings are part of the snapshot anyway."""

    def __init__(self, token: FlagToken) -> None:
        self._token = token

    def advance(self, units: int = 1) -> None:
        del units
        self._token.raise_if_cancelled()

    def warn(self, message: str) -> None:
        del message


@bp.activity_trigger(input_name="given", activity="acquire_source")
def acquire_source(given: dict) -> dict[str, Any]:  # type: ignore[type-arg]
    """Read the source of a job.

    Takes ``{job_id, correlation_id, source_type, source, branch, ignore_patterns}``, returns ``{outcome, snapshot,
    files, bytes, warnings}``.

    What can never succeed (no such folder, hostile archive) is returned as outcome ``failed``; what is raised is
    worth another try.
    """
    with job_activity("acquire_source", given["job_id"], given.get("correlation_id")):
        blobs = open_blob_store()
        try:
            snapshot = acquire(
                given["source_type"],
                given["source"],
                branch=given.get("branch"),
                ignore=given.get("ignore_patterns") or [],
                blobs=blobs,
                progress=_Watch(FlagToken(blobs, given["job_id"])),
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
