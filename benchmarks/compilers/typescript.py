"""What the compiler of TypeScript says of packages from npm whose sources are in their tarballs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.compilers.comparison import Call, Place, Resolved
from tests.support.once import made_once

__all__ = ["COMPILER", "PROJECTS", "Project", "is_available", "resolve", "source_of"]

_CACHE = Path.home() / ".cache" / "codestory" / "compilers" / "typescript"
_SCRIPT = Path(__file__).with_name("typescript_calls.cjs")
COMPILER = "typescript@5.9.3"
_NEEDED = (COMPILER, "@types/node@20.19.9")
_OTHER = frozenset({"tests", "test", "__tests__", "benchmarks", "node_modules"})


@dataclass(frozen=True)
class Project:
    """An npm package, and which of its files and folders are sources rather than what was built of them."""

    language: str
    requirement: str
    sources: tuple[str, ...]

    @property
    def name(self) -> str:
        """The package without its version."""
        return self.requirement.rpartition("@")[0]


PROJECTS = (
    Project("typescript", "@tanstack/query-core@5.81.5", ("src",)),
    Project("typescript", "ajv@8.17.1", ("lib",)),
    Project("typescript", "immer@10.1.1", ("src",)),
    Project("typescript", "mobx@6.13.7", ("src",)),
    Project("typescript", "rxjs@7.8.2", ("src",)),
    Project("typescript", "zod@4.1.0", ("src",)),
    Project("javascript", "commander@14.0.0", ("index.js", "lib")),
    Project("javascript", "express@5.1.0", ("index.js", "lib")),
    Project("javascript", "markdown-it@14.1.0", ("index.mjs", "lib")),
    Project("javascript", "undici@7.10.0", ("index.js", "lib")),
    # Nothing in the resolver was made by looking at these.
    Project("typescript", "@reduxjs/toolkit@2.8.2", ("src",)),
    Project("javascript", "fastify@5.4.0", ("fastify.js", "lib")),
    Project("javascript", "winston@3.17.0", ("lib",)),
)


def is_available() -> bool:
    """Whether Node and npm are installed."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


def source_of(project: Project) -> Path:
    """The sources of a project, and nothing else; what they import lies in a folder above. Not to be written to."""
    home = _CACHE / project.requirement.replace("/", "-")
    repository = home / "repository"

    def make() -> None:
        repository.mkdir()
        _install(home, (project.requirement, *_NEEDED))
        package = home / "node_modules" / project.name
        for name in (*project.sources, "package.json", "tsconfig.json"):
            if (package / name).is_dir():
                shutil.copytree(package / name, repository / name, ignore=shutil.ignore_patterns(*_OTHER))
            elif (package / name).exists():
                shutil.copy(package / name, repository / name)
        shutil.rmtree(package)

    made_once(home, make)
    return repository


def _install(folder: Path, requirements: Iterable[str]) -> None:
    (folder / "package.json").write_text('{"private": true}')
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", *requirements]
    subprocess.run(command, cwd=folder, check=True, timeout=600, stdin=subprocess.DEVNULL, capture_output=True)


class _Found(msgspec.Struct):
    """What the script prints."""

    calls: list[tuple[Place, Place]]
    enclosing: list[tuple[Place, Place]]
    unknown: list[tuple[str, int]]
    files: list[str]


def resolve(repository: Path, compiler: Path | None = None) -> Resolved:
    """What the compiler, by default that of the project, says of a folder; what its files import lies in
    ``node_modules`` beside it."""
    compiler = compiler or repository.parent / "node_modules" / "typescript"
    command = ["node", "--max-old-space-size=4096", str(_SCRIPT), str(compiler), str(repository)]
    done = subprocess.run(command, check=True, timeout=600, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    found = msgspec.json.decode(done.stdout, type=_Found)
    return Resolved(
        calls={Call(*pair) for pair in found.calls},
        files=frozenset(found.files),
        # Of two functions that begin in one line, one may hold the other.
        enclosing={inner: outer for inner, outer in found.enclosing if inner != outer},
        unknown=frozenset(found.unknown),
    )
