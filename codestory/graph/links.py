"""Relationships whose ends come from different steps, written as soon as both ends exist.

Each state lists the relationships that may lack an end. Whoever creates nodes looks through the lists of all steps of
the repository for those that touch them. A step announces its list before it writes, so whichever of two steps comes
second sees the other's nodes or the other's list, and no relationship falls between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import neo4j

from codestory.exceptions import NotFoundError
from codestory.graph import applied as states
from codestory.graph.applied import StoredPlan
from codestory.graph.chunks import ROWS_PER_CHUNK, Group, edge_group
from codestory.graph.rows import EdgeRow
from codestory.graph.state import StateNode, StateRecord, from_properties
from codestory.graph.statements import run_groups
from codestory.graph.store import GraphStore
from codestory.storage.blobs import BlobStore

__all__ = ["Linker"]

type Sign = Callable[[neo4j.ManagedTransaction], None]
type Touches = Callable[[EdgeRow], bool]


class _OwnerMovedError(Exception):
    """The step that owns the relationships announced another state in the meantime."""


class Linker:
    """Writes waiting relationships on behalf of the steps that own them."""

    def __init__(self, store: GraphStore, blobs: BlobStore, repository: str, own: StateNode) -> None:
        self._store = store
        self._blobs = blobs
        self._repository = repository
        self._own = own

    def link(self, plan: StoredPlan, sign: Sign) -> int:
        """Write what touches the nodes that ``plan`` created; returns how many relationships there are.

        A step whose nodes are all new is taken to have written its own relationships, unless they were loaded.
        """
        if plan.created is not None and not plan.created:
            return 0
        all_new = plan.created is None
        touches = _touching(plan)
        found = self._store.read(
            "MATCH (s:StepState) WHERE s.repository = $repository RETURN properties(s) AS p ORDER BY s.id",
            repository=self._repository,
        )
        total = 0
        for row in found:
            ident, step, record = row["p"]["id"], row["p"]["step"], from_properties(row["p"])
            if ident != self._own.id or not all_new:
                total += self._link_owner(ident, step, record, touches, sign)
            elif plan.loaded:
                groups = enumerate(self._waiting(record, _anything))
                total += sum(self._write_own(step, number, group, sign) for number, group in groups)
        return total

    def _link_owner(self, ident: str, step: str, record: StateRecord, touches: Touches, sign: Sign) -> int:
        while True:
            try:
                return sum(self._write(ident, step, record, group, sign) for group in self._waiting(record, touches))
            except _OwnerMovedError:
                record = self._record(ident)
            except NotFoundError:
                # The owner has just replaced the state whose list was about to be read.
                latest = self._record(ident)
                if latest == record:
                    return 0
                record = latest

    def _record(self, ident: str) -> StateRecord:
        rows = self._store.read("MATCH (s:StepState {id: $id}) RETURN properties(s) AS p", id=ident)
        return from_properties(rows[0]["p"]) if rows else StateRecord()

    def _waiting(self, record: StateRecord, touches: Touches) -> Iterator[Group]:
        links = states.load_links(self._blobs, record.target if record.applying else record.applied)
        yield from _groups(filter(touches, states.iterate_links(links)))

    def _write_own(self, step: str, number: int, group: Group, sign: Sign) -> int:
        """Write group ``number`` of this step's relationships after a load, of which nothing is in the graph but what
        another step linked or an earlier attempt. Where one transaction at a time writes, that can be told, and
        creating is faster than looking for each."""
        alone = not self._store.capabilities.parallel_writers

        def work(tx: neo4j.ManagedTransaction) -> int:
            # First, so that a transaction of an earlier attempt, whose client is gone and which may still be under
            # way in the server, is either seen by the next line or in conflict with this one.
            sign(tx)
            fresh = alone and self._own.next_own(tx) == number
            counts = run_groups(tx, [group], fresh=fresh, unlinked=fresh, step=step)
            if fresh:
                self._own.linked_own(tx, number + 1)
            return counts.relationships

        return self._store.transaction(work)

    def _write(self, ident: str, step: str, record: StateRecord, group: Group, sign: Sign) -> int:
        def work(tx: neo4j.ManagedTransaction) -> int:
            sign(tx)
            counts = run_groups(tx, [group], fresh=False, step=step)
            if ident != self._own.id:
                found = tx.run(
                    "MATCH (s:StepState {id: $id}) SET s.writes = coalesce(s.writes, 0) + 1,"
                    " s.linked = coalesce(s.linked, 0) + 1 RETURN properties(s) AS p",
                    id=ident,
                ).single()
                if found is None or _target(from_properties(found["p"])) != _target(record):
                    raise _OwnerMovedError
            return counts.relationships

        return self._store.transaction(work)


def _anything(_: EdgeRow) -> bool:
    return True


def _touching(plan: StoredPlan) -> Touches:
    """Whether a relationship may have an end among the nodes that ``plan`` created."""
    if plan.created is not None:
        new = frozenset(plan.created)
        return lambda edge: (edge.source_label, edge.source) in new or (edge.target_label, edge.target) in new
    if plan.labels is None:
        return _anything
    labels = frozenset(plan.labels)
    return lambda edge: edge.source_label in labels or edge.target_label in labels


def _target(record: StateRecord) -> str:
    return record.target if record.applying else record.applied


def _groups(edges: Iterable[EdgeRow]) -> Iterator[Group]:
    buffers: dict[tuple[str, ...], list[EdgeRow]] = {}
    for edge in edges:
        names = (edge.type, edge.source_label, edge.target_label)
        rows = buffers.setdefault(names, [])
        rows.append(edge)
        if len(rows) >= ROWS_PER_CHUNK:
            yield edge_group(names, True, buffers.pop(names))
    for names, rows in buffers.items():
        yield edge_group(names, True, rows)
