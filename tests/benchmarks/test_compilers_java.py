"""The compiler of Java and the syntax step mean the same place by the same definition."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.compilers import java
from benchmarks.compilers.comparison import Call, claimed_calls, compare
from tests.benchmarks.constructors import chosen_constructors

_SOURCES = {
    "shop/Shop.java": """\
package shop;

import java.util.List;
import org.missing.Thing;

class Shop extends Base {
    private final int total = note("total");

    Shop() {
        this(1);
    }

    @Deprecated
    Shop(int size) {
        super(size);
    }

    @Override
    @Deprecated
    void sell(List<String> names) {
        names.forEach(each -> note(each));
        names.forEach(this::note);
        new Base(2) {
            @Override
            void sell(List<String> all) {
                open();
            }
        };
    }

    static Shop open() {
        return new Shop();
    }

    int note(String text) {
        return text.length();
    }

    void unknown(Thing thing) {
        thing.run();
        note(thing.name());
    }
}
""",
    "shop/Base.java": """\
package shop;

class Base {
    Base(int size) {}

    void sell(java.util.List<String> names) {}
}

enum Size {
    SMALL(1);

    Size(int size) {}
}
""",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    if not java.is_available():
        pytest.skip("there is no Java compiler, so nothing can be compared with it")
    root = tmp_path / "repository"
    for path, text in _SOURCES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def test_the_compiler_resolves_calls_to_the_lines_of_declarations(repository: Path) -> None:
    resolved = java.resolve(repository)
    shop, base = "shop/Shop.java", "shop/Base.java"
    assert resolved.calls == {
        Call((shop, 6), (shop, 35)),  # the value of a field
        Call((shop, 9), (shop, 6)),  # this(...)
        Call((shop, 13), (base, 3)),  # super(...)
        Call((shop, 18), (shop, 35)),  # a lambda, a method reference
        Call((shop, 18), (base, 3)),  # an anonymous class
        Call((shop, 24), (shop, 31)),  # a method of it
        Call((shop, 31), (shop, 6)),
        Call((base, 9), (base, 9)),  # a constant
    }
    assert resolved.files == {shop, base}
    assert resolved.unknown == {(shop, 40), (shop, 41)}


def test_both_sides_agree_on_a_small_project(repository: Path) -> None:
    score = compare(java.resolve(repository), claimed_calls(repository, ["java"]))
    assert (score.missing, score.invented) == ([], [])
    assert score.resolved == 8
    assert score.judged == 8


def test_both_sides_choose_the_same_constructors(repository: Path) -> None:
    chosen = chosen_constructors("java", _SOURCES)
    assert chosen == java.constructors(repository)
    assert len(chosen) == 5


def test_a_call_that_the_compiler_does_not_resolve_is_invented(repository: Path) -> None:
    claimed = claimed_calls(repository, ["java"])
    (repository / "shop/Shop.java").write_text(_SOURCES["shop/Shop.java"].replace("open();", "toString();"))
    score = compare(java.resolve(repository), claimed)
    assert score.invented == [Call(("shop/Shop.java", 24), ("shop/Shop.java", 31))]
    assert score.missing == []
