"""Builders for history events, in the form the Durable Functions extension gives them.

Entity calls and locks appear in a history as ``EventSent`` and ``EventRaised`` with a JSON
envelope, because that is how the extension records them and how clients read them back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from durabletask.internal import orchestrator_service_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import StringValue

__all__ = [
    "completed_activity",
    "entity_reply",
    "event",
    "failed_activity",
    "failure",
    "frame_new",
    "frame_past",
    "raised",
    "request_envelope",
    "seconds",
    "string",
    "timestamp",
]


def timestamp(at: float) -> Timestamp:
    """Seconds since the epoch as a protobuf timestamp, microsecond exact."""
    whole, micros = divmod(round(at * 1_000_000), 1_000_000)
    return Timestamp(seconds=whole, nanos=micros * 1000)


def seconds(value: Timestamp) -> float:
    """A protobuf timestamp as seconds since the epoch."""
    return value.seconds + value.nanos / 1e9


def string(value: str | None) -> StringValue | None:
    """The wrapper message of an optional string."""
    return None if value is None else StringValue(value=value)


def event(event_id: int = -1, at: float | None = None, **kind: Any) -> pb.HistoryEvent:
    """A history event of the one kind given by keyword, stamped now unless ``at`` says otherwise."""
    return pb.HistoryEvent(eventId=event_id, timestamp=timestamp(time.time() if at is None else at), **kind)


def raised(name: str, data: str | None) -> pb.HistoryEvent:
    """An external event as an orchestrator receives it."""
    return event(eventRaised=pb.EventRaisedEvent(name=name, input=string(data)))


def completed_activity(task: int, result: str | None) -> pb.HistoryEvent:
    """The result of activity ``task``."""
    return event(taskCompleted=pb.TaskCompletedEvent(taskScheduledId=task, result=string(result)))


def failed_activity(task: int, details: pb.TaskFailureDetails) -> pb.HistoryEvent:
    """The failure of activity ``task``."""
    return event(taskFailed=pb.TaskFailedEvent(taskScheduledId=task, failureDetails=details))


def failure(error_type: str, message: str) -> pb.TaskFailureDetails:
    """Failure details for something the host itself reports."""
    return pb.TaskFailureDetails(errorType=error_type, errorMessage=message)


def request_envelope(message: pb.SendEntityMessageAction, parent: str, execution: str) -> tuple[str, str, str]:
    """``(entity id, event name, JSON)`` under which a message to an entity enters the history."""
    kind = message.WhichOneof("EntityMessageType")
    if kind == "entityUnlockSent":
        unlock = message.entityUnlockSent
        return unlock.targetInstanceId.value, "release", json.dumps({"parent": parent, "id": unlock.criticalSectionId})
    if kind == "entityLockRequested":
        lock = message.entityLockRequested
        body: dict[str, Any] = {"op": None, "id": lock.criticalSectionId, "lockset": list(lock.lockSet), "pos": 0}
        return lock.lockSet[0], "op", json.dumps({**body, "parent": parent, "parentExecution": execution})
    signal = kind == "entityOperationSignaled"
    sent = message.entityOperationSignaled if signal else message.entityOperationCalled
    body = {"op": sent.operation, "signal": signal, "id": sent.requestId}
    if sent.HasField("input"):
        body["input"] = sent.input.value
    if not signal:
        body |= {"parent": parent, "parentExecution": execution}
    name = "op"
    if sent.HasField("scheduledTime"):
        name = f"op@{datetime.fromtimestamp(seconds(sent.scheduledTime), UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return sent.targetInstanceId.value, name, json.dumps(body)


def entity_reply(request: str, result: str | None, details: pb.TaskFailureDetails | None) -> pb.HistoryEvent:
    """The answer to an entity call, in the envelope the SDK expects."""
    if details is None:
        return raised(request, json.dumps({"result": result or "null"}))
    body = {
        "result": json.dumps(details.errorMessage),
        "exceptionType": details.errorType,
        "failureDetails": _failure_dict(details),
    }
    return raised(request, json.dumps(body))


def _failure_dict(details: pb.TaskFailureDetails) -> dict[str, Any]:
    return {
        "ErrorType": details.errorType,
        "ErrorMessage": details.errorMessage,
        "StackTrace": details.stackTrace.value if details.HasField("stackTrace") else None,
        "InnerFailure": _failure_dict(details.innerFailure) if details.HasField("innerFailure") else None,
        "IsNonRetriable": details.isNonRetriable,
    }


def _framer(field: str) -> Callable[[bytes], bytes]:
    number = pb.OrchestratorRequest.DESCRIPTOR.fields_by_name[field].number
    tag = bytes([number << 3 | 2])

    def frame(message: bytes) -> bytes:
        size, length = bytearray(), len(message)
        while length > 0x7F:
            size.append(length & 0x7F | 0x80)
            length >>= 7
        size.append(length)
        return tag + bytes(size) + message

    return frame


frame_past = _framer("pastEvents")
frame_new = _framer("newEvents")
