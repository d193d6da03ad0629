"""Starts, finds and stops the embedded graph server: one detached process per data folder, shared by everybody.

The folder holds the database, ``server.json`` (who serves it, readable by its owner only) and three locks:
``server.lock`` is held by the server for as long as it lives, ``start.lock`` by whoever starts it, ``writer.lock``
by whoever writes to the graph.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import msgspec
import psutil

from codestory.exceptions import ConfigurationError, GraphUnavailableError
from codestory.graph.file_lock import FileLock, LockTimeoutError
from codestory.graph.wal_repair import log_bytes

__all__ = [
    "CHECK_TYPE",
    "DATABASE",
    "EmbeddedServer",
    "current",
    "end",
    "ensure_running",
    "has_room",
    "recorded",
    "running",
    "stop",
    "writer_lock",
]

DATABASE = "codestory"
CHECK_TYPE = "server_check"
"""A type of documents that only the probe writes. Its name can be neither a label's nor a relationship type's."""
EXIT_NOT_INSTALLED = 78
EXIT_FOLDER_TAKEN = 75
_POLL_SECONDS = 0.02
_MAX_LOG_BYTES = 1 << 20
_START_TIMEOUT = timedelta(seconds=90)
_ROOM_TO_START = 16 << 20
"""Bytes that must be free for a server to start, on top of what replaying its logs may take."""


class EmbeddedServer(msgspec.Struct, frozen=True):
    """The content of ``server.json``. ``created`` is the process's start time, which tells a reused pid."""

    pid: int
    created: float
    port: int
    password: str
    http_port: int

    @property
    def uri(self) -> str:
        """Where the driver connects to."""
        return f"bolt://127.0.0.1:{self.port}"

    def __repr__(self) -> str:
        return f"EmbeddedServer(pid={self.pid}, port={self.port})"


_servers = msgspec.json.Decoder(EmbeddedServer)


def writer_lock(folder: Path) -> FileLock:
    """The lock that lets one transaction at a time write: a single writer is the fastest on this server."""
    return FileLock(folder / "writer.lock")


def running(folder: Path) -> EmbeddedServer | None:
    """The server on ``folder``, if it is alive and accepts connections."""
    server = current(folder)
    return server if server is not None and _accepts(server.port) else None


def current(folder: Path) -> EmbeddedServer | None:
    """The server on ``folder``, if its process is alive, whether it answers or not."""
    server = recorded(folder)
    return server if server is not None and _alive(server) else None


def ensure_running(folder: Path, *, heap: str = "", timeout: timedelta = _START_TIMEOUT) -> EmbeddedServer:
    """The server on ``folder``, started if there is none. Safe to call from any number of processes at once.

    Raises ``GraphUnavailableError`` if it does not come up in time, ``ConfigurationError`` if it cannot run here.
    """
    server = running(folder)
    if server is not None:
        return server
    # Whoever is first makes the folder around it, which holds all local state and is nobody else's business.
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    deadline = time.monotonic() + timeout.total_seconds()
    try:
        with FileLock(folder / "start.lock").held(timeout):
            server = running(folder)
            while server is None:
                server = _await(folder, deadline, spawned=_spawn(folder, heap))
            return server
    except LockTimeoutError:
        raise GraphUnavailableError(
            f"The embedded graph server in {folder} was not started within {timeout.total_seconds():g} s by the"
            " process that is starting it.",
            folder=str(folder),
        ) from None


def stop(folder: Path, *, timeout: timedelta = timedelta(seconds=30)) -> bool:
    """Shut the server down cleanly, by force when the time is up; tells whether there was one.

    One that is still starting is stopped once it is up.
    """
    server = current(folder) or _coming_up(folder, timeout)
    if server is None:
        return False
    try:
        process = psutil.Process(server.pid)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout.total_seconds())
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(5)
    except psutil.NoSuchProcess:
        pass
    return True


