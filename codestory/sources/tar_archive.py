"""Reads a tar archive, compressed or not, from front to end, without unpacking it anywhere."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Container, Generator, Iterator
from contextlib import contextmanager
from typing import IO

from codestory.exceptions import HostileSourceError
from codestory.snapshots.ignore import MAX_GITIGNORE_BYTES
from codestory.sources.content import Readable
from codestory.sources.members import ArchiveTree, Member, MemberList

__all__ = ["TarReader", "is_tar"]

_MAGIC = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz"}
_CHUNK_BYTES = 1024 * 1024
_MAX_READ_BYTES = 4 * 1024 * 1024
"""Nothing but a header that lies about its size asks for more at once."""


def is_tar(beginning: bytes) -> bool:
    """Whether a file with these first 512 bytes is a tar archive or something compressed."""
    empty = beginning == bytes(tarfile.BLOCKSIZE)
    return beginning.startswith(tuple(_MAGIC)) or beginning[257:262] == b"ustar" or empty


class _Forward:
    """A file that can only go forward and counts what it gives, so that unpacking stops at the limit."""

    def __init__(self, file: IO[bytes], archive: str, largest: int) -> None:
        self._file = file
        self._archive = archive
        self._largest = largest
        self._position = 0
        self.last_block = b""

    def tell(self) -> int:
        return self._position

    def seek(self, position: int, whence: int = 0) -> int:
        if whence != 0 or position < self._position:
            raise tarfile.ReadError("the archive is not in order")
        while position > self._position and self.read(min(_CHUNK_BYTES, position - self._position)):
            pass
        return self._position

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > _MAX_READ_BYTES:
            raise HostileSourceError(
                f"{self._archive} is refused: a header of it claims to be {size} bytes long.", source=self._archive
            )
        data = self._file.read(size)
        self._position += len(data)
        self.last_block = data
        if self._position > self._largest:
            raise HostileSourceError(
                f"{self._archive} is refused: it unpacks to more than {self._largest} bytes"
                " (CODESTORY_MAX_ARCHIVE_RATIO, CODESTORY_MAX_SOURCE_BYTES).",
                source=self._archive,
            )
        return data


class TarReader:
    """A tar file; hard links count as files with the content of their target."""

    def __init__(self, file: IO[bytes], archive: str) -> None:
        self._file = file
        self._archive = archive
        self._hard_links: dict[int, int] = {}
        self._largest = 0

    def close(self) -> None:
        """Leave the file open, as it was given."""

    def list(self, members: MemberList) -> None:
        """Add every member to ``members``; raises ``HostileSourceError``."""
        # Headers and padding come on top of the contents.
        self._largest = members.largest + members.largest // 4
        files: dict[bytes, tuple[int, int]] = {}
        for index, info, tar in self._members():
            name = info.name.encode("utf-8", "surrogateescape")
            members.count(name, info.size if info.isreg() else 0)
            if info.isdir():
                members.add(name, ArchiveTree())
            elif info.issym():
                members.link(name, info.linkname.encode("utf-8", "surrogateescape"))
            elif info.islnk():
                target = info.linkname.encode("utf-8", "surrogateescape")
                if target not in files:
                    members.refuse(name, f"is a hard link to {info.linkname!r}, which is no file before it")
                self._hard_links[index], size = files[target]
                members.count_again(name, size)
                members.add(name, Member(index, info.mode))
            elif info.isreg():
                content = self._gitignore(tar, info) if name.rpartition(b"/")[2] == b".gitignore" else b""
                files[name] = index, info.size
                members.add(name, Member(index, info.mode, content))
            else:
                members.refuse(name, "is a device or a pipe")

    def hard_link_target(self, index: int) -> int | None:
        """The index of the file that a hard link stands for."""
        return self._hard_links.get(index)

    def contents(self, wanted: Container[int]) -> Iterator[tuple[int, int, Readable]]:
        """Index, size and open content of the files with these indices, in the order of ``list``; no hard links."""
        for index, info, tar in self._members():
            content = tar.extractfile(info) if index in wanted and info.isreg() else None
            if content is not None:
                with content:
                    yield index, info.size, content

    def _members(self) -> Iterator[tuple[int, tarfile.TarInfo, tarfile.TarFile]]:
        with _decompressed(self._file) as plain:
            forward = _Forward(plain, self._archive, self._largest)
            tar = tarfile.TarFile(fileobj=forward, mode="r", stream=True, errors="surrogateescape")  # pyright: ignore
            with tar:
                index = 0
                while (info := tar.next()) is not None:
                    yield index, info, tar
                    index += 1
            # The library takes a damaged header for the end; only a block of zeros is one.
            if forward.last_block != bytes(tarfile.BLOCKSIZE):
                raise tarfile.ReadError("it ends in the middle")

    @staticmethod
    def _gitignore(tar: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
        content = tar.extractfile(info)
        assert content is not None
        with content:
            return content.read(MAX_GITIGNORE_BYTES + 1)


@contextmanager
def _decompressed(file: IO[bytes]) -> Generator[IO[bytes]]:
    file.seek(0)
    beginning = file.read(8)
    file.seek(0)
    kind = next((kind for magic, kind in _MAGIC.items() if beginning.startswith(magic)), "")
    if kind == "gz":
        with gzip.GzipFile(fileobj=file, mode="rb") as plain:
            yield plain  # pyright: ignore[reportReturnType]
    elif kind == "bz2":
        with bz2.BZ2File(file, "rb") as plain:
            yield plain
    elif kind == "xz":
        with lzma.LZMAFile(file, "rb") as plain:
            yield plain
    else:
        yield file
