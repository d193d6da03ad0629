"""A full disk under the embedded graph is a passing trouble: nothing is half written, and room makes it work again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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
    with GraphStore(GraphSettings(folder=disk / "graph")) as store:
        store.ensure_schema()
        store.write(ROWS, n=10, prefix="before-", text="x")
        take_all(disk / "ballast")
        with pytest.raises(GraphUnavailableError):
            store.write(ROWS, n=20_000, prefix="lost-", text="x" * 60)
        (disk / "ballast").unlink()
        assert store.read("MATCH (n:Class) RETURN count(n) AS n") == [{"n": 10}]
        store.write(ROWS, n=20_000, prefix="kept-", text="x" * 60)
        assert store.read("MATCH (n:Class) RETURN count(n) AS n") == [{"n": 20_010}]
