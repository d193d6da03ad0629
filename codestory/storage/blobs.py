"""The blob store: where snapshots, facts, row packs and manifests live between activities."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Protocol

__all__ = ["BlobStore", "delete_below"]


class BlobStore(Protocol):
    """Named byte strings. Names are ``/``-separated, relative, and never contain ``..``.

    Every method raises ``StorageUnavailableError`` when the store does not answer, and ``PermanentError`` for
    a name that no store can hold (see ``codestory.storage.names``). Writes are atomic: a reader sees the
    whole blob or none.
    """

    def put(self, name: str, data: bytes) -> None:
        """Store ``data`` under ``name``, replacing what was there."""
        ...

    def put_if_absent(self, name: str, data: bytes) -> bool:
        """Store ``data`` unless ``name`` exists; tell whether it was stored."""
        ...

    def get(self, name: str) -> bytes:
        """The whole blob; raises ``NotFoundError``."""
        ...

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        """``length`` bytes from ``offset``, fewer at the end of the blob; raises ``NotFoundError``."""
        ...

    def exists(self, name: str) -> bool:
        """Whether there is such a blob."""
        ...

    def delete(self, name: str) -> None:
        """Remove the blob; nothing happens if there is none."""
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """The names that start with ``prefix``, in order."""
        ...

    def check(self) -> None:
        """Prove with a round trip that the store can be written and read."""
        ...


def delete_below(blobs: BlobStore, prefix: str, kept: Container[str] = ()) -> None:
    """Remove the blobs whose names start with ``prefix``, but for those that are ``kept``."""
    # All names are known before the first blob goes, because a store may list while it is asked.
    for name in list(blobs.names(prefix)):
        if name not in kept:
            blobs.delete(name)
