"""The task hub: its parts, the queues of work that is ready, and who waits for what."""

from __future__ import annotations

import asyncio
import functools
import time
from collections import deque
from collections.abc import Callable

from durabletask.internal import orchestrator_service_pb2 as pb

from .activities import ActivityQueue
from .entities import EntityTable
from .instances import InstanceTable
from .model import FunctionNames, HubOptions, Instance
from .orchestrations import Orchestrations
from .store import Store, resolve
from .timers import TimerQueue

__all__ = ["TaskHub"]


class TaskHub:
    """The state machine. It is used from one event loop; all of its methods return at once.

    A method changes memory and the open transaction together; callers that answer someone wait for
    ``store.committed()`` first. Work becomes visible to the dispatcher after the commit.
    """

    def __init__(self, store: Store, options: HubOptions, functions: FunctionNames) -> None:
        self.store = store
        self.options = options
        self.functions = functions
        self.instances = InstanceTable(store)
        self.timers = TimerQueue(store, self.deliver)
        self.activities = ActivityQueue(self)
        self.entities = EntityTable(self)
        self.orchestrations = Orchestrations(self)
        self.ready_orchestrations: deque[str] = deque()
        self.ready_entities: deque[str] = deque()
        self._queued: set[str] = set()
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}

    def recover(self) -> None:
        """Take up everything that is on file: undelivered messages, activities not done, timers."""
        for (target,) in self.store.read("SELECT DISTINCT target FROM messages ORDER BY seq"):
            self.mark_ready(target)
        self.activities.recover()
        self.timers.recover()

    def deliver(self, target: str, event: pb.HistoryEvent, execution: str | None = None) -> None:
        """Bring an event to an entity (its id starts with ``@``) or an orchestration."""
        if target.startswith("@"):
            self.entities.post(target, event)
        else:
            self.orchestrations.post(target, event, execution)

    def deliver_at(self, due: float | None, target: str, event: pb.HistoryEvent, execution: str | None = None) -> None:
        """Bring an event to its target at ``due``, or now if that is past or None."""
        if due is not None and due > time.time():
            self.timers.add(due, target, event, execution)
        else:
            self.deliver(target, event, execution)

    def mark_ready(self, target: str) -> None:
        """Let the dispatcher look at an entity or orchestration after the commit."""
        if target not in self._queued:
            self._queued.add(target)
            (self.ready_entities if target.startswith("@") else self.ready_orchestrations).append(target)

    def take_ready(self, queue: deque[str]) -> str:
        """The next of ``queue``."""
        target = queue.popleft()
        self._queued.discard(target)
        return target

    def changed(self, instance: Instance) -> None:
        """Wake those who wait for this instance once the change is on file."""
        waiting = self._waiting.pop(instance.id, None)
        for future in waiting or ():
            self.store.after_commit(functools.partial(resolve, future))

    async def wait_for(
        self, instance_id: str, reached: Callable[[Instance], bool], timeout: float | None
    ) -> Instance | None:
        """The instance once ``reached`` holds, or None if there is none; raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while True:
                instance = self.instances.find(instance_id)
                if instance is None or reached(instance):
                    await self.store.committed()
                    return instance
                future = asyncio.get_running_loop().create_future()
                self._waiting.setdefault(instance_id, set()).add(future)
                try:
                    await future
                finally:
                    if not (waiting := self._waiting.get(instance_id, {future})) - {future}:
                        self._waiting.pop(instance_id, None)
                    waiting.discard(future)
