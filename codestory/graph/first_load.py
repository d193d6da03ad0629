"""Writes the rows of a step that has nothing in the graph while its caller is still making more of them.

Whoever brings a step up to date compares what it wants with what was applied. Where nothing was, there is nothing to
compare, and writing need not wait until the last row is known: one chunk after the other is written beside the caller,
in the order in which rows come, and the state that was reached is announced at the end. What a load that died leaves
behind is known to nobody, so the next one begins by removing everything of the step, of which nothing was there before.

Rows may be written before they are certain, so that the server has something to do meanwhile: what is given in the end
counts, and what was expected and comes differently, or does not come, is corrected.

Relationships whose ends may be another step's are not written here: they are linked at the commit, when the list of
them has been announced to all other steps.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any, Self

from codestory.exceptions import StepFailedError
from codestory.graph import applied as states
from codestory.graph.applied import Layout, StoredPlan, StoredState
from codestory.graph.chunks import Chunk, ChunkWriter
from codestory.graph.expected import Expected
from codestory.graph.load_units import LoadUnits
from codestory.graph.load_writer import LoadWriter, Order, WriterProcess, WriterThread
from codestory.graph.packs import UnitRecord, merge_edges, store_pack
from codestory.graph.removal import remove_nodes
from codestory.graph.rows import EdgeRow, UnitRows
from codestory.graph.schema import validate_label, validate_type
from codestory.graph.state import StateNode, StateRecord
from codestory.graph.statements import Counts
from codestory.graph.store import GraphStore
from codestory.storage.blobs import BlobStore

__all__ = ["FirstLoad", "LoadTarget"]

_PACK_BYTES = 8 << 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadTarget:
    """Where a load writes, and for whom."""

    store: GraphStore
    blobs: BlobStore
    layout: Layout
    state: StateNode
    run: str


class FirstLoad:
    """A context manager; leaving it with an error abandons the load. Not to be shared by threads.

    ``add`` may be called for a unit any number of times, then ``complete`` once. A relationship may be given once,
    as soon as both of its ends were; only one whose target is not required need not have them. With ``apart``, a
    process of its own does the writing.
    """

    def __init__(self, target: LoadTarget, seen: StateRecord, *, unclean: bool, apart: bool = False) -> None:
        layout = target.layout
        self._target = target
        self._seen = seen
        self._unclean = unclean
        self._prefix = layout.plan(target.run, seen.epoch + 1)
        self._began = target.state.begun(seen, layout.load(target.run, seen.epoch + 1), self._prefix)
        self._order = Order(target.store.settings, layout.repository, layout.step, target.run, self._began.epoch)
        self._writer: LoadWriter[Any] = WriterProcess(self._order) if apart else WriterThread(target.store, self._order)
        self._nodes = ChunkWriter(self._put, f"{self._prefix}n", fresh=True)
        self._edges = ChunkWriter(self._put_edges, f"{self._prefix}e", fresh=True)
        self._corrections = ChunkWriter(self._put_correction, f"{self._prefix}c", fresh=False)
        self._chunks = 0
        self._names: set[str] = set()
        self._units = LoadUnits(layout)
        self._expected = Expected()
        self._corrected = Counts()
        self._encoded: dict[str, bytes] = {}
        self._encoded_bytes = 0
        self._keys: dict[str, str] = {}
        self._records: dict[str, UnitRecord] = {}
        self._links: dict[str, list[EdgeRow]] = {}

    @property
    def counts(self) -> Counts:
        """What has been written, after ``finish``. What was expected and had to be corrected does not count."""
        found, corrected = self._writer.counts, self._corrected
        return Counts(
            found.nodes - corrected.nodes, found.relationships - corrected.relationships, missing=found.missing
        )

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
        try:
            self._writer.start()
        except OSError as error:
            _log.warning("no process can be started (%s): the graph is written by a thread, which takes longer", error)
            self._writer = WriterThread(target.store, self._order)
            self._writer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._writer.abandon()
        self._writer.close()

    def add(self, unit: str, rows: UnitRows) -> None:
        """Have these rows of ``unit`` written; others may follow.

        Raises what kept rows from being written, and ``StepFailedError`` for a node that another unit owns or a
        relationship that was given before.
        """
        given = self._units.give(unit, rows)
        links = [edge for edge in given.edges if not edge.target_required]
        if links:
            self._links[unit] = merge_edges(self._links.get(unit, []), links)
        new, other = self._expected.given(unit, _without_links(given))
        self._write(new)
        self._correct(other)
        self._writer.raise_failure()

    def expect(self, unit: str, rows: UnitRows) -> None:
        """Have rows written that ``unit`` will probably be given, and was not yet.

        They are no more than that: ``add`` and ``complete`` have to give them, too. What they give differently, and
        what has not come when the unit is complete, is corrected. Raises what ``add`` does.
        """
        expected = _without_links(self._units.normalise(unit, rows))
        self._expected.put(unit, expected)
        self._write(expected)
        self._writer.raise_failure()

    def complete(self, unit: str, rows: UnitRows, key: str) -> None:
        """The rest of ``unit``; ``key`` is its staleness key. Raises what ``add`` does."""
        self.add(unit, rows)
        self._withdraw(self._expected.rest(unit))
        data = self._units.end(unit)
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

        Raises what kept rows from being written, and ``StepFailedError`` if a unit was begun and not completed.
        """
        for unit in self._units.begun:
            raise StepFailedError(f"Unit {unit!r} was given rows and never completed.")
        self._store_pack()
        self.flush()
        self._writer.close()
        self._writer.raise_failure()
        target = self._target
        stored = StoredState(self._records, metadata)
        name = target.layout.state(target.run, stored)
        states.save_links(target.blobs, name, self._links)
        states.save_state(target.blobs, name, stored)
        states.save_plan(
            target.blobs, self._prefix, StoredPlan(self._chunks, None, loaded=True, labels=sorted(self._nodes.labels))
        )
        target.state.begin(self._began, replace(self._began, target=name))

    def _write(self, rows: UnitRows) -> None:
        self._check_names(rows)
        for node in rows.nodes:
            self._nodes.node(node)
        self._edges.edges(rows.edges)

    def _correct(self, rows: UnitRows) -> None:
        for node in rows.nodes:
            self._corrections.node(node)
        self._corrections.edges(rows.edges)
        self._take_off(rows)

    def _withdraw(self, rows: UnitRows) -> None:
        for edge in rows.edges:
            self._corrections.delete_edge(edge)
        for node in rows.nodes:
            self._corrections.delete_node(node.label, node.id)
        self._units.disown(rows.nodes)
        self._take_off(rows)

    def _take_off(self, rows: UnitRows) -> None:
        """These were counted when they were expected."""
        self._corrected.nodes += len(rows.nodes)
        self._corrected.relationships += len(rows.edges)

    def _check_names(self, rows: UnitRows) -> None:
        for label in {node.label for node in rows.nodes} - self._names:
            self._names.add(validate_label(label))
        for kind in {edge.type for edge in rows.edges} - self._names:
            self._names.add(validate_type(kind))

    def _store_pack(self) -> None:
        layout = self._target.layout
        encoded = {unit: self._encoded[unit] for unit in sorted(self._encoded)}
        self._records |= store_pack(self._target.blobs, layout.packs(self._target.run), encoded, self._keys)
        self._encoded, self._keys, self._encoded_bytes = {}, {}, 0

    def _put(self, name: str, chunk: Chunk, data: bytes) -> None:
        self._chunks += 1
        self._writer.put(name, chunk, data)

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


def _without_links(rows: UnitRows) -> UnitRows:
    return UnitRows(rows.nodes, [edge for edge in rows.edges if edge.target_required])
