"""docs/observability.md tells the truth."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codestory.telemetry.metrics import LiveGauges, render
from codestory.tracker import DatabaseManager, ExecutionTracker
from codestory.tracker.schema import STEPS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "observability.md").read_text(encoding="utf-8")


def test_every_metric_is_documented_with_its_type_and_nothing_else_is(tmp_path: Path) -> None:
    tracker = ExecutionTracker(DatabaseManager(f"sqlite:///{tmp_path / 'history.db'}"))
    tracker.record_execution("j1", status="COMPLETED", created_at=datetime(2026, 1, 1, tzinfo=UTC))
    text = render(tracker, LiveGauges(active_jobs=1, available_tokens=1, max_tokens=2, waiting={"low": 1})).decode()
    tracker.close()
    exposed = set(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE))
    documented = set(re.findall(r"^\| `(codestory_\w+)` \| (\w+) \|", DOCUMENT, re.MULTILINE))
    assert documented == exposed


def test_the_record_of_an_attempt_has_exactly_the_documented_fields() -> None:
    (block,) = [block for block in re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL) if '"step_id"' in block]
    assert json.loads(block).keys() == {column.name for column in STEPS.columns}


def test_every_setting_of_the_code_is_documented() -> None:
    root = Path(__file__).parents[2] / "codestory"
    used: set[str] = set()
    for module in [*(root / "tracker").glob("*.py"), *(root / "telemetry").glob("*.py")]:
        used |= set(re.findall(r"\b((?:CODESTORY|OTEL)_[A-Z_]+[A-Z])\b", module.read_text(encoding="utf-8")))
    used -= {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"}
    assert used <= set(re.findall(r"\b((?:CODESTORY|OTEL)_[A-Z_]+[A-Z])\b", DOCUMENT))


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL))
def test_every_python_example_runs(block: str, tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block + "\nif 'tracker' in globals(): tracker.close()\n"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
