"""How the history of a failed instance is taken back to the point before it failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from durabletask.internal import orchestrator_service_pb2 as pb

from .events import event, seconds, string

__all__ = ["RewindPlan", "rewound_history"]

_FAILED = ("taskFailed", "subOrchestrationInstanceFailed")
_ACTIONS = ("taskScheduled", "timerCreated", "subOrchestrationInstanceCreated", "eventSent")
_EXTERNAL = ("eventRaised",)


@dataclass(frozen=True, slots=True)
class RewindPlan:
    """The history to go on from, and what it waits for and has to be set going again."""

    events: list[pb.HistoryEvent]
    activities: dict[int, tuple[str, str | None]]
    timers: list[tuple[float, pb.HistoryEvent]]
    children: list[str]


def rewound_history(history: Sequence[pb.HistoryEvent], reason: str | None) -> RewindPlan:
    """Take out the failures that ended the instance.

    The last episode that received a failure is the one to repair: its failures go, and so do the
    actions it led to, which the replay asks for again if they still hold. Later episodes (the
    orchestrator handled the failure and failed afterwards) go too, except for external events. Tasks
    that are then scheduled without an outcome are the ones to run again; what succeeded stays done.
    """
    kinds = [item.WhichOneof("eventType") for item in history]
    failed = max((index for index, kind in enumerate(kinds) if kind in _FAILED), default=len(history))
    start = max(
        (i for i in range(failed) if kinds[i] == "orchestratorStarted" and failed < len(history)), default=failed
    )
    end = next((i for i in range(failed, len(history)) if kinds[i] == "orchestratorCompleted"), len(history))
    kept: list[pb.HistoryEvent] = []
    for index, (kind, item) in enumerate(zip(kinds, history, strict=True)):
        repaired = start <= index <= end and kind in (*_FAILED, *_ACTIONS)
        dropped = index > end and kind not in _EXTERNAL
        if kind != "executionCompleted" and not repaired and not dropped:
            kept.append(item)
    kept.append(event(executionRewound=pb.ExecutionRewoundEvent(reason=string(reason))))
    return RewindPlan(kept, *_outstanding(kept))


def _outstanding(
    history: Sequence[pb.HistoryEvent],
) -> tuple[dict[int, tuple[str, str | None]], list[tuple[float, pb.HistoryEvent]], list[str]]:
    activities: dict[int, tuple[str, str | None]] = {}
    timers: dict[int, pb.TimerCreatedEvent] = {}
    children: dict[int, str] = {}
    for item in history:
        match item.WhichOneof("eventType"):
            case "taskScheduled":
                scheduled = item.taskScheduled
                given = scheduled.input.value if scheduled.HasField("input") else None
                activities[item.eventId] = (scheduled.name, given)
            case "taskCompleted":
                activities.pop(item.taskCompleted.taskScheduledId, None)
            case "taskFailed":
                activities.pop(item.taskFailed.taskScheduledId, None)
            case "timerCreated":
                timers[item.eventId] = item.timerCreated
            case "timerFired":
                timers.pop(item.timerFired.timerId, None)
            case "subOrchestrationInstanceCreated":
                children[item.eventId] = item.subOrchestrationInstanceCreated.instanceId
            case "subOrchestrationInstanceCompleted":
                children.pop(item.subOrchestrationInstanceCompleted.taskScheduledId, None)
            case "subOrchestrationInstanceFailed":
                children.pop(item.subOrchestrationInstanceFailed.taskScheduledId, None)
            case _:
                continue
    due: list[tuple[float, pb.HistoryEvent]] = []
    for task, created in timers.items():
        at = seconds(created.fireAt)
        fired = event(at=at, timerFired=pb.TimerFiredEvent(fireAt=created.fireAt, timerId=task))
        due.append((at, fired))
    return activities, due, list(children.values())
