"""Why a unit is stale, from nothing but its staleness keys."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from codestory.ingestion_pipeline.staleness import (
    StalenessReason,
    code_hash,
    compare,
    explain,
    options_hash,
    unit_key,
)
from codestory.ingestion_pipeline.step import PipelineStep, StepOptions
from plugins.filesystem.step import FilesystemStep

R = StalenessReason
KEY = unit_key("c", "o", "i")


@pytest.mark.parametrize(
    ("applied", "wanted", "reason", "details"),
    [
        (KEY, KEY, R.NOT_STALE, ""),
        (None, KEY, R.MISSING, "Nothing was applied yet"),
        (KEY, None, R.REMOVED, "No longer in the repository"),
        (KEY, unit_key("d", "o", "i"), R.CODE_CHANGED, "Code hash changed: c -> d"),
        (KEY, unit_key("c", "p", "i"), R.OPTIONS_CHANGED, "Options hash changed: o -> p"),
        (KEY, unit_key("c", "o", "j"), R.INPUT_CHANGED, "Input hash changed: i -> j"),
        (KEY, unit_key("d", "p", "j"), R.CODE_CHANGED, "Code hash changed: c -> d"),
        (unit_key("c", "o", "i.u"), unit_key("c", "o", "i.v"), R.UPSTREAM_STALE, "Upstream hash changed: u -> v"),
        (KEY, unit_key("c", "o", "i.v"), R.UPSTREAM_STALE, "What the unit depends on changed"),
        ("", KEY, R.CODE_CHANGED, "Code hash changed:  -> c"),
    ],
)
def test_the_reason_is_the_part_of_the_key_that_differs(
    applied: str | None, wanted: str | None, reason: StalenessReason, details: str
) -> None:
    verdict = explain(applied, wanted)
    assert (verdict.reason, verdict.details) == (reason, details)
    assert verdict.is_stale == (reason != R.NOT_STALE)


def test_a_comparison_lists_stale_and_removed_units_and_counts_reasons() -> None:
    applied = {"same": KEY, "edited": KEY, "gone": KEY}
    wanted = {"same": KEY, "edited": unit_key("c", "o", "j"), "new": KEY}
    comparison = compare(applied, wanted)
    assert list(comparison.stale) == ["edited", "new"]
    assert list(comparison.removed) == ["gone"]
    assert comparison.reasons == {"input_changed": 1, "missing": 1, "not_stale": 1, "removed": 1}


def test_a_full_run_makes_everything_stale_and_says_that_it_was_asked_for() -> None:
    comparison = compare({"same": KEY}, {"same": KEY, "new": KEY}, full=True)
    assert comparison.reasons == {"missing": 1, "requested": 1}
    assert comparison.unchanged == 0


def load(file: Path, version: str) -> type[PipelineStep[StepOptions]]:
    file.write_text(
        "from codestory.ingestion_pipeline.step import PipelineStep\n"
        "class Step(PipelineStep):\n"
        f"    name = 'demo'\n    version = {version!r}\n"
    )
    spec = importlib.util.spec_from_file_location(f"demo_{file.parent.name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.Step


def test_the_code_hash_follows_source_and_version_of_the_step(tmp_path: Path) -> None:
    hashes: list[str] = []
    for number, (version, helper) in enumerate([("1", "x = 1"), ("1", "x = 1"), ("2", "x = 1"), ("1", "x = 2")]):
        package = tmp_path / str(number) / "demo"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "helper.py").write_text(helper)
        hashes.append(code_hash(load(package / "step.py", version)))
        del sys.modules["demo_demo"]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_the_code_hash_of_a_single_module_leaves_its_neighbours_out(tmp_path: Path) -> None:
    hashes: list[str] = []
    for number in range(2):
        folder = tmp_path / str(number) / "plain"
        folder.mkdir(parents=True)
        (folder / "neighbour.py").write_text(f"x = {number}")
        hashes.append(code_hash(load(folder / "step.py", "1")))
        del sys.modules["demo_plain"]
    assert hashes[0] == hashes[1]
    assert code_hash(FilesystemStep) not in hashes


def test_options_without_effect_are_left_out_of_the_hash() -> None:
    class Options(StepOptions):
        depth: int = 1
        batch: int = 1

    ignored = frozenset({"batch"})
    assert options_hash(Options(), ignored) == options_hash(Options(batch=2), ignored)
    assert options_hash(Options(), ignored) != options_hash(Options(depth=2), ignored)
    assert options_hash(Options()) != options_hash(Options(batch=2))
