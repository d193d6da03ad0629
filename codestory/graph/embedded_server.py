"""The embedded graph server process: ArcadeDB behind Bolt on loopback, on one data folder.

``python -m codestory.graph.embedded_server FOLDER`` detaches itself and returns at once; with ``--foreground`` it
stays. Exit codes: 0 started (or ended cleanly), 75 the folder is served by another process, 78 not installed.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import psutil

from codestory.graph.embedded import (
    CHECK_TYPE,
    DATABASE,
    EXIT_FOLDER_TAKEN,
    EXIT_NOT_INSTALLED,
    EmbeddedServer,
    recorded,
)
from codestory.graph.file_lock import FileLock
from codestory.graph.wal_repair import drop_torn_records

__all__ = ["main", "serve"]

DEFAULT_HEAP = "288m"
_PORT_ATTEMPTS = 5
_START_SECONDS = 300.0
_STOP_SECONDS = 120.0


def main(arguments: list[str]) -> int:
    """Serve the folder named by the first argument; returns the process's exit code."""
    if len(arguments) not in (1, 2) or (len(arguments) == 2 and arguments[1] != "--foreground"):
        sys.stderr.write("usage: python -m codestory.graph.embedded_server FOLDER [--foreground]\n")
        return 2
    if importlib.util.find_spec("arcadedb") is None:
        sys.stderr.write("arcadedb is not installed\n")
        return EXIT_NOT_INSTALLED
    folder = Path(arguments[0]).resolve()
    # The descriptor is inherited by the detached child and closed by the system when that ends, however it ends.
    lock = FileLock(folder / "server.lock").try_acquire()
    if lock is None:
        sys.stderr.write(f"{folder} is served by another process\n")
        return EXIT_FOLDER_TAKEN
    if "--foreground" not in arguments and os.fork() > 0:
        return 0
    try:
        serve(folder)
    except BaseException:  # noqa: BLE001 - whatever it was, it is in the log, unless it was a full disk
        try:
            traceback.print_exc()
        finally:
            # Threads of the engine would keep a process alive that holds the folder and that nobody can find.
            os._exit(1)
    return 0


def serve(folder: Path) -> None:
    """Run the server until SIGTERM or SIGINT, or until it was idle for ``CODESTORY_GRAPH_IDLE_SECONDS``."""
    # The engine writes its logs below the working directory.
    os.chdir(folder)
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with _limit(_START_SECONDS, "did not come up"):
        torn = drop_torn_records(folder / "databases" / DATABASE)
        if torn:
            sys.stderr.write(f"{torn} torn records of failed commits were taken out of the log\n")
        server, identity = _start(folder)
        _publish(folder, identity)
    idle = float(os.environ.get("CODESTORY_GRAPH_IDLE_SECONDS", "0") or 0)
    if idle > 0:
        _wait_until_idle(identity.port, idle, ended)
    else:
        # Python runs its handler when this thread wakes up, and not every signal wakes it for long enough.
        while not ended.wait(1.0):
            pass
    with _limit(_STOP_SECONDS, "did not stop"):
        _withdraw(folder, identity)
        server.stop()
    # The database is closed and its files are flushed; what remains is tearing down a runtime nobody needs.
    os._exit(0)


@contextmanager
def _limit(seconds: float, what: str) -> Generator[None]:
    """End the process when the block takes longer: it holds the folder, and nobody else could serve it."""

    def give_up() -> None:
        try:
            sys.stderr.write(f"the embedded graph server {what} within {seconds:g} s\n")
        finally:
            os._exit(1)

    limit = threading.Timer(seconds, give_up)
    limit.daemon = True
    limit.start()
    try:
        yield
    finally:
        limit.cancel()


def _start(folder: Path) -> tuple[Any, EmbeddedServer]:
    # Read when the engine's library is loaded, which the import below does.
    os.environ["ARCADEDB_NATIVE_ISOLATE_ARGS"] = " ".join(_engine_arguments())
    from arcadedb.exceptions import ArcadeDBError
    from arcadedb.server import ArcadeDBServer

    password = _password(folder)
    for attempt in range(_PORT_ATTEMPTS):
        bolt, http = _free_ports(2)
        server = ArcadeDBServer(
            root_path=str(folder),
            root_password=password,
            config={
                "host": "127.0.0.1",
                "http_port": http,
                # Production mode keeps from the client what is wrong with its query. What else it changes is set
                # by _engine_arguments.
                "mode": "development",
                "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
                "bolt_port": bolt,
            },
        )
        try:
            server.start()
            database = server.create_database(DATABASE)
            database.command("sql", f"CREATE DOCUMENT TYPE {CHECK_TYPE} IF NOT EXISTS BUCKETS 1")
        except ArcadeDBError:
            if attempt == _PORT_ATTEMPTS - 1:
                raise
            continue
        own = psutil.Process()
        return server, EmbeddedServer(own.pid, own.create_time(), bolt, password, http)
    raise AssertionError("unreachable")


def _engine_arguments() -> list[str]:
    """Options of the engine's runtime; settings given to the server object do not reach its databases."""
    return [
        f"-Xmx{os.environ.get('CODESTORY_GRAPH_HEAP') or DEFAULT_HEAP}",
        # A server out of memory answers nobody; a dead one is started again by its next client.
        "-XX:+ExitOnOutOfMemoryError",
        # A commit is on the disk, not only with the system, when it is acknowledged.
        "-Darcadedb.txWalFlush=1",
        "-Darcadedb.opencypher.loadCsv.allowFileUrls=false",
        "-Darcadedb.opencypher.loadCsv.allowRemoteUrls=false",
    ]


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _password(folder: Path) -> str:
    """The password of the last start, which the engine's user file holds as a hash; a new one if there is none."""
    known = recorded(folder)
    if known is not None:
        return known.password
    (folder / "config" / "server-users.jsonl").unlink(missing_ok=True)
    return secrets.token_urlsafe(24)


def _publish(folder: Path, identity: EmbeddedServer) -> None:
    _replace(folder, msgspec.json.encode(identity))


def _withdraw(folder: Path, identity: EmbeddedServer) -> None:
    """Say that nobody serves the folder any more, but keep the password for the next start."""
    _replace(folder, msgspec.json.encode(msgspec.structs.replace(identity, pid=0, created=0.0, port=0, http_port=0)))


def _replace(folder: Path, content: bytes) -> None:
    draft = folder / f"server.json.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        draft.replace(folder / "server.json")
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _wait_until_idle(port: int, idle: float, ended: threading.Event) -> None:
    """Return once no client was connected to ``port`` for ``idle`` seconds, or at a signal."""
    own = psutil.Process()
    used = time.monotonic()
    while not ended.wait(min(idle / 4, 5.0)):
        clients = any(
            link.status == psutil.CONN_ESTABLISHED and link.laddr and link.laddr.port == port
            for link in own.net_connections("tcp")
        )
        now = time.monotonic()
        if clients:
            used = now
        elif now - used >= idle:
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
