"""The command line, run in this process against a real HTTP server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from typer.testing import CliRunner, Result

from codestory.cli.app import app
from tests.cli.fake_ingest_service import FakeService


class Run(Protocol):
    def __call__(self, *arguments: str, input: str | None = None, code: int | None = 0) -> Result: ...


@pytest.fixture
def service() -> Iterator[FakeService]:
    with FakeService().running() as running:
        yield running


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the developer's shell, and a folder of its own."""
    for name in ("CODESTORY_SERVICE_URL", "CODESTORY_API_KEY", "CODESTORY_HOME", "CODESTORY_NEO4J_URI", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def run_cli(*arguments: str, input: str | None = None, code: int | None = 0) -> Result:
    """Run one command; ``code`` is the exit code to insist on."""
    logger = logging.getLogger("codestory")
    handlers = list(logger.handlers)
    try:
        result = CliRunner().invoke(app, list(arguments), input=input)
    finally:
        logger.handlers[:] = handlers
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    if code is not None:
        assert result.exit_code == code, result.output
    return result


@pytest.fixture
def cli(service: FakeService, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands that find the fake service."""
    monkeypatch.setenv("CODESTORY_SERVICE_URL", service.url)
    return run_cli
