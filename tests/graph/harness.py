"""Small fakes and a workbench that drives the synchroniser the way a step does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import neo4j

from codestory.exceptions import CancelledError, NotFoundError
from codestory.graph.digest import graph_digest
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from codestory.graph.store import GraphStore
from codestory.graph.sync import GraphSync
from codestory.ingestion_pipeline.step import Batch, BatchResult

__all__ = ["CancelledToken", "Heard", "MemoryBlobs", "Token", "Workbench", "dying"]


type Transaction = Callable[..., Any]


def dying(once: Transaction, writes: int, *, answers_lost: bool = False) -> Transaction:
    """``GraphStore.transaction`` of a process that dies after so many writing ones, by ``ZeroDivisionError``. A lost
    answer lets the driver try again, although all was committed."""

    def transaction(work: Callable[[neo4j.ManagedTransaction], Any], *, read: bool = False) -> Any:
        nonlocal writes
        if not read and writes == 0:
            raise ZeroDivisionError
        writes -= not read
        if answers_lost:
            once(work, read=read)
        return once(work, read=read)

    return transaction


class MemoryBlobs:
    """A blob store in memory."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def put(self, name: str, data: bytes) -> None:
        with self._lock:
            self.blobs[name] = bytes(data)

    def put_if_absent(self, name: str, data: bytes) -> bool:
        with self._lock:
            return self.blobs.setdefault(name, data) is data

    def get(self, name: str) -> bytes:
        with self._lock:
            if name not in self.blobs:
                raise NotFoundError(f"no blob {name!r}")
            return self.blobs[name]

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        return self.get(name)[offset : offset + length]

    def exists(self, name: str) -> bool:
        return name in self.blobs

    def delete(self, name: str) -> None:
        with self._lock:
            self.blobs.pop(name, None)

    def names(self, prefix: str) -> Iterator[str]:
        with self._lock:
            found = sorted(name for name in self.blobs if name.startswith(prefix))
        yield from found

    def check(self) -> None:
        return None


class Token:
    """A job that nobody cancels."""

    def raise_if_cancelled(self) -> None:
        return None


class CancelledToken:
    """A job that was cancelled."""

    def raise_if_cancelled(self) -> None:
        raise CancelledError("cancelled")


@dataclass
class Heard:
    """Progress that remembers what it was told."""

    advanced: int = 0
    warnings: list[str] = field(default_factory=list[str])

    def advance(self, units: int = 1) -> None:
        self.advanced += units

    def warn(self, message: str) -> None:
        self.warnings.append(message)


@dataclass
class Workbench:
    """A repository on a store, with a new run for every ingest."""

    store: GraphStore
    blobs: MemoryBlobs
    repository: str
    runs: Iterator[int] = field(default_factory=count)

    def sync(self, step: str = "syntax", run: str | None = None) -> GraphSync:
        run = f"run-{next(self.runs)}" if run is None else run
        return GraphSync(self.store, self.blobs, repository=self.repository, step=step, run=run)

    def plan(
        self, sync: GraphSync, units: Mapping[str, UnitRows], metadata: dict[str, object] | None = None
    ) -> list[Batch]:
        target = sync.store_rows(units, {key: f"key of {key}" for key in units})
        return sync.plan_writes(target, metadata or {})

    def ingest(self, units: Mapping[str, UnitRows], step: str = "syntax", run: str | None = None) -> BatchResult:
        """Everything from rows to commit; returns the sums."""
        sync = self.sync(step, run)
        results = [self.write(sync, batch) for batch in self.plan(sync, units)]
        sync.commit()
        return BatchResult(
            nodes=sum(result.nodes for result in results),
            relationships=sum(result.relationships for result in results),
            deleted=sum(result.deleted for result in results),
        )

    def write(self, sync: GraphSync, batch: Batch) -> BatchResult:
        return sync.write(batch, Token(), Heard())

    def digest(self) -> str:
        return graph_digest(self.store, self.repository)

    def id(self, local: str) -> str:
        return f"{self.repository}:{local}"

    def function(self, path: str, name: str, **properties: object) -> NodeRow:
        return NodeRow("Function", self.id(f"{path}#{name}"), {"name": name, **properties})

    def calls(self, source: str, target: str, **properties: object) -> EdgeRow:
        return EdgeRow("CALLS", "Function", self.id(source), "Function", self.id(target), dict(properties))

    def names(self) -> set[str]:
        rows = self.store.read("MATCH (n:Function) WHERE n.repository = $r RETURN n.id AS id", r=self.repository)
        return {row["id"].removeprefix(f"{self.repository}:") for row in rows}

    def links(self, kind: str) -> set[tuple[str, str]]:
        rows = self.store.read(
            f"MATCH (a)-[:{kind}]->(b) WHERE a.repository = $r RETURN a.id AS a, b.id AS b", r=self.repository
        )
        cut = len(self.repository) + 1
        found = [(row["a"][cut:], row["b"][cut:]) for row in rows]
        assert len(found) == len(set(found)), f"the same relationship twice: {found}"
        return set(found)
