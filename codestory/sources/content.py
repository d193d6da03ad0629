"""Adds the content of one file to a snapshot, whole or, if it is too large, its beginning."""

from __future__ import annotations

import hashlib
from typing import Protocol

from codestory.snapshots import FileEntry, SnapshotBuilder
from codestory.sources.limits import SourceLimits

__all__ = ["BEGINNING_BYTES", "Readable", "add_large", "too_large"]

BEGINNING_BYTES = 64 * 1024
"""What is kept of a file that is too large to be kept whole."""

_CHUNK_BYTES = 1024 * 1024


class Readable(Protocol):
    """A file that can be read from where it is."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        ...


def add_large(builder: SnapshotBuilder, path: str, file: Readable, mode: int, limits: SourceLimits) -> FileEntry:
    """Hash a file of any size, keep its first bytes, and warn."""
    beginning = b""
    while len(beginning) < BEGINNING_BYTES and (chunk := file.read(BEGINNING_BYTES - len(beginning))):
        beginning += chunk
    digest = hashlib.sha256(beginning)
    size = len(beginning)
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
    entry = FileEntry(path, digest.hexdigest(), size, mode)
    builder.add_beginning(entry, beginning)
    builder.warn(too_large(path, size, limits))
    return entry


def too_large(path: str, size: int, limits: SourceLimits) -> str:
    """The warning for a file whose content is not kept."""
    return (
        f"{path} has {size} bytes, more than {limits.max_file_bytes}: it is listed, but its content is not read"
        " (CODESTORY_MAX_FILE_BYTES)."
    )
