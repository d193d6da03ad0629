"""A graph on the embedded server, and what is needed to run the step on it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator
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
from plugins.filesystem.step import FilesystemOptions
from tests.support.step_driver import RecordingProgress, SilentToken

_numbers = itertools.count()

type MakeContext = Callable[..., StepContext[FilesystemOptions]]


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Generator[GraphStore]:
    folder = tmp_path_factory.mktemp("embedded") / "graph"
    with GraphStore(GraphSettings(folder=folder)) as store:
        yield store
    assert embedded.stop(folder)


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobStore:
    return FolderBlobStore(tmp_path / "blobs")


@pytest.fixture
def repository() -> str:
    """A name of the test's own, with characters that mean something to Cypher."""
    return f"repo'`{{{next(_numbers)}}}"


@pytest.fixture
def context(graph: GraphStore, blobs: FolderBlobStore, repository: str) -> MakeContext:
    """Makes the context of a new run of the step on some files; ``full`` and the step's options by keyword."""

    def make(
        files: dict[str, bytes] | Snapshot, *, full: bool = False, **options: Any
    ) -> StepContext[FilesystemOptions]:
        run = f"run-{next(_numbers)}"
        return StepContext(
            job_id="job",
            run=run,
            step="filesystem",
            repository=repository,
            options=FilesystemOptions.model_validate(options),
            snapshot=files if isinstance(files, Snapshot) else snapshot_of(blobs, files),
            graph=graph,
            sync=GraphSync(graph, blobs, repository=repository, step="filesystem", run=run),
            blobs=blobs,
            token=SilentToken(),
            progress=RecordingProgress(),
            services=ServiceRegistry(),
            full=full,
        )

    return make


def snapshot_of(blobs: FolderBlobStore, files: dict[str, bytes]) -> Snapshot:
    """A snapshot of ``files``; a path with a slash at its end is an empty directory."""
    builder = SnapshotBuilder(blobs)
    for path, content in files.items():
        parent = path.rpartition("/")[0]
        while parent:
            builder.add_directory(parent)
            parent = parent.rpartition("/")[0]
        if not path.endswith("/"):
            builder.add(path, content, 0o100644)
    return builder.finish()
