"""Torn records in the middle of the embedded engine's log, as failed commits leave them."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import psutil
import pytest

from codestory.graph import embedded
from codestory.graph.store import GraphSettings, GraphStore
from codestory.graph.wal_repair import drop_torn_records, log_bytes

ROWS = "UNWIND range(1, 200) AS n CREATE (:Class {id: $prefix + toString(n), text: $text})"


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """The folder of a server that was killed after 20 transactions."""
    folder = tmp_path_factory.mktemp("wal") / "graph"
    with GraphStore(GraphSettings(folder=folder)) as store:
        store.ensure_schema()
        for n in range(20):
            store.write(ROWS, prefix=f"{n}-", text="x" * n)
        server = embedded.running(folder)
        assert server is not None
        process = psutil.Process(server.pid)
        process.kill()
        process.wait(60)
    yield folder
    embedded.stop(folder)


def _logs(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted((folder / "databases" / embedded.DATABASE).glob("*.wal"))}


def _ends(log: bytes) -> list[int]:
    """Where the records of a whole log end: behind each magic number that the next one begins after."""
    magic = (9371515385058702).to_bytes(8)
    ends: list[int] = []
    found = log.find(magic)
    while found != -1:
        ends.append(found + len(magic))
        found = log.find(magic, found + 1)
    return ends


@pytest.mark.parametrize("length", [1, 9, 25, 60, 5000], ids="{} bytes".format)
def test_what_a_failed_commit_left_is_taken_out_and_nothing_else(crashed: Path, tmp_path: Path, length: int) -> None:
    whole = max(_logs(crashed).values(), key=len)
    ends = _ends(whole)
    assert ends[-1] == len(whole)
    piece = whole[ends[-2] :][:length]
    path = tmp_path / "txlog_0.wal"
    for cut in (0, ends[0], ends[len(ends) // 2], ends[-2]):
        path.write_bytes(whole[:cut] + piece + whole[cut:])
        assert drop_torn_records(tmp_path) == 1
        assert path.read_bytes() == whole
    # At the end it belongs to a commit that nobody was told about, which the engine knows how to deal with.
    path.write_bytes(whole + piece[:-1])
    assert drop_torn_records(tmp_path) == 0
    assert path.read_bytes() == whole + piece[:-1]
    assert list(tmp_path.iterdir()) == [path]


def test_logs_that_are_whole_empty_or_no_logs_are_left_alone(crashed: Path, tmp_path: Path) -> None:
    whole = max(_logs(crashed).values(), key=len)
    for name, content in {"txlog_0.wal": whole, "txlog_1.wal": b"", "txlog_2.wal": b"no log" * 1000}.items():
        (tmp_path / name).write_bytes(content)
    before = _logs_here(tmp_path)

    assert drop_torn_records(tmp_path) == 0
    assert _logs_here(tmp_path) == before
    assert log_bytes(tmp_path) == len(whole) + 6000
    assert log_bytes(tmp_path / "nowhere") == 0


def _logs_here(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_everything_acknowledged_after_a_failed_commit_survives_a_crash(crashed: Path) -> None:
    for path, log in _logs(crashed).items():
        ends = _ends(log)
        if len(ends) > 2:
            middle = ends[len(ends) // 2]
            path.write_bytes(log[:middle] + log[ends[0] : ends[1]][:40] + log[middle:])

    with GraphStore(GraphSettings(folder=crashed)) as store:
        assert store.read("MATCH (n:Class) RETURN count(n) AS n") == [{"n": 4000}]

    told = (crashed / "server.log").read_text(errors="replace")
    assert "torn records of failed commits were taken out" in told
    assert "Recovery aborted" not in told
