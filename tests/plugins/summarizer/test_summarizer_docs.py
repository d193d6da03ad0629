"""docs/steps/summarizer.md tells the truth about options, settings, places and counters."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from plugins.summarizer.options import SummarizerOptions
from plugins.summarizer.templates import PLACES

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "steps" / "summarizer.md").read_text(encoding="utf-8")


def test_every_option_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", DOCUMENT.partition("## Options")[2], re.MULTILINE))
    assert rows.keys() == SummarizerOptions.model_fields.keys()
    for name, field in SummarizerOptions.model_fields.items():
        if isinstance(field.default, int | float):
            assert rows[name].strip() == f"{field.default:g}"


def test_every_place_and_every_setting_is_documented() -> None:
    assert set(re.findall(r"`\{(\w+)\}`", DOCUMENT)) == PLACES
    used: set[str] = set()
    for module in (ROOT / "codestory" / "models").glob("*.py"):
        used |= set(re.findall(r'"(CODESTORY_[A-Z_]+)"', module.read_text(encoding="utf-8")))
    assert used
    assert used <= set(re.findall(r"`(CODESTORY_[A-Z_]+)`", DOCUMENT))


def test_the_example_configuration_is_valid() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    (step,) = [step for step in yaml.safe_load(example)["steps"] if step["name"] == "summarizer"]
    options = SummarizerOptions.model_validate({k: v for k, v in step.items() if k not in ("name", "concurrency")})
    assert options.provider == "openai"
    assert options.token_budget == 500_000


def test_every_counter_is_documented() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "plugins" / "summarizer").glob("*.py"))
    counters = set(re.findall(r'"(\w+)": (?:float|round)\(', sources)) | {"left"}
    assert {"requests", "cost_usd", "summaries", "reused"} <= counters
    assert counters <= set(re.findall(r"`(\w+)`", DOCUMENT))
