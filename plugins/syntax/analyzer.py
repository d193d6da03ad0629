"""What the syntax step asks of a language: facts of one file, then rows of a whole repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Protocol

from codestory.graph.rows import EdgeRow, NodeRow, UnitRows

__all__ = ["Ahead", "Certain", "LanguageAnalyzer", "Project", "Resolution"]


@dataclass(frozen=True)
class Project:
    """What resolution may know of the repository besides its facts.

    ``files`` are all paths of the snapshot, source or not; ``manifests`` the contents of build files that say how
    names map to folders (``go.mod``, ``tsconfig.json``, ``package.json``, ``pyproject.toml``), by path.
    """

    repository: str
    files: Set[str]
    manifests: Mapping[str, bytes] = field(default_factory=dict[str, bytes])


@dataclass(frozen=True)
class Resolution:
    """The rows of one unit, and what could not be resolved in it."""

    unit: str
    rows: UnitRows
    unresolved_calls: int = 0
    packages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    """External names that the unit's edges point to: node id of the Package to its properties. They belong to no
    file, so the step puts the union of all units' packages into one unit of their own."""


class Certain(Protocol):
    """The rows of one unit that are known before anything is resolved; made when they are asked for."""

    unit: str

    def key(self) -> bytes:
        """All that the rows depend on besides the unit's facts and the code: where it is the same as before, and the
        facts are, so are the rows."""
        ...

    def nodes(self) -> list[NodeRow]:
        """The unit's nodes, all of them."""
        ...

    def edges(self) -> list[EdgeRow]:
        """Relationships between nodes of any units and external names."""
        ...

    def packages(self) -> Mapping[str, Mapping[str, Any]]:
        """The external names that ``edges`` point to, as in ``Resolution``."""
        ...


class Ahead(Protocol):
    """Takes what is known before the end, so that it can be written meanwhile; each at most once, in this order."""

    def certain(self, units: Sequence[Certain]) -> None:
        """What is certain of all units; the rows of resolutions are without it then."""
        ...

    def probable(self, units: Iterable[Resolution]) -> None:
        """What most of the rows of resolutions will be. Nothing is asked of ``units`` if nobody needs it."""
        ...


class LanguageAnalyzer(Protocol):
    """One language. Both phases are pure functions of their arguments, so results can be cached by content."""

    language: str
    version: str
    """Raised whenever facts or rows would change for the same input; part of the cache key."""
    facts_depend_on_path: bool
    """Whether the same source gives other facts under another path, so that those of a renamed file are of no use."""

    def handles(self, path: str) -> bool:
        """Whether the file belongs to this language, judged by its name."""
        ...

    def extract(self, path: str, source: bytes) -> bytes:
        """The facts of one file, encoded (msgpack). Never raises on bad source: what can be read is returned,
        and the facts say that the file has syntax errors or is not UTF-8."""
        ...

    def problems(self, facts: bytes) -> list[str]:
        """Warnings for the user about this file (syntax error with its line, undecodable bytes)."""
        ...

    def resolve(
        self,
        project: Project,
        facts: dict[str, bytes],
        changed: Set[str] | None = None,
        ahead: Ahead | None = None,
    ) -> Iterator[Resolution]:
        """Rows for every unit of this language, or, given ``changed`` (paths added, edited or removed since the last
        resolution), at least for every unit whose rows can differ because of those changes.

        ``facts`` may be emptied on the way, because those of a large repository take much memory. Calling ``ahead`` is
        up to the language."""
        ...

    def moved(self, repository: str, path: str, before: bytes, after: bytes, rows: UnitRows) -> UnitRows | None:
        """What becomes of a file's ``rows`` after an edit that moved its code and did not change it (comments, blank
        lines), told from its facts before and after; ``None`` where the program may be another one."""
        ...
