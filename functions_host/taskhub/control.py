"""What clients can do to an instance: events, terminate, suspend, restart, rewind, purge."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from durabletask.internal import orchestrator_service_pb2 as pb

from ..exceptions import InstanceNotFoundError, InstanceStateError, InvalidRequestError
from .events import event, raised, string
from .model import Instance, NewInstance, status_name
from .rewind import rewound_history

if TYPE_CHECKING:
    from .hub import TaskHub

__all__ = ["Control", "check_instance_id"]


def check_instance_id(instance_id: str) -> None:
    """Raise InvalidRequestError for an id that the extension would not accept either."""
    if len(instance_id) > 256:
        raise InvalidRequestError(f"the instance ID is {len(instance_id)} characters long, at most 256 are allowed")
    if instance_id.startswith("@"):
        raise InvalidRequestError(f"the instance ID '{instance_id}' starts with '@', which is reserved for entities")
    if any(letter in "/\\#?" or ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in instance_id):
        raise InvalidRequestError(
            f"the instance ID {instance_id!r} contains one of / \\ # ? or a control character; use other characters"
        )


class Control:
    """Operations of the durable client. Each raises a TaskHubError if it does not apply."""

    def __init__(self, hub: TaskHub) -> None:
        self._hub = hub

    def raise_event(self, instance_id: str, name: str, data: str | None) -> None:
        """Deliver an external event; ``data`` is JSON."""
        self._active("raise an event to", instance_id)
        self._hub.orchestrations.post(instance_id, raised(name, data))

    def terminate(self, instance_id: str, output: str | None, *, recursive: bool) -> None:
        """End an instance; its activities run to completion, their results are dropped."""
        self._active("terminate", instance_id)
        self._terminate(instance_id, output, recursive=recursive)

    def _terminate(self, instance_id: str, output: str | None, *, recursive: bool) -> None:
        message = event(executionTerminated=pb.ExecutionTerminatedEvent(input=string(output), recurse=recursive))
        self._hub.orchestrations.post(instance_id, message)
        if recursive:
            for child in self._children(instance_id):
                if not child.is_terminal:
                    self._terminate(child.id, output, recursive=True)

    def suspend(self, instance_id: str, reason: str | None) -> None:
        """Hold an instance back; what arrives is kept until it is resumed."""
        if self._active("suspend", instance_id).status != pb.ORCHESTRATION_STATUS_SUSPENDED:
            suspended = pb.ExecutionSuspendedEvent(input=string(reason))
            self._hub.orchestrations.post(instance_id, event(executionSuspended=suspended))

    def resume(self, instance_id: str, reason: str | None) -> None:
        """Let a suspended instance go on."""
        self._active("resume", instance_id)
        resumed = pb.ExecutionResumedEvent(input=string(reason))
        self._hub.orchestrations.post(instance_id, event(executionResumed=resumed))

    def restart(self, instance_id: str, *, new_id: bool) -> str:
        """Start the same orchestration with the same input again; returns the id of the new instance."""
        instance = self._existing(instance_id)
        if not new_id and not instance.is_terminal:
            raise InstanceStateError("restart", instance_id, status_name(instance.status))
        target = uuid.uuid4().hex if new_id else instance_id
        started = next((e for e in self._hub.instances.history(instance) if e.HasField("executionStarted")), None)
        given = instance.input
        if started is not None and started.executionStarted.HasField("input"):
            given = started.executionStarted.input.value
        self._hub.orchestrations.start(NewInstance(target, instance.name, given, instance.version, tags=instance.tags))
        return target

    def rewind(self, instance_id: str, reason: str | None) -> None:
        """Undo the failure of a failed instance, and of its failed sub-orchestrations, and go on."""
        instance = self._existing(instance_id)
        if instance.status != pb.ORCHESTRATION_STATUS_FAILED:
            raise InstanceStateError("rewind", instance_id, status_name(instance.status))
        hub = self._hub
        plan = rewound_history(hub.instances.history(instance), reason)
        hub.instances.clear_history(instance)
        instance.status, instance.completed = pb.ORCHESTRATION_STATUS_RUNNING, None
        instance.output, instance.failure = None, None
        hub.instances.append_history(instance, plan.events)
        hub.instances.save(instance)
        nudge = pb.GenericEvent(data=string(f"rewind: {reason or ''}"))
        hub.orchestrations.post(instance_id, event(genericEvent=nudge))
        instance = self._existing(instance_id)
        for task, (name, given) in plan.activities.items():
            if not hub.activities.is_pending(instance_id, instance.execution, task):
                hub.activities.schedule(instance, task, name, given)
        for due, fired in plan.timers:
            hub.timers.add(due, instance_id, fired, instance.execution)
        for child_id in plan.children:
            child = hub.instances.find(child_id)
            if child is None:
                continue
            if child.status == pb.ORCHESTRATION_STATUS_FAILED:
                self.rewind(child_id, reason)
            elif child.is_terminal:
                hub.orchestrations.tell_parent(child)

    def purge(self, instance_ids: Iterable[str], *, recursive: bool) -> int:
        """Delete finished instances and any entities; running and unknown ones are left out. Returns how many."""
        deleted = 0
        for instance_id in instance_ids:
            if instance_id.startswith("@"):
                deleted += self._hub.entities.purge(instance_id)
                continue
            instance = self._hub.instances.find(instance_id)
            if instance is None or not instance.is_terminal:
                continue
            children = [child.id for child in self._children(instance_id)] if recursive else []
            self._hub.orchestrations.erase(instance)
            deleted += 1 + (self.purge(children, recursive=True) if children else 0)
        return deleted

    def _children(self, instance_id: str) -> list[Instance]:
        rows = self._hub.store.read("SELECT id FROM instances WHERE parent_id=?", (instance_id,))
        return [child for (child_id,) in rows if (child := self._hub.instances.find(child_id)) is not None]

    def _existing(self, instance_id: str) -> Instance:
        instance = self._hub.instances.find(instance_id)
        if instance is None:
            raise InstanceNotFoundError(instance_id)
        return instance

    def _active(self, operation: str, instance_id: str) -> Instance:
        instance = self._existing(instance_id)
        if instance.is_terminal:
            raise InstanceStateError(operation, instance_id, status_name(instance.status))
        return instance
