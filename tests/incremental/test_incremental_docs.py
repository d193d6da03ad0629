"""The page on incremental update says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestory.ingestion_pipeline.staleness import StalenessReason
from plugins.syntax.sources import Sources
from tests.incremental.polyglot import POLYGLOT
from tests.incremental.workspace import DEFAULT_ORDER, Workspace

_PAGE = (Path(__file__).parents[2] / "docs" / "incremental.md").read_text()


@pytest.mark.parametrize("reason", StalenessReason)
def test_every_reason_is_explained(reason: StalenessReason) -> None:
    assert f"\n| `{reason.value}` | " in _PAGE


def test_the_plan_that_the_page_shows_is_the_plan_that_is_made(polyglot: Workspace) -> None:
    polyglot.run()
    polyglot.replace("shop/orders.py", "self.log.append(self.price())", "self.log.append(0)")
    polyglot.remove("docs/prices.md")
    assert f"A project of {len(POLYGLOT)} files" in _PAGE
    first_table = _PAGE.partition("$ codestory ingest plan .")[2].partition("```")[0]
    rows = [line.split(maxsplit=3) for line in first_table.splitlines()[2:]]
    assert tuple(row[0] for row in rows) == DEFAULT_ORDER
    for step, units, stale, why in rows:
        plan = polyglot.plan(step)
        reasons = ", ".join(f"{count} {reason}" for reason, count in plan.reasons.items())
        assert (str(plan.units), str(plan.stale), reasons) == (units, stale, why), step


def test_the_build_files_that_the_page_names_are_those_that_count(polyglot: Workspace) -> None:
    named = ("go.mod", "package.json", "tsconfig.json", "pyproject.toml", "x.csproj")
    polyglot.write({f"more/{name}": "" for name in named})
    manifests = Sources.of(polyglot.snapshot(), (), 1).manifests
    assert [name for name in named if f"more/{name}" not in manifests] == []
