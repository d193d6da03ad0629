"""Embedded servers that live but are of no use: frozen, or with a database that refuses everything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path

import neo4j
import psutil
import pytest

from codestory.exceptions import GraphUnavailableError
from codestory.graph import embedded
from codestory.graph.embedded import EmbeddedServer
from codestory.graph.embedded_probe import Health, probe
from codestory.graph.store import GraphSettings, GraphStore

ROOT = Path(__file__).parents[2]
SOON = timedelta(seconds=2)


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    folder = tmp_path / "graph"
    yield folder
    server = embedded.current(folder)
    if server is not None:
        os.kill(server.pid, signal.SIGCONT)
    embedded.stop(folder)


@pytest.fixture
def store(folder: Path) -> Generator[GraphStore]:
    with GraphStore(GraphSettings(folder=folder, wedged_after=SOON)) as store:
        store.ensure_schema()
        store.write("CREATE (:Class {id: 'kept'})")
        yield store


def _server(folder: Path) -> EmbeddedServer:
    server = embedded.current(folder)
    assert server is not None
    return server


def _lives(server: EmbeddedServer) -> bool:
    """Whether the process is more than a zombie that nobody has waited for yet."""
    try:
        return psutil.Process(server.pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _freeze(server: EmbeddedServer) -> None:
    """Stop the process, and see that it stands still: the signal takes its time on a busy machine."""
    os.kill(server.pid, signal.SIGSTOP)
    while psutil.Process(server.pid).status() != psutil.STATUS_STOPPED:
        time.sleep(0.01)


def _ids(tx: neo4j.ManagedTransaction) -> list[str]:
    return [record["id"] for record in tx.run("MATCH (n:Class) RETURN n.id AS id ORDER BY id")]


def test_a_frozen_server_is_replaced_under_a_call_that_waits_for_it(store: GraphStore, folder: Path) -> None:
    frozen = _server(folder)
    _freeze(frozen)

    assert store.transaction(_ids, read=True) == ["kept"]

    assert _server(folder).pid != frozen.pid
    assert not _lives(frozen)


def test_a_server_frozen_in_the_middle_of_a_write_is_replaced(store: GraphStore, folder: Path) -> None:
    frozen = _server(folder)
    tries: list[int] = []

    def work(tx: neo4j.ManagedTransaction) -> None:
        tries.append(1)
        tx.run("MERGE (n:Class {id: 'written'})").consume()
        if len(tries) == 1:
            _freeze(frozen)

    store.transaction(work)

    assert len(tries) == 2
    assert store.transaction(_ids, read=True) == ["kept", "written"]


def test_processes_that_find_the_same_server_frozen_do_not_kill_each_others_new_one(
    store: GraphStore, folder: Path
) -> None:
    program = (
        "import sys; from pathlib import Path; from datetime import timedelta;"
        "from codestory.graph import embedded; from codestory.graph.store import GraphSettings, GraphStore;"
        "store = GraphStore(GraphSettings(folder=Path(sys.argv[1]), wedged_after=timedelta(seconds=2)));"
        "store.write('CREATE (:Class {id: $id})', id=sys.argv[2]); print(embedded.current(Path(sys.argv[1])).pid);"
        "store.close()"
    )
    frozen = _server(folder)
    _freeze(frozen)
    children = [
        subprocess.Popen([sys.executable, "-c", program, str(folder), f"child-{n}"], stdout=subprocess.PIPE, text=True)
        for n in range(3)
    ]
    assert store.transaction(_ids, read=True)[-1] == "kept"
    seen = {int(child.communicate(timeout=120)[0]) for child in children}

    assert seen == {_server(folder).pid}
    assert store.transaction(_ids, read=True) == ["child-0", "child-1", "child-2", "kept"]
    starts = (folder / "server.log").read_text(errors="replace").count("is starting up...")
    assert starts == 2


def test_a_server_that_is_busy_for_long_is_left_alone(store: GraphStore, folder: Path) -> None:
    busy = _server(folder)
    held = threading.Event()
    release = threading.Event()

    def hold(tx: neo4j.ManagedTransaction) -> None:
        tx.run("UNWIND range(1, 3000) AS n CREATE (:Method {id: 'long-' + toString(n)})").consume()
        held.set()
        assert release.wait(60)

    writer = threading.Thread(target=lambda: store.transaction(hold))
    writer.start()
    assert held.wait(60)
    heavy = "UNWIND range(1, 3000) AS a UNWIND range(1, 1000) AS b RETURN sum(a * b % 7) AS total"
    until = time.monotonic() + 2.5 * SOON.total_seconds()
    while time.monotonic() < until:
        assert store.read(heavy)[0]["total"] > 0
    release.set()
    writer.join(60)

    assert _server(folder) == busy
    assert store.read("MATCH (n:Method) RETURN count(n) AS n") == [{"n": 3000}]


def test_a_database_that_refuses_every_write_is_opened_again_by_another_server(folder: Path) -> None:
    folder.mkdir(parents=True)
    with (folder / "server.log").open("ab") as log:
        subprocess.run(
            [sys.executable, "-m", "tests.graph.refusing_server", str(folder)],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True,
        )  # fmt: skip
    _until(lambda: embedded.running(folder) is not None)
    refusing = _server(folder)
    with GraphStore(GraphSettings(folder=folder)) as store:
        store.ensure_schema()
        store.write("CREATE (:Class {id: 'kept'})")
        assert probe(refusing, SOON)[0] is Health.WELL
        os.kill(refusing.pid, signal.SIGUSR1)
        _until(lambda: probe(refusing, SOON)[0] is Health.BROKEN)

        store.write("CREATE (:Class {id: 'written'})")

        assert store.transaction(_ids, read=True) == ["kept", "written"]
    assert _server(folder).pid != refusing.pid


def test_only_the_server_that_was_judged_is_ended(store: GraphStore, folder: Path) -> None:
    judged = _server(folder)
    psutil.Process(judged.pid).kill()
    store.read("RETURN 1")
    successor = _server(folder)

    assert not embedded.end(folder, judged)
    assert _server(folder) == successor
    assert probe(successor, SOON) == (Health.WELL, "")


def test_a_health_check_keeps_its_time_limit_with_a_frozen_server(store: GraphStore, folder: Path) -> None:
    patient = GraphSettings(folder=folder, wedged_after=timedelta(minutes=5))
    with GraphStore(patient) as other:
        other.check()
        frozen = _server(folder)
        _freeze(frozen)
        with pytest.raises(GraphUnavailableError, match="does not answer"):
            other.check(timedelta(seconds=0.5))
        os.kill(frozen.pid, signal.SIGCONT)

        assert other.check().server
    assert _server(folder) == frozen


def _until(what: Callable[[], bool], timeout: float = 60) -> None:
    deadline = time.monotonic() + timeout
    while not what():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)
