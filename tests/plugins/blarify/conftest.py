"""An embedded graph, a fake Blarify, and the real one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from codestory.exceptions import StepFailedError, TransientError
from plugins.blarify import environment
from plugins.blarify.step import BlarifyStep
from tests.plugins.blarify.fakes import FakeBlarify
from tests.plugins.documentation_grapher.conftest import bench, store

__all__ = ["bench", "store"]

REAL = Path.home() / ".cache" / "codestory" / "tools" / "blarify"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeBlarify:
    """The step uses a fake environment."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setattr(BlarifyStep, "tools", folder)
    return FakeBlarify(folder)


@pytest.fixture(scope="session")
def real_blarify() -> Iterator[Path]:
    """The real environment, installed once and kept in the user's cache; skips where that is impossible."""
    try:
        environment.install(REAL)
    except (StepFailedError, TransientError) as error:
        pytest.skip(f"Blarify cannot be installed here: {error}")
    yield REAL
