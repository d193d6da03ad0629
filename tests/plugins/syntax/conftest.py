"""A graph on the embedded server, and what is needed to run the step on it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import pytest

from codestory.graph import embedded
from codestory.graph.store import GraphSettings, GraphStore
from codestory.graph.sync import GraphSync
from codestory.ingestion_pipeline.step import StepContext
from codestory.services import ServiceRegistry
from codestory.snapshots import Snapshot, SnapshotBuilder
from codestory.storage import FolderBlobStore
from plugins.syntax.step import SyntaxOptions
from tests.support.step_driver import RecordingProgress, SilentToken

collect_ignore_glob = ["golden/*", "languages/golden/*", "programs/*"]
"""Programs to be read, not tests to be run."""

_numbers = itertools.count()

type MakeContext = Callable[..., StepContext[SyntaxOptions]]


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Generator[GraphStore]:
    folder = tmp_path_factory.mktemp("embedded") / "graph"
    with GraphStore(GraphSettings(folder=folder)) as store:
        store.ensure_schema()
        yield store
    assert embedded.stop(folder)


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobStore:
    return FolderBlobStore(tmp_path / "blobs")


@pytest.fixture
def repository() -> str:
    return f"syntax-{next(_numbers)}"


@pytest.fixture
def context(graph: GraphStore, blobs: FolderBlobStore, repository: str) -> MakeContext:
    """Makes the context of a new run of the step on some files; ``full`` and the step's options by keyword."""

    def make(files: Mapping[str, bytes], *, full: bool = False, **options: Any) -> StepContext[SyntaxOptions]:
        run = f"run-{next(_numbers)}"
        return StepContext(
            job_id="job",
            run=run,
            step="syntax",
            repository=repository,
            options=SyntaxOptions.model_validate(options),
            snapshot=_snapshot(blobs, files),
            graph=graph,
            sync=GraphSync(graph, blobs, repository=repository, step="syntax", run=run),
            blobs=blobs,
            token=SilentToken(),
            progress=RecordingProgress(),
            services=ServiceRegistry(),
            full=full,
        )

    return make


def _snapshot(blobs: FolderBlobStore, files: Mapping[str, bytes]) -> Snapshot:
    builder = SnapshotBuilder(blobs)
    for path, content in files.items():
        parent = path.rpartition("/")[0]
        while parent:
            builder.add_directory(parent)
            parent = parent.rpartition("/")[0]
        builder.add(path, content, 0o100644)
    return builder.finish()