def end(folder: Path, server: EmbeddedServer, *, timeout: timedelta = timedelta(seconds=10)) -> bool:
    """Kill ``server``, which is of no use any more, so that its next client starts another; tells whether it did.

    Whoever else came to the same judgement may have been faster. What is killed is the process that was judged, told
    by its id and its start time, and only while it is the one that serves ``folder``: never its successor.
    """
    if recorded(folder) != server:
        return False
    try:
        process = psutil.Process(server.pid)
        if not _same(process, server):
            return False
        process.kill()
        process.wait(timeout.total_seconds())
    except psutil.Error:
        # It was faster, is not ours to kill, or waits for its disk and will be gone when that answers.
        return False
    return True


def has_room(folder: Path) -> bool:
    """Whether the disk has the room that a server needs to start: it replays its logs first."""
    return shutil.disk_usage(folder).free >= _room_needed(folder)


def _room_needed(folder: Path) -> int:
    return _ROOM_TO_START + 2 * log_bytes(folder / "databases" / DATABASE)


def _spawn(folder: Path, heap: str) -> bool:
    """Start the server unless one already holds the folder; tells which. The child detaches itself and returns."""
    lock = FileLock(folder / "server.lock")
    if lock.is_held():
        return False
    if not has_room(folder):
        free, needed = shutil.disk_usage(folder).free >> 20, _room_needed(folder) >> 20
        raise GraphUnavailableError(
            f"The embedded graph server in {folder} cannot start: its disk has {free} MB left, it needs {needed} MB."
            " Make room.",
            folder=str(folder),
        )
    environment = dict(os.environ)
    if heap:
        environment["CODESTORY_GRAPH_HEAP"] = heap
    path = folder / "server.log"
    grown = path.exists() and path.stat().st_size > _MAX_LOG_BYTES
    with path.open("wb" if grown else "ab") as log:
        child = subprocess.run(
            [sys.executable, "-m", "codestory.graph.embedded_server", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
            check=False,
        )
    if child.returncode == EXIT_NOT_INSTALLED:
        raise ConfigurationError(
            "The embedded graph server is not installed. Install it with `pip install 'codestory[local]'`, or set"
            " CODESTORY_NEO4J_URI to use a Neo4j server, which is the only way on a Mac with an Intel processor.",
            key="CODESTORY_NEO4J_URI",
        )
    return True


def _await(folder: Path, deadline: float, *, spawned: bool) -> EmbeddedServer | None:
    """The server once it answers, ``None`` if one that was there before and did not answer has gone."""
    lock = FileLock(folder / "server.lock")
    while time.monotonic() < deadline:
        server = running(folder)
        if server is not None:
            return server
        if not lock.is_held():
            server = running(folder)
            if server is None and spawned:
                raise GraphUnavailableError(
                    f"The embedded graph server in {folder} ended while starting. The end of its log:\n"
                    f"{_log_tail(folder)}",
                    folder=str(folder),
                )
            return server
        time.sleep(_POLL_SECONDS)
    raise GraphUnavailableError(
        f"The embedded graph server in {folder} does not answer. The end of its log:\n{_log_tail(folder)}",
        folder=str(folder),
    )


def _coming_up(folder: Path, timeout: timedelta) -> EmbeddedServer | None:
    """The server that holds ``folder`` and has yet to say where it is, once it has; ``None`` if there is none."""
    lock = FileLock(folder / "server.lock")
    if not lock.path.exists():
        return None
    deadline = time.monotonic() + timeout.total_seconds()
    try:
        # Nobody starts another one meanwhile.
        with FileLock(folder / "start.lock").held(timeout):
            while (server := current(folder)) is None and lock.is_held() and time.monotonic() < deadline:
                time.sleep(_POLL_SECONDS)
            return server
    except LockTimeoutError:
        return current(folder)


def recorded(folder: Path) -> EmbeddedServer | None:
    """The server that served the folder last, whether or not it still does."""
    try:
        return _servers.decode((folder / "server.json").read_bytes())
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _alive(server: EmbeddedServer) -> bool:
    if server.pid <= 0:
        return False
    try:
        process = psutil.Process(server.pid)
        return _same(process, server) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _same(process: psutil.Process, server: EmbeddedServer) -> bool:
    return abs(process.create_time() - server.created) <= 1.0


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except OSError:
        return False


def _log_tail(folder: Path, lines: int = 12) -> str:
    try:
        text = (folder / "server.log").read_text(errors="replace")
    except FileNotFoundError:
        return "(no log)"
    return "\n".join(text.splitlines()[-lines:])
