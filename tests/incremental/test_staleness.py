"""Only what changed is worked on, and every step says why."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from codestory.graph.digest import graph_digest
from codestory.ingestion_pipeline import staleness
from codestory.ingestion_pipeline.registry import load_step
from codestory.ingestion_pipeline.staleness import code_hash
from tests.incremental.polyglot import POLYGLOT
from tests.incremental.workspace import DEFAULT_ORDER, Workspace, no_work
from tests.support.step_driver import Ran

_SOURCES = sum(path.endswith((".py", ".ts", ".java", ".go", ".cs")) for path in POLYGLOT)
_DOCUMENTS = sum(path.endswith((".md", ".rst")) for path in POLYGLOT)
_DIRECTORIES = len({path[:at] for path in POLYGLOT for at, character in enumerate(path) if character == "/"})
_UNITS = {
    "filesystem": len(POLYGLOT) + _DIRECTORIES + 1,
    "syntax": _SOURCES,
    "summarizer": len(POLYGLOT) + _DIRECTORIES + 2,
    "documentation_grapher": _SOURCES + _DOCUMENTS,
}
"""Files, directories and the repository; source files; all of these and the external names; sources and documents."""


def _reasons(results: dict[str, Ran]) -> dict[str, dict[str, int]]:
    """Reasons by step, without what is not stale, after checking that the numbers of each plan agree."""
    found: dict[str, dict[str, int]] = {}
    for name, ran in results.items():
        plan = ran.plan
        stale = {reason: count for reason, count in plan.reasons.items() if reason != "not_stale"}
        assert plan.stale == sum(stale.values()), f"{name} counts {plan.stale} stale units, and names {stale}"
        assert plan.units == sum(plan.reasons.values()) - plan.reasons.get("removed", 0), name
        found[name] = stale
    return found


def test_a_first_run_works_on_everything_and_a_second_one_on_nothing(polyglot: Workspace) -> None:
    first = polyglot.run()
    assert _reasons(first) == {name: {"missing": units} for name, units in _UNITS.items()}
    second = polyglot.run()
    assert all(no_work(ran) for ran in second.values())
    assert {name: ran.plan.reasons for name, ran in second.items()} == {
        name: {"not_stale": units} for name, units in _UNITS.items()
    }


def test_a_changed_function_body_makes_its_own_file_stale_and_nothing_else(polyglot: Workspace) -> None:
    polyglot.run()
    polyglot.replace("shop/orders.py", "self.log.append(self.price())", "self.log.append(0)")
    results = polyglot.run()
    assert _reasons(results) == {
        "filesystem": {"input_changed": 1},
        "syntax": {"input_changed": 1},
        "summarizer": {"input_changed": 1},
        "documentation_grapher": {"upstream_stale": 1},
    }
    assert results["syntax"].totals.counters["extracted_files"] == 1
    assert results["filesystem"].totals.nodes == 1
    # One call less is one relationship to delete, and two summaries that say something else: caller's and callee's.
    assert (results["syntax"].totals.nodes, results["syntax"].totals.deleted) == (0, 1)
    assert results["summarizer"].totals.nodes == 2
    assert not polyglot.differs_from_fresh()


def test_a_body_that_means_the_same_stops_at_the_step_that_sees_no_difference(polyglot: Workspace) -> None:
    polyglot.run()
    polyglot.replace("stock/text.go", "return text", 'return "x"')
    results = polyglot.run()
    assert _reasons(results) == {
        "filesystem": {"input_changed": 1},
        "syntax": {"input_changed": 1},
        "summarizer": {"input_changed": 1},
        "documentation_grapher": {},
    }
    for name in ("syntax", "summarizer", "documentation_grapher"):
        totals = results[name].totals
        assert (totals.nodes, totals.relationships, totals.deleted) == (0, 0, 0), name


def test_an_edited_document_concerns_no_code(polyglot: Workspace) -> None:
    polyglot.run()
    polyglot.replace("docs/guide.md", "Make an", "Build an")
    results = polyglot.run()
    assert _reasons(results) == {
        "filesystem": {"input_changed": 1},
        "syntax": {},
        "summarizer": {"input_changed": 1},
        "documentation_grapher": {"input_changed": 1},
    }
    assert no_work(results["syntax"])


def test_a_deleted_file_is_removed_and_its_folder_changed(polyglot: Workspace) -> None:
    polyglot.run()
    polyglot.remove("net/Shop.Web/Page.cs")
    results = polyglot.run()
    assert _reasons(results) == {
        "filesystem": {"removed": 1, "input_changed": 1},
        "syntax": {"removed": 1},
        "summarizer": {"removed": 1, "input_changed": 1},
        # Each document could have linked to the path that is gone.
        "documentation_grapher": {"removed": 1, "upstream_stale": _DOCUMENTS},
    }
    assert "extracted_files" not in results["syntax"].totals.counters
    assert not polyglot.differs_from_fresh()


def test_a_build_file_makes_all_sources_stale_without_reading_them_again(polyglot: Workspace) -> None:
    polyglot.run()
    polyglot.replace("go.mod", "1.22", "1.23")
    results = polyglot.run()
    assert _reasons(results)["syntax"] == {"upstream_stale": _SOURCES}
    assert "extracted_files" not in results["syntax"].totals.counters
    assert results["syntax"].totals.nodes == 0


def test_touched_files_and_changes_that_were_taken_back_are_no_changes(polyglot: Workspace) -> None:
    polyglot.run()
    for path in POLYGLOT:
        (polyglot.folder / path).touch()
    polyglot.replace("shop/orders.py", "Gift", "Present")
    polyglot.replace("shop/orders.py", "Present", "Gift")
    assert all(no_work(ran) for ran in polyglot.run().values())


_HARMLESS_OPTIONS: dict[str, dict[str, Any]] = {
    "filesystem": {"max_depth": 50},
    "syntax": {"max_file_bytes": 1_999_999},
    "summarizer": {"min_lines": 1},
    "documentation_grapher": {"max_file_bytes": 1_999_999},
}
"""Other values than the default ones, with which these files give the same rows."""


def test_a_changed_option_makes_exactly_the_units_of_its_step_stale(polyglot: Workspace) -> None:
    polyglot.run()
    options: dict[str, dict[str, Any]] = {}
    for step in DEFAULT_ORDER:
        options[step] = _HARMLESS_OPTIONS[step]
        results = polyglot.run(options=options)
        expected: dict[str, dict[str, int]] = {name: {} for name in DEFAULT_ORDER}
        assert _reasons(results) == {**expected, step: {"options_changed": _UNITS[step]}}
        assert all(no_work(ran) for name, ran in results.items() if name != step)
        assert (results[step].totals.nodes, results[step].totals.deleted) == (0, 0)
    assert all(no_work(ran) for ran in polyglot.run(options=options).values())


def test_an_option_that_changes_no_result_makes_nothing_stale(polyglot: Workspace) -> None:
    polyglot.run()
    options = {"syntax": {"batch_size": 7}, "summarizer": {"requests_per_minute": 7, "token_budget": 7}}
    assert all(no_work(ran) for ran in polyglot.run(options=options).values())


@pytest.fixture
def _forget_code_hashes() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    yield
    code_hash.cache_clear()


@pytest.mark.usefixtures("_forget_code_hashes")
def test_a_changed_version_makes_exactly_the_units_of_its_step_stale(
    polyglot: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    polyglot.run()
    before = graph_digest(polyglot.store, polyglot.repository)
    for step in DEFAULT_ORDER:
        monkeypatch.setattr(type(load_step(step)), "version", "another")
        code_hash.cache_clear()
        results = polyglot.run()
        expected: dict[str, dict[str, int]] = {name: {} for name in DEFAULT_ORDER}
        assert _reasons(results) == {**expected, step: {"code_changed": _UNITS[step]}}
        assert all(no_work(ran) for name, ran in results.items() if name != step)
    assert graph_digest(polyglot.store, polyglot.repository) == before


@pytest.mark.usefixtures("_forget_code_hashes")
@pytest.mark.parametrize(
    ("step", "upgraded"),
    [("syntax", "tree-sitter-go"), ("syntax", "python"), ("documentation_grapher", "markdown-it-py")],
)
def test_another_version_of_a_parser_makes_exactly_the_units_of_its_step_stale(
    polyglot: Workspace, monkeypatch: pytest.MonkeyPatch, step: str, upgraded: str
) -> None:
    polyglot.run()
    before = graph_digest(polyglot.store, polyglot.repository)
    if upgraded == "python":
        monkeypatch.setattr(staleness, "sys", SimpleNamespace(version_info=SimpleNamespace(major=3, minor=99)))
    else:
        monkeypatch.setattr(staleness, "version", lambda name: "99" if name == upgraded else version(name))
    code_hash.cache_clear()
    results = polyglot.run()
    expected: dict[str, dict[str, int]] = {name: {} for name in DEFAULT_ORDER}
    assert _reasons(results) == {**expected, step: {"code_changed": _UNITS[step]}}
    if step == "syntax":
        assert results[step].totals.counters["extracted_files"] == _SOURCES
    assert graph_digest(polyglot.store, polyglot.repository) == before


def test_every_parser_that_is_required_counts_for_the_step_that_uses_it() -> None:
    lines = (Path(__file__).parents[2] / "requirements.txt").read_text().splitlines()
    required = {line.partition("==")[0] for line in lines if "==" in line}
    grammars = {name for name in required if name.startswith("tree-sitter")}
    assert type(load_step("syntax")).built_on == grammars | {"python"}
    assert type(load_step("documentation_grapher")).built_on == {"markdown-it-py"} <= required


def test_a_full_run_does_everything_again_and_changes_nothing(polyglot: Workspace) -> None:
    polyglot.run()
    before = graph_digest(polyglot.store, polyglot.repository)
    results = polyglot.run(full=True)
    assert _reasons(results) == {name: {"requested": units} for name, units in _UNITS.items()}
    assert results["syntax"].totals.counters["extracted_files"] == _SOURCES
    assert {name: ran.totals.nodes for name, ran in results.items()} == dict.fromkeys(DEFAULT_ORDER, 0)
    assert graph_digest(polyglot.store, polyglot.repository) == before


def test_planning_changes_nothing(polyglot: Workspace) -> None:
    polyglot.run()
    before = graph_digest(polyglot.store, polyglot.repository)
    polyglot.replace("shop/prices.py", "rounded", "cut")
    polyglot.remove("docs")
    snapshot = polyglot.snapshot()
    plans: list[dict[str, dict[str, int]]] = []
    for _ in range(2):
        contexts = {name: polyglot.context(name, snapshot) for name in DEFAULT_ORDER}
        plans.append({name: load_step(name).plan(context).reasons for name, context in contexts.items()})
    assert plans[0] == plans[1]
    assert plans[0]["syntax"] == {"input_changed": 1, "not_stale": _SOURCES - 1}
    assert plans[0]["documentation_grapher"]["removed"] == 3
    assert graph_digest(polyglot.store, polyglot.repository) == before
    polyglot.run()
    assert not polyglot.differs_from_fresh()


_OPTION_SEQUENCE: tuple[dict[str, dict[str, Any]], ...] = (
    {"filesystem": {"max_depth": 2}, "syntax": {"languages": ["python", "go"]}},
    {"filesystem": {"ignore_patterns": ["*.md", "net/"]}, "documentation_grapher": {"docstrings": False}},
    {"syntax": {"max_file_bytes": 300}, "summarizer": {"kinds": ["class", "module"]}},
    {"documentation_grapher": {"ignore_patterns": ["docs/"], "include_patterns": ["*.toml"]}},
    {"summarizer": {"min_lines": 3, "ignore_patterns": ["tests/"]}, "syntax": {"languages": ["typescript"]}},
    {},
)


def test_changed_options_lead_to_the_graph_of_a_fresh_run_with_them(polyglot: Workspace) -> None:
    polyglot.run()
    for number, options in enumerate(_OPTION_SEQUENCE):
        polyglot.write({f"shop/more{number}.py": f"from shop.orders import Gift\n\nGift([{number}]).save()\n"})
        polyglot.run(options=options)
        assert not polyglot.differs_from_fresh(options=options), options
