"""The part of a snapshot that the step looks at, as a tree."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property, lru_cache

from codestory.snapshots import FileEntry, Snapshot

__all__ = ["ROOT", "Layout", "directory_unit"]

ROOT = "/"
"""The unit of the repository itself; no path inside it looks like this."""


def directory_unit(path: str) -> str:
    """The unit of a directory: its path and a slash, so that it never meets a file's."""
    return f"{path}/"


class Layout:
    """Files and directories that are neither ignored nor too deep, and who is inside whom."""

    def __init__(self, snapshot: Snapshot, max_depth: int | None) -> None:
        self.snapshot = snapshot
        self._max_depth = max_depth

    @staticmethod
    def of(snapshot: Snapshot, ignore_patterns: tuple[str, ...], max_depth: int | None) -> Layout:
        """The layout under these options; the last few are remembered, since every batch asks for the same one."""
        return _layout(snapshot, ignore_patterns, max_depth)

    @cached_property
    def files(self) -> Mapping[str, FileEntry]:
        """By path."""
        if self._max_depth is None:
            return self.snapshot.files
        return {path: entry for path, entry in self.snapshot.files.items() if depth(path) <= self._max_depth}

    @cached_property
    def directories(self) -> list[str]:
        """Paths, sorted."""
        if self._max_depth is None:
            return list(self.snapshot.directories)
        return [path for path in self.snapshot.directories if depth(path) <= self._max_depth]

    @cached_property
    def children(self) -> Mapping[str, list[str]]:
        """For each directory (the root is the empty path) the units directly inside it, sorted."""
        children: dict[str, list[str]] = {"": []}
        for path in self.directories:
            children.setdefault(path, [])
        for path in self.directories:
            children[path.rpartition("/")[0]].append(directory_unit(path))
        for path in self.files:
            children[path.rpartition("/")[0]].append(path)
        for units in children.values():
            units.sort()
        return children

    def input_hash(self, unit: str) -> str:
        """What the rows of the unit depend on: a file's content, or the names in a directory."""
        entry = self.files.get(unit)
        if entry is not None:
            return entry.sha256[:32]
        inside = self.children["" if unit == ROOT else unit[:-1]]
        return hashlib.sha256("\0".join(inside).encode()).hexdigest()[:32]


def depth(path: str) -> int:
    """How many directories down a path is; 1 for what is directly in the repository."""
    return path.count("/") + 1


@lru_cache(maxsize=4)
def _layout(snapshot: Snapshot, ignore_patterns: tuple[str, ...], max_depth: int | None) -> Layout:
    return Layout(snapshot.without(ignore_patterns), max_depth)
