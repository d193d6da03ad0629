"""The embedded server: started by whoever needs it, never twice, and back again after it was killed."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from codestory.exceptions import GraphUnavailableError
from codestory.graph import embedded
from codestory.graph.embedded import EmbeddedServer
from codestory.graph.file_lock import FileLock, LockTimeoutError
from codestory.graph.store import GraphSettings, GraphStore


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    folder = tmp_path / "home" / "graph"
    yield folder
    embedded.stop(folder)


def _kill(server: EmbeddedServer) -> None:
    process = psutil.Process(server.pid)
    process.kill()
    process.wait(60)


def test_many_processes_that_start_it_at_once_get_the_same_server(folder: Path) -> None:
    program = "import sys; from pathlib import Path; from codestory.graph import embedded;"
    program += " print(embedded.ensure_running(Path(sys.argv[1])).pid)"
    children = [
        subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    with ThreadPoolExecutor(2) as pool:
        pids = {server.pid for server in pool.map(embedded.ensure_running, [folder] * 2)}
    pids |= {int(child.communicate(timeout=120)[0]) for child in children}

    assert len(pids) == 1
    again = subprocess.run(
        [sys.executable, "-m", "codestory.graph.embedded_server", str(folder)], capture_output=True, check=False
    )
    assert again.returncode == embedded.EXIT_FOLDER_TAKEN


def test_it_keeps_its_data_its_secret_and_its_distance(folder: Path) -> None:
    with GraphStore(GraphSettings(folder=folder)) as store:
        store.ensure_schema()
        store.write("CREATE (:Class {id: 'kept'})")
        first = embedded.running(folder)
        assert first is not None

        described = folder / "server.json"
        assert stat.S_IMODE(described.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
        process = psutil.Process(first.pid)
        assert first.password not in " ".join(process.cmdline())
        assert first.password not in (folder / "server.log").read_text()
        assert os.getsid(first.pid) != os.getsid(0)
        listening = {link.laddr.ip for link in process.net_connections("tcp") if link.status == psutil.CONN_LISTEN}
        assert {address.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}

        assert embedded.stop(folder)
        assert embedded.running(folder) is None
        assert not embedded.stop(folder)
        assert not FileLock(folder / "server.lock").is_held()

        assert store.read("MATCH (n:Class) RETURN n.id AS id") == [{"id": "kept"}]
        second = embedded.running(folder)
        assert second is not None
        assert second.pid != first.pid

        # A crash, and a pid that now belongs to somebody else.
        _kill(second)
        lies = {**json.loads(described.read_text()), "pid": os.getpid()}
        described.write_text(json.dumps(lies))
        assert embedded.running(folder) is None
        assert store.read("MATCH (n:Class) RETURN n.id AS id") == [{"id": "kept"}]


def test_a_server_killed_while_writing_loses_nothing_that_was_acknowledged(folder: Path) -> None:
    settings = GraphSettings(folder=folder)
    acknowledged: list[int] = []
    done = threading.Event()

    def write() -> None:
        with GraphStore(settings) as store:
            store.ensure_schema()
            for turn in range(60):
                rows = [{"id": f"{turn}-{n}", "turn": turn} for n in range(200)]
                store.write("UNWIND $rows AS row MERGE (n:Class {id: row.id}) SET n = row", rows=rows)
                acknowledged.append(turn)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    for goal in (10, 35):
        while len(acknowledged) < goal and not done.is_set():
            time.sleep(0.01)
        server = embedded.running(folder)
        assert server is not None
        _kill(server)
    writer.join(120)

    assert done.is_set()
    with GraphStore(settings) as store:
        rows = store.read("MATCH (n:Class) RETURN n.turn AS turn, count(*) AS n")
    assert {row["turn"]: row["n"] for row in rows} == dict.fromkeys(range(60), 200)


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "databases").write_text("in the way")

    with pytest.raises(GraphUnavailableError, match="ended while starting"):
        embedded.ensure_running(folder)


def test_a_server_that_is_still_starting_is_stopped_once_it_is_up(folder: Path) -> None:
    folder.mkdir(parents=True)
    with (folder / "server.log").open("ab") as log:
        # Returns at once; nobody can tell yet where the server will be.
        command = [sys.executable, "-m", "codestory.graph.embedded_server", str(folder)]
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True)

    assert embedded.stop(folder)

    assert not FileLock(folder / "server.lock").is_held()
    assert embedded.current(folder) is None


def test_an_idle_server_ends_by_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESTORY_GRAPH_IDLE_SECONDS", "1")
    server = embedded.ensure_running(folder)

    with suppress(psutil.NoSuchProcess):
        psutil.Process(server.pid).wait(60)

    assert embedded.running(folder) is None


def test_a_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    program = "import sys, time; from pathlib import Path; from codestory.graph.file_lock import FileLock;"
    program += " fd = FileLock(Path(sys.argv[1])).try_acquire(); print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert FileLock(path).is_held()
        with pytest.raises(LockTimeoutError), FileLock(path).held(timedelta(seconds=0.05)):
            pass
        holder.send_signal(signal.SIGKILL)
        with FileLock(path).held(timedelta(seconds=60)):
            assert FileLock(path).is_held()
    assert not FileLock(path).is_held()


def test_a_server_that_cannot_tell_where_it_is_ends_and_frees_the_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    program = (
        "import errno, sys; from codestory.graph import embedded_server as server\n"
        "def full(*_): raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "server._publish = full\n"
        "sys.exit(server.main([sys.argv[1], '--foreground']))"
    )

    # Not even the log can be written.
    with Path("/dev/full").open("wb") as log:
        ended = subprocess.run([sys.executable, "-u", "-c", program, str(folder)], stderr=log, check=False, timeout=60)

    assert ended.returncode == 1
    assert not FileLock(folder / "server.lock").is_held()
    assert embedded.ensure_running(folder).pid > 0
