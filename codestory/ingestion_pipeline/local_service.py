"""A service of one's own: the local host as a child process, for as long as it is needed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Self

import httpx

import codestory
from codestory.exceptions import ServiceUnavailableError

__all__ = ["LocalService", "app_folder", "home_folder"]

START_LIMIT = timedelta(seconds=60)
STOP_LIMIT = timedelta(seconds=15)


def home_folder() -> Path:
    """Where local state lives: ``CODESTORY_HOME``, or ``.codestory`` in the working directory."""
    return Path(os.environ.get("CODESTORY_HOME") or ".codestory").absolute()


def app_folder() -> Path:
    """The folder that holds ``function_app.py``."""
    return Path(codestory.__file__).resolve().parent.parent


class LocalService:
    """A running local host; a context manager. ``url`` is where it answers."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        self.process, self.url, self.log = process, url, log

    @classmethod
    def start(cls, *, port: int = 0, home: Path | None = None, environment: Mapping[str, str] | None = None) -> Self:
        """Start the host and wait until it serves; ``port`` 0 takes a free one.

        Raises ``ServiceUnavailableError`` with the end of the log if it does not come up.
        """
        home = (home or home_folder()).absolute()
        home.mkdir(parents=True, exist_ok=True)
        port = port or _free_port()
        log = home / "host.log"
        command = [sys.executable, "-m", "functions_host", "start", "--port", str(port), "--app", str(app_folder())]
        command += ["--state", str(home / "host")]
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {}), "CODESTORY_HOME": str(home)},
                cwd=app_folder(),
            )
        service = cls(process, f"http://127.0.0.1:{port}", log)
        try:
            service._wait_until_ready()
        except BaseException:
            service.stop()
            raise
        return service

    def stop(self) -> None:
        """End the host; what it has accepted goes on when it is started again on the same home."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_LIMIT.total_seconds())
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_LIMIT.total_seconds()
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise ServiceUnavailableError(f"the local host ended while starting:\n{self._log_tail()}")
            try:
                answer = httpx.get(f"{self.url}/admin/host/status", timeout=2)
                if answer.status_code == 200 and answer.json().get("state") == "Running":
                    return
            except (httpx.HTTPError, ValueError):
                pass
            time.sleep(0.1)
        raise ServiceUnavailableError(f"the local host was not ready after {START_LIMIT}:\n{self._log_tail()}")

    def _log_tail(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
