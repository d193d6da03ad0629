"""``codestory watch``: jobs that follow the files of a folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psutil
import pytest
from aiohttp import web

from tests.cli.conftest import run_cli
from tests.cli.fake_ingest_service import FakeService, Recorded, job, step


class Watcher:
    """The command as a process of its own, since only a signal ends it."""

    def __init__(self, url: str, folder: Path, *more: str) -> None:
        command = [
            sys.executable,
            "-m",
            "codestory.cli",
            "--service-url",
            url,
            "watch",
            str(folder),
            "--settle",
            "0.05",
        ]
        self.process = subprocess.Popen(
            [*command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
        )

    def line(self, stream: IO[str] | None, containing: str = "") -> str:
        assert stream is not None
        found = next((line for line in stream if containing in line), None)
        assert found is not None, self.process.communicate()
        return found

    def out(self, containing: str = "") -> str:
        return self.line(self.process.stdout, containing)

    def err(self, containing: str = "") -> str:
        return self.line(self.process.stderr, containing)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Whatever happens in the block has happened at once when the command sees it."""
        process = psutil.Process(self.process.pid)
        process.suspend()
        while process.status() != psutil.STATUS_STOPPED:
            time.sleep(0.01)
        try:
            yield
        finally:
            process.resume()

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "a.py").write_text("")
    return folder


@pytest.fixture
def watchers() -> Iterator[list[Watcher]]:
    """Whatever a test starts has ended afterwards."""
    started: list[Watcher] = []
    yield started
    for watcher in started:
        watcher.process.kill()
        watcher.process.communicate()


def done(**values: Any) -> dict[str, Any]:
    counts = {"nodes": 3, "relationships": 1234, "deleted": 1}
    return job("j1", "COMPLETED", 100.0, step("syntax", **counts), duration=0.84, **values)


def test_every_change_starts_a_job_until_ctrl_c(service: FakeService, folder: Path, watchers: list[Watcher]) -> None:
    service.script("j1", (done(), ()))
    watcher = Watcher(service.url, folder, "--repository", "shop", "--steps", "syntax")
    watchers.append(watcher)
    assert f"watching {folder}" in watcher.err("watching")
    with watcher.standing_still():
        for name in ("b.py", "c.py", "d.py", "e.py"):
            (folder / name).write_text("")
    text = watcher.out("b.py")
    assert (
        "COMPLETED  b.py, c.py, d.py and 1 more: 3 nodes and 1,234 relationships written, 1 deleted, in 0.8 s" in text
    )
    first, second = (request.json for request in service.to("POST /v1/ingest"))
    assert first == second
    assert (first["source"], first["repository"], first["steps"]) == (str(folder), "shop", ["syntax"])
    assert watcher.interrupt() == 0


def test_an_outage_and_a_failed_job_do_not_end_the_watching(
    service: FakeService, folder: Path, watchers: list[Watcher]
) -> None:
    asked = 0

    def away_at_first(request: Recorded) -> web.Response:
        nonlocal asked
        asked += 1
        if asked < 5:
            return web.json_response({"title": "starting", "status": 503}, status=503)
        return web.json_response({"job_id": "j1", "status": "PENDING"}, status=202)

    service.answers["POST /v1/ingest"] = away_at_first
    service.script("j1", (job("j1", "FAILED", 50.0, error="the disk is full"), ()))
    watcher = Watcher(service.url, folder, "--json")
    watchers.append(watcher)
    assert "Trying again for 5 min" in watcher.err("Trying again")
    first = json.loads(watcher.out())
    keys = {request.headers["idempotency-key"] for request in service.to("POST /v1/ingest")}
    assert len(keys) == 1, "whatever became of the first try, it is one job"
    assert (first["changed"], first["job"]["error"]) == ([], "the disk is full")
    service.script("j1", (done(), ()))
    watcher.err("watching")
    (folder / "b.py").write_text("")
    second = json.loads(watcher.out())
    assert (second["changed"], second["job"]["status"]) == (["b.py"], "COMPLETED")
    assert watcher.interrupt() == 0


def test_a_configuration_may_be_wrong_while_it_is_edited(
    service: FakeService, folder: Path, watchers: list[Watcher]
) -> None:
    service.script("j1", (done(), ()))
    config = folder / "mine.yml"
    config.write_text("retry: {}\n")
    watcher = Watcher(service.url, folder, "--config", str(config))
    watchers.append(watcher)
    watcher.err("watching")
    with watcher.standing_still():
        config.write_text("[]\n")
    assert "must hold a mapping" in watcher.err("error")
    with watcher.standing_still():
        config.write_text("retry: {max_retries: 1}\n")
    watcher.out("mine.yml")
    assert service.to("POST /v1/ingest")[-1].json["config"] == {"retry": {"max_retries": 1}}


def test_a_service_that_does_not_come_back_ends_it(folder: Path) -> None:
    result = run_cli("--service-url", "http://127.0.0.1:1", "watch", str(folder), "--patience", "0", code=3)
    assert "codestory serve" in result.stderr
