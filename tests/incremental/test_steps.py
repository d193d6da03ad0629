"""The order of steps, steps that were left out for a while, and steps that died: in the end the graph is the same."""

from __future__ import annotations

import pytest

from codestory.ingestion_pipeline.registry import load_step
from codestory.ingestion_pipeline.step import Batch
from tests.incremental.canonical import canonical_rows, describe_difference, graph_of
from tests.incremental.workspace import DEFAULT_ORDER, VALID_ORDERS, Workspace, no_work

_LINKS = (
    "File shop/orders.py -DEFINES-> Module shop/orders.py#",
    "File docs/guide.md -DEFINES-> Documentation docs/guide.md#",
    "Section docs/guide.md#gifts -DESCRIBES-> Class shop/orders.py#Gift",
    "Class shop/orders.py#Order -DOCUMENTED_BY-> Documentation shop/orders.py#Order@docstring",
    "Function shop/orders.py#place -SUMMARIZED_BY-> Summary shop/orders.py#place@summary",
    "Directory shop -SUMMARIZED_BY-> Summary shop@summary",
)
"""Relationships whose ends belong to two steps, whichever of them writes the relationship."""


def _edit(workspace: Workspace) -> None:
    """An edit that concerns every step, within files and across them."""
    workspace.replace("shop/orders.py", "class Gift", "class Present")
    workspace.replace("shop/prices.py", "def rounded", "def cut")
    workspace.replace("README.md", "shop.orders.place", "shop.orders.Present")
    workspace.write(
        {"shop/more/__init__.py": "", "shop/more/late.py": "from shop.orders import Present\n\nPresent([])\n"}
    )
    workspace.remove("stock/text.go", "docs/prices.md", "shop/store")


@pytest.mark.parametrize("order", VALID_ORDERS[1:], ids=" ".join)
def test_the_order_of_the_steps_makes_no_difference(polyglot: Workspace, order: tuple[str, ...]) -> None:
    polyglot.run(order)
    rows = canonical_rows(polyglot.store, polyglot.repository)
    assert [link for link in _LINKS if link not in rows] == []
    assert not polyglot.differs_from_fresh()
    _edit(polyglot)
    polyglot.run(order)
    assert not polyglot.differs_from_fresh()


@pytest.mark.parametrize("first", DEFAULT_ORDER)
def test_one_step_ahead_of_the_others_leads_to_the_same_graph(polyglot: Workspace, first: str) -> None:
    polyglot.run()
    _edit(polyglot)
    polyglot.run([first])
    polyglot.run()
    assert not polyglot.differs_from_fresh()


@pytest.mark.parametrize("skipped", DEFAULT_ORDER)
def test_a_step_that_was_left_out_catches_up(polyglot: Workspace, skipped: str) -> None:
    others = [name for name in DEFAULT_ORDER if name != skipped]
    polyglot.run()
    _edit(polyglot)
    polyglot.run(others)
    polyglot.write({"shop/orders.py": "def place(items):\n    return items\n", "shop/more/late.py": ""})
    polyglot.run(others)
    polyglot.replace("shop/orders.py", "return items", "return place([])")
    polyglot.run([skipped])
    polyglot.run()
    assert not polyglot.differs_from_fresh()


@pytest.mark.parametrize("skipped", DEFAULT_ORDER)
def test_what_goes_and_comes_back_finds_its_relationships_again(polyglot: Workspace, skipped: str) -> None:
    others = [name for name in DEFAULT_ORDER if name != skipped]
    polyglot.run()
    kept = {
        path: (polyglot.folder / path).read_text() for path in ("shop/orders.py", "docs/guide.md", "stock/stock.go")
    }
    polyglot.remove(*kept)
    polyglot.run(others)
    rows = canonical_rows(polyglot.store, polyglot.repository)
    left = tuple(link for link in _LINKS if link in rows)
    # Between a symbol and its summary only the syntax step, which has not heard of the deletion, still holds one.
    assert left == (_LINKS[4:] if skipped == "syntax" else _LINKS[5:])
    polyglot.write(kept)
    polyglot.run(others)
    # The step that was left out has not run since: what it wrote is complete again all the same.
    assert not polyglot.differs_from_fresh()
    assert no_work(polyglot.run([skipped])[skipped])


@pytest.mark.parametrize("step", DEFAULT_ORDER)
def test_a_step_that_runs_for_the_first_time_after_many_edits_finds_everything(polyglot: Workspace, step: str) -> None:
    others = [name for name in DEFAULT_ORDER if name != step]
    polyglot.run(others)
    _edit(polyglot)
    polyglot.run(others)
    polyglot.run([step])
    # Those that read what this step makes have to see it.
    polyglot.run()
    assert not polyglot.differs_from_fresh()


def _die(workspace: Workspace, name: str, last_stage: str) -> None:
    """Run a step until ``last_stage`` is done, and no further."""
    step = load_step(name)
    context = workspace.context(name, workspace.snapshot())
    plan = step.plan(context)
    waiting: dict[str, list[Batch]] = {stage.name: list(stage.batches) for stage in plan.stages}
    for stage in plan.stages:
        for batch in waiting[stage.name]:
            for following in step.process(batch, context).follow_up:
                waiting[following.stage].append(following)
        if stage.name == last_stage:
            return
    pytest.fail(f"{name} has no stage {last_stage}")


@pytest.mark.parametrize("step", DEFAULT_ORDER)
def test_a_step_that_died_twice_is_made_good_after_further_edits(polyglot: Workspace, step: str) -> None:
    polyglot.run()
    _edit(polyglot)
    polyglot.run(DEFAULT_ORDER[: DEFAULT_ORDER.index(step)])
    _die(polyglot, step, "write_nodes")
    # The others see a step that is half done; they are run again, once it is repaired.
    polyglot.run(DEFAULT_ORDER[DEFAULT_ORDER.index(step) + 1 :])
    polyglot.replace("shop/orders.py", "class Present", "class Gift")
    polyglot.remove("web/src/cart.ts")
    _die(polyglot, step, "delete")
    polyglot.write({"stock/text.go": "package stock\n\nfunc clean() {}\n"})
    polyglot.run()
    assert not polyglot.differs_from_fresh()


def test_every_batch_done_twice_changes_nothing(polyglot: Workspace) -> None:
    polyglot.run(twice=True)
    _edit(polyglot)
    polyglot.run(twice=True)
    assert not polyglot.differs_from_fresh()


def test_two_copies_of_the_same_source_have_the_same_graph_whatever_they_are_called(
    polyglot: Workspace,
) -> None:
    polyglot.run()
    # A name that a folder, a module and a package inside have too.
    copy = Workspace(polyglot.store, polyglot.folder.parent, polyglot.folder, "shop")
    copy.run()
    graphs = [graph_of(polyglot.store, name) for name in (polyglot.repository, copy.repository)]
    copy.close()
    assert not describe_difference(*graphs)
