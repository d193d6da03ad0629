"""One embedded graph for all tests of incremental update, and folders to edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from codestory.graph import embedded
from codestory.graph.store import GraphSettings, GraphStore
from tests.incremental.polyglot import POLYGLOT
from tests.incremental.workspace import Workspace

type MakeWorkspace = Callable[[Mapping[str, str] | None], Workspace]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    folder = tmp_path_factory.mktemp("embedded") / "graph"
    with GraphStore(GraphSettings(folder=folder, heap="256m")) as store:
        store.ensure_schema()
        yield store
    assert embedded.stop(folder)


@pytest.fixture
def workspace(store: GraphStore, tmp_path: Path) -> Iterator[Workspace]:
    """An empty folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    workspace = Workspace(store, tmp_path, folder)
    yield workspace
    workspace.close()


@pytest.fixture
def polyglot(workspace: Workspace) -> Workspace:
    """A small project in Python, TypeScript, Java, Go, C# and Markdown; not ingested yet."""
    workspace.write(POLYGLOT)
    return workspace
