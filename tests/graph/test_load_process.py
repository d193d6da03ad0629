"""A large first load is written by a process of its own: what becomes of it when one of the two processes dies."""

from __future__ import annotations

import logging
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from codestory.exceptions import GraphUnavailableError
from codestory.graph import load_process
from codestory.graph.first_load import FirstLoad
from codestory.graph.settings import GraphSettings
from codestory.graph.store import GraphStore
from codestory.graph.sync import GraphSync
from codestory.storage.folder import FolderBlobStore
from tests.graph.harness import Workbench
from tests.graph.test_first_load import MANY, begin, forget, give, load_all, rows, written

ROOT = Path(__file__).parents[2]


def writing_processes() -> list[psutil.Process]:
    """The processes that write for this one."""
    return [child for child in psutil.Process().children() if "codestory.graph.load_process" in child.cmdline()]


def expected_digest(bench: Workbench) -> str:
    """What the graph has to be in the end; nothing is in it now."""
    bench.ingest(rows(bench))
    digest = bench.digest()
    forget(bench)
    return digest


def expect_all(load: FirstLoad, bench: Workbench) -> None:
    for unit, wanted in rows(bench).items():
        load.expect(unit, wanted)
    load.flush()


def test_a_load_whose_process_is_killed_says_so_and_the_next_one_starts_over(bench: Workbench) -> None:
    expected = expected_digest(bench)
    with (
        pytest.raises(GraphUnavailableError, match=r"exit code -9.*memory"),
        begin(bench.sync(), MANY) as load,
    ):
        expect_all(load, bench)
        assert any(written(bench))
        (process,) = writing_processes()
        process.kill()
        give(load, rows(bench))
        load.finish({})

    sync = bench.sync()
    load_all(sync, rows(bench), count=MANY)
    sync.commit()

    assert bench.digest() == expected
    assert writing_processes() == []


def test_an_abandoned_load_leaves_no_process(bench: Workbench) -> None:
    with pytest.raises(ZeroDivisionError), begin(bench.sync(), MANY) as load:
        give(load, rows(bench))
        assert len(writing_processes()) == 1
        raise ZeroDivisionError

    assert writing_processes() == []


def test_the_process_ends_when_whoever_sends_it_chunks_is_killed(bench: Workbench, tmp_path: Path) -> None:
    expected = expected_digest(bench)
    arguments = [bench.store.settings.uri, bench.store.settings.password, str(bench.store.settings.folder)]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.graph.test_load_process", *arguments, str(tmp_path), bench.repository],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as victim:
        assert victim.stdout is not None
        orphan = psutil.Process(int(victim.stdout.readline()))
        assert any(written(bench))
        victim.kill()

    psutil.wait_procs([orphan], timeout=60)
    assert not orphan.is_running()
    sync = bench.sync()
    load_all(sync, rows(bench))
    sync.commit()
    assert bench.digest() == expected


def test_where_no_process_can_be_started_a_thread_writes(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    expected = expected_digest(bench)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
    sync = bench.sync()
    with caplog.at_level(logging.WARNING):
        load_all(sync, rows(bench), count=MANY)
    monkeypatch.undo()
    sync.commit()

    assert bench.digest() == expected
    assert "no process can be started" in caplog.text


class AwkwardError(Exception):
    """Cannot be made again from what it keeps."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (GraphUnavailableError("gone", place="here"), GraphUnavailableError, "gone"),
        (AwkwardError("a", "b"), GraphUnavailableError, "AwkwardError: ab"),
        (GraphUnavailableError("gone", lock=threading.Lock()), GraphUnavailableError, "GraphUnavailableError: gone"),
    ],
)
def test_every_error_of_the_process_can_be_raised_by_the_other_one(
    error: Exception, kind: type[Exception], text: str
) -> None:
    found = pickle.loads(load_process.pickled(error))

    assert type(found) is kind
    assert str(found) == text


def _victim(uri: str, password: str, folder: str, blobs: str, repository: str) -> None:
    """Begin a load, say which process writes, and wait to be killed."""
    settings = GraphSettings(uri=uri, password=password, folder=Path(folder))
    store = FolderBlobStore(Path(blobs))
    bench = Workbench(GraphStore(settings), store, repository)  # pyright: ignore[reportArgumentType]
    sync = GraphSync(bench.store, store, repository=repository, step="syntax", run="victim")
    with begin(sync, MANY) as load:
        expect_all(load, bench)
        sys.stdout.write(f"{writing_processes()[0].pid}\n")
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    _victim(*sys.argv[1:])
