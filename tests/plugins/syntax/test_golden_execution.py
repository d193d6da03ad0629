"""The golden projects expect what Python does: all of them are run, and every call that happens is expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.calls.observed import Observed, Place
from tests.plugins.syntax.execution import run_programs
from tests.plugins.syntax.golden_cases import GOLDEN, Case, cases

_PROGRAMS = [case for case in cases() if "main.py" in case.sources]


@pytest.fixture(scope="module")
def happened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Observed]:
    return run_programs(GOLDEN, [case.name for case in _PROGRAMS], tmp_path_factory.mktemp("execution"))


def _qualified(place: Place) -> str:
    module = ".".join(Path(place.path).with_suffix("").parts).removesuffix(".__init__")
    return f"{module}.{place.names}" if place.names else module


def test_most_golden_projects_are_programs_that_call_something(happened: dict[str, Observed]) -> None:
    assert sum(bool(happened[case.name].calls) for case in _PROGRAMS) > 0.8 * len(_PROGRAMS)


@pytest.mark.parametrize("case", _PROGRAMS, ids=lambda c: c.name)
def test_every_call_that_happens_is_expected(case: Case, happened: dict[str, Observed]) -> None:
    expected = {(caller, callee) for kind, caller, callee in case.expected if kind == "CALLS"}
    calls = {(_qualified(caller), _qualified(callee)) for caller, callee in happened[case.name].calls}
    assert sorted(calls - expected) == []
