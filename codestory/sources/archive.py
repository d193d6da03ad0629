"""Takes a snapshot of a zip or tar archive."""

from __future__ import annotations

import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from codestory.exceptions import EmptySourceError, SourceError, SourceNotFoundError
from codestory.snapshots import FileEntry, Snapshot, SnapshotBuilder
from codestory.snapshots.ignore import IgnoreRules
from codestory.sources.content import Readable, add_large
from codestory.sources.limits import SourceLimits
from codestory.sources.members import Member, MemberList
from codestory.sources.state import SourceState, load_state, store_state
from codestory.sources.tar_archive import TarReader, is_tar
from codestory.sources.tree import chosen_files
from codestory.sources.zip_archive import ZipReader
from codestory.storage.blobs import BlobStore

if TYPE_CHECKING:
    from codestory.ingestion_pipeline.step import Progress

__all__ = ["snapshot_archive"]


def snapshot_archive(
    archive: str | os.PathLike[str] | IO[bytes],
    blobs: BlobStore,
    ignore: Sequence[str] = (),
    limits: SourceLimits | None = None,
    progress: Progress | None = None,
    *,
    name: str = "",
) -> Snapshot:
    """Snapshot a zip file, or a tar file plain or compressed with gzip, bzip2 or xz; an open file must be seekable.

    The archive is read twice: once to check every entry, once for the contents; nothing is unpacked to disk. A single
    directory that holds everything is left out of the paths. ``name`` tells which earlier snapshot to build upon and
    stands for the archive in messages. Raises ``SourceNotFoundError``, ``HostileSourceError`` naming the entry,
    ``EmptySourceError``, or ``SourceError`` for what is damaged or no archive.
    """
    limits = limits or SourceLimits.from_environment()
    if not isinstance(archive, (str, os.PathLike)):
        return _snapshot(archive, name or "the archive", blobs, ignore, limits, progress)
    path = Path(archive).expanduser().absolute()
    if path.is_dir():
        raise SourceError(f"{path} is a folder; use the source type 'local_path' for it.", source=str(path))
    with _opened(path) as file:
        return _snapshot(file, name or str(path), blobs, ignore, limits, progress)


def _opened(path: Path) -> IO[bytes]:
    try:
        # To open a named pipe nobody writes to would take for ever otherwise.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise SourceNotFoundError(
            f"There is no archive {path} on the machine that runs the ingestion.", source=str(path)
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceError(f"{path} cannot be read: {reason}.", source=str(path)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SourceError(f"{path} is a device, a pipe or a socket, not an archive.", source=str(path))
    return os.fdopen(descriptor, "rb")


def _snapshot(
    file: IO[bytes],
    name: str,
    blobs: BlobStore,
    ignore: Sequence[str],
    limits: SourceLimits,
    progress: Progress | None,
) -> Snapshot:
    with _translated(name), closing(_open(file, name, limits)) as reader:
        members = MemberList(name, file.seek(0, os.SEEK_END), limits)
        reader.list(members)
        previous, base = load_state(blobs, "archive", name)
        builder = SnapshotBuilder(blobs, base)
        for warning in members.warnings:
            builder.warn(warning)
        chosen = {
            member.index: (path, member)
            for path, member in chosen_files(members.tree(), IgnoreRules.create(ignore), limits, builder, name)
        }
        if not chosen:
            raise EmptySourceError(f"{name} holds no file that is not ignored.", source=name)
        _add_contents(reader, chosen, builder, limits, progress)
        snapshot = builder.finish()
    if previous is None or previous.snapshot != snapshot.id:
        store_state(blobs, "archive", name, SourceState(snapshot.id))
    return snapshot


def _open(file: IO[bytes], name: str, limits: SourceLimits) -> ZipReader | TarReader:
    file.seek(0)
    beginning = file.read(512)
    if is_tar(beginning):
        return TarReader(file, name)
    if zipfile.is_zipfile(file):
        return ZipReader(file, name, limits)
    raise SourceError(
        f"{name} is no archive that can be read. Known formats: zip, tar, tar.gz, tar.bz2, tar.xz.", source=name
    )


def _add_contents(
    reader: ZipReader | TarReader,
    chosen: dict[int, tuple[str, Member]],
    builder: SnapshotBuilder,
    limits: SourceLimits,
    progress: Progress | None,
) -> None:
    links: dict[int, list[tuple[str, Member]]] = {}
    if isinstance(reader, TarReader):
        for index, item in chosen.items():
            target = reader.hard_link_target(index)
            if target is not None:
                links.setdefault(target, []).append(item)
    for index, size, content in reader.contents(chosen.keys() | links.keys()):
        wanted = [chosen[index]] if index in chosen else []
        wanted += links.get(index, [])
        added: FileEntry | None = None
        for path, member in wanted:
            mode = 0o100755 if member.mode & 0o100 else 0o100644
            if added is None:
                added = _add(builder, path, content, size, mode, limits)
            else:
                builder.add_known(path, added.sha256, added.size, mode)
            if progress is not None:
                progress.advance()


def _add(
    builder: SnapshotBuilder, path: str, content: Readable, size: int, mode: int, limits: SourceLimits
) -> FileEntry:
    if size > limits.max_file_bytes:
        return add_large(builder, path, content, mode, limits)
    chunks: list[bytes] = []
    while chunk := content.read(1024 * 1024):
        chunks.append(chunk)
    return builder.add(path, b"".join(chunks), mode)


@contextmanager
def _translated(name: str) -> Generator[None]:
    """What the readers of the standard library raise for bytes that make no sense."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        NotImplementedError,
        OSError,
        ValueError,
        # A tar archive may have any number of headers that each say something about the next one.
        RecursionError,
    ) as error:
        raise SourceError(f"{name} is damaged or of an unusual kind: {error}.", source=name) from error
