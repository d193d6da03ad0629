"""A service of one's own: the local host as a child process, for as long as it is needed."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NoReturn, Self

import httpx

import codestory
from codestory.exceptions import ConfigurationError, ServiceUnavailableError

__all__ = ["DEFAULT_PORT", "LocalService", "app_folder", "free_port", "home_folder", "serve", "stopped_in_order"]

DEFAULT_PORT = 7071
START_LIMIT = timedelta(seconds=120)
STOP_LIMIT = timedelta(seconds=30)
_QUIET_PORTS = range(18_000, 30_000)
"""Systems take the ports of outgoing connections from higher ones: a server may need seconds before it listens."""
LOG_LINES = 15
LOG_LIMIT = 10_000_000
"""Bytes; a log that is longer is begun anew with the next start."""


def home_folder() -> Path:
    """Where local state lives: ``CODESTORY_HOME``, or ``.codestory`` in the working directory."""
    return Path(os.environ.get("CODESTORY_HOME") or ".codestory").absolute()


def app_folder() -> Path:
    """The folder of the function app: the working directory, or the checkout that this package is installed from.

    Raises ``ConfigurationError`` if neither holds a ``host.json`` and a ``function_app.py``.
    """
    candidates = [Path.cwd(), Path(codestory.__file__).resolve().parent.parent]
    for folder in candidates:
        if (folder / "host.json").is_file() and (folder / "function_app.py").is_file():
            return folder
    raise ConfigurationError(
        "No function app (host.json and function_app.py) in "
        + " or ".join(str(folder) for folder in candidates)
        + ". Run this in a checkout of the project, or name its folder with --app."
    )


def free_port(wanted: int = 0) -> int:
    """``wanted`` if nobody listens there, else a port that is free and that no outgoing connection takes meanwhile."""
    others = random.SystemRandom().sample(_QUIET_PORTS, 100)
    for port in (wanted, *others) if wanted else others:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ServiceUnavailableError("no port is free on 127.0.0.1")


def serve(app: Path, port: int, arguments: Sequence[str] = ()) -> NoReturn:
    """Become the host: serve ``app`` in the foreground, with ``arguments`` for it. Does not return.

    Signals and the exit code are the host's own, with nothing in between.
    """
    home = _made(home_folder())
    command = [*_command(app, port, home), *arguments]
    os.chdir(app)
    sys.stdout.flush()
    os.execve(command[0], command, _environment(home))  # noqa: S606


class LocalService:
    """A running local host; a context manager. ``url`` is where it answers, ``log`` what it has to say."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        self.process, self.url, self.log = process, url, log

    @classmethod
    def start(
        cls,
        *,
        port: int = 0,
        home: Path | None = None,
        app: Path | None = None,
        environment: Mapping[str, str] | None = None,
        arguments: Sequence[str] = (),
    ) -> Self:
        """Start the host and wait until it serves; ``port`` 0 takes a free one.

        ``home`` and ``app`` default to ``home_folder()`` and ``app_folder()``; ``environment`` is laid over this
        process's own; ``arguments`` go to the host. Raises ``ServiceUnavailableError`` with the end of the log if it
        does not come up.
        """
        home, app = _made((home or home_folder()).absolute()), (app or app_folder()).resolve()
        port = port or free_port()
        log = home / "host.log"
        began = log.stat().st_size if log.exists() else 0
        if began > LOG_LIMIT:
            log.unlink()
            began = 0
        with log.open("ab") as output:
            process = subprocess.Popen(
                [*_command(app, port, home), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**_environment(home), **(environment or {})},
                cwd=app,
                # Ctrl-C is for this program, which then stops the host in good order.
                start_new_session=True,
            )
        service = cls(process, f"http://127.0.0.1:{port}", log)
        try:
            service._wait_until_ready(began)
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

    def _wait_until_ready(self, log_offset: int) -> None:
        deadline = time.monotonic() + START_LIMIT.total_seconds()
        with httpx.Client(base_url=self.url, timeout=5, trust_env=False) as http:
            while time.monotonic() < deadline:
                if self.process.poll() is not None:
                    what = f"The local host ended with code {self.process.returncode}"
                    raise self._not_started(what, log_offset)
                try:
                    answer = http.get("/admin/host/status")
                    if answer.status_code == 200 and answer.json().get("state") == "Running":
                        return
                except (httpx.HTTPError, ValueError):
                    pass  # not listening yet
                time.sleep(0.1)
        raise self._not_started(f"The local host was not ready after {START_LIMIT.total_seconds():g} s", log_offset)

    def _not_started(self, what: str, log_offset: int) -> ServiceUnavailableError:
        text = self.log.read_bytes()[log_offset:].decode("utf-8", "replace")
        lines = text.splitlines()[-LOG_LINES:]
        return ServiceUnavailableError(f"{what}; the end of {self.log}:", problems=lines, status="not started")


@contextmanager
def stopped_in_order() -> Generator[None]:
    """Let SIGTERM and SIGHUP unwind the stack, so that a service started inside the block is stopped, too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: object) -> None:
        del frame
        sys.exit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _command(app: Path, port: int, home: Path) -> list[str]:
    command = [sys.executable, "-m", "functions_host", "start"]
    return [*command, "--port", str(port), "--app", str(app), "--state", str(home / "host")]


def _made(home: Path) -> Path:
    """The folder, for nobody else to look into if it is new: what is in a graph may be confidential."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def _environment(home: Path) -> dict[str, str]:
    # The host works in the app's folder, so the folder of its state must be absolute.
    return {**os.environ, "CODESTORY_HOME": str(home)}
