"""Graph stores for the tests: an embedded server per test process, and one real Neo4j for all of them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Generator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from codestory.graph import embedded
from codestory.graph.store import GraphSettings, GraphStore
from tests.graph.harness import MemoryBlobs, Workbench
from tests.support.neo4j import Neo4jUnavailableError, neo4j_uri

_counter = itertools.count()


def _session_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test session share."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def embedded_store(tmp_path_factory: pytest.TempPathFactory) -> Generator[GraphStore]:
    folder = tmp_path_factory.mktemp("embedded") / "graph"
    with GraphStore(GraphSettings(folder=folder)) as store:
        store.ensure_schema()
        yield store
    assert embedded.stop(folder)


@pytest.fixture(scope="session")
def neo4j_store(tmp_path_factory: pytest.TempPathFactory) -> Generator[GraphStore]:
    try:
        with neo4j_uri(_session_folder(tmp_path_factory) / "neo4j") as uri:
            settings = GraphSettings(uri=uri, password=os.environ.get("CODESTORY_TEST_NEO4J_PASSWORD", ""))
            with GraphStore(settings) as store:
                store.check(timedelta(seconds=60))
                store.ensure_schema()
                yield store
    except Neo4jUnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session", params=["embedded", "neo4j"])
def store(request: pytest.FixtureRequest) -> Iterator[GraphStore]:
    """Each kind of store in turn."""
    yield request.getfixturevalue(f"{request.param}_store")


@pytest.fixture
def bench(store: GraphStore) -> Workbench:
    """A repository of the test's own on each kind of store."""
    return Workbench(store, MemoryBlobs(), _fresh_repository())


@pytest.fixture
def embedded_bench(embedded_store: GraphStore) -> Workbench:
    """A repository of the test's own on the embedded store."""
    return Workbench(embedded_store, MemoryBlobs(), _fresh_repository())


def _fresh_repository() -> str:
    return f"repo-{os.getpid()}-{next(_counter)}"
