"""The Python analyzer: what the syntax step calls."""

# ruff: noqa: ARG002  (the protocol fixes the signatures)

from __future__ import annotations

from collections.abc import Iterator, Set

from codestory.graph.rows import UnitRows
from plugins.syntax.analyzer import Ahead, Project, Resolution
from plugins.syntax.python.extract import extract_facts
from plugins.syntax.python.ir import decode_facts, decode_problems, encode_facts
from plugins.syntax.python.moves import moved_rows
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
        return decode_problems(facts)

    def resolve(
        self,
        project: Project,
        facts: dict[str, bytes],
        changed: Set[str] | None = None,
        ahead: Ahead | None = None,
    ) -> Iterator[Resolution]:
        """Rows for every file.

        Which values reach a file depends on all others, so the whole program is solved whatever changed; the caller
        compares the rows with those it has.
        """
        program = Program({path: decode_facts(facts.pop(path)) for path in list(facts) if self.handles(path)})
        rows = RowBuilder(program, project.repository)
        if ahead is not None:
            ahead.certain(rows.certain)
        program.find_calls()
        if ahead is not None:
            ahead.probable(rows.resolutions(complete=False))
        program.complete()
        yield from rows.resolutions(complete=ahead is None)

    def moved(self, repository: str, path: str, before: bytes, after: bytes, rows: UnitRows) -> UnitRows | None:
        """The rows with their new lines, if nothing but lines and docstrings changed."""
        return moved_rows(repository, path, decode_facts(before), decode_facts(after), rows)


ANALYZER = PythonAnalyzer()
