"""The summarizer without a model, on a real graph."""

from __future__ import annotations

import pytest

from codestory.exceptions import CancelledError, ConfigurationError
from plugins.summarizer.options import KINDS
from plugins.summarizer.step import SummarizerStep
from plugins.summarizer.templates import Prompts
from tests.plugins.summarizer.summary_project import SHOP
from tests.plugins.summarizer.summary_run import Bench, Token

GOLDEN = {
    "/": "A web shop that never sells twice. See `docs`. Holds 6 files and 3 folders (`shop`, `tests` and `tools`)"
    " with 2 classes, 5 functions and 4 methods, in python.",
    "shop": "Everything that the shop needs. Holds 3 files with 2 classes, 2 functions and 4 methods, in python.",
    "shop/__init__.py#": "Everything that the shop needs.",
    "shop/money.py#": "Amounts of money. Defines 2 functions (`parse` and `render`); imported by 1 module.",
    "shop/money.py#parse": 'Return the amount in cents, e.g. 1250 for "12.50". Calls `float` and `int`;'
    " called from 1 place.",
    "shop/money.py#render": "Function `render(cents)` in `shop/money.py`. Called from 1 place.",
    "shop/orders.py#": "Orders and their totals. Defines 2 classes (`Order` and `RushOrder`); imports `shop.money`;"
    " imported by 1 module.",
    "shop/orders.py#Order": "An order of one customer. 2 public methods (`add` and `total`); extended by 1 class;"
    " instantiated in 1 place.",
    "shop/orders.py#Order._reset": "Method `_reset(self)` of `Order` in `shop/orders.py`.",
    "shop/orders.py#Order.add": "Add a line; the price is text. Calls `parse` and `append`; called from 1 place.",
    "shop/orders.py#Order.total": "Method `total(self)` of `Order` in `shop/orders.py`. Calls `render` and `sum`;"
    " called from 2 places.",
    "shop/orders.py#RushOrder": "Class `RushOrder(Order)` in `shop/orders.py`. Extends `Order`;"
    " 1 public method (`total`).",
    "shop/orders.py#RushOrder.total": "The total with the surcharge. Calls `Order.total` and `super`.",
    "tests": "Folder `tests`. Holds 1 file with 1 function, in python.",
    "tests/test_orders.py#": "Module `tests/test_orders.py`. Defines 1 function (`test_total`); imports `shop.orders`.",
    "tests/test_orders.py#test_total": "Function `test_total()` in `tests/test_orders.py`. Calls `Order`, `Order.add`"
    " and `Order.total`.",
    "tools": "Folder `tools`. Holds 1 file with 2 functions, in python.",
    "tools/even.py#": "Module `tools/even.py`. Defines 2 functions (`is_even` and `is_odd`).",
    "tools/even.py#is_even": "Function `is_even(n)` in `tools/even.py`. Calls `is_odd`; called from 1 place.",
    "tools/even.py#is_odd": "Function `is_odd(n)` in `tools/even.py`. Calls `is_even`; called from 1 place.",
}


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CODESTORY_MODEL_PROVIDER", raising=False)


def test_every_part_of_the_repository_gets_one_informative_summary(bench: Bench) -> None:
    bench.put(SHOP)
    run = bench.run()
    expected = {
        target: text.replace("Repository `shop`", f"Repository `{bench.repository}`") for target, text in GOLDEN.items()
    }
    assert bench.texts() == expected
    assert run.stages() == ["prepare", "write_nodes", "write_edges"]
    assert run.summary.message == "20 summaries"
    node = bench.store.read(
        "MATCH (s:Summary {id: $id}) RETURN properties(s) AS p", id=f"{bench.repository}:shop/money.py#parse@summary"
    )[0]["p"]
    assert node["target_type"] == "Function"
    assert node["target_name"] == "parse"
    assert node["path"] == "shop/money.py"
    assert node["provider"] == "extractive"


def test_running_again_changes_nothing_and_does_not_read_the_repository(bench: Bench) -> None:
    bench.put(SHOP)
    bench.run()
    run = bench.run()
    assert run.batches == []
    assert run.plan.stale == 0
    assert run.plan.reasons == {"not_stale": run.plan.units}


def test_doing_every_batch_twice_changes_nothing(bench: Bench) -> None:
    bench.put(SHOP)
    bench.run(twice=True)
    assert bench.texts().keys() == GOLDEN.keys()
    assert bench.count() == 20


