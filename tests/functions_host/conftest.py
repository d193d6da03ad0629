"""Hosts as real processes on free ports, and the HTTP to talk to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functions_host.host_process import Host


@pytest.fixture(scope="session")
def features(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """One host of the app with everything in it, shared by the tests of one worker."""
    with Host("features", tmp_path_factory.mktemp("features")).started() as host:
        yield host


@pytest.fixture
def fragile(tmp_path: Path) -> Iterator[Host]:
    """The same app on a host of its own, for tests that kill worker processes under those who talk to them."""
    with Host("features", tmp_path / "fragile").started() as host:
        yield host


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A folder for the state of one host."""
    return tmp_path / "state"
