"""How much of what programs do is found: programs by people who did not look at the resolver, run with a tracer.

Other than the golden projects they are not exact: they hold functions that a run does not reach, although a variable
may hold them, and calls that nobody can know from the source.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.calls.__main__ import counted, tried
from benchmarks.calls.claimed import claimed_by_syntax
from tests.plugins.syntax.execution import run_programs

_ROOT = Path(__file__).parent / "programs"
_NAMES = sorted(str(main.parent.relative_to(_ROOT)) for main in _ROOT.glob("*/*/main.py"))


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[str, str]]:
    """By construct: how many calls happened, were found, are claimed in lines that ran, and are so rightly."""
    happened = run_programs(_ROOT, _NAMES, tmp_path_factory.mktemp("programs"))
    counts: Counter[tuple[str, str]] = Counter()
    for name in _NAMES:
        construct = name.partition("/")[0]
        observed, claimed = happened[name], claimed_by_syntax(_ROOT / name)
        seen = counted(observed, claimed)
        confirmed = tried(seen, observed, claimed, claimed.functions - observed.uncounted)
        counts[construct, "happened"] += len(seen)
        counts[construct, "found"] += sum(claimed.has(*pair) for pair in seen)
        counts[construct, "claimed"] += len(confirmed)
        counts[construct, "right"] += sum(confirmed)
    return counts


def test_there_are_programs_for_every_construct(counts: Counter[tuple[str, str]]) -> None:
    assert len(_NAMES) > 380
    assert len({construct for construct, _ in counts}) == 27
    assert sum(counts[key] for key in counts if key[1] == "happened") > 1_800


def test_almost_all_calls_that_happen_are_found(counts: Counter[tuple[str, str]]) -> None:
    happened = sum(counts[key] for key in counts if key[1] == "happened")
    found = sum(counts[key] for key in counts if key[1] == "found")
    assert found / happened > 0.98


def test_most_calls_that_are_found_happen(counts: Counter[tuple[str, str]]) -> None:
    claimed = sum(counts[key] for key in counts if key[1] == "claimed")
    right = sum(counts[key] for key in counts if key[1] == "right")
    assert right / claimed > 0.94


@pytest.mark.parametrize("construct", sorted({name.partition("/")[0] for name in _NAMES}))
def test_no_construct_is_found_much_worse_than_others(construct: str, counts: Counter[tuple[str, str]]) -> None:
    least = 0.8 if construct == "dynamic" else 0.93
    assert counts[construct, "found"] / counts[construct, "happened"] > least
