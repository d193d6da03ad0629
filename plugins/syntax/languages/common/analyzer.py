"""The two phases of a language, put together from its extractor and its resolver."""

# ruff: noqa: ARG002  (the signature is that of every language's analyzer)

from __future__ import annotations

from collections.abc import Callable, Iterator, Set

from codestory.graph.rows import UnitRows

from ...analyzer import Ahead, Project, Resolution
from .extraction import Extractor
from .facts import decode_facts
from .resolver import Resolver

__all__ = ["Analyzer"]


class Analyzer:
    """The analyzer of one language or family of languages.

    ``suffixes`` are file name endings in lower case, with their dot; ``extractor`` makes a fresh extractor for a path;
    ``resolver`` is created anew for every resolution.
    """

    facts_depend_on_path = True

    def __init__(
        self,
        language: str,
        version: str,
        suffixes: tuple[str, ...],
        extractor: Callable[[str], Extractor],
        resolver: type[Resolver],
    ) -> None:
        self.language = language
        self.version = version
        self._suffixes = suffixes
        self._extractor = extractor
        self._resolver = resolver

    def handles(self, path: str) -> bool:
        """Whether the file belongs to the language, judged by its name."""
        return path.lower().endswith(self._suffixes)

    def extract(self, path: str, source: bytes) -> bytes:
        """The facts of one file; never raises on bad source."""
        return self._extractor(path).run(source)

    def problems(self, facts: bytes) -> list[str]:
        """What the user should know about the file."""
        return decode_facts(facts).problems

    def resolve(
        self,
        project: Project,
        facts: dict[str, bytes],
        changed: Set[str] | None = None,
        ahead: Ahead | None = None,
    ) -> Iterator[Resolution]:
        """The rows of every unit: resolution is quick enough to be done as a whole, whatever changed."""
        yield from self._resolver(project, facts).units()

    def moved(self, repository: str, path: str, before: bytes, after: bytes, rows: UnitRows) -> UnitRows | None:
        """Not told: resolution is quick."""
        return None
