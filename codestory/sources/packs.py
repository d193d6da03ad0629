"""Looks through a git pack before it is believed: how large its objects say they are."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import IO

from codestory.exceptions import HostileSourceError, SourceError

__all__ = ["check_pack"]

_READ_BYTES = 64 * 1024
_OFFSET_DELTA, _REFERENCE_DELTA = 6, 7


def check_pack(pack: IO[bytes], source: str, max_objects: int, max_object_bytes: int, max_total_bytes: int) -> int:
    """Return the number of objects; raises ``HostileSourceError`` if there are more, or they are larger, than allowed.

    The git library unpacks no more of an object than its header declares, so the headers tell what it will cost.
    Deltas declare the size of what they make in their first bytes.
    """
    pack.seek(0)
    header = pack.read(12)
    if len(header) < 12 or header[:4] != b"PACK":
        raise SourceError(f"{source} did not answer with a git pack.", source=source)
    count = int.from_bytes(header[8:12])
    if count > max_objects:
        raise HostileSourceError(
            f"{source} is refused: it sends {count} objects, more than {max_objects} (CODESTORY_MAX_SOURCE_FILES).",
            source=source,
        )
    reader = _Reader(pack)
    total = 0
    for _ in range(count):
        size = _object_size(reader, source)
        total += size
        if size > max_object_bytes or total > max_total_bytes:
            raise HostileSourceError(
                f"{source} is refused: its objects unpack to more than {max_object_bytes} bytes each or"
                f" {max_total_bytes} in all (CODESTORY_MAX_FILE_BYTES, CODESTORY_MAX_SOURCE_BYTES).",
                source=source,
            )
    return count


@dataclass
class _Reader:
    file: IO[bytes]
    buffer: bytes = b""

    def byte(self) -> int:
        if not self.buffer:
            self.buffer = self.file.read(_READ_BYTES)
            if not self.buffer:
                raise EOFError("the pack ends too early")
        first, self.buffer = self.buffer[0], self.buffer[1:]
        return first

    def skip_stream(self) -> bytes:
        """Go behind a zlib stream; return the first bytes of what it holds."""
        inflater = zlib.decompressobj()
        first = b""
        while not inflater.eof:
            data = inflater.unconsumed_tail or self.buffer or self.file.read(_READ_BYTES)
            if not inflater.unconsumed_tail:
                self.buffer = b""
            if not data:
                raise EOFError("the pack ends too early")
            inflated = inflater.decompress(data, _READ_BYTES)
            if len(first) < 32:
                first += inflated[:32]
        self.buffer = inflater.unused_data + self.buffer
        return first


def _object_size(reader: _Reader, source: str) -> int:
    byte = reader.byte()
    kind, size, shift = byte >> 4 & 7, byte & 15, 4
    while byte & 0x80:
        byte = reader.byte()
        size |= (byte & 0x7F) << shift
        shift += 7
        if shift > 63:
            raise HostileSourceError(f"{source} is refused: an object has an impossible size.", source=source)
    if kind == _OFFSET_DELTA:
        while reader.byte() & 0x80:
            pass
    elif kind == _REFERENCE_DELTA:
        for _ in range(20):
            reader.byte()
    first = reader.skip_stream()
    return max(size, _delta_result(first)) if kind in (_OFFSET_DELTA, _REFERENCE_DELTA) else size


def _delta_result(first: bytes) -> int:
    """A delta starts with the size of its base and the size of its result, seven bits a byte."""
    position = value = 0
    for _ in range(2):
        value = shift = 0
        while position < len(first):
            byte = first[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
    return value
