"""Writes the rows of a step that has nothing in the graph while its caller is still making more of them.

Whoever brings a step up to date compares what it wants with what was applied. Where nothing was, there is nothing to
compare, and writing need not wait until the last row is known: a thread writes one chunk after the other, in the order
in which rows come, and the state that was reached is announced at the end. What a load that died leaves behind is
known to nobody, so the next one begins by removing everything of the step, of which nothing was there before.

Rows may be written before they are certain, so that the server has something to do meanwhile: what is given in the end
counts, and what was expected and comes differently, or does not come, is corrected.

Relationships whose ends may be another step's are not written here: they are linked at the commit, when the list of
them has been announced to all other steps.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from codestory.exceptions import StepFailedError
from codestory.graph import applied as states
from codestory.graph.applied import Layout, StoredPlan, StoredState
from codestory.graph.backlog import Backlog
from codestory.graph.chunks import Chunk, ChunkWriter
from codestory.graph.expected import Expected
from codestory.graph.packs import (
    UnitRecord,
    decode_nodes,
    encode_nodes,
    join_rows,
    merge_edges,
    normalise_edges,
    normalise_nodes,
    store_pack,
)
from codestory.graph.places import Places
from codestory.graph.removal import remove_nodes
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows, edge_key
from codestory.graph.schema import validate_label, validate_type
from codestory.graph.state import StateNode, StateRecord
from codestory.graph.statements import Counts
from codestory.graph.store import GraphStore
from codestory.graph.transactions import ChunkTransactions
from codestory.storage.blobs import BlobStore

__all__ = ["FirstLoad", "LoadTarget"]

_PACK_BYTES = 8 << 20
_SWITCH_INTERVAL = 0.0005
"""Seconds a computing thread may run on while the writing thread has an answer of the server to look at. With Python's
own 5 ms these pauses, several a transaction, make a load of some size take a seventh longer."""
_WAITING_BYTES = 32 << 20
"""A repository of some 3,000 files can hand on what it knows before resolving without having to wait."""


@dataclass(frozen=True)
class LoadTarget:
    """Where a load writes, and for whom."""

    store: GraphStore
    blobs: BlobStore
    layout: Layout
    state: StateNode
    run: str


@dataclass
class _Begun:
    """What a unit was given so far: encoded nodes, and normalised relationships."""

    nodes: list[bytes] = field(default_factory=list[bytes])
    edges: list[EdgeRow] = field(default_factory=list[EdgeRow])


class FirstLoad:
    """A context manager; leaving it with an error abandons the load. Not to be shared by threads.

    ``add`` may be called for a unit any number of times, then ``complete`` once. A relationship may be given once,
    as soon as both of its ends were; only one whose target is not required need not have them.
    """

    def __init__(self, target: LoadTarget, seen: StateRecord, *, unclean: bool) -> None:
        layout = target.layout
        self._target = target
        self._seen = seen
        self._unclean = unclean
        self._prefix = layout.plan(target.run, seen.epoch + 1)
        self._began = target.state.begun(seen, layout.load(target.run, seen.epoch + 1), self._prefix)
        self._transactions = ChunkTransactions(target.store, target.state, step=layout.step, places=Places())
        self._nodes = ChunkWriter(self._put, f"{self._prefix}n", fresh=True)
        self._edges = ChunkWriter(self._put_edges, f"{self._prefix}e", fresh=True)
        self._corrections = ChunkWriter(self._put_correction, f"{self._prefix}c", fresh=False)
        self._expected = Expected()
        self._corrected = Counts()
        self._backlog = Backlog(_WAITING_BYTES)
        self._thread = threading.Thread(target=self._write_all, name="first-load", daemon=True)
        self._failure: BaseException | None = None
        self._names: set[str] = set()
        self._owners: dict[tuple[str, str], str] = {}
        self._begun: dict[str, _Begun] = {}
        self._encoded: dict[str, bytes] = {}
        self._encoded_bytes = 0
        self._keys: dict[str, str] = {}
        self._records: dict[str, UnitRecord] = {}
        self._links: dict[str, list[EdgeRow]] = {}
        self._chunks = 0
        self.counts = Counts()
        """What has been written so far."""

    def __enter__(self) -> Self:
        target = self._target
        target.store.ensure_schema()
        target.state.begin(self._seen, self._began)
        if self._unclean:
            epoch = self._began.epoch
            remove_nodes(
                target.store,
                target.layout.repository,
                step=target.layout.step,
                sign=lambda tx: target.state.sign(tx, epoch),
            )
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and self._failure is None:
            # Chunks that wait are dropped; the one being written is seen through.
            self._failure = RuntimeError("abandoned")
        self._end()

    def add(self, unit: str, rows: UnitRows) -> None:
        """Have these rows of ``unit`` written; others may follow.

        Raises what the writing thread met, and ``StepFailedError`` for a node that another unit owns or a relationship
        that was given before.
        """
        begun = self._begin(unit)
        nodes = self._nodes_of(unit, rows.nodes)
        edges = normalise_edges(rows.edges, _Owned(self._owners, unit))
        if nodes:
            begun.nodes.append(encode_nodes(nodes))
        begun.edges = _merged(unit, begun.edges, edges)
        links = [edge for edge in edges if not edge.target_required]
        if links:
            self._links[unit] = merge_edges(self._links.get(unit, []), links)
            edges = [edge for edge in edges if edge.target_required]
        new, other = self._expected.given(unit, UnitRows(nodes, edges))
        self._write(new)
        self._correct(other)
        self._raise_failure()

    def expect(self, unit: str, rows: UnitRows) -> None:
        """Have rows written that ``unit`` will probably be given, and was not yet.

        They are no more than that: ``add`` and ``complete`` have to give them, too. What they give differently, and
        what has not come when the unit is complete, is corrected. Raises what ``add`` does.
        """
        begun = self._begin(unit)
        nodes = self._nodes_of(unit, rows.nodes)
        edges = normalise_edges(rows.edges, _Owned(self._owners, unit))
        _refuse_twice(unit, begun.edges, edges)
        expected = UnitRows(nodes, [edge for edge in edges if edge.target_required])
        self._expected.put(unit, expected)
        self._write(expected)
        self._raise_failure()

    def complete(self, unit: str, rows: UnitRows, key: str) -> None:
        """The rest of ``unit``; ``key`` is its staleness key. Raises what ``add`` does."""
        self.add(unit, rows)
        self._withdraw(self._expected.rest(unit))
        begun = self._begun.pop(unit)
        data = join_rows(_joined(begun.nodes), begun.edges) if begun.nodes or begun.edges else b""
        self._encoded[unit] = data
        self._keys[unit] = key
        self._encoded_bytes += len(data)
        if self._encoded_bytes > _PACK_BYTES:
            self._store_pack()

    def flush(self) -> None:
        """Have what was given so far written without waiting for more, because none will come for a while."""
        self._nodes.finish()
        self._edges.finish()
        self._corrections.finish()

    def finish(self, metadata: dict[str, Any]) -> None:
        """Wait until all is written, and announce what was reached; the step's commit makes it the applied state.

        Raises what the writing thread met, and ``StepFailedError`` if a unit was begun and not completed.
        """
        if self._begun:
            raise StepFailedError(f"Unit {next(iter(self._begun))!r} was given rows and never completed.")
        self._store_pack()
        self.flush()
        self._end()
        self._raise_failure()
        self._count_once()
        target = self._target
        stored = StoredState(self._records, metadata)
        name = target.layout.state(target.run, stored)
        states.save_links(target.blobs, name, self._links)
        states.save_state(target.blobs, name, stored)
        states.save_plan(
            target.blobs, self._prefix, StoredPlan(self._chunks, None, loaded=True, labels=sorted(self._nodes.labels))
        )
        target.state.begin(self._began, replace(self._began, target=name))

    def _begin(self, unit: str) -> _Begun:
        begun = self._begun.get(unit)
        if begun is None:
            begun = self._begun[unit] = _Begun()
        return begun

    def _nodes_of(self, unit: str, nodes: Sequence[NodeRow]) -> list[NodeRow]:
        normalised = normalise_nodes(unit, nodes, self._target.layout.repository, self._target.layout.step)
        for node in normalised:
            owner = self._owners.setdefault((node.label, node.id), unit)
            if owner != unit:
                raise StepFailedError(
                    f"Two units own the same node {node.label} {node.id!r}: {owner!r} and {unit!r}. Put what several"
                    " units share into a unit of its own."
                )
        return normalised

    def _write(self, rows: UnitRows) -> None:
        self._check_names(rows)
        for node in rows.nodes:
            self._nodes.node(node)
        self._edges.edges(rows.edges)

    def _correct(self, rows: UnitRows) -> None:
        self._check_names(rows)
        for node in rows.nodes:
            self._corrections.node(node)
        self._corrections.edges(rows.edges)
        self._corrected.nodes += len(rows.nodes)
        self._corrected.relationships += len(rows.edges)

    def _withdraw(self, rows: UnitRows) -> None:
        for edge in rows.edges:
            self._corrections.delete_edge(edge)
        for node in rows.nodes:
            self._corrections.delete_node(node.label, node.id)
            del self._owners[node.label, node.id]
        self._corrected.nodes += len(rows.nodes)
        self._corrected.relationships += len(rows.edges)

    def _check_names(self, rows: UnitRows) -> None:
        for label in {node.label for node in rows.nodes} - self._names:
            self._names.add(validate_label(label))
        for kind in {edge.type for edge in rows.edges} - self._names:
            self._names.add(validate_type(kind))

    def _count_once(self) -> None:
        """Nobody is told of what was expected and had to be corrected."""
        self.counts.nodes -= self._corrected.nodes
        self.counts.relationships -= self._corrected.relationships
        self.counts.deleted = 0

    def _store_pack(self) -> None:
        layout = self._target.layout
        encoded = {unit: self._encoded[unit] for unit in sorted(self._encoded)}
        self._records |= store_pack(self._target.blobs, layout.packs(self._target.run), encoded, self._keys)
        self._encoded, self._keys, self._encoded_bytes = {}, {}, 0

    def _put(self, name: str, chunk: Chunk, data: bytes) -> None:
        self._raise_failure()
        self._chunks += 1
        self._backlog.put(name, chunk, len(data))

    def _put_edges(self, name: str, chunk: Chunk, data: bytes) -> None:
        # Their ends may still be waiting for company.
        if any(self._nodes.holds(label) for group in chunk.groups for label in group.names[1:]):
            self._nodes.finish()
        self._put(name, chunk, data)

    def _put_correction(self, name: str, chunk: Chunk, data: bytes) -> None:
        # What is corrected may still be waiting for company.
        self._nodes.finish()
        self._edges.finish()
        self._put(name, chunk, data)

    def _write_all(self) -> None:
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_INTERVAL))
        labels: set[str] = set()
        while (item := self._backlog.get()) is not None:
            if self._failure is not None:
                continue
            name, chunk = item
            new = {group.names[0] for group in chunk.groups if group.kind == "node"} - labels
            try:
                if new:
                    self._target.store.ensure_schema(new)
                    labels |= new
                self.counts.add(self._transactions.write(name, chunk, self._began.epoch))
            except BaseException as error:  # noqa: BLE001 - it is raised again where rows are given
                self._failure = error

    def _end(self) -> None:
        if self._thread.is_alive():
            self._backlog.close()
            self._thread.join()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure


class _Owned:
    """The nodes of one unit, as a container of (label, id)."""

    def __init__(self, owners: dict[tuple[str, str], str], unit: str) -> None:
        self._owners = owners
        self._unit = unit

    def __contains__(self, key: object) -> bool:
        return self._owners.get(key) == self._unit  # pyright: ignore[reportArgumentType, reportCallIssue]


def _joined(parts: Sequence[bytes]) -> bytes:
    if len(parts) == 1:
        return parts[0]
    nodes = {(node.label, node.id): node for part in parts for node in decode_nodes(part)}
    return encode_nodes([nodes[key] for key in sorted(nodes)])


def _merged(unit: str, before: list[EdgeRow], edges: list[EdgeRow]) -> list[EdgeRow]:
    _refuse_twice(unit, before, edges)
    return merge_edges(before, edges)


def _refuse_twice(unit: str, before: Sequence[EdgeRow], edges: Sequence[EdgeRow]) -> None:
    both = {edge.type for edge in before}.intersection(edge.type for edge in edges)
    if both:
        seen = {edge_key(edge) for edge in before if edge.type in both}
        twice = next((edge for edge in edges if edge.type in both and edge_key(edge) in seen), None)
        if twice is not None:
            raise StepFailedError(
                f"Unit {unit!r} was given the relationship {' '.join(edge_key(twice))!r} twice, and the first is"
                " written already. Give all that is known of a relationship at once."
            )
