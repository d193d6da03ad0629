"""Orchestration instances: the rows on file and a bounded cache of those being worked on."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence

from durabletask.internal import orchestrator_service_pb2 as pb

from .events import frame_past
from .model import Instance, Message
from .store import HISTORY_BITS, Store

__all__ = ["InstanceTable"]

_CACHED = 500
_KEPT_HISTORY = 256 * 1024
_STRIPPED = ("taskScheduled", "subOrchestrationInstanceCreated")


class InstanceTable:
    """Instances by id. Finished ones are never cached, idle ones only up to a bound."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache: OrderedDict[str, Instance] = OrderedDict()

    def find(self, instance_id: str) -> Instance | None:
        """The instance with its inbox, or None; its history is loaded by ``load_history``."""
        cached = self._cache.get(instance_id)
        if cached is not None:
            self._cache.move_to_end(instance_id)
            return cached
        rows = self._store.read(f"SELECT {Instance.COLUMNS} FROM instances WHERE id=?", (instance_id,))  # noqa: S608
        if not rows:
            return None
        instance = Instance.from_row(rows[0])
        if not instance.is_terminal:
            instance.inbox = [
                Message(seq, pb.HistoryEvent.FromString(blob), execution)
                for seq, blob, execution in self._store.read(
                    "SELECT seq, event, execution FROM messages WHERE target=? ORDER BY seq", (instance_id,)
                )
            ]
            instance.count = -1
            self._remember(instance)
        return instance

    def insert(self, instance: Instance) -> None:
        """Put a new instance on file."""
        marks = ",".join("?" * len(instance.to_row()))
        self._store.write(f"INSERT INTO instances({Instance.COLUMNS}) VALUES({marks})", instance.to_row())
        self._remember(instance)

    def save(self, instance: Instance) -> None:
        """Write what can change in an instance's row."""
        instance.updated = time.time()
        self._store.write(
            "UPDATE instances SET execution=?, version=?, status=?, input=?, updated=?, output=?, custom_status=?,"
            " failure=?, completed=? WHERE k=?",
            (
                *(instance.execution, instance.version, instance.status, instance.input, instance.updated),
                *(instance.output, instance.custom_status, instance.failure, instance.completed, instance.k),
            ),
        )

    def load_history(self, instance: Instance) -> None:
        """Make sure that ``past`` and ``count`` are those on file."""
        if instance.count >= 0:
            return
        instance.past = bytearray()
        rows = self._history_rows(instance.k)
        for blob, _ in rows:
            instance.past += frame_past(blob)
        instance.count = len(rows)

    def append_history(self, instance: Instance, events: Sequence[pb.HistoryEvent]) -> None:
        """Add events to the history; inputs that a replay never reads are kept beside the event."""
        rows: list[tuple[int, bytes, str | None]] = []
        base = instance.k << HISTORY_BITS
        for event in events:
            kind = event.WhichOneof("eventType")
            given: str | None = None
            if kind in _STRIPPED and getattr(event, kind).HasField("input"):
                given = getattr(event, kind).input.value
                getattr(event, kind).ClearField("input")
            blob = event.SerializeToString()
            rows.append((base + instance.count, blob, given))
            instance.past += frame_past(blob)
            instance.count += 1
        self._store.write_many("INSERT INTO history VALUES(?,?,?)", rows)

    def history(self, instance: Instance) -> list[pb.HistoryEvent]:
        """The whole history, inputs included."""
        events: list[pb.HistoryEvent] = []
        for blob, given in self._history_rows(instance.k):
            event = pb.HistoryEvent.FromString(blob)
            if given is not None:
                getattr(event, event.WhichOneof("eventType") or "").input.value = given
            events.append(event)
        return events

    def clear_history(self, instance: Instance) -> None:
        """Drop the history, as at the start of a new generation."""
        self._store.write(
            "DELETE FROM history WHERE id>=? AND id<?", (instance.k << HISTORY_BITS, instance.k + 1 << HISTORY_BITS)
        )
        instance.past = bytearray()
        instance.count = 0

    def rest(self, instance: Instance) -> None:
        """Drop a long history from memory until the instance is worked on again."""
        if len(instance.past) > _KEPT_HISTORY:
            instance.past = bytearray()
            instance.count = -1

    def evict(self, instance: Instance) -> None:
        """Forget the instance in memory."""
        self._cache.pop(instance.id, None)

    def erase(self, instance: Instance) -> None:
        """Delete the instance with everything that belongs to it."""
        self.clear_history(instance)
        self._store.write("DELETE FROM instances WHERE k=?", (instance.k,))
        self._store.write("DELETE FROM messages WHERE target=?", (instance.id,))
        self.evict(instance)

    def _history_rows(self, k: int) -> list[tuple[bytes, str | None]]:
        return self._store.read(
            "SELECT event, input FROM history WHERE id>=? AND id<? ORDER BY id",
            (k << HISTORY_BITS, k + 1 << HISTORY_BITS),
        )

    def _remember(self, instance: Instance) -> None:
        self._cache[instance.id] = instance
        if len(self._cache) > _CACHED:
            for key, old in list(self._cache.items()):
                if len(self._cache) <= _CACHED:
                    break
                if old.episode is None and not old.inbox and old is not instance:
                    del self._cache[key]
