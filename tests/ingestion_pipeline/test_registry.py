from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from codestory.exceptions import UnknownStepError
from codestory.ingestion_pipeline import registry

ROOT = Path(__file__).parents[2]

PACKAGE = """
from codestory.ingestion_pipeline import Batch, BatchResult, PipelineStep, Plan

class Shout(PipelineStep):
    def plan(self, context):
        return Plan()

    def process(self, batch, context):
        return BatchResult()

not_a_step = 42
"""

ENTRY_POINTS = """[codestory.pipeline.steps]
shout = thirdparty_steps:Shout
number = thirdparty_steps:not_a_step
broken = thirdparty_missing:Nothing
"""


@pytest.fixture
def third_party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed distribution that offers one good step, one bad object and one missing module."""
    (tmp_path / "thirdparty_steps.py").write_text(PACKAGE)
    info = tmp_path / "thirdparty_steps-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: thirdparty-steps\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    _forget()
    yield
    sys.modules.pop("thirdparty_steps", None)
    _forget()


def _forget() -> None:
    for cached in (registry.step_classes, registry._entry_points, registry._load):
        cached.cache_clear()


@pytest.mark.usefixtures("third_party")
def test_an_installed_package_adds_a_step_without_a_change_here(caplog: pytest.LogCaptureFixture) -> None:
    step = registry.load_step("shout")
    assert step.name == "shout"
    assert "shout" in registry.step_classes()


@pytest.mark.usefixtures("third_party")
def test_what_is_not_a_step_or_cannot_be_imported_is_passed_over_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    classes = registry.step_classes()
    assert not {"number", "broken"} & set(classes)
    assert "'number'" in caplog.text
    assert "'broken'" in caplog.text


@pytest.mark.usefixtures("third_party")
def test_an_allow_list_keeps_others_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESTORY_STEPS", "filesystem")
    _forget()
    assert set(registry.step_classes()) == {"filesystem"}


def test_an_unknown_step_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownStepError, match="Did you mean 'filesystem'"):
        registry.load_step("filesytem")


def test_the_built_in_steps_are_the_declared_entry_points() -> None:
    from importlib.metadata import entry_points

    declared = {point.name: point.value for point in entry_points(group=registry.GROUP)}
    assert declared == registry.BUILT_IN
    assert set(registry.step_classes()) == set(registry.BUILT_IN)


def test_the_app_imports_the_steps_before_the_first_job_needs_them() -> None:
    code = (
        "import sys, threading, function_app\n"
        "for thread in threading.enumerate():\n"
        "    if thread.name == 'steps':\n"
        "        thread.join()\n"
        "print('plugins.syntax.step' in sys.modules)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert result.stdout == "True\n"
