"""The Python analyzer: what the syntax step calls."""

# ruff: noqa: ARG002  (the protocol fixes the signatures)

from __future__ import annotations

import gc
from collections.abc import Generator, Iterator, Mapping, Set
from contextlib import contextmanager

from plugins.syntax.analyzer import Project, Resolution
from plugins.syntax.python.extract import extract_facts
from plugins.syntax.python.ir import decode_facts, encode_facts
from plugins.syntax.python.program import Program
from plugins.syntax.python.rows import RowBuilder

__all__ = ["ANALYZER", "PythonAnalyzer"]

_SUFFIXES = (".py", ".pyw", ".pyi")


class PythonAnalyzer:
    """Implements ``LanguageAnalyzer`` for Python."""

    language = "python"
    version = "1"
    facts_depend_on_path = False

    def handles(self, path: str) -> bool:
        """Python source files and stubs."""
        return path.endswith(_SUFFIXES)

    def extract(self, path: str, source: bytes) -> bytes:
        """The facts of one file; bad source gives fewer facts and a problem, never an error."""
        return encode_facts(extract_facts(source))

    def problems(self, facts: bytes) -> list[str]:
        """Syntax errors and undecodable bytes, each with its line."""
        return decode_facts(facts).problems

    def resolve(
        self, project: Project, facts: Mapping[str, bytes], changed: Set[str] | None = None
    ) -> Iterator[Resolution]:
        """Rows for every file.

        Which values reach a file depends on all others, so the whole program is solved whatever changed; the caller
        compares the rows with those it has.
        """
        with _few_collections():
            program = Program({path: decode_facts(data) for path, data in facts.items() if self.handles(path)})
            program.solve()
            yield from RowBuilder(program, project.repository).resolutions()


@contextmanager
def _few_collections() -> Generator[None]:
    """Solving makes millions of objects that all stay until the end, so looking for garbage among them again and
    again only takes time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


ANALYZER = PythonAnalyzer()
