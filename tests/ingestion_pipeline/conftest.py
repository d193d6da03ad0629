from __future__ import annotations

from collections.abc import Iterator

import pytest

from codestory.ingestion_pipeline import config, pipeline, submission
from tests.ingestion_pipeline.steps import STEPS


@pytest.fixture
def only_test_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The registry holds the small steps of this package and nothing else."""
    for module in (config, pipeline, submission):
        monkeypatch.setattr(module, "step_classes", lambda: STEPS)
    yield