def test_an_edit_changes_the_summaries_that_it_concerns_and_no_others(bench: Bench) -> None:
    bench.put(SHOP)
    bench.run()
    before = bench.texts()
    edited = SHOP | {
        "tools/even.py": SHOP["tools/even.py"] + "\n\ndef halve(n):\n    return n / 2 if is_even(n) else None\n"
    }
    del edited["tests/test_orders.py"]
    bench.put(edited)
    run = bench.run()
    after = bench.texts()
    assert run.plan.reasons["input_changed"] == 1
    assert run.plan.reasons["removed"] == 2
    assert {target for target in before if target not in after} == {
        "tests",
        "tests/test_orders.py#",
        "tests/test_orders.py#test_total",
    }
    assert after["tools/even.py#halve"] == "Function `halve(n)` in `tools/even.py`. Calls `is_even`."
    changed = {target for target in after if after[target] != before.get(target)}
    # The callers in tests/ are gone too, and summaries say how many there are.
    assert changed == {
        "/",
        "tools",
        "tools/even.py#",
        "tools/even.py#halve",
        "tools/even.py#is_even",
        "shop/orders.py#",
        "shop/orders.py#Order",
        "shop/orders.py#Order.add",
        "shop/orders.py#Order.total",
    }
    assert bench.count() == len(after)


def test_an_edited_readme_changes_the_summary_of_its_folder(bench: Bench) -> None:
    bench.put(SHOP)
    bench.run()
    bench.put(SHOP | {"tools/README.rst": "Tools\n=====\n\nWhat developers need.\n"})
    bench.run()
    assert bench.texts()["tools"] == "What developers need. Holds 2 files with 2 functions, in python."
    bench.put(SHOP | {"tools/README.rst": "Tools\n=====\n\nWhat they need.\n"})
    bench.run()
    assert bench.texts()["tools"].startswith("What they need.")


def test_an_update_ends_like_a_fresh_run(bench: Bench) -> None:
    bench.put({path: text for path, text in SHOP.items() if not path.startswith("shop/")})
    bench.run()
    bench.put(SHOP)
    bench.run()
    updated = bench.texts()
    bench.run(full=True)
    assert bench.texts() == updated
    assert updated.keys() == GOLDEN.keys()


def test_options_choose_what_is_summarised(bench: Bench) -> None:
    bench.put(SHOP)
    bench.run(kinds=("function", "directory"), min_lines=2, ignore_patterns=("tests/",))
    assert set(bench.texts()) == {
        "shop",
        "tests",
        "tools",
        "shop/money.py#parse",
        "shop/money.py#render",
        "tools/even.py#is_even",
        "tools/even.py#is_odd",
    }
    run = bench.run(kinds=("function",), min_lines=3)
    assert run.plan.reasons == {"options_changed": run.plan.units}
    assert set(bench.texts()) == {"shop/money.py#parse", "tests/test_orders.py#test_total"}
    assert bench.count() == 2


def test_a_cancelled_run_leaves_the_graph_as_it_was(bench: Bench) -> None:
    bench.put(SHOP)
    with pytest.raises(CancelledError):
        bench.run(bench.context(token=Token(allowed=1)))
    assert bench.count() == 0
    bench.run()
    assert bench.texts().keys() == GOLDEN.keys()


def test_a_repository_that_no_step_has_described_has_no_summaries(bench: Bench) -> None:
    bench.put({"a.py": "x = 1\n"})
    bench.write("filesystem", {})
    bench.write("syntax", {})
    assert bench.run().summary.message == "0 summaries"


def test_the_built_in_prompts_have_all_their_places() -> None:
    prompts = Prompts.load()
    for kind in KINDS:
        rendered = prompts.render(kind, {"name": "NAME", "path": "PATH"})
        assert Prompts.DEPENDENCIES in rendered
        assert "{" not in rendered
    assert "two sentences" in prompts.system


def test_a_bad_prompts_folder_is_a_configuration_error(
    bench: Bench, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODESTORY_OPENAI_MODEL", "small")
    monkeypatch.setenv("CODESTORY_OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    bench.put(SHOP)
    with pytest.raises(ConfigurationError, match="does not exist"):
        SummarizerStep().plan(bench.context(provider="openai", prompts=f"{tmp_path}/missing"))
    monkeypatch.delenv("CODESTORY_OPENAI_MODEL")
    with pytest.raises(ConfigurationError, match="CODESTORY_OPENAI_MODEL"):
        SummarizerStep().plan(bench.context(provider="openai"))
