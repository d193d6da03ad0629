"""Entities: one queue each, operations in order, locks taken one after the other."""

from __future__ import annotations

import logging
import time
import uuid
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from durabletask.internal import orchestrator_service_pb2 as pb

from ..exceptions import InstanceConflictError
from .events import entity_reply, event, raised, seconds, string
from .model import EntityWork, Message, NewInstance

if TYPE_CHECKING:
    from .hub import TaskHub

__all__ = ["EntityTable", "signal"]

_CACHED = 1000
_LOG = logging.getLogger("Host.TaskHub")


def signal(entity_id: str, name: str, given: str | None, request: str | None = None) -> pb.HistoryEvent:
    """An operation nobody waits for."""
    signaled = pb.EntityOperationSignaledEvent(
        requestId=request or str(uuid.uuid4()),
        operation=name,
        input=string(given),
        targetInstanceId=string(entity_id),
    )
    return event(entityOperationSignaled=signaled)


def _queue() -> deque[Message]:
    return deque()


@dataclass(slots=True)
class Entity:
    """One entity in memory. ``state`` None means that it does not exist (any more)."""

    id: str
    state: str | None = None
    locked_by: str | None = None
    updated: float = 0.0
    queue: deque[Message] = field(default_factory=_queue)
    work: EntityWork | None = None


