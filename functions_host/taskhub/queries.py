"""Questions about what is in the hub: pages of instances and entities, ids to purge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from durabletask.internal import orchestrator_service_pb2 as pb

from ..exceptions import InvalidRequestError
from .events import string, timestamp
from .model import TERMINAL, Instance

if TYPE_CHECKING:
    from .hub import TaskHub

__all__ = ["EntityRow", "InstanceFilter", "Queries", "instance_state"]

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class InstanceFilter:
    """What instances to look for; times are seconds since the epoch, the upper end is exclusive."""

    statuses: tuple[int, ...] = ()
    created_from: float | None = None
    created_to: float | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity as queries show it; ``state`` is JSON, None if there is none."""

    id: str
    state: str | None
    locked_by: str | None
    updated: float
    backlog: int


class Queries:
    """Read-only views. A continuation token is the last key of the page before."""

    def __init__(self, hub: TaskHub) -> None:
        self._hub = hub

    def instances(self, wanted: InstanceFilter, page: int = 0, token: str = "") -> tuple[list[Instance], str]:
        """A page of instances in the order of their creation, and the token of the next page or ``""``."""
        size = page if page > 0 else _PAGE
        where, values = _where(("k > ?", int(_number(token)) if token else -1), *_conditions(wanted))
        sql = f"SELECT {Instance.COLUMNS} FROM instances WHERE {where} ORDER BY k LIMIT ?"  # noqa: S608
        rows = self._hub.store.read(sql, (*values, size + 1))
        found = [Instance.from_row(row) for row in rows[:size]]
        return found, str(found[-1].k) if len(rows) > size else ""

    def finished_ids(self, wanted: InstanceFilter) -> list[str]:
        """The ids of all finished instances that match."""
        where, values = _where(_statuses(TERMINAL), *_conditions(wanted))
        rows = self._hub.store.read(f"SELECT id FROM instances WHERE {where}", values)  # noqa: S608
        return [instance_id for (instance_id,) in rows]

    def entity(self, entity_id: str) -> EntityRow | None:
        """An entity that has a state, or None."""
        entity = self._hub.entities.find(entity_id)
        if entity.state is None:
            return None
        return EntityRow(entity.id, entity.state, entity.locked_by, entity.updated, len(entity.queue))

    def entities(
        self,
        prefix: str = "",
        updated_from: float | None = None,
        updated_to: float | None = None,
        *,
        transient: bool = False,
        page: int = 0,
        token: str = "",
    ) -> tuple[list[EntityRow], str]:
        """A page of entities by id, and the next token; ``transient`` includes those without state."""
        size = page if page > 0 else _PAGE
        where, values = _where(
            ("e.id > ?", token),
            ("substr(e.id, 1, ?) = ?", (len(prefix), prefix)),
            ("e.updated >= ?", updated_from),
            ("e.updated < ?", updated_to),
            ("e.state IS NOT NULL", None if transient else ()),
        )
        backlog = "(SELECT count(*) FROM messages m WHERE m.target = e.id)"
        columns = f"e.id, e.state, e.locked_by, e.updated, {backlog}"
        sql = f"SELECT {columns} FROM entities e WHERE {where} ORDER BY e.id LIMIT ?"  # noqa: S608
        rows = self._hub.store.read(sql, (*values, size + 1))
        found = [EntityRow(*row) for row in rows[:size]]
        return found, found[-1].id if len(rows) > size else ""

    def clean_entities(self, *, empty: bool, locks: bool) -> tuple[int, int]:
        """Remove entities without state, free locks nobody holds; returns both counts."""
        removed = released = 0
        if locks:
            for (owner,) in self._hub.store.read("SELECT DISTINCT locked_by FROM entities WHERE locked_by IS NOT NULL"):
                holder = self._hub.instances.find(owner)
                if holder is None or holder.is_terminal:
                    released += self._hub.entities.release(owner)
        if empty:
            for (entity_id,) in self._hub.store.read(
                "SELECT id FROM entities e WHERE state IS NULL AND locked_by IS NULL"
                " AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.target = e.id)"
            ):
                self._hub.entities.forget(entity_id)
                removed += 1
        return removed, released


def instance_state(instance: Instance, *, payloads: bool) -> pb.OrchestrationState:
    """An instance as the gRPC service shows it."""
    return pb.OrchestrationState(
        instanceId=instance.id,
        name=instance.name,
        version=string(instance.version),
        orchestrationStatus=pb.OrchestrationStatus.Name(instance.status),
        scheduledStartTimestamp=None if instance.scheduled is None else timestamp(instance.scheduled),
        createdTimestamp=timestamp(instance.created),
        lastUpdatedTimestamp=timestamp(instance.updated),
        completedTimestamp=None if instance.completed is None else timestamp(instance.completed),
        input=string(instance.input) if payloads else None,
        output=string(instance.output) if payloads else None,
        customStatus=string(instance.custom_status) if payloads else None,
        failureDetails=instance.failure_details if payloads else None,
        executionId=string(instance.execution),
        parentInstanceId=string(instance.parent.id) if instance.parent else None,
        tags=instance.tags,
    )


def _where(*conditions: tuple[str, Any]) -> tuple[str, list[Any]]:
    """Conditions joined by AND, with their values; those whose value is None are left out."""
    kept = [(clause, value) for clause, value in conditions if value is not None]
    values: list[Any] = []
    for _, value in kept:
        values += value if isinstance(value, tuple) else (value,)
    return " AND ".join(clause for clause, _ in kept), values


def _statuses(statuses: Iterable[int]) -> tuple[str, Any]:
    chosen = ",".join(str(int(status)) for status in statuses)
    return f"status IN ({chosen})", () if chosen else None


def _conditions(wanted: InstanceFilter) -> list[tuple[str, Any]]:
    return [
        _statuses(wanted.statuses),
        ("created >= ?", wanted.created_from),
        ("created < ?", wanted.created_to),
        ("substr(id, 1, ?) = ?", (len(wanted.prefix), wanted.prefix) if wanted.prefix else None),
    ]


def _number(token: str) -> float:
    try:
        return float(token)
    except ValueError:
        raise InvalidRequestError(f"{token!r} is no continuation token of this host; start without one") from None
