"""The cancel flag: a blob that is put up once and that busy workers look for between two files."""

from __future__ import annotations

import time

from codestory.exceptions import CancelledError
from codestory.storage.blobs import BlobStore

__all__ = ["FlagToken", "clear_flags", "flag_name", "raise_flag"]

LOOK_EVERY_SECONDS = 0.25


def flag_name(scope: str) -> str:
    """The blob that tells workers of ``scope`` (a job, or ``<job>/<step>``) to end."""
    return f"cancel/{scope}"


def raise_flag(blobs: BlobStore, scope: str, reason: str = "") -> None:
    """Tell all workers of ``scope`` to end as soon as they can."""
    blobs.put(flag_name(scope), reason.encode())


def clear_flags(blobs: BlobStore, job_id: str) -> None:
    """Remove the flags of a job and of its steps once nobody can look for them any more."""
    for name in [flag_name(job_id), *list(blobs.names(flag_name(f"{job_id}/")))]:
        blobs.delete(name)


class FlagToken:
    """A cancellation token over one or more scopes; looks at most four times a second, so asking is cheap."""

    def __init__(self, blobs: BlobStore, *scopes: str) -> None:
        self._blobs = blobs
        self._scopes = scopes
        self._next_look = 0.0
        self._raised = False

    def raise_if_cancelled(self) -> None:
        """Raise ``CancelledError`` once a flag is up."""
        now = time.monotonic()
        if not self._raised and now >= self._next_look:
            self._next_look = now + LOOK_EVERY_SECONDS
            self._raised = any(self._blobs.exists(flag_name(scope)) for scope in self._scopes)
        if self._raised:
            raise CancelledError(f"{self._scopes[0]} was cancelled")
