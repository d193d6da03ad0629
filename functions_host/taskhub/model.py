"""The records that the task hub keeps: instances, messages, work items and options."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from durabletask.internal import orchestrator_service_pb2 as pb

__all__ = [
    "RUNTIME_STATUS",
    "TERMINAL",
    "ActivityWork",
    "EntityWork",
    "FunctionNames",
    "HubOptions",
    "Instance",
    "Message",
    "NewInstance",
    "Parent",
    "status_name",
]

RUNTIME_STATUS: dict[str, int] = {
    "Running": pb.ORCHESTRATION_STATUS_RUNNING,
    "Completed": pb.ORCHESTRATION_STATUS_COMPLETED,
    "ContinuedAsNew": pb.ORCHESTRATION_STATUS_CONTINUED_AS_NEW,
    "Failed": pb.ORCHESTRATION_STATUS_FAILED,
    "Canceled": pb.ORCHESTRATION_STATUS_CANCELED,
    "Terminated": pb.ORCHESTRATION_STATUS_TERMINATED,
    "Pending": pb.ORCHESTRATION_STATUS_PENDING,
    "Suspended": pb.ORCHESTRATION_STATUS_SUSPENDED,
}
"""The names of the management API and their protocol values."""

_NAMES = {value: name for name, value in RUNTIME_STATUS.items()}

TERMINAL = frozenset(RUNTIME_STATUS[name] for name in ("Completed", "Failed", "Canceled", "Terminated"))


def status_name(status: int) -> str:
    """The management API's name of a protocol status, ``Running`` for example."""
    return _NAMES[status]


@dataclass(frozen=True, slots=True)
class HubOptions:
    """What host.json says about the task hub. ``default_version`` None switches version checks off."""

    name: str = "TestHubName"
    max_orchestrators: int = 20
    max_activities: int = 20
    max_entities: int = 20
    entity_batch: int = 5000
    default_version: str | None = None
    version_match: str = "CurrentOrOlder"
    version_failure: str = "Reject"
    replace_running: bool = False
    full_sync: bool = False


@dataclass(frozen=True, slots=True)
class FunctionNames:
    """Durable name to function name, by kind; the durable names of entities are in lower case."""

    orchestrators: dict[str, str] = field(default_factory=dict[str, str])
    activities: dict[str, str] = field(default_factory=dict[str, str])
    entities: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Parent:
    """Who waits for a sub-orchestration: instance, its execution, and the id of the waiting task."""

    id: str
    execution: str
    task: int
    name: str


@dataclass(frozen=True, slots=True)
class NewInstance:
    """A request to start an instance; ``scheduled`` is seconds since the epoch."""

    id: str
    name: str
    input: str | None = None
    version: str | None = None
    tags: dict[str, str] = field(default_factory=dict[str, str])
    scheduled: float | None = None
    parent: Parent | None = None
    trace: pb.TraceContext | None = None


@dataclass(slots=True)
class Message:
    """An event on its way to an instance or entity; ``execution`` binds it to one generation."""

    seq: int
    event: pb.HistoryEvent
    execution: str | None = None


def _messages() -> list[Message]:
    return []


@dataclass(slots=True)
class Instance:
    """One row of ``instances`` and, while it is being worked on, its history and inbox.

    ``past`` holds the history as the wire form of ``OrchestratorRequest.pastEvents``, so that a
    work item is built by joining bytes. ``episode`` are the messages of the work item in flight.
    """

    k: int
    id: str
    execution: str
    name: str
    version: str | None
    status: int
    input: str | None
    created: float
    updated: float
    output: str | None = None
    custom_status: str | None = None
    failure: bytes | None = None
    completed: float | None = None
    scheduled: float | None = None
    parent: Parent | None = None
    tags: dict[str, str] = field(default_factory=dict[str, str])
    past: bytearray = field(default_factory=bytearray)
    count: int = 0
    inbox: list[Message] = field(default_factory=_messages)
    episode: list[Message] | None = None
    started: float = 0.0

    COLUMNS = (
        "k, id, execution, name, version, status, input, created, updated, output, custom_status, failure,"
        " completed, scheduled, parent_id, parent_execution, parent_task, parent_name, tags"
    )

    @classmethod
    def from_row(cls, row: tuple[Any, ...]) -> Instance:
        """The instance of a row selected as ``COLUMNS``."""
        parent = Parent(row[14], row[15], row[16], row[17]) if row[14] is not None else None
        return cls(*row[:14], parent=parent, tags=json.loads(row[18]))

    def to_row(self) -> tuple[Any, ...]:
        """The values of ``COLUMNS``."""
        parent = self.parent
        return (
            *(self.k, self.id, self.execution, self.name, self.version, self.status, self.input, self.created),
            *(self.updated, self.output, self.custom_status, self.failure, self.completed, self.scheduled),
            *((parent.id, parent.execution, parent.task, parent.name) if parent else (None, None, None, None)),
            json.dumps(self.tags),
        )

    @property
    def is_terminal(self) -> bool:
        """Whether the instance has come to its end."""
        return self.status in TERMINAL

    @property
    def failure_details(self) -> pb.TaskFailureDetails | None:
        """Why the instance failed, if it did."""
        return pb.TaskFailureDetails.FromString(self.failure) if self.failure is not None else None


@dataclass(slots=True)
class ActivityWork:
    """One scheduled activity; ``input`` is JSON."""

    seq: int
    instance_id: str
    execution: str
    task: int
    name: str
    input: str | None


@dataclass(slots=True)
class EntityWork:
    """A batch of operations for one entity; ``messages`` are the queued events it was made of."""

    id: str
    function: str | None
    state: str | None
    messages: list[Message]
