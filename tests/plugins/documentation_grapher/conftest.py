"""An embedded graph of its own for the tests that need one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from codestory.graph import embedded
from codestory.graph.store import GraphSettings, GraphStore
from codestory.storage import FolderBlobStore
from tests.plugins.documentation_grapher.graph_run import Bench

_numbers = count()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    folder = tmp_path_factory.mktemp("graph")
    with GraphStore(GraphSettings(folder=folder, heap="256m")) as store:
        yield store
    embedded.stop(folder)


@pytest.fixture
def bench(store: GraphStore, tmp_path: Path) -> Iterator[Callable[[], Bench]]:
    """Makes repositories in the shared graph."""
    stores: list[FolderBlobStore] = []

    def make() -> Bench:
        blobs = FolderBlobStore(tmp_path / f"blobs{len(stores)}")
        stores.append(blobs)
        return Bench(store, blobs, f"repo{next(_numbers)}")

    yield make
    for blobs in stores:
        blobs.close()
