"""Solved Python programs: what an edit elsewhere does to them, and how they go away."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from codestory.graph.packs import normalise
from codestory.graph.rows import UnitRows
from plugins.syntax.analyzer import Project
from plugins.syntax.python import ANALYZER
from plugins.syntax.python.ir import decode_facts
from plugins.syntax.python.objects import RANKS, Site
from plugins.syntax.python.program import Program
from plugins.syntax.python.rows import RowBuilder
from tests.plugins.syntax.golden_cases import Case, cases
from tests.support.sdists import sdist


def _rows(sources: dict[str, bytes]) -> dict[str, UnitRows]:
    facts = {path: ANALYZER.extract(path, source) for path, source in sources.items()}
    found = ANALYZER.resolve(Project("r", frozenset(sources)), facts)
    return {one.unit: normalise(one.unit, one.rows, "r", "syntax") for one in found}


@pytest.fixture(scope="module")
def flask() -> dict[str, bytes]:
    root = sdist("flask==3.1.0")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}


@pytest.fixture(scope="module")
def flask_rows(flask: dict[str, bytes]) -> dict[str, UnitRows]:
    return _rows(flask)


@pytest.mark.parametrize("added", [1, 3, 8])
def test_an_edit_changes_nothing_in_files_that_do_not_depend_on_it(
    added: int, flask: dict[str, bytes], flask_rows: dict[str, UnitRows]
) -> None:
    edited = min(flask)
    code = "".join(f"\n\ndef added_{n}(x):\n    return [x.value, '{n}', str(x)]\n" for n in range(added))
    after = _rows({**flask, edited: flask[edited] + code.encode()})
    assert len(after[edited].nodes) == len(flask_rows[edited].nodes) + added
    assert [path for path in flask if path != edited and after[path] != flask_rows[path]] == []


def test_of_two_ways_in_which_a_target_was_found_the_better_counts_whichever_came_first() -> None:
    for better, worse in (("self_attribute", "mro"), ("direct", "points_to"), ("mro", "annotation")):
        assert RANKS[better] < RANKS[worse]
        for ways in ((better, worse), (worse, better)):
            site = Site(0, 0, 1)
            site.found(7, "points_to")
            for how in ways:
                site.found(8, how)
            assert dict(site.targets) == {7: "points_to", 8: better}


def test_a_site_is_linked_once_with_each_function() -> None:
    site = Site(0, 0, 1)
    identities = [*range(20), *range(20)]
    assert [site.link_once(identity) for identity in identities] == [True] * 20 + [False] * 20


def test_a_name_still_stands_for_the_one_class_that_a_function_gave_back() -> None:
    source = b"class Thing:\n    pass\n\n\ndef same(value):\n    return value\n\n\nAlias = same(Thing)\n\n\n"
    rows = _rows({"a.py": source + b"def use():\n    return [Alias]\n"})["a.py"]
    found = {(edge.source, edge.target) for edge in rows.edges if edge.type == "REFERENCES"}
    assert ("r:a.py#use", "r:a.py#Thing") in found


@pytest.fixture
def _no_collections() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collections")
@pytest.mark.parametrize("case", cases()[::5], ids=lambda c: c.name)
def test_a_dropped_program_is_gone_without_the_garbage_collector(case: Case) -> None:
    program = Program({path: decode_facts(ANALYZER.extract(path, source)) for path, source in case.sources.items()})
    program.solve()
    assert any(resolution.rows.nodes for resolution in RowBuilder(program, "r").resolutions())
    parts = [weakref.ref(program), weakref.ref(program.solver), weakref.ref(program.hierarchy)]
    del program
    assert [part() for part in parts] == [None, None, None]
