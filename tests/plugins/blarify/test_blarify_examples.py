"""The example configurations load."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestory.ingestion_pipeline.config import PipelineConfig, load_config
from codestory.ingestion_pipeline.registry import load_step

EXAMPLES = Path(__file__).parents[3] / "examples"


def test_there_are_examples() -> None:
    assert {path.name for path in EXAMPLES.glob("*.yml")} >= {"blarify_first.yml", "blarify_in_container.yml"}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yml")), ids=lambda path: path.name)
def test_every_example_loads_and_its_options_are_known(path: Path) -> None:
    config = load_config(path)
    for step in config.steps:
        type(load_step(step.name)).Options.model_validate(step.options)


def steps(name: str) -> tuple[PipelineConfig, dict[str, int | None]]:
    config = load_config(EXAMPLES / name)
    return config, {step.name: step.concurrency for step in config.steps}


def test_blarify_in_a_container_runs_after_the_file_system() -> None:
    config, found = steps("blarify_in_container.yml")
    assert list(found) == ["filesystem", "blarify"]
    assert config.steps[1].options == {"docker_image": "codestory/blarify:latest"}
    assert config.steps[1].timeout == 300
    assert (config.retry.max_retries, config.retry.back_off_seconds) == (3, 10)


def test_blarify_may_come_first() -> None:
    _, found = steps("blarify_first.yml")
    assert found == {"blarify": 1, "filesystem": 1, "summarizer": 5, "documentation_grapher": 2}
    assert next(iter(found)) == "blarify"
