"""Takes nodes out of the graph by owner: everything of a step, or of a whole repository."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import uuid4

import neo4j

from codestory.graph.applied import Layout
from codestory.graph.queries import labels_of, steps_of
from codestory.graph.schema import quote
from codestory.graph.state import StateNode
from codestory.graph.store import GraphStore
from codestory.storage.blobs import BlobStore, delete_below

__all__ = ["delete_repository", "remove_nodes"]

_NODES_PER_TRANSACTION = 2_000


def delete_repository(store: GraphStore, blobs: BlobStore, repository: str, step: str | None = None) -> int:
    """Remove all nodes and relationships of ``repository``, or of one ``step`` in it, and all that is recorded about
    them; returns how many nodes were removed.

    Whoever is just writing them writes no more; raises ``FencedError`` if a job begins to write meanwhile. Killed in
    the middle, it leaves the step as if a first load had died: the next run removes what is left and begins anew.
    """
    run = f"removal-{uuid4().hex}"
    removed = 0
    for one in steps_of(store, repository) if step is None else [step]:
        state, layout = StateNode(store, repository, one, run), Layout(repository, one)
        seen = state.read()
        began = state.begun(seen, layout.load(run, seen.epoch + 1), "")
        state.begin(seen, replace(began, applied="", aborted=()))
        removed += remove_nodes(store, repository, step=one, sign=partial(state.sign, epoch=began.epoch))
        delete_below(blobs, layout.root)
        state.forget_receipts()
        store.write("MATCH (s:StepState {id: $id}) WHERE s.run = $run DELETE s", id=state.id, run=run)
    return removed


def remove_nodes(
    store: GraphStore,
    repository: str,
    *,
    step: str,
    sign: Callable[[neo4j.ManagedTransaction], None],
) -> int:
    """Remove the nodes of ``step`` in ``repository``; ``sign`` is called in each transaction."""
    removed = 0
    for label in labels_of(store):
        statement = (
            f"MATCH (n:{quote(label)}) WHERE n.repository = $repository AND n.step = $step"
            f" WITH n LIMIT {_NODES_PER_TRANSACTION} DETACH DELETE n RETURN count(*) AS removed"
        )

        def work(tx: neo4j.ManagedTransaction, statement: str = statement) -> int:
            found = tx.run(statement, repository=repository, step=step).single()  # pyright: ignore[reportArgumentType]
            sign(tx)
            return found["removed"] if found is not None else 0

        while (count := store.transaction(work)) > 0:
            removed += count
    return removed
