"""The two phases of a language, put together from its extractor and its resolver."""

# ruff: noqa: ARG002  (methods that languages override share one signature)

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from ...analyzer import Project, Resolution
from .extraction import Extractor
from .facts import decode_facts
from .resolver import Resolver

__all__ = ["Analyzer"]


class Analyzer:
    """Base of the languages' analyzers; ``suffixes`` are file name endings in lower case, with their dot."""

    language: str
    version: str
    suffixes: tuple[str, ...]
    resolver: type[Resolver]

    def handles(self, path: str) -> bool:
        """Whether the file belongs to the language, judged by its name."""
        return path.lower().endswith(self.suffixes)

    def extractor(self, path: str) -> Extractor:
        """A fresh extractor for one file."""
        raise NotImplementedError

    def extract(self, path: str, source: bytes) -> bytes:
        """The facts of one file; never raises on bad source."""
        return self.extractor(path).run(source)

    def problems(self, facts: bytes) -> list[str]:
        """What the user should know about the file."""
        return decode_facts(facts).problems

    def resolve(
        self, project: Project, facts: Mapping[str, bytes], changed: Set[str] | None = None
    ) -> Iterator[Resolution]:
        """The rows of every unit: resolution is quick enough to be done as a whole, whatever changed."""
        yield from self.resolver(project, facts).units()
