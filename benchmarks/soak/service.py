"""The local host under a supervisor, as an init system would keep it, and the processes around it as targets."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil

from codestory.graph import embedded
from codestory.ingestion_pipeline.local_service import app_folder, free_port

__all__ = ["Supervised", "Unanswered"]

_RESTART_AFTER = 0.2


class Unanswered(Exception):
    """The service gave no proper answer for so long that it must be broken."""


class Supervised:
    """A host that is started again, on the same port and state, whenever it ends."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self.home, self.starts = home, 0
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CODESTORY_")}
        self._environment = {**inherited, **environment, "CODESTORY_HOME": str(home)}
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
        home.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Supervised:
        self._supervisor.start()
        self.ask("GET", "/admin/host/status")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        embedded.stop(self.home / "graph")

    def stop(self) -> None:
        """End the host for good; the embedded graph goes on."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
        self._supervisor.join(30)
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def ask(self, method: str, path: str, *, within: float = 180.0, **given: Any) -> httpx.Response:
        """The first answer that is neither an error of the service nor none at all.

        Raises ``Unanswered`` with the last trouble when there is none ``within`` so many seconds.
        """
        deadline = time.monotonic() + within
        trouble = "nothing was tried"
        while time.monotonic() < deadline:
            try:
                answer = httpx.request(method, f"{self.url}{path}", timeout=30, **given)
            except httpx.HTTPError as error:
                trouble = repr(error)
            else:
                if answer.status_code < 500:
                    return answer
                trouble = f"{answer.status_code} {answer.text[:300]}"
            time.sleep(0.15)
        raise Unanswered(f"{method} {path}: {trouble}")

    def query(self, cypher: str, **parameters: Any) -> list[dict[str, Any]]:
        """Rows of a reading statement, through the front door."""
        answer = self.ask("POST", "/v1/graph/query", json={"query": cypher, "parameters": parameters})
        if answer.status_code != 200:
            raise Unanswered(f"query: {answer.status_code} {answer.text[:500]}")
        return answer.json()["rows"]

    def kill_host(self) -> bool:
        """``kill -9`` the host; false if none is running at the moment."""
        process = self._process
        if process is None or process.poll() is not None:
            return False
        process.kill()
        return True

    def kill_worker(self, chance: random.Random) -> bool:
        """``kill -9`` one of the host's worker processes."""
        return _kill(self._pick_worker(chance))

    def freeze_worker(self, chance: random.Random, seconds: float) -> bool:
        """Stop one worker process for a while, as a machine that swaps would."""
        return _freeze(self._pick_worker(chance), seconds)

    def kill_graph(self) -> bool:
        """``kill -9`` the embedded graph server."""
        return _kill(self._graph())

    def loads(self) -> list[psutil.Process]:
        """The processes that write large first loads."""
        return [one for one in self._relatives() if "codestory.graph.load_process" in one.cmdline()]

    def kill_load(self) -> bool:
        """``kill -9`` a process that writes a large first load."""
        return _kill(next(iter(self.loads()), None))

    def freeze_graph(self, seconds: float) -> bool:
        """Let the embedded graph server answer nothing for a while."""
        return _freeze(self._graph(), seconds)

    def processes(self) -> list[str]:
        """Every process of the machine that works on this home, as a line of text."""
        return [f"{one.pid} {' '.join(one.cmdline())[:150]}" for one in self._relatives()]

    def log(self, lines: int = 60) -> str:
        """The end of the host's log."""
        return "\n".join(_log_of(self.home).read_text(errors="replace").splitlines()[-lines:])

    def _relatives(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                    continue
                if process.environ().get("CODESTORY_HOME") == str(self.home):
                    yield process

    def _pick_worker(self, chance: random.Random) -> psutil.Process | None:
        process = self._process
        with contextlib.suppress(psutil.Error):
            workers = psutil.Process(process.pid).children() if process is not None else []
            return chance.choice(sorted(workers, key=lambda worker: worker.pid)) if workers else None
        return None

    def _graph(self) -> psutil.Process | None:
        server = embedded.running(self.home / "graph")
        with contextlib.suppress(psutil.Error):
            return psutil.Process(server.pid) if server is not None else None
        return None

    def _supervise(self) -> None:
        command = [sys.executable, "-m", "functions_host", "start", "--port", str(self.port)]
        command += ["--app", str(app_folder()), "--state", str(self.home / "host")]
        while not self._stopping.is_set():
            # The log stays outside of the home, which may be full.
            with _log_of(self.home).open("ab") as log:
                self._process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                    env=self._environment, cwd=app_folder(),
                )  # fmt: skip
            self.starts += 1
            self._process.wait()
            self._stopping.wait(_RESTART_AFTER)


def _kill(process: psutil.Process | None) -> bool:
    if process is not None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
            return True
    return False


def _freeze(process: psutil.Process | None, seconds: float) -> bool:
    if process is None:
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            process.send_signal(signal.SIGCONT)
        return True
    return False


def _log_of(home: Path) -> Path:
    return home.with_name(f"{home.name}.host.log")
