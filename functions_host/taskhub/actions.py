"""What an orchestrator asked for: each action becomes a history event and an effect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from durabletask.internal import orchestrator_service_pb2 as pb

from ..exceptions import InstanceConflictError
from .events import event, failure, raised, request_envelope, seconds, string
from .model import Instance, NewInstance, Parent

if TYPE_CHECKING:
    from .hub import TaskHub

__all__ = ["apply"]


def apply(
    hub: TaskHub, instance: Instance, requested: Iterable[pb.OrchestratorAction]
) -> pb.CompleteOrchestrationAction | None:
    """Record and carry out the actions of an episode; the one that ends it is returned."""
    complete: pb.CompleteOrchestrationAction | None = None
    for action in requested:
        match action.WhichOneof("orchestratorActionType"):
            case "completeOrchestration":
                complete = action.completeOrchestration
            case "scheduleTask":
                _schedule_activity(hub, instance, action.id, action.scheduleTask)
            case "createTimer":
                _create_timer(hub, instance, action.id, action.createTimer)
            case "createSubOrchestration":
                _start_sub_orchestration(hub, instance, action.id, action.createSubOrchestration)
            case "sendEvent":
                _send_event(hub, instance, action.id, action.sendEvent)
            case "sendEntityMessage":
                _send_entity_message(hub, instance, action.id, action.sendEntityMessage)
            case "terminateOrchestration":
                stop = action.terminateOrchestration
                terminated = pb.ExecutionTerminatedEvent(input=stop.reason, recurse=stop.recurse)
                hub.orchestrations.post(stop.instanceId, event(executionTerminated=terminated))
            case other:
                raise ValueError(f"the orchestrator '{instance.name}' returned an action of unknown kind {other!r}")
    return complete


def _schedule_activity(hub: TaskHub, instance: Instance, task: int, action: pb.ScheduleTaskAction) -> None:
    given = action.input.value if action.HasField("input") else None
    scheduled = pb.TaskScheduledEvent(
        name=action.name,
        version=action.version if action.HasField("version") else None,
        input=string(given),
        parentTraceContext=action.parentTraceContext if action.HasField("parentTraceContext") else None,
        tags=dict(action.tags),
    )
    hub.instances.append_history(instance, [event(task, taskScheduled=scheduled)])
    hub.activities.schedule(instance, task, action.name, given)


def _create_timer(hub: TaskHub, instance: Instance, task: int, action: pb.CreateTimerAction) -> None:
    hub.instances.append_history(instance, [event(task, timerCreated=pb.TimerCreatedEvent(fireAt=action.fireAt))])
    fired = event(at=seconds(action.fireAt), timerFired=pb.TimerFiredEvent(fireAt=action.fireAt, timerId=task))
    hub.timers.add(seconds(action.fireAt), instance.id, fired, instance.execution)


def _start_sub_orchestration(
    hub: TaskHub, instance: Instance, task: int, action: pb.CreateSubOrchestrationAction
) -> None:
    given = action.input.value if action.HasField("input") else None
    version = action.version.value if action.HasField("version") and action.version.value else None
    created = pb.SubOrchestrationInstanceCreatedEvent(
        instanceId=action.instanceId, name=action.name, version=string(version), input=string(given)
    )
    hub.instances.append_history(instance, [event(task, subOrchestrationInstanceCreated=created)])
    parent = Parent(instance.id, instance.execution, task, instance.name)
    trace = action.parentTraceContext if action.HasField("parentTraceContext") else None
    new = NewInstance(
        action.instanceId, action.name, given, version, tags=dict(action.tags), parent=parent, trace=trace
    )
    try:
        hub.orchestrations.start(new, replace_running=False)
    except InstanceConflictError as error:
        details = failure("OrchestrationAlreadyExists", str(error))
        failed = pb.SubOrchestrationInstanceFailedEvent(taskScheduledId=task, failureDetails=details)
        hub.orchestrations.post(instance.id, event(subOrchestrationInstanceFailed=failed), instance.execution)


def _send_event(hub: TaskHub, instance: Instance, task: int, action: pb.SendEventAction) -> None:
    target = action.instance.instanceId
    data = action.data.value if action.HasField("data") else None
    sent = pb.EventSentEvent(instanceId=target, name=action.name, input=string(data))
    hub.instances.append_history(instance, [event(task, eventSent=sent)])
    hub.orchestrations.post(target, raised(action.name, data))


def _send_entity_message(hub: TaskHub, instance: Instance, task: int, action: pb.SendEntityMessageAction) -> None:
    target, name, body = request_envelope(action, instance.id, instance.execution)
    sent = pb.EventSentEvent(instanceId=target, name=name, input=string(body))
    hub.instances.append_history(instance, [event(task, eventSent=sent)])
    kind = action.WhichOneof("EntityMessageType") or ""
    message = getattr(action, kind)
    due = None
    if kind == "entityOperationCalled":
        message.parentExecutionId.value = instance.execution
    elif kind == "entityOperationSignaled" and message.HasField("scheduledTime"):
        due = seconds(message.scheduledTime)
    hub.deliver_at(due, target, event(**{kind: message}))
