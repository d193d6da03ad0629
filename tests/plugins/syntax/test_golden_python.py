"""Calls and instantiations in small programs whose behaviour is known."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.plugins.syntax.golden_cases import Case, cases, found_edges

_CASES = cases()


@pytest.mark.parametrize("case", _CASES, ids=lambda c: c.name)
def test_exactly_the_calls_that_happen_are_found(case: Case) -> None:
    found = found_edges(case.sources)
    assert sorted(found - case.expected) == [], "invented"
    assert sorted(case.expected - found) == [], "missed"


def test_precision_and_recall_over_all_cases() -> None:
    right = invented = missed = 0
    for case in _CASES:
        found = found_edges(case.sources)
        right += len(found & case.expected)
        invented += len(found - case.expected)
        missed += len(case.expected - found)
    assert right / (right + invented) >= 0.99
    assert right / (right + missed) >= 0.99


def test_every_construct_has_cases() -> None:
    counts = Counter(case.name.partition("/")[0] for case in _CASES)
    assert len(_CASES) >= 250
    assert set(counts) == {
        "args", "assignments", "builtins", "classes", "decorators", "dicts", "direct_calls", "dynamic", "exceptions",
        "external", "functions", "generators", "imports", "kwargs", "lambdas", "lists", "mro", "pytest", "returns",
    }  # fmt: skip
    assert min(counts.values()) >= 6
