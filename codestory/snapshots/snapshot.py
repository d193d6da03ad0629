"""The frozen state of a repository: what every worker reads instead of the original folder."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from weakref import WeakKeyDictionary

from codestory.exceptions import NotFoundError, PermanentError
from codestory.snapshots.ignore import IgnoreRules
from codestory.snapshots.manifest import FileEntry, Location, Manifest, manifest_name, pack_name, snapshot_id
from codestory.storage.blobs import BlobStore

__all__ = ["Snapshot"]

_MAX_GAP_BYTES = 256 * 1024
_MAX_SPAN_BYTES = 16 * 1024 * 1024
_KEPT_PER_STORE = 4

type _Kept = OrderedDict[str, Snapshot]
_kept: WeakKeyDictionary[BlobStore, _Kept] = WeakKeyDictionary()
_kept_lock = threading.Lock()


class Snapshot:
    """Files, directories and warnings of one acquisition; immutable, the same for every process that loads it.

    ``id`` depends on paths, contents, sizes, modes and directories, and on nothing else. ``files`` maps paths
    to entries in the order of the paths; ``directories`` are all of them, empty ones too, without the root.
    ``warnings`` tell what was left out and why.
    """

    def __init__(self, blobs: BlobStore, identifier: str, manifest: Manifest) -> None:
        self.id = identifier
        self.manifest = manifest
        self._blobs = blobs
        self._files = {entry.path: entry for entry in manifest.files}
        self._locations = {
            entry.path: location for entry, location in zip(manifest.files, manifest.locations, strict=True)
        }

    def __repr__(self) -> str:
        return f"Snapshot({self.id[:12]}, {len(self._files)} files)"

    @property
    def files(self) -> Mapping[str, FileEntry]:
        """The files by path, sorted."""
        return MappingProxyType(self._files)

    @property
    def directories(self) -> Sequence[str]:
        """The paths of all directories below the root, sorted."""
        return self.manifest.directories

    @property
    def warnings(self) -> Sequence[str]:
        """What was left out, one sentence each."""
        return self.manifest.warnings

    @classmethod
    def load(cls, blobs: BlobStore, identifier: str) -> Snapshot:
        """The snapshot with this id; raises ``NotFoundError``. The last few are remembered per process."""
        name = manifest_name(identifier)
        with _kept_lock:
            kept = _kept.setdefault(blobs, OrderedDict())
            if identifier in kept:
                kept.move_to_end(identifier)
                return kept[identifier]
        try:
            data = blobs.get(name)
        except NotFoundError:
            raise NotFoundError(
                f"There is no snapshot {identifier} in this blob store. Ingest the source again to make one.",
                snapshot=identifier,
            ) from None
        snapshot = cls(blobs, identifier, Manifest.decode(data))
        with _kept_lock:
            kept[identifier] = snapshot
            while len(kept) > _KEPT_PER_STORE:
                kept.popitem(last=False)
        return snapshot

    def has_content(self, path: str) -> bool:
        """Whether the whole content is kept: it is not where the file is larger than the limit."""
        return self._location(path).length == self._files[path].size

    def read(self, path: str) -> bytes:
        """The content of a file; raises ``NotFoundError`` for an unknown path or a content that is not kept."""
        if not self.has_content(path):
            raise NotFoundError(
                f"{path!r} is too large ({self._files[path].size} bytes) for its content to be kept.", path=path
            )
        return self.head(path, self._files[path].size)

    def head(self, path: str, length: int) -> bytes:
        """The first ``length`` bytes, or what is kept of them; raises ``NotFoundError`` for an unknown path."""
        location = self._location(path)
        wanted = min(length, location.length)
        if wanted == 0:
            return b""
        name = pack_name(self.manifest.packs[location.pack])
        data = self._blobs.get_range(name, location.offset, wanted)
        if wanted == self._files[path].size:
            self._verify(path, data)
        return data

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Contents of many files, in the order in which they are stored, with few requests.

        Files whose content is not kept are left out; an unknown path raises ``NotFoundError``.
        """
        chosen: list[tuple[Location, str]] = []
        for path in paths:
            location = self._location(path)
            if self._files[path].size == 0:
                yield path, b""
            elif location.length == self._files[path].size:
                chosen.append((location, path))
        for span in _spans(sorted(chosen)):
            start = span[0][0].offset
            end = max(location.offset + location.length for location, _ in span)
            name = pack_name(self.manifest.packs[span[0][0].pack])
            data = memoryview(self._blobs.get_range(name, start, end - start))
            for location, path in span:
                content = bytes(data[location.offset - start : location.offset - start + location.length])
                self._verify(path, content)
                yield path, content

    def without(self, patterns: Sequence[str]) -> Snapshot:
        """What is left if these patterns, in the syntax of ``.gitignore``, are ignored too."""
        rules = IgnoreRules.create(patterns, builtin=())
        if not rules.configured:
            return self
        dropped: set[str] = set()
        for directory in self.directories:
            if _parent(directory) in dropped or _ignored(rules, directory, is_directory=True):
                dropped.add(directory)
        kept = [
            (entry, location)
            for entry, location in zip(self.manifest.files, self.manifest.locations, strict=True)
            if _parent(entry.path) not in dropped and not _ignored(rules, entry.path, is_directory=False)
        ]
        files = [entry for entry, _ in kept]
        directories = [directory for directory in self.directories if directory not in dropped]
        manifest = Manifest(
            files, [location for _, location in kept], directories, self.manifest.packs, self.manifest.warnings
        )
        return Snapshot(self._blobs, snapshot_id(files, directories), manifest)

    def stored(self) -> Snapshot:
        """Store the manifest if it is missing, so that ``load`` finds what ``without`` left; return this snapshot."""
        self._blobs.put_if_absent(manifest_name(self.id), self.manifest.encode())
        return self

    def write_to(self, folder: Path) -> list[str]:
        """Write the tree below ``folder``, which must exist; return the paths whose content is not kept."""
        for directory in self.directories:
            (folder / PurePosixPath(directory)).mkdir(parents=True, exist_ok=True)
        missing = set(self._files)
        for path, content in self.read_many(self._files):
            target = folder / PurePosixPath(path)
            target.write_bytes(content)
            target.chmod(self._files[path].mode & 0o777)
            missing.discard(path)
        return sorted(missing)

    def _location(self, path: str) -> Location:
        location = self._locations.get(path)
        if location is None:
            raise NotFoundError(f"There is no file {path!r} in snapshot {self.id}.", path=path, snapshot=self.id)
        return location

    def _verify(self, path: str, content: bytes) -> None:
        if hashlib.sha256(content).hexdigest() != self._files[path].sha256:
            raise PermanentError(
                f"The stored content of {path!r} is damaged. Delete the packs/ of the blob store and ingest again.",
                path=path,
                snapshot=self.id,
            )


def _spans(chosen: list[tuple[Location, str]]) -> Iterator[list[tuple[Location, str]]]:
    """Group sorted locations so that each group is one read: same pack, small gaps, a bounded length."""
    span: list[tuple[Location, str]] = []
    end = 0
    for location, path in chosen:
        if span and (
            location.pack != span[0][0].pack
            or location.offset - end > _MAX_GAP_BYTES
            or location.offset + location.length - span[0][0].offset > _MAX_SPAN_BYTES
        ):
            yield span
            span = []
        end = max(end, location.offset + location.length) if span else location.offset + location.length
        span.append((location, path))
    if span:
        yield span


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _ignored(rules: IgnoreRules, path: str, *, is_directory: bool) -> bool:
    raw = path.encode()
    return rules.ignored(raw, raw.rpartition(b"/")[2], is_directory)
