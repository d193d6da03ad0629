"""The life of an orchestration instance: start, episodes, messages, end."""

from __future__ import annotations

import logging
import time
import uuid
from typing import TYPE_CHECKING

from durabletask.internal import orchestrator_service_pb2 as pb

from ..exceptions import InstanceConflictError
from . import actions
from .events import event, failure, frame_new, raised, string, timestamp
from .model import Instance, Message, NewInstance, status_name
from .versions import version_mismatch

if TYPE_CHECKING:
    from .hub import TaskHub

__all__ = ["Orchestrations"]

_LOG = logging.getLogger("Host.TaskHub")


class Orchestrations:
    """Turns messages into work items (episodes) and the SDK's answers into history and actions."""

    def __init__(self, hub: TaskHub) -> None:
        self._hub = hub

    def start(self, new: NewInstance, *, replace_running: bool | None = None) -> Instance:
        """Create an instance; raises InstanceConflictError if one of this id may not be replaced."""
        hub = self._hub
        existing = hub.instances.find(new.id)
        if existing is not None:
            allowed = hub.options.replace_running if replace_running is None else replace_running
            if not existing.is_terminal and not allowed:
                raise InstanceConflictError(new.id, status_name(existing.status))
            self.erase(existing)
        now = time.time()
        version = new.version if new.version is not None else hub.options.default_version
        instance = Instance(
            k=hub.store.next("instances", "k"),
            id=new.id,
            execution=uuid.uuid4().hex,
            name=new.name,
            version=version,
            status=pb.ORCHESTRATION_STATUS_PENDING,
            input=new.input,
            created=now,
            updated=now,
            scheduled=new.scheduled,
            parent=new.parent,
            tags=dict(new.tags),
        )
        hub.instances.insert(instance)
        hub.deliver_at(new.scheduled, new.id, self.started_event(instance, new.trace), instance.execution)
        return instance

    def started_event(self, instance: Instance, trace: pb.TraceContext | None = None) -> pb.HistoryEvent:
        """The first event of a generation."""
        parent = instance.parent
        return event(
            executionStarted=pb.ExecutionStartedEvent(
                name=instance.name,
                version=string(instance.version),
                input=string(instance.input),
                orchestrationInstance=pb.OrchestrationInstance(
                    instanceId=instance.id, executionId=string(instance.execution)
                ),
                parentInstance=None
                if parent is None
                else pb.ParentInstanceInfo(
                    taskScheduledId=parent.task,
                    name=string(parent.name),
                    orchestrationInstance=pb.OrchestrationInstance(
                        instanceId=parent.id, executionId=string(parent.execution)
                    ),
                ),
                scheduledStartTimestamp=None if instance.scheduled is None else timestamp(instance.scheduled),
                parentTraceContext=trace,
                tags=instance.tags,
            )
        )

    def post(self, instance_id: str, message: pb.HistoryEvent, execution: str | None = None) -> None:
        """Put a message in the inbox; dropped if the instance, or the generation meant, is over."""
        hub = self._hub
        instance = hub.instances.find(instance_id)
        if instance is None or instance.is_terminal or execution not in (None, instance.execution):
            return
        seq = hub.store.next("messages")
        hub.store.write(
            "INSERT INTO messages VALUES(?,?,?,?)", (seq, instance_id, execution, message.SerializeToString())
        )
        instance.inbox.append(Message(seq, message, execution))
        if instance.episode is None:
            hub.mark_ready(instance_id)

    def begin(self, instance_id: str) -> tuple[Instance, bytes] | None:
        """The next work item of an instance as a serialized OrchestratorRequest, if it has one."""
        instance = self._hub.instances.find(instance_id)
        if instance is None or instance.is_terminal or instance.episode is not None or not instance.inbox:
            return None
        kinds = [message.event.WhichOneof("eventType") for message in instance.inbox]
        self._hub.instances.load_history(instance)
        if "executionTerminated" in kinds:
            terminated = instance.inbox[kinds.index("executionTerminated")].event.executionTerminated
            output = terminated.input.value if terminated.HasField("input") else None
            self._end_now(instance, pb.ORCHESTRATION_STATUS_TERMINATED, output, None)
            return None
        if instance.count == 0:
            if "executionStarted" not in kinds:
                return None
            instance.inbox.insert(0, instance.inbox.pop(kinds.index("executionStarted")))
        if instance.status == pb.ORCHESTRATION_STATUS_SUSPENDED and "executionResumed" not in kinds:
            return None
        if instance.name not in self._hub.functions.orchestrators:
            text = f"The function '{instance.name}' doesn't exist, is disabled, or is not an orchestrator function."
            self._end_now(instance, pb.ORCHESTRATION_STATUS_FAILED, None, failure("FunctionNotFound", text))
            return None
        mismatch = version_mismatch(instance.version, self._hub.options)
        if mismatch is not None:
            if self._hub.options.version_failure == "Fail":
                self._end_now(instance, pb.ORCHESTRATION_STATUS_FAILED, None, mismatch)
            else:
                _LOG.warning("%s: waits for a host of another version. %s", instance.id, mismatch.errorMessage)
            return None
        instance.episode, instance.inbox = instance.inbox, []
        instance.started = time.time()
        head = pb.OrchestratorRequest(instanceId=instance.id, executionId=string(instance.execution))
        start = event(at=instance.started, orchestratorStarted=pb.OrchestratorStartedEvent())
        new = [frame_new(message.SerializeToString()) for message in (start, *(m.event for m in instance.episode))]
        return instance, b"".join((head.SerializeToString(), instance.past, *new))

    def complete(self, instance: Instance, response: pb.OrchestratorResponse) -> None:
        """Write down what an episode decided and set it in motion, all in one transaction."""
        if self._is_stale(instance):
            return
        self._take_over_events(instance)
        if instance.status != pb.ORCHESTRATION_STATUS_SUSPENDED:
            instance.status = pb.ORCHESTRATION_STATUS_RUNNING
        instance.custom_status = response.customStatus.value if response.HasField("customStatus") else None
        try:
            complete = actions.apply(self._hub, instance, response.actions)
        except ValueError as error:
            _LOG.error("%s: %s", instance.id, error)
            self.finish(instance, pb.ORCHESTRATION_STATUS_FAILED, None, failure("InvalidAction", str(error)))
            return
        if complete is None:
            self._end_episode(instance)
        elif complete.orchestrationStatus == pb.ORCHESTRATION_STATUS_CONTINUED_AS_NEW:
            self._continue_as_new(instance, complete)
        else:
            details = complete.failureDetails if complete.HasField("failureDetails") else None
            output = complete.result.value if complete.HasField("result") and complete.result.value else None
            self.finish(instance, complete.orchestrationStatus, output, details)

    def fail_episode(self, instance: Instance, details: pb.TaskFailureDetails) -> None:
        """End an instance whose episode could not be run."""
        if not self._is_stale(instance):
            self._take_over_events(instance)
            self.finish(instance, pb.ORCHESTRATION_STATUS_FAILED, None, details)

    def finish(
        self, instance: Instance, status: int, output: str | None, details: pb.TaskFailureDetails | None
    ) -> None:
        """Bring an instance to its end: history, row, parent, locks, timers."""
        hub = self._hub
        closing = pb.ExecutionCompletedEvent(
            orchestrationStatus=pb.OrchestrationStatus.Name(status), result=string(output), failureDetails=details
        )
        hub.instances.append_history(
            instance,
            [event(executionCompleted=closing), event(orchestratorCompleted=pb.OrchestratorCompletedEvent())],
        )
        # Azure Storage shows a failure as the output.
        shown = output if details is None else f"{details.errorType}: {details.errorMessage}"
        instance.status, instance.output, instance.completed = status, shown, time.time()
        instance.failure = None if details is None else details.SerializeToString()
        instance.episode, instance.inbox = None, []
        hub.instances.save(instance)
        hub.store.write("DELETE FROM messages WHERE target=?", (instance.id,))
        hub.timers.cancel(instance.id)
        hub.entities.release(instance.id)
        hub.instances.evict(instance)
        hub.changed(instance)
        self.tell_parent(instance)

    def tell_parent(self, instance: Instance) -> None:
        """Send the outcome of a finished sub-orchestration to the task that waits for it."""
        parent = instance.parent
        if parent is None:
            return
        if instance.status == pb.ORCHESTRATION_STATUS_COMPLETED:
            done = pb.SubOrchestrationInstanceCompletedEvent(
                taskScheduledId=parent.task, result=string(instance.output)
            )
            self.post(parent.id, event(subOrchestrationInstanceCompleted=done), parent.execution)
        else:
            text = instance.output or f"The sub-orchestration '{instance.id}' was terminated."
            details = instance.failure_details or failure("OrchestrationTerminated", text)
            failed = pb.SubOrchestrationInstanceFailedEvent(taskScheduledId=parent.task, failureDetails=details)
            self.post(parent.id, event(subOrchestrationInstanceFailed=failed), parent.execution)

    def erase(self, instance: Instance) -> None:
        """Delete an instance and all that waits for or belongs to it."""
        self._hub.timers.cancel(instance.id)
        self._hub.activities.discard(instance.id)
        self._hub.entities.release(instance.id)
        self._hub.instances.erase(instance)
        self._hub.changed(instance)

    def _is_stale(self, instance: Instance) -> bool:
        return instance.episode is None or self._hub.instances.find(instance.id) is not instance

    def _take_over_events(self, instance: Instance) -> None:
        messages = instance.episode or []
        instance.episode = None
        start = event(at=instance.started, orchestratorStarted=pb.OrchestratorStartedEvent())
        self._hub.instances.append_history(instance, [start, *(message.event for message in messages)])
        self._hub.store.write_many("DELETE FROM messages WHERE seq=?", [(message.seq,) for message in messages])
        for message in messages:
            if message.event.HasField("executionSuspended"):
                instance.status = pb.ORCHESTRATION_STATUS_SUSPENDED
            elif message.event.HasField("executionResumed"):
                instance.status = pb.ORCHESTRATION_STATUS_RUNNING

    def _end_episode(self, instance: Instance) -> None:
        self._hub.instances.append_history(instance, [event(orchestratorCompleted=pb.OrchestratorCompletedEvent())])
        self._hub.instances.save(instance)
        self._hub.changed(instance)
        if instance.inbox:
            self._hub.mark_ready(instance.id)
        else:
            self._hub.instances.rest(instance)

    def _continue_as_new(self, instance: Instance, complete: pb.CompleteOrchestrationAction) -> None:
        hub = self._hub
        hub.instances.clear_history(instance)
        hub.timers.cancel(instance.id)
        hub.entities.release(instance.id)
        hub.store.write("DELETE FROM messages WHERE target=?", (instance.id,))
        kept = [message.event for message in instance.inbox if message.execution is None]
        instance.inbox = []
        instance.execution = uuid.uuid4().hex
        instance.input = complete.result.value if complete.HasField("result") else None
        if complete.HasField("newVersion"):
            instance.version = complete.newVersion.value
        instance.status = pb.ORCHESTRATION_STATUS_RUNNING
        hub.instances.save(instance)
        self.post(instance.id, self.started_event(instance), instance.execution)
        for carried in complete.carryoverEvents:
            raised_event = carried.eventRaised
            data = raised_event.input.value if raised_event.HasField("input") else None
            self.post(instance.id, raised(raised_event.name, data))
        for message in kept:
            self.post(instance.id, message)

    def _end_now(
        self, instance: Instance, status: int, output: str | None, details: pb.TaskFailureDetails | None
    ) -> None:
        """End an instance without asking its orchestrator; what is in the inbox goes into the history."""
        instance.episode, instance.inbox = instance.inbox, []
        instance.started = time.time()
        self._take_over_events(instance)
        self.finish(instance, status, output, details)
