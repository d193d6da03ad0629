"""Brings the graph from what a step applied last to what it wants now, exactly once, whatever is killed on the way.

A step describes every unit it looks at as ``UnitRows``; ``store_rows`` puts them into packs, ``plan_writes`` compares
the packs with those applied before and cuts the difference into batches, ``write`` executes one of them, and
``commit`` makes the new state the applied one. Nothing is read back from the graph to find out what changed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import neo4j

from codestory.exceptions import NotFoundError, StepFailedError
from codestory.graph import applied as states
from codestory.graph.applied import AppliedState, Layout, StoredPlan, StoredState
from codestory.graph.chunks import load_chunk
from codestory.graph.difference import Difference, changed_units, write_difference
from codestory.graph.first_load import FirstLoad, LoadTarget
from codestory.graph.links import Linker
from codestory.graph.packs import UnitRecord, pack_names, write_pack
from codestory.graph.removal import remove_nodes
from codestory.graph.rows import UnitRows
from codestory.graph.state import StateNode, StateRecord
from codestory.graph.statements import Counts
from codestory.graph.store import GraphStore
from codestory.graph.transactions import ChunkTransactions
from codestory.ingestion_pipeline.step import Batch, BatchResult, CancellationToken, Progress, Stage
from codestory.storage.blobs import BlobStore

__all__ = ["DELETE", "WRITE_EDGES", "WRITE_NODES", "AppliedState", "GraphSync", "UnitRecord", "write_stages"]

WRITE_NODES = "write_nodes"
WRITE_EDGES = "write_edges"
DELETE = "delete"

_CHUNKS_PER_BATCH = 10
_UNITS_OF_A_LOAD = 8_000
"""A million rows or so: an activity must end within minutes on every hosting plan."""

_UNITS_WORTH_A_PROCESS = 500
"""Fewer are written in the time that a process takes to start."""

_log = logging.getLogger(__name__)


def write_stages(store: GraphStore) -> list[Stage]:
    """The stages, still empty, that the batches of ``plan_writes`` belong to, in order."""
    concurrency = None if store.capabilities.parallel_writers else 1
    return [Stage(name, concurrency=concurrency) for name in (WRITE_NODES, WRITE_EDGES, DELETE)]


class GraphSync:
    """The graph as one step of one repository sees it, during one run."""

    def __init__(self, store: GraphStore, blobs: BlobStore, *, repository: str, step: str, run: str) -> None:
        self.repository = repository
        self.step = step
        self.run = run
        self._store = store
        self._blobs = blobs
        self._layout = Layout(repository, step)
        self._state = StateNode(store, repository, step, run)
        self._transactions = ChunkTransactions(store, self._state, step=step)

    def applied(self) -> AppliedState:
        """What the graph holds for the step; a dirty, empty state if the record of it was lost."""
        record = self._state.read()
        try:
            stored = states.load_state(self._blobs, record.applied)
        except NotFoundError:
            return AppliedState(is_dirty=True)
        return AppliedState(stored.units, stored.metadata, self._is_dirty(record))

    def store_rows(self, units: Mapping[str, UnitRows], keys: Mapping[str, str]) -> dict[str, UnitRecord]:
        """Store the rows of ``units`` as one pack; ``keys`` are their staleness keys. Idempotent."""
        return write_pack(self._blobs, self._layout.packs(self.run), units, keys, self.repository, self.step)

    def first_load(self, units: int) -> FirstLoad | None:
        """A way to write rows while more of them are made, for a step that has nothing in the graph.

        ``None`` where something may be there, or where there are more ``units`` than one activity should write.
        """
        seen = self._state.read()
        unfinished = {*seen.aborted, seen.target} - {""}
        if seen.applied or units > _UNITS_OF_A_LOAD:
            return None
        if not all(name.startswith(self._layout.loads) for name in unfinished):
            return None
        target = LoadTarget(self._store, self._blobs, self._layout, self._state, self.run)
        return FirstLoad(target, seen, unclean=bool(unfinished), apart=units >= _UNITS_WORTH_A_PROCESS)

    def loaded(self) -> AppliedState | None:
        """What a first load of this very run has brought into the graph, if that is not committed yet."""
        record = self._state.read()
        if not record.applying or record.run != self.run or record.target.startswith(self._layout.loads):
            return None
        try:
            if not states.load_plan(self._blobs, record.plan).loaded:
                return None
            stored = states.load_state(self._blobs, record.target)
        except NotFoundError:
            return None
        return AppliedState(stored.units, stored.metadata)

    def plan_writes(self, target: Mapping[str, UnitRecord], metadata: dict[str, Any] | None = None) -> list[Batch]:
        """Announce ``target`` as the state to reach and return the batches that lead there.

        ``target`` lists every unit that shall be in the graph, changed or not; ``metadata`` is kept with it. No
        batches: the graph already shows it, and the state is committed. Raises ``FencedError`` for a run that was
        replaced, ``GraphUnavailableError`` if another run changed the state meanwhile.
        """
        stored = StoredState(dict(target), metadata or {})
        name = self._layout.state(self.run, stored)
        seen = self._state.read()
        planned = self._state.begun(seen, name, "")
        prefix = self._layout.plan(self.run, planned.epoch)
        sources, lost = self._sources(planned)
        rewrite = lost or bool(planned.aborted)
        difference = write_difference(self._blobs, prefix, target, sources, rewrite=rewrite)
        self._save(name, stored, prefix, difference, planned, sources, lost)
        self._store.ensure_schema(difference.labels)
        self._state.begin(seen, self._state.begun(seen, name, prefix))
        if lost:
            # Nobody knows what is there, so everything of this step goes, and comes back with what hung on it.
            remove_nodes(self._store, self.repository, step=self.step, sign=lambda tx: self._sign(tx, planned.epoch))
        elif not difference.chunks:
            self.commit(name)
        return self._batches(difference, prefix, planned.epoch)

    def begin(self) -> None:
        """Take the pen for this run, so that runs before it cannot write any more. ``plan_writes`` does it too."""
        seen = self._state.read()
        if seen.run != self.run:
            self._state.begin(seen, self._state.taken(seen))

    def write(self, batch: Batch, token: CancellationToken, progress: Progress) -> BatchResult:
        """Execute one batch of ``plan_writes``. A transaction that was done before is recognised and skipped.

        Raises ``FencedError`` once another run holds the pen.
        """
        epoch: int = batch.payload["epoch"]
        names: Sequence[str] = batch.payload["chunks"]
        total = Counts()
        for name in names:
            token.raise_if_cancelled()
            total.add(self._write_chunk(name, epoch))
            progress.advance()
        if total.missing:
            progress.warn(
                f"{total.missing} relationships of step {self.step} were not written because a node they need is"
                " missing."
            )
        return BatchResult(
            units=0,
            nodes=total.nodes,
            relationships=total.relationships,
            deleted=total.deleted,
            counters={"relationships_without_end": float(total.missing)} if total.missing else {},
        )

    def commit(self, target: str | None = None) -> int:
        """Make the announced state the applied one, after all of its batches were written. Idempotent.

        Links what was waiting for the step's new nodes first, and returns how many relationships that are. Raises
        ``StepFailedError`` if a batch is missing, ``FencedError`` if another run holds the pen.
        """
        record = self._state.read()
        if not record.applying and (target or record.applied) == record.applied:
            self._tidy(record, record)
            return 0
        if record.run != self.run:
            raise self._state.fenced(record.run)
        if not record.target:
            raise StepFailedError(f"Step {self.step} of {self.repository} cannot be committed before it is planned.")
        self._require_all_written(record)
        linked = self.link_pending()
        before = self._state.commit(target or record.target)
        self._tidy(before, self._state.read())
        return linked

    def fence(self, run: str | None = None) -> None:
        """Take the pen from ``run`` (default: from whoever holds it); none of its writes succeeds afterwards."""
        self._state.fence(run)

    def link_pending(self, repository: str | None = None) -> int:
        """Write relationships that waited for nodes which this run created; returns how many there are now.

        Looks at all steps of the repository. ``commit`` calls it; calling it again does no harm.
        """
        if repository not in (None, self.repository):
            raise ValueError(f"this synchroniser belongs to {self.repository!r}, not to {repository!r}")
        record = self._state.read()
        if not record.plan or record.run != self.run:
            return 0
        try:
            plan = states.load_plan(self._blobs, record.plan)
        except NotFoundError:
            return 0
        linker = Linker(self._store, self._blobs, self.repository, self._state)
        return linker.link(plan, lambda tx: self._sign(tx, record.epoch))

    def _sources(self, planned: StateRecord) -> tuple[list[Mapping[str, UnitRecord]], bool]:
        """The states that the graph may show now, and whether the record of one of them was lost."""
        try:
            names = [planned.applied, *planned.aborted]
            return [states.load_state(self._blobs, name).units for name in names], False
        except NotFoundError:
            _log.warning("The record of what %s applied is lost; it is written anew.", self._state.id)
            return [{}], True

    def _is_dirty(self, record: StateRecord) -> bool:
        return record.applying and (record.run != self.run or bool(record.aborted))

    def _save(
        self,
        name: str,
        stored: StoredState,
        prefix: str,
        difference: Difference,
        planned: StateRecord,
        sources: Sequence[Mapping[str, UnitRecord]],
        lost: bool,
    ) -> None:
        links: dict[str, Any] = {}
        if planned.applied and not lost:
            changed = set(changed_units(stored.units, sources))
            inherited = states.load_links(self._blobs, planned.applied)
            links = {unit: raw for unit, raw in inherited.items() if unit not in changed}
        links.update(difference.links)
        states.save_links(self._blobs, name, links)
        states.save_state(self._blobs, name, stored)
        created = None if lost else difference.created
        plan = StoredPlan(difference.chunks, created, labels=sorted(difference.labels))
        states.save_plan(self._blobs, prefix, plan)

    def _batches(self, difference: Difference, prefix: str, epoch: int) -> list[Batch]:
        batches: list[Batch] = []
        stages = ((WRITE_NODES, difference.nodes), (WRITE_EDGES, difference.edges), (DELETE, difference.deletes))
        for stage, names in stages:
            for start in range(0, len(names), _CHUNKS_PER_BATCH):
                part = names[start : start + _CHUNKS_PER_BATCH]
                ident = f"{stage}-{epoch}-{start // _CHUNKS_PER_BATCH}"
                batches.append(Batch(ident, stage, len(part), {"epoch": epoch, "plan": prefix, "chunks": part}))
        return batches

    def _write_chunk(self, name: str, epoch: int) -> Counts:
        try:
            chunk = load_chunk(self._blobs.get(name))
        except NotFoundError:
            # Chunks are removed at the commit; a batch that comes so late is a stale twin's.
            raise self._state.fenced(self._state.read().run) from None
        return self._transactions.write(name, chunk, epoch)

    def _sign(self, tx: neo4j.ManagedTransaction, epoch: int) -> None:
        self._state.sign(tx, epoch)

    def _require_all_written(self, record: StateRecord) -> None:
        plan = states.load_plan(self._blobs, record.plan)
        rows = self._store.read(
            "MATCH (r:Receipt) WHERE r.state = $state AND r.epoch = $epoch RETURN count(r) AS done",
            state=self._state.id,
            epoch=record.epoch,
        )
        if rows[0]["done"] != plan.chunks:
            raise StepFailedError(
                f"Step {self.step} of {self.repository} cannot be committed: {rows[0]['done']} of its {plan.chunks}"
                " transactions were written. Run the remaining batches first."
            )

    def _tidy(self, before: StateRecord, now: StateRecord) -> None:
        """Remove receipts and the blobs that only the states before the commit needed."""
        self._state.forget_receipts()
        live = now.applied
        try:
            kept = pack_names(states.load_state(self._blobs, live).units.values())
        except NotFoundError:
            # Nothing can be told to be superfluous without the record; the next plan writes everything anew.
            return
        stale = {before.applied, before.target, *before.aborted} - {live, ""}
        for name in sorted(stale):
            try:
                for pack in sorted(pack_names(states.load_state(self._blobs, name).units.values()) - kept):
                    self._blobs.delete(pack)
            except NotFoundError:
                continue
            self._blobs.delete(f"{name}.links")
            self._blobs.delete(name)
        for name in list(self._blobs.names(f"{self._layout.root}plans/")):
            if not name.startswith(now.plan) or not name.endswith("/plan"):
                self._blobs.delete(name)
