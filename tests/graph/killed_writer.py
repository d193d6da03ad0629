"""Ingests a small repository and kills itself with SIGKILL at the moment that its arguments name.

Arguments: graph folder, blob folder, run, number of the store transaction to die at, ``inside`` or ``after`` it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import neo4j

from codestory.graph.rows import EdgeRow, NodeRow, UnitRows
from codestory.graph.store import GraphSettings, GraphStore
from codestory.graph.sync import GraphSync
from codestory.storage.folder import FolderBlobStore
from tests.graph.harness import Heard, Token

REPOSITORY = "victim"


def version(number: int) -> dict[str, UnitRows]:
    """The repository at one of two moments: nodes come, go, move and change, and so do relationships."""
    units: dict[str, UnitRows] = {}
    for file in range(4 + number):
        names = [f"f{(n + number) % 5}" for n in range(3 + (file + number) % 2)]
        nodes = [
            NodeRow("Function", f"{REPOSITORY}:{file}.py#{name}", {"name": name, "line": file * number})
            for name in names
        ]
        edges = [
            EdgeRow(
                "CALLS", "Function", node.id, "Function", f"{REPOSITORY}:{(file + 1) % 4}.py#f{number}", {"v": number}
            )
            for node in nodes
        ]
        edges.append(EdgeRow("DEFINES", "File", f"{REPOSITORY}:{file}.py", "Function", nodes[0].id, {}, False))
        units[f"{file}.py"] = UnitRows(nodes, edges)
    return units


def ingest(sync: GraphSync, number: int) -> None:
    """Everything from rows to commit."""
    target = sync.store_rows(version(number), {})
    for batch in sync.plan_writes(target, {"version": number}):
        sync.write(batch, Token(), Heard())
    sync.commit()


class DyingStore(GraphStore):
    """A store whose process dies at its n-th writing transaction."""

    def __init__(self, settings: GraphSettings, at: int, when: str) -> None:
        super().__init__(settings)
        self.left = at
        self.when = when

    def transaction[T](self, work: Callable[[neo4j.ManagedTransaction], T], *, read: bool = False, **options: Any) -> T:
        if read:
            return super().transaction(work, read=True, **options)
        self.left -= 1
        if self.left == 0 and self.when == "inside":

            def dying(tx: neo4j.ManagedTransaction) -> T:
                work(tx)
                os.kill(os.getpid(), signal.SIGKILL)
                raise AssertionError

            return super().transaction(dying, **options)
        result = super().transaction(work, **options)
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def main(arguments: list[str]) -> None:
    graph, blobs, run, at, when = arguments
    store = DyingStore(GraphSettings(folder=Path(graph)), int(at), when)
    ingest(GraphSync(store, FolderBlobStore(Path(blobs)), repository=REPOSITORY, step="syntax", run=run), 2)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1:])
