"""docs/operations.md names every status and every configuration key, with the default that the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from codestory.ingestion_pipeline.config import PipelineConfig, ResourceLimits, StepConfig
from codestory.ingestion_pipeline.retry import RetryPolicy
from codestory.ingestion_pipeline.statuses import StepStatus

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([^`]+)` \|\s*([^|\n]*?)\s*\|", TEXT, flags=re.MULTILINE))


def test_every_status_is_explained() -> None:
    explained = re.findall(r"^\| ([A-Z]+) \|", TEXT, flags=re.MULTILINE)
    assert sorted(explained) == sorted(StepStatus)


def test_exactly_the_known_keys_are_explained() -> None:
    known = {f"steps[].{name}" for name in StepConfig.model_fields}
    known |= {f"retry.{name}" for name in RetryPolicy.model_fields}
    known |= {f"resources.{name}" for name in ResourceLimits.model_fields}
    known |= set(PipelineConfig.model_fields) - {"retry", "resources"}
    assert {name for name in ROWS if name in known or "." in name} == known


@pytest.mark.parametrize(("prefix", "model"), [("retry", RetryPolicy), ("resources", ResourceLimits)])
def test_the_defaults_are_those_of_the_code(prefix: str, model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = ROWS[f"{prefix}.{name}"].strip()
        if isinstance(default, bool):
            assert shown == str(default).lower()
        elif isinstance(default, int | float):
            assert float(shown) == default
        else:
            assert shown == str(default)


def test_every_setting_of_the_triggers_is_explained() -> None:
    used: set[str] = set()
    for file in (ROOT / "triggers").glob("*.py"):
        used |= set(re.findall(r'"(CODESTORY_[A-Z_]+)"', file.read_text(encoding="utf-8")))
    assert used <= set(ROWS)
