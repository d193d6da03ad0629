"""Reads a zip archive, member by member, without unpacking it anywhere."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Container, Iterator
from typing import IO

from codestory.exceptions import HostileSourceError, SourceError
from codestory.snapshots.ignore import MAX_GITIGNORE_BYTES
from codestory.sources.content import Readable
from codestory.sources.limits import SourceLimits
from codestory.sources.members import ArchiveTree, Member, MemberList

__all__ = ["ZipReader"]

_MAX_DIRECTORY_BYTES = 128 * 1024 * 1024
_END_OF_DIRECTORY = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
_SHORTEST_END = 22
_LONGEST_END = _SHORTEST_END + 65_535
"""With a comment."""
_ZIP64_LOCATOR = b"PK\x06\x07"
_ZIP64_RECORDS = 76
_CHUNK = 1024 * 1024
_ENCRYPTED = 1
_UNIX = 3


class ZipReader:
    """A zip file; its members have the names that their bytes say, UTF-8 or not."""

    def __init__(self, file: IO[bytes], archive: str, limits: SourceLimits) -> None:
        self._archive = archive
        _check_directory(file, archive, limits.max_files)
        file.seek(0)
        self._zip = zipfile.ZipFile(file)

    def close(self) -> None:
        """Leave the file open, as it was given."""
        self._zip.close()

    def list(self, members: MemberList) -> None:
        """Add every member to ``members``; raises ``HostileSourceError``."""
        for index, info in enumerate(self._zip.infolist()):
            name = _raw_name(info)
            members.count(name, info.file_size)
            mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
            kind = stat.S_IFMT(mode)
            if name.endswith(b"/") or kind == stat.S_IFDIR:
                members.add(name, ArchiveTree())
            elif info.flag_bits & _ENCRYPTED:
                raise SourceError(f"{self._archive}: {info.filename!r} is encrypted.", source=self._archive)
            elif kind == stat.S_IFLNK:
                members.link(name, self._small(info))
            elif kind not in (0, stat.S_IFREG):
                members.refuse(name, "is a device, pipe or socket")
            else:
                content = self._small(info) if name.rpartition(b"/")[2] == b".gitignore" else b""
                members.add(name, Member(index, mode, content))

    def contents(self, wanted: Container[int]) -> Iterator[tuple[int, int, Readable]]:
        """Index, size and open content of the files with these indices, in the order of ``list``."""
        for index, info in enumerate(self._zip.infolist()):
            if index not in wanted:
                continue
            with self._zip.open(info) as content:
                yield index, info.file_size, content

    def _small(self, info: zipfile.ZipInfo) -> bytes:
        with self._zip.open(info) as content:
            return content.read(MAX_GITIGNORE_BYTES + 1)


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    # Without the UTF-8 flag zipfile decodes names as code page 437, which is reversible; what is in there is
    # nearly always UTF-8 all the same. Backslashes come from tools on Windows that ignore the specification.
    encoding = "utf-8" if info.flag_bits & 0x800 else "cp437"
    return info.orig_filename.encode(encoding, "surrogateescape").replace(b"\\", b"/")


def _check_directory(file: IO[bytes], archive: str, max_files: int) -> None:
    """Refuse a central directory so long that reading it would take the machine's memory."""
    size = file.seek(0, 2)
    start = max(0, size - _LONGEST_END)
    file.seek(start)
    tail = file.read()
    end = _end_of_directory(tail)
    if end < 0:
        return
    declared = int.from_bytes(tail[end + 12 : end + 16], "little")
    # What a zip64 record says comes first, and cannot be more than the whole file.
    zip64 = tail[max(0, end - 20) : end].startswith(_ZIP64_LOCATOR)
    declared = size if zip64 or declared == 0xFFFFFFFF else declared
    if declared > _MAX_DIRECTORY_BYTES and size > _MAX_DIRECTORY_BYTES:
        raise HostileSourceError(f"{archive} is refused: its directory is too long.", source=archive)
    file.seek(max(0, start + end - declared - _ZIP64_RECORDS))
    # Every entry begins with its signature. Names that hold one as well make it seem that there are more.
    entries, rest = 0, b""
    while chunk := file.read(_CHUNK):
        entries += (rest + chunk).count(_ENTRY)
        rest = chunk[-len(_ENTRY) + 1 :]
    if entries > max_files:
        raise HostileSourceError(
            f"{archive} is refused: it has more than {max_files} entries (CODESTORY_MAX_SOURCE_FILES).", source=archive
        )


def _end_of_directory(tail: bytes) -> int:
    """Where the record stands that ends the file, found as the standard library does; -1 if there is none."""
    last = tail[-_SHORTEST_END:]
    if last.startswith(_END_OF_DIRECTORY) and last.endswith(b"\0\0"):
        return len(tail) - len(last)
    found = tail.rfind(_END_OF_DIRECTORY)
    return found if found >= 0 and len(tail) >= found + _SHORTEST_END else -1
