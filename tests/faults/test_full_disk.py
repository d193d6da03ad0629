"""A full disk under the embedded graph is a passing trouble: nothing is half written, and room makes it work again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
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


@pytest.fixture
def store(disk: Path) -> Iterator[GraphStore]:
    with GraphStore(GraphSettings(folder=disk / "graph")) as store:
        store.ensure_schema()
        store.write(ROWS, n=10, prefix="before-", text="x")
        yield store


def cannot_write(store: GraphStore, prefix: str, n: int) -> None:
    """Somebody with less patience than ``store`` is refused."""
    hasty = replace(store.settings, patience=timedelta(seconds=1))
    with GraphStore(hasty) as other, pytest.raises(GraphUnavailableError):
        other.write(ROWS, n=n, prefix=prefix, text="x" * 60)


def count(store: GraphStore) -> int:
    return store.read("MATCH (n:Class) RETURN count(n) AS n")[0]["n"]


def kill(store: GraphStore) -> None:
    server = embedded.running(store.settings.folder)
    assert server is not None
    process = psutil.Process(server.pid)
    process.kill()
    process.wait(60)


def test_a_full_disk_is_a_passing_trouble(store: GraphStore, disk: Path) -> None:
    take_all(disk / "ballast")
    cannot_write(store, "lost-", 20_000)
    (disk / "ballast").unlink()
    assert count(store) == 10
    store.write(ROWS, n=20_000, prefix="kept-", text="x" * 60)
    assert count(store) == 20_010


def test_what_is_acknowledged_after_a_full_disk_survives_the_death_of_the_server(store: GraphStore, disk: Path) -> None:
    for turn in range(3):
        take_all(disk / "ballast")
        cannot_write(store, f"lost-{turn}-", 5_000)
        (disk / "ballast").unlink()
        store.write(ROWS, n=1_000, prefix=f"kept-{turn}-", text="x" * 60)
        kill(store)
        assert count(store) == 10 + 1_000 * (turn + 1)
    assert "Recovery aborted" not in (store.settings.folder / "server.log").read_text(errors="replace")


def test_a_server_that_died_on_a_full_disk_waits_for_room(store: GraphStore, disk: Path) -> None:
    take_all(disk / "ballast")
    kill(store)
    hasty = replace(store.settings, patience=timedelta(seconds=1))
    with GraphStore(hasty) as other, pytest.raises(GraphUnavailableError, match="Make room"):
        other.read("RETURN 1")
    assert embedded.current(store.settings.folder) is None

    timer = threading.Timer(1.0, (disk / "ballast").unlink)
    timer.start()
    assert count(store) == 10
    timer.join()
