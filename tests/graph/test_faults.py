"""Writers and servers that are killed at every step; afterwards the graph is what it would have been."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from codestory.graph import embedded
from codestory.graph.digest import graph_digest
from codestory.graph.removal import delete_repository
from codestory.graph.rows import UnitRows
from codestory.graph.store import GraphSettings, GraphStore
from codestory.graph.sync import GraphSync
from codestory.storage.folder import FolderBlobStore
from tests.graph.harness import Heard, Token, Workbench
from tests.graph.killed_writer import REPOSITORY, ingest, version

ROOT = Path(__file__).parents[2]


def _sync(store: GraphStore, blobs: FolderBlobStore, run: str) -> GraphSync:
    return GraphSync(store, blobs, repository=REPOSITORY, step="syntax", run=run)


def _die(store: GraphStore, blobs: Path, run: str, at: int, when: str) -> bool:
    """Run the writer that kills itself; tells whether it did, rather than coming to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.graph.killed_writer", str(store.settings.folder), str(blobs), run, str(at), when],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


@pytest.mark.parametrize("when", ["inside", "after"])
def test_a_writer_killed_between_any_two_transactions_is_made_up_for(
    embedded_store: GraphStore, tmp_path: Path, when: str
) -> None:
    blobs = FolderBlobStore(tmp_path / "blobs")
    delete_repository(embedded_store, blobs, REPOSITORY)
    ingest(_sync(embedded_store, blobs, "fresh"), 2)
    fresh = graph_digest(embedded_store, REPOSITORY)
    ingest(_sync(embedded_store, blobs, "back"), 1)

    kills = 0
    for at in range(1, 12):
        if not _die(embedded_store, tmp_path / "blobs", f"run-{when}-{at}", at, when):
            break
        kills += 1
        # The same run again, as a retry would, or the next run, as a restarted job would.
        heir = f"run-{when}-{at}" if at % 2 else f"heir-{when}-{at}"
        ingest(_sync(embedded_store, blobs, heir), 2)
        assert graph_digest(embedded_store, REPOSITORY) == fresh
        ingest(_sync(embedded_store, blobs, f"back-{when}-{at}"), 1)
        assert graph_digest(embedded_store, REPOSITORY) != fresh

    assert kills >= 6
    assert graph_digest(embedded_store, REPOSITORY) == fresh
    delete_repository(embedded_store, blobs, REPOSITORY)


def test_a_dirty_graph_can_go_anywhere(embedded_store: GraphStore, tmp_path: Path) -> None:
    blobs = FolderBlobStore(tmp_path / "blobs")
    delete_repository(embedded_store, blobs, REPOSITORY)
    ingest(_sync(embedded_store, blobs, "one"), 1)
    start = graph_digest(embedded_store, REPOSITORY)
    third = _sync(embedded_store, blobs, "three")
    for batch in third.plan_writes(third.store_rows(version(3), {}), {})[:2]:
        third.write(batch, Token(), Heard())
    assert _die(embedded_store, tmp_path / "blobs", "two", 4, "after")

    ingest(_sync(embedded_store, blobs, "home"), 1)

    assert graph_digest(embedded_store, REPOSITORY) == start
    delete_repository(embedded_store, blobs, REPOSITORY)


def test_a_server_killed_in_the_middle_of_a_plan_is_made_up_for(embedded_bench: Workbench) -> None:
    bench = embedded_bench
    folder = bench.store.settings.folder
    units = {
        f"{n}.py": UnitRows(
            [bench.function(f"{n}.py", f"f{i}", text="y" * 400) for i in range(200)],
            [bench.calls(f"{n}.py#f{i}", f"{(n + 1) % 60}.py#f{i}") for i in range(200)],
        )
        for n in range(60)
    }
    sync = bench.sync()
    batches = bench.plan(sync, units)
    stop = threading.Event()
    kills: list[int] = []

    def kill_now_and_then() -> None:
        while not stop.wait(0.7) and not kills:
            server = embedded.running(folder)
            if server is not None:
                process = psutil.Process(server.pid)
                os.kill(server.pid, signal.SIGKILL)
                process.wait(60)
                kills.append(server.pid)

    killer = threading.Thread(target=kill_now_and_then)
    server = embedded.running(folder)
    assert server is not None
    killer.start()
    for _ in range(2):
        for batch in batches:
            bench.write(sync, batch)
    stop.set()
    killer.join(90)
    sync.commit()

    assert kills
    assert len(bench.names()) == 12_000
    assert len(bench.links("CALLS")) == 12_000


def test_two_processes_may_write_different_repositories_at_once(embedded_store: GraphStore, tmp_path: Path) -> None:
    settings = GraphSettings(folder=embedded_store.settings.folder)
    program = (
        "import sys; from pathlib import Path; import tests.graph.killed_writer as w; w.REPOSITORY = sys.argv[3];"
        "store, blobs = w.GraphStore(w.GraphSettings(folder=Path(sys.argv[1]))), w.FolderBlobStore(Path(sys.argv[2]));"
        "new = lambda run: w.GraphSync(store, blobs, repository=sys.argv[3], step='s', run=run);"
        "[w.ingest(new(f'r{n}'), n) for n in (1, 2, 3)]; store.close()"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(settings.folder), str(tmp_path / "blobs"), f"parallel-{n}"],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(2)
    ]
    for child in children:
        _, errors = child.communicate(timeout=120)
        assert child.returncode == 0, errors

    digests = {graph_digest(embedded_store, f"parallel-{n}") for n in range(2)}
    assert len(digests) == 1
    assert digests != {graph_digest(embedded_store, "nothing")}
