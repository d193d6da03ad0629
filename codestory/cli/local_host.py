"""The service as a child of the command line: finding the function app, starting its host, stopping it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

import codestory
from codestory.exceptions import ConfigurationError, ServiceUnavailableError

__all__ = ["DEFAULT_PORT", "LocalHost", "find_app", "free_port", "host_command", "host_environment", "running_host"]

DEFAULT_PORT = 7071
_LOG_LINES = 15
_START_LIMIT = timedelta(seconds=120)
_STOP_LIMIT = timedelta(seconds=30)


@dataclass(frozen=True)
class LocalHost:
    """A host that runs on this machine."""

    url: str
    log: Path


def find_app() -> Path:
    """The folder of the function app: this one, or the checkout that this package is installed from.

    Raises ``ConfigurationError`` if neither holds a ``host.json``.
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


def free_port(wanted: int = DEFAULT_PORT) -> int:
    """``wanted`` if nobody listens there, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ServiceUnavailableError("no port is free on 127.0.0.1")


def state_folder() -> Path:
    """Where everything local is kept: ``CODESTORY_HOME``, or ``.codestory`` in this folder."""
    return Path(os.environ.get("CODESTORY_HOME") or ".codestory").absolute()


def host_command(app: Path, port: int) -> list[str]:
    """The command that serves ``app`` on ``port``."""
    command = [sys.executable, "-m", "functions_host", "start"]
    return [*command, "--port", str(port), "--app", str(app), "--state", str(state_folder() / "host")]


def host_environment() -> Mapping[str, str]:
    """The environment of the host: it works in the app's folder, so the state folder must be absolute."""
    return {**os.environ, "CODESTORY_HOME": str(state_folder())}


@contextmanager
def running_host(app: Path, port: int) -> Generator[LocalHost]:
    """Start the host, wait until it serves, and stop it in the end.

    Raises ``ServiceUnavailableError`` with the end of its log if it does not come up.
    """
    log = state_folder() / "host.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    host = LocalHost(f"http://127.0.0.1:{port}", log)
    with log.open("wb") as output, _terminated_in_order():
        process = subprocess.Popen(
            host_command(app, port),
            cwd=app,
            env=host_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the command line, which then stops the host in good order.
            start_new_session=True,
        )
        try:
            _await(process, host)
            yield host
        finally:
            _stop(process)


@contextmanager
def _terminated_in_order() -> Generator[None]:
    """Let SIGTERM and SIGHUP unwind the stack, which ends the host; by default nothing would."""
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


def _await(process: subprocess.Popen[bytes], host: LocalHost) -> None:
    deadline = time.monotonic() + _START_LIMIT.total_seconds()
    with httpx.Client(base_url=host.url, timeout=5, trust_env=False) as http:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise _not_started(f"The local host ended with code {process.returncode}", host)
            try:
                answer = http.get("/admin/host/status")
                if answer.status_code == 200 and answer.json().get("state") == "Running":
                    return
            except (httpx.HTTPError, ValueError):
                pass  # not listening yet
            time.sleep(0.1)
    raise _not_started(f"The local host was not ready after {_START_LIMIT.total_seconds():g} s", host)


def _not_started(what: str, host: LocalHost) -> ServiceUnavailableError:
    lines = host.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:]
    return ServiceUnavailableError(f"{what}; the end of {host.log}:", problems=lines, status="not started")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_LIMIT.total_seconds())
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
