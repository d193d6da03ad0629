"""Which files of a snapshot the syntax step reads, and with which analyzer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codestory.snapshots import Snapshot
from plugins.syntax.analyzer import LanguageAnalyzer, Project

__all__ = ["Sources"]

_MANIFESTS = frozenset(
    {
        "go.mod", "go.work", "jsconfig.json", "package.json", "pnpm-workspace.yaml", "pom.xml", "pyproject.toml",
        "setup.cfg", "tsconfig.json", "build.gradle", "build.gradle.kts",
    }
)  # fmt: skip
_MANIFEST_SUFFIXES = (".csproj", ".sln")
_MAX_MANIFEST_BYTES = 1_000_000


@dataclass(frozen=True)
class Sources:
    """The source files of a snapshot by path, each with its language; those that are too large are left out."""

    snapshot: Snapshot
    languages: Mapping[str, str]
    too_large: Sequence[str]
    manifests: Sequence[str]

    @classmethod
    def of(cls, snapshot: Snapshot, analyzers: Sequence[LanguageAnalyzer], max_file_bytes: int) -> Sources:
        """Ask every analyzer, in order, which files are its own."""
        languages: dict[str, str] = {}
        too_large: list[str] = []
        manifests: list[str] = []
        for path, entry in snapshot.files.items():
            if _is_manifest(path) and entry.size <= _MAX_MANIFEST_BYTES and snapshot.has_content(path):
                manifests.append(path)
            language = next((analyzer.language for analyzer in analyzers if analyzer.handles(path)), None)
            if language is None:
                continue
            if entry.size > max_file_bytes or not snapshot.has_content(path):
                too_large.append(path)
            else:
                languages[path] = language
        return cls(snapshot, languages, too_large, manifests)

    def upstream(self) -> str:
        """A hash of what all files depend on beside themselves: the build files."""
        digest = hashlib.sha256()
        for path in self.manifests:
            digest.update(f"{path}\0{self.snapshot.files[path].sha256}\0".encode("utf-8", "backslashreplace"))
        return digest.hexdigest()[:16]

    def project(self, repository: str) -> Project:
        """What resolution may know beside the facts."""
        return Project(repository, self.snapshot.files.keys(), dict(self.snapshot.read_many(self.manifests)))


def _is_manifest(path: str) -> bool:
    name = path.rpartition("/")[2]
    return (
        name in _MANIFESTS
        or name.endswith(_MANIFEST_SUFFIXES)
        or (name.startswith("tsconfig.") and name.endswith(".json"))
    )
