"""Takes a snapshot of a local folder, reading only the files that changed since the last one."""

from __future__ import annotations

import errno
import os
import platform
import stat
import time
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from codestory.exceptions import EmptySourceError, SourceError, SourceNotFoundError
from codestory.snapshots import Snapshot, SnapshotBuilder
from codestory.snapshots.ignore import MAX_GITIGNORE_BYTES, IgnoreRules
from codestory.snapshots.paths import path_text
from codestory.sources.content import BEGINNING_BYTES, add_large, too_large
from codestory.sources.limits import SourceLimits
from codestory.sources.state import FileStamp, SourceState, load_state, store_state
from codestory.storage.blobs import BlobStore
from codestory.storage.folder import FolderBlobStore

if TYPE_CHECKING:
    from codestory.ingestion_pipeline.step import Progress

__all__ = ["snapshot_folder"]

_RACY_NANOSECONDS = 2_000_000_000
"""A file changed this shortly before the snapshot may change again without its stamp telling: it is read again.
Two seconds is the coarsest clock of the usual file systems (FAT)."""

_KINDS = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


def snapshot_folder(
    folder: str | os.PathLike[str],
    blobs: BlobStore,
    ignore: Sequence[str] = (),
    limits: SourceLimits | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """Snapshot ``folder``.

    Symbolic links are never followed. What cannot be read or is no file is left out with a warning. Raises
    ``SourceNotFoundError``, ``EmptySourceError``, or ``SourceError`` for what is not a folder.
    """
    root = Path(folder).expanduser().absolute()
    _check_root(root, str(folder))
    return _FolderWalk(root, blobs, ignore, limits or SourceLimits.from_environment(), progress).run()


def _check_root(root: Path, given: str) -> None:
    details = {"source": str(root)}
    try:
        if root.is_dir():
            os.scandir(root).close()
            return
        exists = root.exists()
    except OSError as error:
        raise SourceError(f"{root} cannot be read: {error.strerror}.", **details) from error
    if exists:
        raise SourceError(
            f"{root} is a file, not a folder. Name the folder that holds the repository, or use the source type"
            " 'archive' if it is a zip or tar file.",
            **details,
        )
    nearest = next((parent for parent in root.parents if parent.exists()), root.parent)
    relative = "" if Path(given).expanduser().is_absolute() else f" {given!r} was taken relative to {Path.cwd()}."
    raise SourceNotFoundError(
        f"There is no folder {root}; the nearest that exists is {nearest}.{relative} The path is looked up on the"
        f" machine that runs the ingestion ({platform.node()}); a repository elsewhere can be given as a git URL or"
        " uploaded as an archive.",
        **details,
    )


class _FolderWalk:
    def __init__(
        self,
        root: Path,
        blobs: BlobStore,
        ignore: Sequence[str],
        limits: SourceLimits,
        progress: Progress | None,
    ) -> None:
        self._root = os.fsencode(root)
        # The same path on another machine, or another disk mounted there, is another source.
        status = root.stat()
        self._source = f"{platform.node()}:{root}:{status.st_dev}:{status.st_ino}"
        self._blobs = blobs
        self._limits = limits
        self._progress = progress
        self._rules = IgnoreRules.create(ignore)
        self._began = time.time_ns()
        self._previous, base = load_state(blobs, "folder", self._source)
        self._builder = SnapshotBuilder(blobs, base)
        self._stamps: dict[str, FileStamp] = {}
        self._count = 0
        self._bytes = 0
        self._own = _own_state(root, blobs)

    def run(self) -> Snapshot:
        pending: list[tuple[bytes, str, IgnoreRules, int]] = [(b"", "", self._rules, 0)]
        while pending:
            raw, text, rules, depth = pending.pop()
            pending.extend(reversed(self._directory(raw, text, rules, depth)))
        if not self._builder.file_count:
            raise EmptySourceError(
                f"{os.fsdecode(self._root)} holds no file that is not ignored. Check the path, the .gitignore files"
                " and the ignore patterns.",
                source=os.fsdecode(self._root),
            )
        snapshot = self._builder.finish()
        state = SourceState(snapshot.id, self._began, self._stamps)
        if self._previous is None or not self._same(state, self._previous):
            store_state(self._blobs, "folder", self._source, state)
        return snapshot

    @staticmethod
    def _same(state: SourceState, previous: SourceState) -> bool:
        """Whether storing the state again would change nothing that the next acquisition could use."""
        newest = max((max(stamp[:2]) for stamp in previous.stamps.values()), default=0)
        return (
            newest < previous.began - _RACY_NANOSECONDS
            and state.snapshot == previous.snapshot
            and state.stamps == previous.stamps
        )

    def _directory(
        self, raw: bytes, text: str, rules: IgnoreRules, depth: int
    ) -> list[tuple[bytes, str, IgnoreRules, int]]:
        """Add the files of one directory; return its subdirectories, sorted."""
        try:
            with os.scandir(self._root + b"/" + raw if raw else self._root) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            self._builder.warn(f"{text}/ cannot be read: {error.strerror}.")
            return []
        rules = self._with_gitignore(entries, raw, text, rules)
        below: list[tuple[bytes, str, IgnoreRules, int]] = []
        for entry in entries:
            name = entry.name
            path = raw + b"/" + name if raw else name
            if entry.is_symlink():
                if not rules.ignored(path, name, False):
                    self._builder.warn(f"{path_text(path)} is a symbolic link; links are not followed.")
            elif entry.is_dir(follow_symlinks=False):
                if path in self._own or rules.ignored(path, name, True):
                    continue
                if not self._countable(path_text(path), depth):
                    continue
                shown = self._text(name, text)
                self._builder.add_directory(shown)
                below.append((path, shown, rules, depth + 1))
            elif not rules.ignored(path, name, False):
                self._file(entry, self._text(name, text))
        return below

    def _countable(self, shown: str, depth: int) -> bool:
        self._count_entry()
        if depth < self._limits.max_depth:
            return True
        self._builder.warn(f"{shown}/ is nested more than {self._limits.max_depth} directories deep.")
        return False

    def _count_entry(self) -> None:
        self._count += 1
        if self._count > self._limits.max_files:
            raise SourceError(
                f"{os.fsdecode(self._root)} holds more than {self._limits.max_files} files and directories. Ignore"
                " those that do not belong to the repository, or raise CODESTORY_MAX_SOURCE_FILES.",
                source=os.fsdecode(self._root),
            )

    def _count_bytes(self, size: int) -> None:
        if size > self._limits.max_file_bytes:
            return
        self._bytes += size
        if self._bytes > self._limits.max_total_bytes:
            raise SourceError(
                f"The files in {os.fsdecode(self._root)} have more than {self._limits.max_total_bytes} bytes. Ignore"
                " those that do not belong to the repository, or raise CODESTORY_MAX_SOURCE_BYTES.",
                source=os.fsdecode(self._root),
            )

    def _text(self, name: bytes, parent: str) -> str:
        shown = path_text(name)
        if "\\" in shown:
            self._builder.warn(f"{shown!r} in {parent or '.'}/ stands for a name that has no safe form as text.")
        return f"{parent}/{shown}" if parent else shown

    def _with_gitignore(
        self, entries: Sequence[os.DirEntry[bytes]], raw: bytes, text: str, rules: IgnoreRules
    ) -> IgnoreRules:
        for entry in entries:
            if entry.name != b".gitignore" or not entry.is_file(follow_symlinks=False):
                continue
            shown = f"{text}/.gitignore" if text else ".gitignore"
            try:
                with open(entry.path, "rb") as file:  # noqa: PTH123  (a Path cannot be made of bytes)
                    content = file.read(MAX_GITIGNORE_BYTES + 1)
            except OSError as error:
                self._builder.warn(f"{shown} cannot be read: {error.strerror}.")
                continue
            if len(content) <= MAX_GITIGNORE_BYTES:
                return rules.inside(raw, content)
            self._builder.warn(f"{shown} is longer than {MAX_GITIGNORE_BYTES} bytes and was not applied.")
        return rules

    def _file(self, entry: os.DirEntry[bytes], path: str) -> None:
        try:
            status = entry.stat(follow_symlinks=False)
            kind = stat.S_IFMT(status.st_mode)
            if kind != stat.S_IFREG:
                self._builder.warn(f"{path} is {_KINDS.get(kind, 'not a regular file')} and was left out.")
                return
            self._count_entry()
            self._count_bytes(status.st_size)
            stamp = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
            known = self._known_hash(path, stamp)
            if known is not None:
                self._builder.add_known(path, known, status.st_size, _mode(status))
                self._stamps[path] = (*stamp, known)
                if status.st_size > self._limits.max_file_bytes:
                    self._builder.warn(too_large(path, status.st_size, self._limits))
            else:
                self._read(entry, path)
        except OSError as error:
            self._builder.warn(f"{path} cannot be read: {error.strerror}.")
            return
        if self._progress is not None:
            self._progress.advance()

    def _known_hash(self, path: str, stamp: tuple[int, int, int, int]) -> str | None:
        previous = self._previous
        if previous is None or (old := previous.stamps.get(path)) is None or old[:4] != stamp:
            return None
        if max(stamp[0], stamp[1]) >= previous.began - _RACY_NANOSECONDS:
            return None
        kept = stamp[2] if stamp[2] <= self._limits.max_file_bytes else BEGINNING_BYTES
        return old[4] if self._builder.has(old[4], kept) else None

    def _read(self, entry: os.DirEntry[bytes], path: str) -> None:
        # Between the look at the directory and now, a link or a pipe may have taken the name.
        descriptor = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with FileIO(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "it is no longer a regular file")
            if status.st_size > self._limits.max_file_bytes:
                added = add_large(self._builder, path, file, _mode(status), self._limits)
            else:
                # A file that grows meanwhile is taken as it was when it was opened.
                added = self._builder.add(path, _read_exactly(file, status.st_size), _mode(status))
        if added.size == status.st_size:
            self._stamps[path] = (status.st_mtime_ns, status.st_ctime_ns, added.size, status.st_ino, added.sha256)


def _own_state(root: Path, blobs: BlobStore) -> set[bytes]:
    """The paths below ``root`` where Code Story itself keeps its state: they would grow with every snapshot."""
    if not isinstance(blobs, FolderBlobStore):
        return set()
    kept = (blobs.root, blobs.root.parent)
    return {os.fsencode(path.relative_to(root)) for path in kept if path != root and path.is_relative_to(root)}


def _read_exactly(file: FileIO, size: int) -> bytes:
    chunks: list[bytes] = []
    while size > 0 and (chunk := file.read(size)):
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


def _mode(status: os.stat_result) -> int:
    return 0o100755 if status.st_mode & stat.S_IXUSR else 0o100644
