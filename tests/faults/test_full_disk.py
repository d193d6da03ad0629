"""A full disk under the embedded graph is a passing trouble: nothing is half written, and room makes it work again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from benchmarks.soak.faults import take_all
from benchmarks.soak.surroundings import small_disk
from codestory.exceptions import GraphUnavailableError
from codestory.graph import embedded
from codestory.graph.store import GraphSettings, GraphStore

ROWS = "UNWIND range(1, $n) AS n CREATE (:Class {id: $prefix + toString(n), text: $text})"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 120_000_000) as trouble:
        if trouble:
            pytest.skip(f"no file system can be mounted here: {trouble}")
        yield tmp_path / "disk"
        embedded.stop(tmp_path / "disk" / "graph")


def test_a_full_disk_is_a_passing_trouble(disk: Path) -> None:
    with GraphStore(GraphSettings(folder=disk / "graph", patience=timedelta(seconds=2))) as store:
        store.ensure_schema()
        store.write(ROWS, n=10, prefix="before-", text="x")
        take_all(disk / "ballast")
        with pytest.raises(GraphUnavailableError):
            store.write(ROWS, n=20_000, prefix="lost-", text="x" * 60)
        (disk / "ballast").unlink()
        assert store.read("MATCH (n:Class) RETURN count(n) AS n") == [{"n": 10}]
        store.write(ROWS, n=20_000, prefix="kept-", text="x" * 60)
        assert store.read("MATCH (n:Class) RETURN count(n) AS n") == [{"n": 20_010}]


def test_what_is_acknowledged_after_a_full_disk_survives_the_death_of_the_server(disk: Path) -> None:
    folder = disk / "graph"
    with GraphStore(GraphSettings(folder=folder, patience=timedelta(seconds=1))) as store:
        store.ensure_schema()
        for turn in range(3):
            take_all(disk / "ballast")
            with pytest.raises(GraphUnavailableError):
                store.write(ROWS, n=5_000, prefix=f"lost-{turn}-", text="x" * 60)
            (disk / "ballast").unlink()
            store.write(ROWS, n=1_000, prefix=f"kept-{turn}-", text="x" * 60)
            server = embedded.running(folder)
            assert server is not None
            psutil.Process(server.pid).kill()
            assert store.read("MATCH (n:Class) RETURN count(n) AS n") == [{"n": 1_000 * (turn + 1)}]
    assert "Recovery aborted" not in (folder / "server.log").read_text(errors="replace")


def test_a_server_that_died_on_a_full_disk_waits_for_room(disk: Path) -> None:
    folder = disk / "graph"
    with GraphStore(GraphSettings(folder=folder, patience=timedelta(seconds=1))) as store:
        store.ensure_schema()
        store.write(ROWS, n=10, prefix="before-", text="x")
        take_all(disk / "ballast")
        server = embedded.running(folder)
        assert server is not None
        psutil.Process(server.pid).kill()
        with pytest.raises(GraphUnavailableError, match="Make room"):
            store.read("MATCH (n:Class) RETURN count(n) AS n")
        assert embedded.current(folder) is None

    with GraphStore(GraphSettings(folder=folder)) as store:
        timer = threading.Timer(1.0, (disk / "ballast").unlink)
        timer.start()
        assert store.read("MATCH (n:Class) RETURN count(n) AS n") == [{"n": 10}]
        timer.join()
