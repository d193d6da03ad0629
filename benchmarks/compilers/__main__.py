"""``python -m benchmarks.compilers [names]``: recall and precision of the call graph against what compilers resolve.

Names are those of languages or of projects.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from rich.console import Console
from rich.table import Table

from benchmarks.compilers import csharp, go, java, typescript
from benchmarks.compilers.comparison import Resolved, Score, claimed_calls, compare

__all__ = ["COMPILERS", "Compiler", "Measured", "main", "measured", "rows"]


class Project(Protocol):
    """Something to read, with its version."""

    language: Any
    requirement: Any

    @property
    def name(self) -> str:
        """Without the version."""
        ...


class Compiler(NamedTuple):
    """One compiler. ``programs`` must be installed for it, by their names; ``modules`` says the rest."""

    programs: str
    module: Any


class Measured(NamedTuple):
    """A project, how large it is, and how well it is read."""

    language: str
    requirement: str
    files: int
    score: Score


COMPILERS = (
    Compiler("node and npm", typescript),
    Compiler("a JDK and mvn", java),
    Compiler("go", go),
    Compiler("mono-mcs, libmono-cil-dev and libmono-cecil-cil (or what has their files)", csharp),
)
"""Each of the modules has ``PROJECTS``, ``is_available``, ``source_of`` and ``resolve``."""


def main(wanted: list[str]) -> None:
    """Print a table with a line for each project (those named, else all)."""
    table = Table(title="Calls that a compiler resolves into the project: how many of them are in the graph")
    for column in ("language", "project"):
        table.add_column(column)
    for column in ("files", "calls", "recall", "claimed", "precision"):
        table.add_column(column, justify="right")
    console = Console(width=120)
    for compiler in COMPILERS:
        projects = [each for each in compiler.module.PROJECTS if not wanted or {each.language, each.name} & {*wanted}]
        if projects and not compiler.module.is_available():
            console.print(f"{', '.join(_languages(projects))}: skipped, because {compiler.programs} are not installed")
            continue
        for found in measured(compiler.module, projects):
            table.add_row(*rows(found))
    console.print(table)


def _languages(projects: Iterable[Project]) -> list[str]:
    return list(dict.fromkeys(project.language for project in projects))


def measured(compiler: Any, projects: Iterable[Project]) -> Iterator[Measured]:
    """Both sides of every project, compared."""
    for project in projects:
        folder: Path = compiler.source_of(project)
        resolved: Resolved = compiler.resolve(folder)
        score = compare(resolved, claimed_calls(folder, [project.language]))
        yield Measured(project.language, project.requirement, len(resolved.files), score)


def rows(found: Measured) -> list[str]:
    """The cells of a line of the table."""
    score = found.score
    parts = ["-" if part is None else f"{part:.3f}" for part in (score.recall, score.precision)]
    return [
        found.language, found.requirement, f"{found.files:,}", f"{score.resolved:,}", parts[0], f"{score.judged:,}",
        parts[1],
    ]  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
