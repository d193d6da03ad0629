"""The type checker of Go and the syntax step mean the same place by the same definition."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.compilers import go
from benchmarks.compilers.comparison import Call, claimed_calls, compare

_SOURCES = {
    "go.mod": "module example.com/shop\n\ngo 1.22\n",
    "shop.go": """\
package shop

import "example.com/shop/store"

type Seller interface {
\tSell(name string) bool
}

var first = store.Open("first")

func Run(seller Seller, done func()) {
\tseller.Sell("tea")
\tdone()
\ttell := func(text string) {
\t\tfirst.Put(store.Item{Name: text})
\t}
\ttell("a")
\tfunc() { platform() }()
\t_ = Seller(nil)
\tstore.Each([]int{1}, func(int) { first.Close() })
}
""",
    "shop_linux.go": "package shop\n\nfunc platform() {}\n",
    "shop_windows.go": "package shop\n\n// On another platform.\nfunc platform() {}\n",
    "shop_test.go": """\
package shop_test

import (
\t"testing"

\t"example.com/shop"
)

func TestRun(t *testing.T) {
\tshop.Run(nil, nil)
}
""",
    "store/store.go": """\
package store

type closer struct{}

func (c *closer) Close() {}

type Store struct{ closer }

func Open(name string) *Store { return &Store{} }

func (s *Store) Put(item Item) {}

type Item struct{ Name string }

func Each[T any](list []T, do func(T)) {}
""",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if not go.is_available():
        pytest.skip("Go is not installed, so nothing can be compared with it")
    monkeypatch.setenv("GOOS", "linux")
    root = tmp_path / "repository"
    for path, text in _SOURCES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def test_the_type_checker_resolves_calls_to_the_lines_of_declarations(repository: Path) -> None:
    resolved = go.resolve(repository)
    shop, store = "shop.go", "store/store.go"
    assert resolved.calls == {
        Call((shop, 0), (store, 9)),
        Call((shop, 11), (shop, 6)),  # through an interface
        Call((shop, 14), (store, 11)),
        Call((shop, 14), (store, 13)),  # a composite literal
        Call((shop, 18), ("shop_linux.go", 3)),
        Call((shop, 11), (store, 15)),
        Call((shop, 20), (store, 5)),  # promoted from an embedded type
        Call(("shop_test.go", 9), (shop, 11)),
        Call((store, 9), (store, 7)),
    }
    assert resolved.possible == {Call((shop, 18), ("shop_windows.go", 4))}
    assert resolved.unknown == {(shop, 13), (shop, 17), (shop, 18)}
    assert resolved.enclosing == {(shop, line): (shop, 11) for line in (14, 18, 20)}
    assert resolved.files == {*(_SOURCES.keys() - {"go.mod", "shop_windows.go"})}


def test_both_sides_agree_on_a_small_project(repository: Path) -> None:
    score = compare(go.resolve(repository), claimed_calls(repository, ["go"]))
    assert (score.missing, score.invented) == ([], [])
    assert score.resolved == 9


def test_a_call_that_the_type_checker_does_not_resolve_is_invented(repository: Path) -> None:
    claimed = claimed_calls(repository, ["go"])
    (repository / "store/store.go").write_text(_SOURCES["store/store.go"].replace("return &Store{}", "return nil"))
    score = compare(go.resolve(repository), claimed)
    assert score.invented == [Call(("store/store.go", 9), ("store/store.go", 7))]
    assert score.missing == []
