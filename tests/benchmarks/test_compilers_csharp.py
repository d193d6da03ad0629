"""Compiled C# and the syntax step mean the same place by the same definition."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.compilers import csharp
from benchmarks.compilers.comparison import Call, Resolved, claimed_calls, compare
from benchmarks.compilers.csharp_declarations import active_lines
from tests.benchmarks.constructors import chosen_constructors

_SOURCES = {
    "Shop.cs": """\
using System;
using System.Collections.Generic;

namespace Shops
{
    [Serializable]
    public partial class Shop : Base
    {
        private readonly int _total = Note("total");

        public Shop() : this(1) { }

        public Shop(int size)
            : base(size)
        {
        }

        public override void Sell(IList<string> names)
        {
            foreach (var name in new Shelf())
                Note(name);
            names.Each(each => Note(each));
            base.Sell(names);
        }

        public IEnumerable<int> Counted()
        {
            yield return Note("one");
        }

        public async System.Threading.Tasks.Task<int> Later() =>
            Note(await System.Threading.Tasks.Task.Run(() => Open().ToString()));

        public int Total => Note("sum");

        public static Shop Open()
        {
            return new Shop();
        }

        public static int Note(string text)
        {
            return text.Length;
        }

#if CLOSED
        public void Close() { Sell(null); }
#endif

        public void Unknown(dynamic thing)
        {
            thing.Run();
            new Base(2).Sell(null);
            new Shop().Sell(null);
            Print(null, "x");
            Print(1);
            var size = new Size();
            size.Equals(2);
        }
    }
}
""",
    "Base.cs": """\
using System.Collections;
using System.Collections.Generic;

namespace Shops
{
    public partial class Shop
    {
        private void Print(int number) { }
        private void Print(List<string[]> first, string second = "") { }

        public override string ToString() { return "shop"; }
    }

    public abstract class Root
    {
        public abstract void Sell(IList<string> names);
    }

    public class Base : Root
    {
        public Base(int size) { }

        public override void Sell(IList<string> names) { }
    }

    public class Shelf
    {
        public IEnumerator<string> GetEnumerator() { return null; }
    }

    public struct Size
    {
        public override bool Equals(object other) { return true; }
    }

    public static class Lists
    {
        public static void Each<T>(this IList<T> list, System.Action<T> action) { }
    }
}
""",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not csharp.is_available():
        pytest.skip("there is no compiler for C#, or nothing that reads what it makes: nothing can be compared with it")
    root = tmp_path_factory.mktemp("csharp") / "repository"
    root.mkdir()
    for path, text in _SOURCES.items():
        (root / path).write_text(text)
    return root


@pytest.fixture(scope="module")
def resolved(repository: Path) -> Resolved:
    return csharp.resolve(repository)


def test_compiled_calls_lead_to_the_lines_of_declarations(resolved: Resolved) -> None:
    shop, base = "Shop.cs", "Base.cs"
    assert {Call(call.caller, resolved.same.get(call.target, call.target)) for call in resolved.calls} == {
        Call((shop, 6), (shop, 41)),  # the value of a field
        Call((shop, 11), (base, 6)),  # this(...): the class has two parts
        Call((shop, 13), (base, 19)),  # base(...)
        Call((shop, 18), (base, 26)),  # created; the loop calls GetEnumerator on its own
        Call((shop, 18), (shop, 41)),  # also in a lambda
        Call((shop, 18), (base, 38)),  # an extension method
        Call((shop, 18), (base, 16)),  # the base's method, which overrides that one
        Call((shop, 26), (shop, 41)),  # an iterator
        Call((shop, 31), (shop, 41)),  # an asynchronous method
        Call((shop, 31), (shop, 36)),
        Call((shop, 34), (shop, 41)),
        Call((shop, 36), (base, 6)),
        Call((shop, 50), (base, 19)),
        Call((shop, 50), (base, 16)),
        Call((shop, 50), (base, 6)),
        Call((shop, 50), (base, 9)),
        Call((shop, 50), (base, 8)),
        Call((shop, 50), (base, 31)),  # a struct without a constructor
        Call((shop, 50), (base, 33)),  # what overrides a method from outside is known of structs alone
    }
    assert resolved.files == {shop, base}
    assert resolved.unknown == {(shop, 52)}
    assert resolved.left_out == {(shop, 47)}
    assert resolved.possible == {Call((shop, 31), (base, 11))}


def test_both_sides_agree_on_a_small_project(repository: Path, resolved: Resolved) -> None:
    score = compare(resolved, claimed_calls(repository, ["csharp"]))
    assert (score.missing, score.invented) == ([], [])
    assert score.resolved == 19


def test_both_sides_choose_the_same_constructors(repository: Path) -> None:
    chosen = chosen_constructors("csharp", _SOURCES)
    assert chosen == csharp.constructors(repository)
    assert len(chosen) == 5


@pytest.mark.usefixtures("repository")
def test_a_call_that_is_not_compiled_is_invented(tmp_path: Path) -> None:
    (tmp_path / "Base.cs").write_text(_SOURCES["Base.cs"])
    shop = tmp_path / "Shop.cs"
    shop.write_text(_SOURCES["Shop.cs"])
    claimed = claimed_calls(tmp_path, ["csharp"])
    shop.write_text(_SOURCES["Shop.cs"].replace('=> Note("sum")', "=> 2"))
    score = compare(csharp.resolve(tmp_path), claimed)
    assert score.invented == [Call(("Shop.cs", 34), ("Shop.cs", 41))]
    assert score.missing == []


def test_lines_are_left_out_as_the_compiler_does() -> None:
    source = b"#define A\n#if A && !(B || C)\n1\n#if B\n2\n#else\n3\n#endif\n#elif A\n4\n#else\n5\n#endif\n6"
    active, inactive = active_lines(source, ["D"])
    assert active.split() == [b"1", b"3", b"6"]
    assert inactive == {5, 10, 12}
