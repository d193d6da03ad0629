"""One write chunk, one transaction, exactly once: the receipt and the proof of the pen are part of the same commit."""

from __future__ import annotations

import neo4j

from codestory.graph.chunks import Chunk
from codestory.graph.places import Places
from codestory.graph.state import StateNode
from codestory.graph.statements import Counts, Found, run_groups
from codestory.graph.store import GraphStore

__all__ = ["ChunkTransactions"]

_CREATES_BEFORE_MERGE = 3


class ChunkTransactions:
    """Writes the chunks of one step for one run, using and learning ``places`` if there are any."""

    def __init__(self, store: GraphStore, state: StateNode, *, step: str, places: Places | None = None) -> None:
        self._store = store
        self._state = state
        self._step = step
        self._places = places

    def write(self, name: str, chunk: Chunk, epoch: int) -> Counts:
        """Write ``chunk`` unless its receipt ``name`` says that it was written; returns what was done then or now.

        Raises ``FencedError`` once another run holds the pen, or a later plan of the same run.
        """
        attempts = 0
        places = self._places
        found: Found = {}
        # Where several transactions write at once, nobody can tell who else is linking.
        alone = any(group.optional for group in chunk.groups) and not self._store.capabilities.parallel_writers

        def work(tx: neo4j.ManagedTransaction) -> Counts:
            nonlocal attempts
            attempts += 1
            found.clear()
            # Who learns places writes each chunk once, so only an attempt of its own can have left a receipt.
            if places is None or attempts > 1:
                receipt = tx.run("MATCH (r:Receipt {id: $id}) RETURN r.counts AS counts", id=name).single()
                if receipt is not None:
                    return Counts(*receipt["counts"])
            # Creating fails where rows exist against all expectation; merging is slower and always right.
            fresh = chunk.fresh and attempts <= _CREATES_BEFORE_MERGE
            unlinked = fresh and alone and self._state.is_unlinked(tx)
            counts = run_groups(
                tx,
                chunk.groups,
                fresh=fresh,
                unlinked=unlinked,
                step=self._step,
                places=places,
                found=None if places is None else found,
            )
            done = (counts.nodes, counts.relationships, counts.deleted, counts.missing)
            self._state.sign_for(tx, epoch, name, done)
            return counts

        counts = self._store.transaction(work)
        if places is not None:
            for label, nodes in found.items():
                places.learn(label, nodes)
        return counts
