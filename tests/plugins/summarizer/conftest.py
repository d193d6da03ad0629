"""An embedded graph of its own, and a model server, for the tests of the summarizer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from codestory.graph import embedded
from codestory.graph.store import GraphSettings, GraphStore
from codestory.storage import FolderBlobStore
from tests.plugins.summarizer.summary_run import Bench
from tests.support.openai_server import OpenAIServer

_numbers = count()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    folder = tmp_path_factory.mktemp("graph")
    with GraphStore(GraphSettings(folder=folder, heap="256m")) as store:
        yield store
    embedded.stop(folder)


@pytest.fixture
def bench(store: GraphStore, tmp_path: Path) -> Iterator[Bench]:
    """A repository of its own in the shared graph."""
    blobs = FolderBlobStore(tmp_path / "blobs")
    yield Bench(store, blobs, f"shop{next(_numbers)}")
    blobs.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    """A model server that the environment points to."""
    with OpenAIServer() as server:
        monkeypatch.setenv("CODESTORY_MODEL_PROVIDER", "openai")
        monkeypatch.setenv("CODESTORY_OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("CODESTORY_OPENAI_MODEL", "small")
        yield server
