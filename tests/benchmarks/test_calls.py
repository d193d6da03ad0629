"""The benchmark of the call graph sees what happens, and compares it with what is claimed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.calls.__main__ import counted, precision, recall
from benchmarks.calls.claimed import claimed_by_syntax
from benchmarks.calls.observed import Place, trace

_SHOP = """
class Shop:
    open = bool("yes")

    def __init__(self):
        self.sold = []

    def sell(self, thing):
        self.note(thing)
        return [self.price(each) for each in (thing,)]

    def note(self, thing):
        getattr(self.sold, "ap" + "pend")(thing)

    def price(self, thing):
        return len(thing)

    def things(self):
        yield from self.sold

    def __len__(self):
        return len(self.sold)


def both(first, second, wanted):
    return first() and wanted and second()
"""
_TEST = """
import sys

import pytest
from shop import Shop, both

def yes():
    return 1

def no():
    return 2

@pytest.fixture
def shop():
    return Shop()

def test_selling(shop):
    class Local:
        made = yes()
    shop.sell("tea")
    assert len(shop) == 1 and list(shop.things())
    both(yes, no, False)
    getattr(sys.modules[__name__], "n" + "o")()
"""
_SHOP_FILE, _TEST_FILE = "shop.py", "tests/test_shop.py"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    (root / "tests").mkdir()
    (root / _SHOP_FILE).write_text(_SHOP)
    (root / _TEST_FILE).write_text(_TEST)
    return root


def test_calls_that_are_written_in_the_source_are_seen_and_compared(project: Path, tmp_path: Path) -> None:
    observed = trace(sys.executable, project, ["tests", "-p", "no:xdist", "-p", "no:randomly"], tmp_path)
    claimed = claimed_by_syntax(project)
    seen = counted(observed, claimed)

    def shop(name: str) -> Place:
        return Place(_SHOP_FILE, name)

    def test(name: str) -> Place:
        return Place(_TEST_FILE, name)

    # Neither the generator nor __len__ is called by a call of that name.
    assert seen == {
        (test("shop"), shop("Shop.__init__")),
        (test("test_selling"), shop("Shop.sell")),
        (test("test_selling"), shop("both")),
        (test("test_selling"), test("yes")),
        (test("test_selling"), test("no")),
        (shop("Shop.sell"), shop("Shop.note")),
        (shop("Shop.sell"), shop("Shop.price")),
        (shop("both"), test("yes")),
    }
    # Which function a computed name means is not found; that the second function is not called is not known.
    assert recall(seen, claimed) == pytest.approx(7 / 8)
    assert precision(seen, observed, claimed, claimed.functions - observed.uncounted) == pytest.approx(7 / 8)


def test_tests_that_cannot_be_run_are_an_error_and_not_a_result(tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text("import nothing_of_this_name")
    with pytest.raises(RuntimeError, match="nothing_of_this_name"):
        trace(sys.executable, tmp_path, ["."], tmp_path)
