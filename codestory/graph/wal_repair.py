"""Takes torn records out of the middle of the embedded engine's write-ahead log, before the engine replays it.

A commit that meets a full disk leaves a part of its record in the log, and the engine appends the next commit behind
it. Replaying the log after a crash, the engine stops at the torn record and drops every acknowledged commit that
follows. What is torn was never acknowledged, so it can go; then everything that was is replayed.

The log is a sequence of records, all numbers big-endian: transaction id (8 bytes), time (8), number of pages (4), size
of the pages (4), the pages, that size again (4), a magic number (8). A page is file id, page number, first and last
changed byte, version and size (4 bytes each), then the changed bytes.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

__all__ = ["drop_torn_records", "log_bytes"]

_HEADER = struct.Struct(">qqii")
_PAGE = struct.Struct(">6i")
_FOOTER = struct.Struct(">iq")
_MAGIC = 9371515385058702
_MAGIC_BYTES = struct.pack(">q", _MAGIC)


def log_bytes(database: Path) -> int:
    """Size of all logs of the database in this folder; 0 for one that was closed in order."""
    return sum(path.stat().st_size for path in database.glob("*.wal"))


def drop_torn_records(database: Path) -> int:
    """Rewrite the logs in the folder ``database`` that have torn records before whole ones; returns how many records.

    Must not be called while an engine has the database open. A torn record at the end of a log stays: the engine
    knows how to deal with it. Raises ``OSError`` when there is no room for the rewritten log; the old one stays.
    """
    return sum(_repair(path) for path in sorted(database.glob("*.wal")))


def _repair(path: Path) -> int:
    if path.stat().st_size == 0:
        return 0
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as log:
        whole, torn = _survey(log)
        if torn == 0:
            return 0
        # The name must not end like a log's, or a crash now would leave one to be replayed.
        draft = path.with_name(f"{path.name}.repaired")
        try:
            with draft.open("wb") as out:
                for begin, end in whole:
                    out.write(log[begin:end])
                out.flush()
                os.fsync(out.fileno())
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
    return torn


def _survey(log: mmap.mmap) -> tuple[list[tuple[int, int]], int]:
    """The stretches of whole records, and the number of gaps between them."""
    stretches: list[tuple[int, int]] = []
    torn = 0
    position = 0
    while True:
        begin = position
        while (end := _end_of_record(log, position)) is not None:
            position = end
        if position > begin:
            stretches.append((begin, position))
        following = _next_record(log, position)
        if following is None:
            return stretches, torn
        torn += 1
        position = following


def _end_of_record(log: mmap.mmap, begin: int) -> int | None:
    """Where the record at ``begin`` ends, ``None`` if there is no whole one."""
    if begin + _HEADER.size + _FOOTER.size > len(log):
        return None
    _, _, pages, size = _HEADER.unpack_from(log, begin)
    position = begin + _HEADER.size
    end = position + size
    if pages < 0 or size < 0 or end + _FOOTER.size > len(log):
        return None
    for _ in range(pages):
        if position + _PAGE.size > end:
            return None
        _, _, first, last, _, _ = _PAGE.unpack_from(log, position)
        if first < 0 or last < first:
            return None
        position += _PAGE.size + last - first + 1
    if position != end or _FOOTER.unpack_from(log, end) != (size, _MAGIC):
        return None
    return end + _FOOTER.size


def _next_record(log: mmap.mmap, after: int) -> int | None:
    """Where the next whole record behind ``after`` begins, found from its end: size and magic number are there."""
    found = log.find(_MAGIC_BYTES, after)
    while found != -1:
        if found >= after + _HEADER.size + 4:
            (size,) = struct.unpack_from(">i", log, found - 4)
            begin = found - 4 - size - _HEADER.size
            if begin > after and _end_of_record(log, begin) == found + len(_MAGIC_BYTES):
                return begin
        found = log.find(_MAGIC_BYTES, found + 1)
    return None
