"""Edits that move code and do not change it: their rows are told without resolving, and are the same."""

from __future__ import annotations

import ast

import pytest

from codestory.graph.packs import normalise
from codestory.graph.rows import UnitRows
from plugins.syntax.analyzer import Project
from plugins.syntax.python import ANALYZER
from tests.plugins.syntax.golden_cases import Case, cases

_SOURCE = b'''
import os

class A:
    """Text."""

    def run(self, x):
        with open(x) as stream:
            return [self.go(line) for line in stream]

    def go(self, line):
        return os.path.join(line)

def use():
    return A().run("x")
'''


def rows(sources: dict[str, bytes]) -> dict[str, UnitRows]:
    facts = {path: ANALYZER.extract(path, source) for path, source in sources.items()}
    found = ANALYZER.resolve(Project("r", frozenset(sources)), facts)
    return {one.unit: normalise(one.unit, one.rows, "r", "syntax") for one in found}


def moved(path: str, before: bytes, after: bytes, known: UnitRows) -> UnitRows | None:
    found = ANALYZER.moved("r", path, ANALYZER.extract(path, before), ANALYZER.extract(path, after), known)
    return None if found is None else normalise(path, found, "r", "syntax")


def spread(source: bytes) -> bytes:
    """``source`` with comments and blank lines before each of its statements at the top level."""
    lines = source.decode().splitlines(keepends=True)
    starts = {
        min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) for node in ast.parse(source).body
    }
    spread = [f"# {number}\n\n{line}" if number in starts else line for number, line in enumerate(lines, start=1)]
    return ("".join(spread) + "\n# the end\n").encode()


@pytest.mark.parametrize("case", cases()[::7], ids=lambda c: c.name)
def test_moved_code_has_the_rows_that_resolving_it_again_gives(case: Case) -> None:
    before = rows(case.sources)
    for path, source in case.sources.items():
        after = rows({**case.sources, path: spread(source)})
        assert moved(path, source, spread(source), before[path]) == after[path]
        assert {other: after[other] for other in after if other != path} == {
            other: before[other] for other in before if other != path
        }


def test_another_docstring_is_no_other_program() -> None:
    after = _SOURCE.replace(b"Text.", b"More\n    text.")

    assert moved("a.py", _SOURCE, after, rows({"a.py": _SOURCE})["a.py"]) == rows({"a.py": after})["a.py"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"self.go(line)", b"self.run(line)"),
        (b'"x"', b'"y", 1'),
        (b"def use", b"def used"),
        (b"import os\n", b"import os.path\n"),
        (b"class A:", b"class A(dict):"),
        (b"def go(self", b"@staticmethod\n    def go(self"),
        (b"def use():\n    return A()", b"def use(): return A()"),
        (b"return [self.go(line) for", b"return [self.go(\n                line) for"),
    ],
)
def test_what_may_be_another_program_is_not_told(old: bytes, new: bytes) -> None:
    after = _SOURCE.replace(old, new)
    assert after != _SOURCE
    found = moved("a.py", _SOURCE, after, rows({"a.py": _SOURCE})["a.py"])

    assert found is None or found == rows({"a.py": after})["a.py"]


@pytest.mark.parametrize("new", [b"self.run(line)", b"other.go(line)", b"self.go(line, line)"])
def test_another_call_is_another_program(new: bytes) -> None:
    after = _SOURCE.replace(b"self.go(line)", new)

    assert moved("a.py", _SOURCE, after, rows({"a.py": _SOURCE})["a.py"]) is None
