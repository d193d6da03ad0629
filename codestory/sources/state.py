"""What is remembered of a source between two acquisitions, so that the second one reads only what changed."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator

import msgspec

from codestory.exceptions import NotFoundError
from codestory.snapshots import Snapshot
from codestory.storage.blobs import BlobStore

__all__ = ["FileStamp", "SourceState", "load_state", "states", "store_state"]

_logger = logging.getLogger(__name__)

type FileStamp = tuple[int, int, int, int, str]
"""Modification and status change time in nanoseconds, size, inode, SHA-256 of the content."""


class SourceState(msgspec.Struct, frozen=True):
    """The last snapshot of a source; for a folder also when it was begun (nanoseconds) and the stamp of each path."""

    snapshot: str
    began: int = 0
    stamps: dict[str, FileStamp] = {}


_decoder = msgspec.msgpack.Decoder(SourceState)


def load_state(blobs: BlobStore, kind: str, source: str) -> tuple[SourceState | None, Snapshot | None]:
    """What was stored for this source, and its snapshot; nothing if either is missing or cannot be read."""
    try:
        state = _decoder.decode(blobs.get(_name(kind, source)))
        return state, Snapshot.load(blobs, state.snapshot)
    except NotFoundError:
        return None, None
    except msgspec.DecodeError as error:
        # It only saves time, so an unreadable one is as good as none.
        _logger.warning("what was remembered of %s %s cannot be read: %s", kind, source, error)
        return None, None


def states(blobs: BlobStore) -> Iterator[SourceState]:
    """What is remembered of all sources, as far as it can be read."""
    for name in blobs.names("sources/"):
        with contextlib.suppress(NotFoundError, msgspec.DecodeError):
            yield _decoder.decode(blobs.get(name))


def store_state(blobs: BlobStore, kind: str, source: str, state: SourceState) -> None:
    """Remember ``state`` for the next acquisition of this source."""
    blobs.put(_name(kind, source), msgspec.msgpack.encode(state))


def _name(kind: str, source: str) -> str:
    return f"sources/{kind}/{hashlib.sha256(source.encode('utf-8', 'surrogateescape')).hexdigest()}"
