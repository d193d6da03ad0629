"""A repository that is edited and ingested again and again, and a fresh ingest of it to compare with."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from codestory.graph.removal import delete_repository
from codestory.graph.store import GraphStore
from codestory.graph.sync import GraphSync
from codestory.ingestion_pipeline.registry import load_step
from codestory.ingestion_pipeline.step import Plan, StepContext
from codestory.services import ServiceRegistry
from codestory.snapshots import Snapshot
from codestory.sources import snapshot_folder
from codestory.storage import FolderBlobStore
from tests.incremental.canonical import Graph, describe_difference, graph_of
from tests.support.step_driver import Ran, RecordingProgress, SilentToken, run_step

__all__ = ["DEFAULT_ORDER", "VALID_ORDERS", "Workspace", "no_work"]

DEFAULT_ORDER = ("filesystem", "syntax", "summarizer", "documentation_grapher")

VALID_ORDERS = (
    DEFAULT_ORDER,
    ("syntax", "filesystem", "documentation_grapher", "summarizer"),
    ("syntax", "filesystem", "summarizer", "documentation_grapher"),
    ("filesystem", "syntax", "documentation_grapher", "summarizer"),
)
"""The summarizer and the documentation step read what the first two made; otherwise any order is as good."""

_numbers = itertools.count()
_fresh_graphs: dict[str, Graph] = {}


class Workspace:
    """A folder and its graph."""

    def __init__(self, store: GraphStore, scratch: Path, folder: Path, repository: str = "") -> None:
        self.store = store
        self.folder = folder
        self.repository = repository or f"work-{os.getpid()}-{next(_numbers)}"
        self._scratch = scratch
        self._blobs = FolderBlobStore(scratch / f"blobs-{self.repository}")

    def close(self) -> None:
        """Take the repository out of the graph again."""
        delete_repository(self.store, self._blobs, self.repository)
        self._blobs.close()
        shutil.rmtree(self._scratch / f"blobs-{self.repository}")

    def write(self, files: Mapping[str, str]) -> None:
        """Put text files into the folder."""
        for path, text in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)

    def remove(self, *paths: str) -> None:
        """Delete files or folders."""
        for path in paths:
            target = self.folder / path
            if target.is_dir():
                shutil.rmtree(target)
            else:
                target.unlink()

    def replace(self, path: str, old: str, new: str) -> None:
        """Edit a file; ``old`` must be in it."""
        text = (self.folder / path).read_text()
        assert old in text, f"{path} does not contain {old!r}"
        (self.folder / path).write_text(text.replace(old, new))

    def snapshot(self) -> Snapshot:
        """The folder as it is now, acquired as a job does: files that seem unchanged are not read again."""
        return snapshot_folder(self.folder, self._blobs)

    def context(
        self, step: str, snapshot: Snapshot, options: Mapping[str, Any] | None = None, *, full: bool = False
    ) -> StepContext[Any]:
        """What the pipeline gives a step for a new run."""
        run = f"run-{next(_numbers)}"
        chosen = _WITHOUT_NETWORK.get(step, {}) | dict(options or {})
        return StepContext(
            job_id="job",
            run=run,
            step=step,
            repository=self.repository,
            options=type(load_step(step)).Options.model_validate(chosen),
            snapshot=snapshot,
            graph=self.store,
            sync=GraphSync(self.store, self._blobs, repository=self.repository, step=step, run=run),
            blobs=self._blobs,
            token=SilentToken(),
            progress=RecordingProgress(),
            services=ServiceRegistry(),
            full=full,
        )

    def plan(self, step: str) -> Plan:
        """What a step would do about the folder as it is now."""
        return load_step(step).plan(self.context(step, self.snapshot()))

    def run(
        self,
        steps: Iterable[str] = DEFAULT_ORDER,
        options: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        full: bool = False,
        twice: bool = False,
    ) -> dict[str, Ran]:
        """Run the steps one after the other on the folder as it is now."""
        snapshot = self.snapshot()
        results: dict[str, Ran] = {}
        for name in steps:
            context = self.context(name, snapshot, (options or {}).get(name), full=full)
            results[name] = run_step(load_step(name), context, twice=twice)
        return results

    def differs_from_fresh(self, options: Mapping[str, Mapping[str, Any]] | None = None) -> str:
        """How the graph differs from that of a first ingest of the folder as it is now; ``""`` if it does not."""
        fresh = self._fresh_graph(options or {})
        return describe_difference(graph_of(self.store, self.repository), fresh)

    def _fresh_graph(self, options: Mapping[str, Mapping[str, Any]]) -> Graph:
        """Ingested under another name, with nothing to start from, into other blobs; once for the same content."""
        fresh = Workspace(self.store, self._scratch, self.folder)
        try:
            key = f"{fresh.snapshot().id} {json.dumps(options, sort_keys=True)}"
            if key not in _fresh_graphs:
                fresh.run(DEFAULT_ORDER, options)
                _fresh_graphs[key] = graph_of(self.store, fresh.repository)
            return _fresh_graphs[key]
        finally:
            fresh.close()

    def rows_of_paths(self, path: str) -> list[str]:
        """The nodes that a path owns, as ``Label id``."""
        found = self.store.read(
            "MATCH (n) WHERE n.repository = $r AND (n.path = $p OR n.path STARTS WITH $below)"
            " RETURN labels(n)[0] AS label, n.id AS id",
            r=self.repository,
            p=path,
            below=f"{path}/",
        )
        return sorted(f"{row['label']} {row['id'].removeprefix(self.repository + ':')}" for row in found)


_WITHOUT_NETWORK: Mapping[str, dict[str, Any]] = {"summarizer": {"provider": "extractive"}}


def no_work(ran: Ran) -> bool:
    """Whether a run found nothing stale and did not start a single batch."""
    totals = ran.totals
    return ran.plan.stale == 0 and not any(ran.batches.values()) and not (totals.nodes or totals.relationships)
