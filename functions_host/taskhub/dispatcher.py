"""Takes work items from the hub to the workers, within the limits of host.json."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Protocol

from durabletask.internal import orchestrator_service_pb2 as pb
from google.protobuf.message import DecodeError

from ..workers.pool import FunctionFailedError, WorkerLostError
from .events import failure
from .hub import TaskHub
from .model import ActivityWork, EntityWork, Instance

__all__ = ["Dispatcher", "Runner"]

_LOG = logging.getLogger("Host.TaskHub")
_ATTEMPTS = 3


class Runner(Protocol):
    """How a function is run."""

    async def run(self, function: str, data: Any, reason: str) -> Any:
        """The function's result; raises FunctionFailedError or WorkerLostError."""


class Dispatcher:
    """Starts work after each commit. Work whose worker dies runs again, three times at most.

    The last attempt of an activity runs while no other last attempt does, so that the activity that
    kills workers is told from those that merely ran beside it.
    """

    def __init__(self, hub: TaskHub, runner: Runner) -> None:
        self._hub = hub
        self._runner = runner
        self._running = {"orchestration": 0, "activity": 0, "entity": 0}
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_attempts = asyncio.Lock()
        self._stopped = False
        hub.store.on_commit.append(self.pump)

    def pump(self) -> None:
        """Start whatever is ready and has room."""
        if self._stopped:
            return
        hub, limits = self._hub, self._hub.options
        while hub.ready_orchestrations and self._running["orchestration"] < limits.max_orchestrators:
            episode = hub.orchestrations.begin(hub.take_ready(hub.ready_orchestrations))
            if episode is not None:
                self._start("orchestration", self._run_orchestrator(*episode))
        while hub.ready_entities and self._running["entity"] < limits.max_entities:
            batch = hub.entities.begin(hub.take_ready(hub.ready_entities))
            if batch is not None:
                self._start("entity", self._run_entity(*batch))
        while hub.activities.ready and self._running["activity"] < limits.max_activities:
            self._start("activity", self._run_activity(hub.activities.ready.popleft()))

    async def stop(self, grace: float) -> None:
        """Start nothing more and give what runs ``grace`` seconds to end."""
        self._stopped = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, kind: str, work: Coroutine[Any, Any, None]) -> None:
        self._running[kind] += 1
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)

        def done(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            self._running[kind] -= 1
            if not task.cancelled() and (error := task.exception()) is not None:
                _LOG.critical("the task hub failed while it handled a result", exc_info=error)
            self._hub.store.after_commit(self.pump)

        task.add_done_callback(done)

    async def _attempt(self, function: str, data: Any, reason: str) -> Any:
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._runner.run(function, data, reason)
            except WorkerLostError:
                if self._stopped:
                    raise asyncio.CancelledError from None
        async with self._last_attempts:
            try:
                return await self._runner.run(function, data, reason)
            except WorkerLostError:
                text = f"The worker process died {_ATTEMPTS} times while it ran '{function}'; it is not tried again."
                raise FunctionFailedError(failure("WorkerProcessDied", text)) from None

    async def _run_orchestrator(self, instance: Instance, request: bytes) -> None:
        try:
            answer = await self._attempt(self._hub.functions.orchestrators[instance.name], request, instance.id)
            response = pb.OrchestratorResponse.FromString(answer)
        except FunctionFailedError as error:
            self._hub.orchestrations.fail_episode(instance, error.details)
        except DecodeError as error:
            self._hub.orchestrations.fail_episode(instance, failure("InvalidResponse", str(error)))
        else:
            self._hub.orchestrations.complete(instance, response)

    async def _run_activity(self, work: ActivityWork) -> None:
        function = self._hub.functions.activities.get(work.name)
        if function is None:
            text = f"The function '{work.name}' doesn't exist, is disabled, or is not an activity function."
            self._hub.activities.complete(work, None, failure("FunctionNotFound", text))
            return
        try:
            outcome = await self._attempt(function, work.input or "null", work.instance_id)
        except FunctionFailedError as error:
            self._hub.activities.complete(work, None, error.details)
        else:
            self._hub.activities.complete(work, outcome, None)

    async def _run_entity(self, work: EntityWork, request: bytes) -> None:
        result = pb.EntityBatchResult()
        if work.function is None:
            text = f"The function for entity '{work.id}' doesn't exist, is disabled, or is not an entity function."
            result.failureDetails.CopyFrom(failure("FunctionNotFound", text))
        else:
            try:
                result.ParseFromString(await self._attempt(work.function, request, work.id))
            except FunctionFailedError as error:
                result.failureDetails.CopyFrom(error.details)
        self._hub.entities.complete(work, result)
