"""Takes nodes out of the graph by owner: everything of a step, or of a whole repository."""

from __future__ import annotations

from collections.abc import Callable

import neo4j

from codestory.graph.applied import Layout, repository_root
from codestory.graph.queries import labels_of, steps_of
from codestory.graph.schema import quote
from codestory.graph.state import StateNode
from codestory.graph.store import GraphStore
from codestory.storage.blobs import BlobStore

__all__ = ["delete_repository", "remove_nodes"]

_NODES_PER_TRANSACTION = 2_000


def delete_repository(store: GraphStore, blobs: BlobStore, repository: str, step: str | None = None) -> int:
    """Remove all nodes and relationships of ``repository``, or of one ``step`` in it, and all that is recorded about
    them. Whoever is just writing them writes no more.

    Returns how many nodes were removed. Killed in the middle, it leaves the step states, so that what is left is
    still known; call it again.
    """
    for one in steps_of(store, repository) if step is None else [step]:
        StateNode(store, repository, one, "").fence(None)
    removed = remove_nodes(store, repository, step=step)
    owner = "n.repository = $repository" + ("" if step is None else " AND n.step = $step")
    for label in ("Receipt", "StepState"):
        store.write(f"MATCH (n:{label}) WHERE {owner} DETACH DELETE n", repository=repository, step=step)
    root = repository_root(repository) if step is None else Layout(repository, step).root
    for name in list(blobs.names(root)):
        blobs.delete(name)
    return removed


def remove_nodes(
    store: GraphStore,
    repository: str,
    *,
    step: str | None = None,
    sign: Callable[[neo4j.ManagedTransaction], None] | None = None,
) -> int:
    """Remove the nodes of ``repository``, of ``step`` only if given; ``sign`` is called in each transaction."""
    labels = labels_of(store)
    owner = "n.repository = $repository" + ("" if step is None else " AND n.step = $step")
    removed = 0
    for label in labels:
        statement = (
            f"MATCH (n:{quote(label)}) WHERE {owner} WITH n LIMIT {_NODES_PER_TRANSACTION}"
            " DETACH DELETE n RETURN count(*) AS removed"
        )

        def work(tx: neo4j.ManagedTransaction, statement: str = statement) -> int:
            found = tx.run(statement, repository=repository, step=step).single()  # pyright: ignore[reportArgumentType]
            if sign is not None:
                sign(tx)
            return found["removed"] if found is not None else 0

        while (count := store.transaction(work)) > 0:
            removed += count
    return removed
