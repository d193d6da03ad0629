"""A host process under test: start, talk, kill, read its log."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

APPS = Path(__file__).parent / "apps"
FINISHED = ("Completed", "Failed", "Terminated")


def eventually[T](probe: Callable[[], T], *, within: float = 60.0) -> T:
    """The first true result of ``probe``; fails when there is none in time."""
    end = time.monotonic() + within
    while True:
        result = probe()
        if result:
            return result
        assert time.monotonic() < end, f"still {result!r} after {within} s"
        time.sleep(0.02)


class Host:
    """``functions-host start`` for an app in ``apps`` (or any folder) with its state in ``state``."""

    def __init__(
        self, app: str | Path, state: Path, *arguments: str, new_group: bool = False, **environment: str
    ) -> None:
        self.app = APPS / app
        self.state = state
        self.log_file = state.parent / f"{state.name}.log"
        self._arguments = arguments
        self._environment = environment
        self._new_group = new_group
        self.process: subprocess.Popen[bytes] | None = None
        self.client = httpx.Client(timeout=60)

    def launch(self) -> None:
        """Start the process without waiting for anything."""
        command = [sys.executable, "-m", "functions_host", "start", "--app", str(self.app)]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", "0", "--state", str(self.state), *self._arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self._environment},
                cwd=self.state.parent,
                start_new_session=self._new_group,
            )

    def start(self) -> Host:
        """Start the process and wait until it serves."""
        known = len(re.findall(r"Host started: ", self.log()))
        self.launch()

        def started() -> list[str]:
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            return re.findall(r"Host started: (http://\S+:\d+)", self.log())[known:]

        self.client.base_url = eventually(started)[-1].replace("localhost", "127.0.0.1")
        return self

    @contextlib.contextmanager
    def started(self) -> Iterator[Host]:
        """Start, and stop at the end."""
        try:
            yield self.start()
        finally:
            self.stop()
            self.client.close()

    def stop(self) -> int:
        """Ask the process to end, and return its exit code."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(timeout=60)
        finally:
            # One that does not end must not go on beside the tests that follow.
            process.kill()
            process.wait()

    def kill(self) -> None:
        """``kill -9``."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    def log(self) -> str:
        """What the process has written so far."""
        return self.log_file.read_text() if self.log_file.exists() else ""

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.client.get(path, **given)

    def post(self, path: str, body: Any = None, **given: Any) -> httpx.Response:
        return self.client.post(path, json={} if body is None else body, **given)

    def begin(self, name: str, given: Any = None, **options: Any) -> dict[str, str]:
        """Start an orchestration through the app's own starter; returns its management URLs."""
        response = self.post(f"/api/start/{name}", {"input": given, **options})
        assert response.status_code == 202, response.text
        return response.json()

    def begin_without_worker(self, name: str, given: Any = None) -> str:
        """Start an orchestration through the host's own API, which needs no worker; returns its id."""
        response = self.post(f"/runtime/webhooks/durabletask/orchestrators/{name}", given)
        assert response.status_code == 202, response.text
        return response.json()["id"]

    def status(self, instance_id: str, **query: Any) -> dict[str, Any]:
        """The status of an instance as the management API shows it."""
        response = self.get(f"/runtime/webhooks/durabletask/instances/{instance_id}", params=query)
        assert response.status_code in (200, 202, 500), response.text
        return response.json()

    def finish(self, instance_id: str, *, within: float = 60.0) -> dict[str, Any]:
        """The status of an instance once it is over."""

        def finished() -> dict[str, Any] | None:
            status = self.status(instance_id)
            return status if status["runtimeStatus"] in FINISHED else None

        status = eventually(finished, within=within)
        assert status is not None
        return status

    def reach(self, instance_id: str, runtime_status: str) -> dict[str, Any]:
        """The status of an instance once it is ``runtime_status``."""
        eventually(lambda: self.status(instance_id)["runtimeStatus"] == runtime_status)
        return self.status(instance_id)

    def run(self, name: str, given: Any = None, **options: Any) -> dict[str, Any]:
        """Start an orchestration and wait for its end."""
        return self.finish(self.begin(name, given, **options)["id"])

    def client_call(self, operation: str, instance_id: str, **body: Any) -> Any:
        """An operation of the durable client in the app; an error is the name of its gRPC status."""
        response = self.post(f"/api/client/{operation}/{instance_id}", body).json()
        return response.get("error", response.get("answer"))

    def entity(self, name: str, key: str) -> dict[str, Any]:
        """Whether an entity exists, and its state."""
        return self.get(f"/api/entities/{name}/{key}").json()

    def signal(self, name: str, key: str, operation: str, given: Any = None, **options: Any) -> None:
        """Signal an entity through the app's client."""
        response = self.post(f"/api/entities/{name}/{key}/{operation}", {"input": given, **options})
        assert response.status_code == 202