class EntityTable:
    """The entities of a hub. A lock is held by the id of the orchestration that took it."""

    def __init__(self, hub: TaskHub) -> None:
        self._hub = hub
        self._cache: OrderedDict[str, Entity] = OrderedDict()

    def post(self, entity_id: str, message: pb.HistoryEvent) -> None:
        """Queue an operation, a lock request or an unlock; the entity need not exist."""
        entity = self.find(entity_id)
        seq = self._hub.store.next("messages")
        self._hub.store.write(
            "INSERT INTO messages VALUES(?,?,?,?)", (seq, entity_id, None, message.SerializeToString())
        )
        entity.queue.append(Message(seq, message))
        if entity.work is None:
            self._hub.mark_ready(entity_id)

    def begin(self, entity_id: str) -> tuple[EntityWork, bytes] | None:
        """The next batch of an entity as a serialized EntityBatchRequest, if it has one."""
        entity = self.find(entity_id)
        if entity.work is not None:
            return None
        batch = self._take_batch(entity)
        if not batch:
            return None
        name = entity_id.split("@", 2)[1]
        entity.work = EntityWork(entity_id, self._hub.functions.entities.get(name.lower()), entity.state, batch)
        request = pb.EntityBatchRequest(instanceId=entity_id, entityState=string(entity.state))
        for message in batch:
            called = self._operation(message.event)
            request.operations.add(
                operation=called.operation,
                requestId=called.requestId,
                input=called.input if called.HasField("input") else None,
            )
        return entity.work, request.SerializeToString()

    def complete(self, work: EntityWork, result: pb.EntityBatchResult) -> None:
        """Keep the new state, answer the callers, send what the operations asked for."""
        entity = self._cache.get(work.id)
        if entity is None or entity.work is not work:
            return
        entity.work = None
        if not result.HasField("failureDetails"):
            entity.state = result.entityState.value if result.HasField("entityState") else None
        self._save(entity)
        self._hub.store.write_many("DELETE FROM messages WHERE seq=?", [(m.seq,) for m in work.messages])
        for index, message in enumerate(work.messages):
            if message.event.HasField("entityOperationCalled"):
                self._answer(message.event.entityOperationCalled, result, index)
        for action in result.actions:
            if action.HasField("sendSignal"):
                self._send_signal(action.sendSignal)
            elif action.HasField("startNewOrchestration"):
                self._start(action.startNewOrchestration)
        if entity.queue:
            self._hub.mark_ready(work.id)

    def release(self, owner: str) -> int:
        """Free every entity that ``owner`` has locked; returns how many."""
        rows = self._hub.store.read("SELECT id FROM entities WHERE locked_by=?", (owner,))
        for (entity_id,) in rows:
            self._unlock(self.find(entity_id))
        return len(rows)

    def find(self, entity_id: str) -> Entity:
        """The entity with its queue; one that is not on file is new and empty."""
        entity = self._cache.get(entity_id)
        if entity is not None:
            self._cache.move_to_end(entity_id)
            return entity
        entity = Entity(entity_id)
        for state, locked_by, updated in self._hub.store.read(
            "SELECT state, locked_by, updated FROM entities WHERE id=?", (entity_id,)
        ):
            entity.state, entity.locked_by, entity.updated = state, locked_by, updated
        rows = self._hub.store.read("SELECT seq, event FROM messages WHERE target=? ORDER BY seq", (entity_id,))
        entity.queue.extend(Message(seq, pb.HistoryEvent.FromString(blob)) for seq, blob in rows)
        self._cache[entity_id] = entity
        if len(self._cache) > _CACHED:
            idle = (old.id for old in self._cache.values() if old.work is None and not old.queue and old is not entity)
            self._cache.pop(next(idle, ""), None)
        return entity

    def purge(self, entity_id: str) -> bool:
        """Delete an entity with its state, unless it is locked or has work to do; whether there was one."""
        entity = self.find(entity_id)
        if entity.updated == 0.0 or entity.work is not None or entity.locked_by is not None or entity.queue:
            return False
        self.forget(entity_id)
        return True

    def forget(self, entity_id: str) -> None:
        """Delete an entity that has no lock and nothing in its queue."""
        self._hub.store.write("DELETE FROM entities WHERE id=?", (entity_id,))
        self._cache.pop(entity_id, None)

    def _take_batch(self, entity: Entity) -> list[Message]:
        batch: list[Message] = []
        passed: list[Message] = []
        events = [message.event for message in entity.queue]
        given_up = {event.entityUnlockSent.criticalSectionId for event in events if event.HasField("entityUnlockSent")}
        while entity.queue and len(batch) < self._hub.options.entity_batch:
            message = entity.queue.popleft()
            kind = message.event.WhichOneof("eventType") or ""
            body = getattr(message.event, kind)
            owner: str | None = body.parentInstanceId.value if kind != "entityOperationSignaled" else None
            if kind == "entityUnlockSent":
                if batch:
                    entity.queue.appendleft(message)
                    break
                self._hub.store.write("DELETE FROM messages WHERE seq=?", (message.seq,))
                if entity.locked_by == owner:
                    self._unlock(entity)
                    entity.queue.extendleft(reversed(passed))
                    passed = []
            elif kind == "entityLockRequested" and body.criticalSectionId in given_up:
                self._hub.store.write("DELETE FROM messages WHERE seq=?", (message.seq,))
            elif entity.locked_by is not None and (owner != entity.locked_by or kind == "entityLockRequested"):
                passed.append(message)
            elif kind == "entityLockRequested":
                if batch:
                    entity.queue.appendleft(message)
                    break
                self._grant(entity, message)
            else:
                batch.append(message)
        entity.queue.extendleft(reversed(passed))
        return batch

    def _grant(self, entity: Entity, message: Message) -> None:
        lock = message.event.entityLockRequested
        self._hub.store.write("DELETE FROM messages WHERE seq=?", (message.seq,))
        owner = self._hub.instances.find(lock.parentInstanceId.value)
        if owner is None or owner.is_terminal:
            return
        entity.locked_by = lock.parentInstanceId.value
        self._save(entity)
        if lock.position + 1 < len(lock.lockSet):
            lock.position += 1
            self.post(lock.lockSet[lock.position], message.event)
        else:
            granted = raised(lock.criticalSectionId, '{"result": ""}')
            self._hub.orchestrations.post(lock.parentInstanceId.value, granted, owner.execution)

    def _unlock(self, entity: Entity) -> None:
        entity.locked_by = None
        self._save(entity)
        if entity.queue:
            self._hub.mark_ready(entity.id)

    def _save(self, entity: Entity) -> None:
        entity.updated = time.time()
        self._hub.store.write(
            "INSERT INTO entities VALUES(?,?,?,?) ON CONFLICT(id) DO UPDATE SET state=excluded.state,"
            " locked_by=excluded.locked_by, updated=excluded.updated",
            (entity.id, entity.state, entity.locked_by, entity.updated),
        )

    def _answer(self, called: pb.EntityOperationCalledEvent, result: pb.EntityBatchResult, index: int) -> None:
        details: pb.TaskFailureDetails | None = None
        output: str | None = None
        if result.HasField("failureDetails"):
            details = result.failureDetails
        elif result.results[index].HasField("failure"):
            details = result.results[index].failure.failureDetails
        else:
            output = result.results[index].success.result.value
        reply = entity_reply(called.requestId, output, details)
        self._hub.orchestrations.post(called.parentInstanceId.value, reply, called.parentExecutionId.value)

    def _send_signal(self, action: pb.SendSignalAction) -> None:
        due = seconds(action.scheduledTime) if action.HasField("scheduledTime") else None
        given = action.input.value if action.HasField("input") else None
        self._hub.deliver_at(due, action.instanceId, signal(action.instanceId, action.name, given))

    def _start(self, action: pb.StartNewOrchestrationAction) -> None:
        new = NewInstance(
            id=action.instanceId or uuid.uuid4().hex,
            name=action.name,
            input=action.input.value if action.HasField("input") else None,
            version=action.version.value if action.HasField("version") else None,
            scheduled=seconds(action.scheduledTime) if action.HasField("scheduledTime") else None,
        )
        try:
            self._hub.orchestrations.start(new)
        except InstanceConflictError as error:
            _LOG.warning("an entity could not start an orchestration: %s", error)

    @staticmethod
    def _operation(message: pb.HistoryEvent) -> pb.EntityOperationCalledEvent | pb.EntityOperationSignaledEvent:
        called = message.HasField("entityOperationCalled")
        return message.entityOperationCalled if called else message.entityOperationSignaled
