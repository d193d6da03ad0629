"""Which files Blarify gets to see, and the key of everything that its analysis depends on."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from codestory.ingestion_pipeline.staleness import options_hash, unit_key
from codestory.snapshots import Snapshot
from plugins.blarify.environment import BLARIFY, SCIP_PYTHON
from plugins.blarify.mapping import LANGUAGES
from plugins.blarify.options import BlarifyOptions

__all__ = ["Sources", "analysis_key", "visible_sources"]

_PROJECT_FILES = frozenset(
    {
        "pyproject.toml", "setup.cfg", "tsconfig.json", "jsconfig.json", "package.json", "go.mod", "go.sum", "pom.xml",
        "build.gradle", "build.gradle.kts", "settings.gradle", "Gemfile", "composer.json",
    }
)  # fmt: skip
"""What language servers read to find out how names map to files."""
_PROJECT_SUFFIXES = (".csproj", ".sln")


@dataclass(frozen=True)
class Sources:
    """Source files and project files of a snapshot: path to SHA-256."""

    snapshot: Snapshot
    files: Mapping[str, str]
    project_files: Mapping[str, str]

    def write_to(self, folder: Path) -> dict[str, bytes]:
        """Write a copy below ``folder`` and return the contents of the source files."""
        contents: dict[str, bytes] = {}
        for path, content in self.snapshot.read_many([*self.files, *self.project_files]):
            target = folder / PurePosixPath(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            if path in self.files:
                contents[path] = content
        return contents


def visible_sources(snapshot: Snapshot, options: BlarifyOptions) -> Sources:
    """The files in languages that Blarify reads, without those that are ignored or skipped."""
    files: dict[str, str] = {}
    project: dict[str, str] = {}
    for path, entry in snapshot.without(options.ignore_patterns).files.items():
        name = posixpath.basename(path)
        if not snapshot.has_content(path):
            continue
        if name in _PROJECT_FILES or name.endswith(_PROJECT_SUFFIXES):
            project[path] = entry.sha256
        elif posixpath.splitext(name)[1] in LANGUAGES and not path.endswith(tuple(options.extensions_to_skip)):
            files[path] = entry.sha256
    return Sources(snapshot, files, project)


def analysis_key(code: str, options: BlarifyOptions, sources: Sources) -> str:
    """The staleness key of the whole analysis: code of the step, options, Blarify's version, what it gets to see."""
    state = hashlib.sha256(f"{BLARIFY} {SCIP_PYTHON}\n".encode())
    for path, sha256 in sorted({**sources.files, **sources.project_files}.items()):
        state.update(f"{path}\0{sha256}\n".encode("utf-8", "surrogatepass"))
    return unit_key(code, options_hash(options), state.hexdigest())
