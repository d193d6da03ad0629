"""Taking a repository out of the graph, dying meanwhile, and others who are writing."""

from __future__ import annotations

import contextlib

import pytest

from codestory.exceptions import FencedError
from codestory.graph.removal import delete_repository
from codestory.graph.rows import UnitRows
from tests.graph.harness import Workbench, dying


@pytest.mark.parametrize("way", ["planned", "loaded"])
def test_a_removal_that_died_anywhere_leaves_nothing_behind_the_next_run(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr("codestory.graph.removal._NODES_PER_TRANSACTION", 2)
    large = {f"{n}.py": UnitRows([bench.function(f"{n}.py", "f")], []) for n in range(5)}
    small = {path: large[path] for path in ("0.py", "1.py")}
    deaths = 0
    for allowed in range(50):
        bench.ingest(large)
        with monkeypatch.context() as patched, contextlib.suppress(ZeroDivisionError):
            patched.setattr(bench.store, "transaction", dying(bench.store.transaction, allowed))
            delete_repository(bench.store, bench.blobs, bench.repository)
            break
        deaths += 1
        sync = bench.sync()
        load = sync.first_load(10) if way == "loaded" else None
        if load is None:
            bench.ingest(small)
        else:
            with load:
                for path, rows in small.items():
                    load.complete(path, rows, "key")
                load.finish({})
            sync.commit()
        assert bench.names() == {"0.py#f", "1.py#f"}

    assert deaths >= 6
    assert bench.names() == set()
    assert bench.blobs.blobs == {}


def test_a_writer_is_shut_out_by_a_removal(bench: Workbench) -> None:
    sync = bench.sync()
    batches = bench.plan(sync, {"a.py": UnitRows([bench.function("a.py", "f")], [])})

    delete_repository(bench.store, bench.blobs, bench.repository)

    with pytest.raises(FencedError):
        bench.write(sync, batches[0])
    assert bench.names() == set()
