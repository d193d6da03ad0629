"""What is known of Python files before the program is solved, and that it adds up with what solving finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from codestory.graph.packs import merge_edges, normalise
from codestory.graph.rows import UnitRows, edge_key
from plugins.syntax.analyzer import Certain, Project, Resolution
from plugins.syntax.python import ANALYZER
from tests.plugins.syntax.golden_cases import Case, cases
from tests.support.sdists import sdist

AMBIGUOUS = {
    "main.py": b"from pkg import part, thing, other\nimport pkg\nimport pkg.other\nimport os.path\nimport json, os\n",
    "pkg/__init__.py": b"from .part import thing\nother = 1\n",
    "pkg/part.py": b"from . import other\n\ndef thing():\n    return other\n",
    "pkg/other.py": b"import pkg\n",
    "loose/alone.py": b"from loose import alone, gone\nimport loose\nfrom ..far import away\n",
    "uses.py": b"from pkg import thing\nfrom pkg.part import thing as again, thing\nfrom main import *\n",
}
"""Names that may mean a submodule or what the package binds to them."""


class _Ahead:
    """Takes what is known ahead; ``probable`` may be left alone, as by an update."""

    def __init__(self, *, curious: bool = True) -> None:
        self.units: dict[str, Certain] = {}
        self.probable_rows: dict[str, UnitRows] = {}
        self.curious = curious

    def certain(self, units: Sequence[Certain]) -> None:
        self.units = {certain.unit: certain for certain in units}

    def probable(self, units: Iterable[Resolution]) -> None:
        if self.curious:
            self.probable_rows = {resolution.unit: resolution.rows for resolution in units}


def _flask() -> dict[str, bytes]:
    root = sdist("flask==3.1.0")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}


def _facts(sources: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: ANALYZER.extract(path, source) for path, source in sources.items()}


def _resolve(sources: Mapping[str, bytes]) -> dict[str, Resolution]:
    return {found.unit: found for found in ANALYZER.resolve(Project("r", frozenset(sources)), _facts(sources))}


def _in_parts(sources: Mapping[str, bytes], *, early: bool) -> dict[str, tuple[UnitRows, dict[str, Any], UnitRows]]:
    """Certain rows of each unit, its packages, and the rows that solving found; the former made before or after."""
    made: dict[str, tuple[UnitRows, Mapping[str, Any]]] = {}

    class Making(_Ahead):
        def certain(self, units: Sequence[Certain]) -> None:
            super().certain(units)
            if early:
                self.make()

        def make(self) -> None:
            for unit, certain in self.units.items():
                made[unit] = (UnitRows(certain.nodes(), certain.edges()), certain.packages())

    ahead = Making(curious=early)
    solved = list(ANALYZER.resolve(Project("r", frozenset(sources)), _facts(sources), None, ahead))
    if not early:
        ahead.make()
    return {one.unit: (made[one.unit][0], {**made[one.unit][1], **one.packages}, one.rows) for one in solved}


def _keys(sources: Mapping[str, bytes]) -> dict[str, bytes]:
    ahead = _Ahead()
    resolutions = ANALYZER.resolve(Project("r", frozenset(sources)), _facts(sources), None, ahead)
    assert {resolution.unit for resolution in resolutions} == set(sources)
    return {unit: certain.key() for unit, certain in ahead.units.items()}


def _check(sources: Mapping[str, bytes], *, early: bool) -> None:
    whole = _resolve(sources)
    for unit, (certain, packages, found) in _in_parts(sources, early=early).items():
        expected = normalise(unit, whole[unit].rows, "r", "syntax")
        first = normalise(unit, certain, "r", "syntax")
        own = UnitRows(certain.nodes, found.edges)
        rest = normalise(unit, own, "r", "syntax")
        assert found.nodes == []
        assert UnitRows(first.nodes, merge_edges(first.edges, rest.edges)) == expected
        assert packages == whole[unit].packages


@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_certain_rows_and_what_solving_finds_are_all_rows(case: Case, early: bool) -> None:
    _check(case.sources, early=early)


@pytest.mark.parametrize("early", [True, False])
def test_imports_that_may_mean_a_submodule_are_told_once(early: bool) -> None:
    _check(AMBIGUOUS, early=early)


def test_the_rows_of_a_real_package_add_up() -> None:
    _check(_flask(), early=True)


def test_most_rows_are_known_before_the_program_is_solved_to_the_end() -> None:
    sources = _flask()
    ahead = _Ahead()
    solved = {
        one.unit: one.rows for one in ANALYZER.resolve(Project("r", frozenset(sources)), _facts(sources), None, ahead)
    }

    found = {(unit, *edge_key(edge)): edge for unit, rows in solved.items() for edge in rows.edges}
    probable = {(unit, *edge_key(edge)): edge for unit, rows in ahead.probable_rows.items() for edge in rows.edges}
    right = sum(found.get(key) == edge for key, edge in probable.items())
    assert right >= 0.95 * len(probable)
    assert right >= 0.5 * len(found)


def test_most_of_what_a_file_imports_is_certain() -> None:
    certain, _, found = _in_parts(AMBIGUOUS, early=True)["main.py"]

    def imported(rows: UnitRows) -> set[str]:
        return {edge.target for edge in rows.edges if edge.type == "IMPORTS"}

    assert imported(certain) == {"r:@package/os.path", "r:@package/json", "r:@package/os"}
    assert imported(found) >= {"r:pkg/__init__.py#", "r:pkg/part.py#", "r:pkg/other.py#"}


@pytest.mark.parametrize(
    ("path", "source", "affected"),
    [
        ("pkg/thing.py", b"", {"main.py", "uses.py"}),
        ("json.py", b"", {"main.py"}),
        ("loose/__init__.py", b"", {"loose/alone.py"}),
        ("unrelated.py", b"import json\n", set[str]()),
    ],
    ids=["submodule", "module", "package", "unrelated"],
)
def test_the_key_tells_when_another_file_changes_what_is_certain(path: str, source: bytes, affected: set[str]) -> None:
    before = _keys(AMBIGUOUS)
    after = _keys({**AMBIGUOUS, path: source})

    assert {unit for unit in AMBIGUOUS if before[unit] != after[unit]} >= affected - {path}
    if not affected:
        assert all(before[unit] == after[unit] for unit in AMBIGUOUS)
    rows, other = _in_parts(AMBIGUOUS, early=True), _in_parts({**AMBIGUOUS, path: source}, early=True)
    assert all(rows[unit][0] == other[unit][0] for unit in AMBIGUOUS if before[unit] == after[unit])
