"""The members of an archive as a tree, each name checked before anything is believed about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from codestory.exceptions import HostileSourceError
from codestory.snapshots.paths import path_text
from codestory.sources.limits import SourceLimits
from codestory.sources.tree import Directory, File, Other

__all__ = ["ArchiveTree", "Member", "MemberList", "name_parts"]

_DRIVE = re.compile(rb"[A-Za-z]:")
_FREE_BYTES = 64 * 1024 * 1024


def name_parts(name: bytes, archive: str) -> list[bytes]:
    """The segments of a member's name; raises ``HostileSourceError`` for one that leads out of the archive."""
    if name.startswith(b"/") or _DRIVE.match(name):
        raise _hostile(archive, name, "has an absolute path")
    if b"\0" in name:
        raise _hostile(archive, name, "has a zero byte in its name")
    parts = [part for part in name.split(b"/") if part not in (b"", b".")]
    if b".." in parts:
        raise _hostile(archive, name, "leads out of the archive with '..'")
    return parts


@dataclass
class Member(File):
    """A file of the archive; ``index`` is its place in the order of the archive."""

    index: int
    mode: int
    content: bytes = b""
    """Only of ``.gitignore`` files."""

    def gitignore(self) -> bytes:
        return self.content


@dataclass
class ArchiveTree(Directory[Member]):
    """A directory of the archive."""

    children: dict[bytes, ArchiveTree | Member | Other] = field(
        default_factory=dict[bytes, "ArchiveTree | Member | Other"]
    )

    def entries(self) -> Iterable[tuple[bytes, ArchiveTree | Member | Other]]:
        return self.children.items()


class MemberList:
    """Collects what the first look at an archive finds, and refuses it as soon as a limit is passed."""

    def __init__(self, archive: str, archive_bytes: int, limits: SourceLimits) -> None:
        self.archive = archive
        self.warnings: list[str] = []
        self._root = ArchiveTree()
        self._limits = limits
        self._largest = min(limits.max_total_bytes, max(_FREE_BYTES, archive_bytes * limits.max_ratio))
        self._count = 0
        self._bytes = 0
        self._linked_bytes = 0

    @property
    def largest(self) -> int:
        """How many bytes this archive may unpack to."""
        return self._largest

    def count(self, name: bytes, size: int) -> None:
        """Count one member, whatever it is."""
        self._count += 1
        self._bytes += size
        if self._count > self._limits.max_files:
            raise _hostile(
                self.archive, name, f"is one more than {self._limits.max_files} entries (CODESTORY_MAX_SOURCE_FILES)"
            )
        if self._bytes > self._largest:
            raise _hostile(
                self.archive,
                name,
                f"makes it unpack to more than {self._largest} bytes (CODESTORY_MAX_ARCHIVE_RATIO,"
                " CODESTORY_MAX_SOURCE_BYTES)",
            )

    def count_again(self, name: bytes, size: int) -> None:
        """Count a content that was counted before and gets one more name: it is packed once, and read once for each."""
        self._linked_bytes += size
        if self._bytes + self._linked_bytes > self._limits.max_total_bytes:
            raise _hostile(
                self.archive,
                name,
                f"is one hard link too many: all files together have more than {self._limits.max_total_bytes} bytes"
                " (CODESTORY_MAX_SOURCE_BYTES)",
            )

    def add(self, name: bytes, item: ArchiveTree | Member | Other) -> None:
        """Put an item at its place; a file may replace a file, but never a directory, nor the other way round."""
        parts = name_parts(name, self.archive)
        if len(parts) > self._limits.max_depth:
            raise _hostile(
                self.archive,
                name,
                f"is nested more than {self._limits.max_depth} directories deep (CODESTORY_MAX_SOURCE_DEPTH)",
            )
        if not parts:
            return
        directory = self._root
        for part in parts[:-1]:
            below = directory.children.setdefault(part, ArchiveTree())
            if not isinstance(below, ArchiveTree):
                raise _hostile(self.archive, name, f"needs {path_text(part)!r} to be a directory, which it is not")
            directory = below
        present = directory.children.get(parts[-1])
        if present is None:
            directory.children[parts[-1]] = item
        elif isinstance(present, ArchiveTree) != isinstance(item, ArchiveTree):
            raise _hostile(self.archive, name, "is both a file and a directory")
        elif not isinstance(present, ArchiveTree):
            directory.children[parts[-1]] = item
            self.warnings.append(f"{path_text(name)} is in the archive more than once; the last one counts.")

    def link(self, name: bytes, target: bytes) -> None:
        """A symbolic link: refused if it points out of the archive, otherwise noted as left out."""
        parts = name_parts(name, self.archive)
        if target.startswith((b"/", b"\\")) or _DRIVE.match(target):
            raise _hostile(self.archive, name, f"is a link to the absolute path {path_text(target)!r}")
        depth = len(parts) - 1
        for part in target.replace(b"\\", b"/").split(b"/"):
            depth += -1 if part == b".." else 0 if part in (b"", b".") else 1
            if depth < 0:
                raise _hostile(self.archive, name, f"is a link out of the archive, to {path_text(target)!r}")
        self.add(name, Other("a symbolic link; links are not followed."))

    def refuse(self, name: bytes, why: str) -> None:
        """Refuse the archive because of this member."""
        raise _hostile(self.archive, name, why)

    def tree(self) -> ArchiveTree:
        """The root; a single directory that holds everything else is taken for it."""
        children = list(self._root.children.values())
        if len(children) == 1 and isinstance(children[0], ArchiveTree):
            return children[0]
        return self._root


def _hostile(archive: str, name: bytes, why: str) -> HostileSourceError:
    entry = path_text(name)
    entry = entry if len(entry) <= 200 else f"{entry[:200]}…"
    return HostileSourceError(f"{archive} is refused: its entry {entry!r} {why}.", source=archive, entry=entry)
