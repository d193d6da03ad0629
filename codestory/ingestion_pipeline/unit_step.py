"""A step that describes its units one by one: what is stale, in which batches, and how it gets into the graph."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from math import ceil
from typing import Any, ClassVar

import msgspec

from codestory.exceptions import NotFoundError, StepFailedError
from codestory.graph.rows import UnitRows
from codestory.graph.sync import UnitRecord, write_stages
from codestory.ingestion_pipeline.staleness import Comparison, code_hash, compare, options_hash, unit_key
from codestory.ingestion_pipeline.step import (
    Batch,
    BatchResult,
    PipelineStep,
    Plan,
    Stage,
    StepContext,
    StepOptions,
    StepSummary,
)
from codestory.storage.blobs import delete_below

__all__ = ["COLLECT", "PLAN_WRITES", "UnitStep"]

COLLECT = "collect"
PLAN_WRITES = "plan_writes"

_MAX_BATCHES = 200
_PLANNED = "write_plans"

_records_decoder = msgspec.msgpack.Decoder(dict[str, UnitRecord])
_batch_decoder = msgspec.msgpack.Decoder(dict[str, str])


class UnitStep[O: StepOptions](PipelineStep[O]):
    """Base class of steps whose units become stale on their own.

    A subclass says which units there are (``units``) and what they own (``rows``). Stages: ``collect`` (batches side
    by side; several stages if ``arrange`` says so), ``plan_writes`` (one batch), then those of ``GraphSync``;
    ``finish`` commits. What has not changed since it was applied is neither computed nor written.
    """

    batch_size: ClassVar[int] = 250
    """Units of a batch; larger where there would be more than 200 batches."""

    inconsequential: ClassVar[frozenset[str]] = frozenset()
    """Options that do not change the rows, so that changing them makes nothing stale."""

    @abstractmethod
    def units(self, context: StepContext[O]) -> Mapping[str, str]:
        """Every unit of the snapshot with a hash of its input, or ``<input hash>.<upstream hash>``; no other dots."""

    @abstractmethod
    def rows(self, units: Sequence[str], context: StepContext[O]) -> Iterable[tuple[str, UnitRows]]:
        """What each of these units owns. A unit that is left out owns nothing."""

    def arrange(self, stale: Sequence[str], context: StepContext[O]) -> Sequence[Sequence[str]]:
        """Groups of units, each of which starts when the one before is done (default: all in one group)."""
        del context
        return [stale]

    def metadata(self, context: StepContext[O]) -> dict[str, Any]:
        """Small JSON to be kept with the applied state; asked when all units have been collected."""
        del context
        return {}

    def compare(self, context: StepContext[O]) -> Comparison:
        """Which units are stale, and why; changes nothing."""
        return self._compare(self._keys(context), context.sync.applied().units, context)

    def plan(self, context: StepContext[O]) -> Plan:
        """Batches for the stale units, and the stages that bring them into the graph."""
        keys = self._keys(context)
        applied = context.sync.applied()
        comparison = self._compare(keys, applied.units, context)
        if not comparison.work and not applied.is_dirty:
            return Plan(units=len(keys), reasons=comparison.reasons)
        stages: list[Stage] = []
        for number, group in enumerate(self.arrange(list(comparison.stale), context)):
            name = f"{COLLECT}-{number + 1}" if number else COLLECT
            stages.append(Stage(name, self._collect_batches(name, group, keys, context)))
        kept = {unit: applied.units[unit] for unit in keys if unit not in comparison.stale}
        context.blobs.put(self._blob(context, "kept"), msgspec.msgpack.encode(kept))
        ids = [batch.id for stage in stages for batch in stage.batches]
        write = Batch(PLAN_WRITES, PLAN_WRITES, payload={"collected": ids})
        return Plan(
            (*stages, Stage(PLAN_WRITES, [write], concurrency=1), *write_stages(context.graph)),
            units=len(keys),
            stale=comparison.work,
            reasons=comparison.reasons,
        )

    def process(self, batch: Batch, context: StepContext[O]) -> BatchResult:
        """Collect rows, plan the writes, or write."""
        if batch.stage.startswith(COLLECT):
            return self._collect(batch, context)
        if batch.stage == PLAN_WRITES:
            return self._plan_writes(batch, context)
        return context.sync.write(batch, context.token, context.progress)

    def finish(self, context: StepContext[O], results: BatchResult) -> StepSummary:
        """Make what was written the applied state."""
        counters = {name: value for name, value in results.counters.items() if name != _PLANNED}
        if not results.counters.get(_PLANNED):
            return StepSummary("nothing changed", counters)
        context.sync.commit()
        delete_below(context.blobs, self._blob(context, ""))
        return StepSummary(
            f"{results.units} units changed: {results.nodes} nodes and {results.relationships} relationships written,"
            f" {results.deleted} deleted",
            counters,
        )

    def _keys(self, context: StepContext[O]) -> dict[str, str]:
        code, options = code_hash(type(self)), options_hash(context.options, self.inconsequential)
        return {unit: unit_key(code, options, value) for unit, value in self.units(context).items()}

    @staticmethod
    def _compare(keys: Mapping[str, str], applied: Mapping[str, UnitRecord], context: StepContext[O]) -> Comparison:
        return compare({unit: record.key for unit, record in applied.items()}, keys, full=context.full)

    def _collect_batches(
        self, stage: str, group: Sequence[str], keys: Mapping[str, str], context: StepContext[O]
    ) -> list[Batch]:
        """One blob holds the units of all batches; each batch names its part of it."""
        if not group:
            return []
        size = max(self.batch_size, ceil(len(group) / _MAX_BATCHES))
        name = self._blob(context, stage)
        body = bytearray()
        batches: list[Batch] = []
        for number, units in enumerate(batched(group, size, strict=False)):
            part = msgspec.msgpack.encode({unit: keys[unit] for unit in units})
            payload = {"blob": name, "offset": len(body), "length": len(part)}
            batches.append(Batch(f"{stage}-{number:04d}", stage, len(units), payload))
            body += part
        context.blobs.put(name, bytes(body))
        return batches

    def _collect(self, batch: Batch, context: StepContext[O]) -> BatchResult:
        payload = batch.payload
        keys = _batch_decoder.decode(context.blobs.get_range(payload["blob"], payload["offset"], payload["length"]))
        units = {unit: UnitRows([], []) for unit in keys}
        for unit, rows in self._watched(self.rows(list(keys), context), context):
            if unit not in units:
                raise StepFailedError(f"Step {self.name} made rows for {unit!r}, which is not a unit of its batch.")
            units[unit] = rows
        records = context.sync.store_rows(units, keys)
        context.blobs.put(self._blob(context, f"records/{batch.id}"), msgspec.msgpack.encode(records))
        return BatchResult(units=len(units))

    @staticmethod
    def _watched(rows: Iterable[tuple[str, UnitRows]], context: StepContext[O]) -> Iterator[tuple[str, UnitRows]]:
        for item in rows:
            context.token.raise_if_cancelled()
            context.progress.advance()
            yield item

    def _plan_writes(self, batch: Batch, context: StepContext[O]) -> BatchResult:
        target = _records_decoder.decode(context.blobs.get(self._blob(context, "kept")))
        for collected in batch.payload["collected"]:
            try:
                target.update(_records_decoder.decode(context.blobs.get(self._blob(context, f"records/{collected}"))))
            except NotFoundError:
                raise StepFailedError(f"Batch {collected} of step {self.name} left no result.") from None
        follow_up = context.sync.plan_writes(target, self.metadata(context))
        return BatchResult(follow_up=follow_up, counters={_PLANNED: 1.0})

    def _blob(self, context: StepContext[O], name: str) -> str:
        """Where this run keeps what its batches hand to each other."""
        run = hashlib.sha256(f"{context.repository}\0{context.step}\0{context.run}".encode()).hexdigest()[:32]
        return f"units/{run}/{name}"
