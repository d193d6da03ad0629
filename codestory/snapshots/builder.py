"""Makes a snapshot: packs new contents, takes over those that an earlier snapshot stored already."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from codestory.snapshots.manifest import FileEntry, Location, Manifest, manifest_name, pack_name, snapshot_id
from codestory.snapshots.snapshot import Snapshot
from codestory.storage.blobs import BlobStore

__all__ = ["MAX_WARNINGS", "SnapshotBuilder"]

MAX_WARNINGS = 1000
"""Warnings beyond this number are counted, not kept."""

_PACK_BYTES = 8 * 1024 * 1024
_MAX_PACKS = 48
_NOWHERE = Location(-1, 0, 0)


class SnapshotBuilder:
    """Collects files one after the other; holds at most one pack (8 MiB and one file) in memory.

    ``base`` is an earlier snapshot of the same source: what it stored is not stored again. Once edits have
    scattered a repository over too many packs, the contents of the least used ones are packed anew.
    """

    def __init__(self, blobs: BlobStore, base: Snapshot | None = None) -> None:
        self._blobs = blobs
        self._base = base
        self._packs: list[str] = []
        self._known = self._take_over(base) if base else {}
        self._buffer = bytearray()
        self._buffered: dict[str, tuple[int, int]] = {}
        self._files: dict[str, FileEntry] = {}
        self._directories: set[str] = set()
        self._warnings: list[str] = []
        self._unlisted_warnings = 0

    @property
    def file_count(self) -> int:
        """How many files there are so far."""
        return len(self._files)

    def has(self, sha256: str, length: int) -> bool:
        """Whether exactly the first ``length`` bytes of this content are stored, so that it need not be read again."""
        if sha256 in self._buffered:
            return self._buffered[sha256][1] == length
        return length == 0 or (sha256 in self._known and self._known[sha256].length == length)

    def add_directory(self, path: str) -> None:
        """A directory, empty or not."""
        self._directories.add(path)

    def add_known(self, path: str, sha256: str, size: int, mode: int) -> None:
        """A file whose content is stored already (``has``), or is empty."""
        self._files[path] = FileEntry(path, sha256, size, mode)

    def add(self, path: str, content: bytes, mode: int) -> FileEntry:
        """A file and its content."""
        sha256 = hashlib.sha256(content).hexdigest()
        if not self.has(sha256, len(content)):
            self._store(sha256, content)
        entry = self._files[path] = FileEntry(path, sha256, len(content), mode)
        return entry

    def add_beginning(self, entry: FileEntry, beginning: bytes) -> None:
        """A file too large to be kept, with its first bytes."""
        if not self.has(entry.sha256, len(beginning)):
            self._store(entry.sha256, beginning)
        self._files[entry.path] = entry

    def warn(self, message: str) -> None:
        """Tell the user about something that was left out."""
        if len(self._warnings) < MAX_WARNINGS:
            self._warnings.append(message)
        else:
            self._unlisted_warnings += 1

    def finish(self) -> Snapshot:
        """Store what is left and the manifest; return the snapshot."""
        self._flush()
        files = [self._files[path] for path in sorted(self._files)]
        directories = sorted(self._directories)
        identifier = snapshot_id(files, directories)
        locations = [self._known[entry.sha256] if entry.size else _NOWHERE for entry in files]
        manifest = _compact(files, locations, directories, self._packs, self._all_warnings())
        if self._base is not None and manifest == self._base.manifest:
            return self._base
        self._blobs.put(manifest_name(identifier), manifest.encode())
        return Snapshot(self._blobs, identifier, manifest)

    def _take_over(self, base: Snapshot) -> dict[str, Location]:
        manifest = base.manifest
        used = [0] * len(manifest.packs)
        for location in manifest.locations:
            if location.length:
                used[location.pack] += location.length
        keep = range(len(used))
        if len(used) > _MAX_PACKS:
            keep = sorted(keep, key=lambda pack: -used[pack])[: _MAX_PACKS // 2]
        # A pack that somebody deleted is made again.
        present = {pack for pack in keep if self._blobs.exists(pack_name(manifest.packs[pack]))}
        self._packs = list(manifest.packs)
        return {
            entry.sha256: location
            for entry, location in zip(manifest.files, manifest.locations, strict=True)
            if location.length and location.pack in present
        }

    def _store(self, sha256: str, content: bytes) -> None:
        self._buffered[sha256] = (len(self._buffer), len(content))
        self._buffer += content
        if len(self._buffer) >= _PACK_BYTES:
            self._flush()

    def _flush(self) -> None:
        if not self._buffer:
            return
        data = bytes(self._buffer)
        pack = hashlib.sha256(data).hexdigest()
        self._blobs.put_if_absent(pack_name(pack), data)
        index = len(self._packs)
        self._packs.append(pack)
        for sha256, (offset, length) in self._buffered.items():
            self._known[sha256] = Location(index, offset, length)
        self._buffer.clear()
        self._buffered.clear()

    def _all_warnings(self) -> list[str]:
        if not self._unlisted_warnings:
            return self._warnings
        return [*self._warnings, f"{self._unlisted_warnings} more warnings are not listed."]


def _compact(
    files: list[FileEntry],
    locations: Iterable[Location],
    directories: list[str],
    packs: list[str],
    warnings: list[str],
) -> Manifest:
    """The manifest, with only those packs that its files use."""
    locations = list(locations)
    used = sorted({location.pack for location in locations if location.length})
    renumbered = {pack: index for index, pack in enumerate(used)}
    return Manifest(
        files,
        [
            Location(renumbered[location.pack], location.offset, location.length) if location.length else location
            for location in locations
        ],
        directories,
        [packs[pack] for pack in used],
        warnings,
    )
