"""Reads the run history: pages of executions, one execution with its steps, statistics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from codestory.exceptions import NotFoundError, RequestError, known_values
from codestory.ingestion_pipeline.statuses import FINAL, StepStatus
from codestory.tracker.schema import EXECUTIONS, STEPS

__all__ = ["MAX_PAGE", "ExecutionPage", "execution", "executions", "resource_metrics", "statistics"]

MAX_PAGE = 100
_SORTABLE = (
    "created_at",
    "started_at",
    "completed_at",
    "execution_time_ms",
    "status",
    "repository",
    "priority",
)
_FINAL = sorted(status.value for status in FINAL)


@dataclass(frozen=True)
class ExecutionPage:
    """One page of executions; ``total`` counts all that match."""

    items: list[dict[str, Any]]
    total: int
    limit: int
    offset: int

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.offset + len(self.items) < self.total

    def to_json(self) -> dict[str, Any]:
        """``{items, total, limit, offset, has_more}``."""
        return {
            "items": self.items,
            "total": self.total,
            "limit": self.limit,
            "offset": self.offset,
            "has_more": self.has_more,
        }


def executions(
    connection: sa.Connection,
    *,
    status: str | Iterable[str] | None,
    repository: str | None,
    step: str | None,
    since: datetime | None,
    until: datetime | None,
    sort_by: str,
    sort_order: str,
    limit: int,
    offset: int,
) -> ExecutionPage:
    """See ``ExecutionTracker.executions``."""
    problems: list[str] = []
    if sort_by not in _SORTABLE:
        problems.append(f"sort_by: unknown column {sort_by!r}.{known_values('columns', sort_by, _SORTABLE)}")
    if sort_order not in ("asc", "desc"):
        problems.append(f"sort_order: {sort_order!r} is neither 'asc' nor 'desc'")
    if not 1 <= limit <= MAX_PAGE:
        problems.append(f"limit: {limit} is not between 1 and {MAX_PAGE}")
    if offset < 0:
        problems.append(f"offset: {offset} is negative")
    wanted = _statuses(status, problems)
    if problems:
        raise RequestError("; ".join(problems), problems=problems)

    conditions: list[sa.ColumnElement[bool]] = []
    if wanted:
        conditions.append(EXECUTIONS.c.status.in_(wanted))
    if repository is not None:
        conditions.append(EXECUTIONS.c.repository == repository)
    if since is not None:
        conditions.append(EXECUTIONS.c.created_at >= since)
    if until is not None:
        conditions.append(EXECUTIONS.c.created_at < until)
    if step is not None:
        ran = sa.select(STEPS.c.execution_id).where(STEPS.c.step_name == step)
        conditions.append(EXECUTIONS.c.execution_id.in_(ran))

    total = connection.execute(sa.select(sa.func.count()).select_from(EXECUTIONS).where(*conditions)).scalar_one()
    column = EXECUTIONS.c[sort_by]
    descending = sort_order == "desc"
    order = (column.desc() if descending else column.asc()).nulls_last()
    tie = EXECUTIONS.c.execution_id.desc() if descending else EXECUTIONS.c.execution_id.asc()
    query = sa.select(EXECUTIONS).where(*conditions).order_by(order, tie).limit(limit).offset(offset)
    items = [_record(row) for row in connection.execute(query).mappings()]
    return ExecutionPage(items, total, limit, offset)


def execution(connection: sa.Connection, execution_id: str) -> dict[str, Any]:
    """See ``ExecutionTracker.execution``."""
    row = connection.execute(sa.select(EXECUTIONS).where(EXECUTIONS.c.execution_id == execution_id)).mappings().first()
    if row is None:
        raise NotFoundError(
            f"no execution {execution_id!r} in the history: it never ran here, or it was purged."
            " List those that are there with GET /v1/executions.",
            execution_id=execution_id,
        )
    return _record(row) | {"steps": steps(connection, execution_id)}


def steps(connection: sa.Connection, execution_id: str) -> list[dict[str, Any]]:
    """The attempts of one execution: steps in the order they first began, attempts one after the other."""
    query = (
        sa.select(STEPS)
        .where(STEPS.c.execution_id == execution_id)
        .order_by(STEPS.c.started_at.asc().nulls_last(), STEPS.c.step_id, STEPS.c.attempt)
    )
    records = [_record(row) for row in connection.execute(query).mappings()]
    first = {record["step_id"]: index for index, record in reversed(list(enumerate(records)))}
    return sorted(records, key=lambda record: (first[record["step_id"]], record["attempt"]))


def statistics(
    connection: sa.Connection, *, repository: str | None = None, since: datetime | None = None
) -> dict[str, Any]:
    """See ``ExecutionTracker.statistics``."""
    conditions: list[sa.ColumnElement[bool]] = []
    if repository is not None:
        conditions.append(EXECUTIONS.c.repository == repository)
    if since is not None:
        conditions.append(EXECUTIONS.c.created_at >= since)
    counted = connection.execute(
        sa.select(EXECUTIONS.c.status, sa.func.count().label("n")).where(*conditions).group_by(EXECUTIONS.c.status)
    )
    by_status = {row.status: int(row.n) for row in counted}
    finished = [*conditions, EXECUTIONS.c.status.in_(_FINAL)]
    by_step: dict[str, dict[str, Any]] = {}
    joined = sa.select(STEPS.c.step_name, STEPS.c.status, sa.func.count().label("n"))
    if conditions:
        joined = joined.join(EXECUTIONS, EXECUTIONS.c.execution_id == STEPS.c.execution_id).where(*conditions)
    for row in connection.execute(joined.group_by(STEPS.c.step_name, STEPS.c.status)):
        by_step.setdefault(row.step_name, {})[row.status] = int(row.n)
    return {
        "total": sum(by_status.values()),
        "by_status": dict(sorted(by_status.items())),
        "active": sum(number for name, number in by_status.items() if name not in _FINAL),
        "execution_time_ms": _spread(connection, EXECUTIONS.c.execution_time_ms, finished),
        "steps": dict(sorted(by_step.items())),
    }


def resource_metrics(connection: sa.Connection, *, since: datetime | None = None) -> dict[str, Any]:
    """See ``ExecutionTracker.resource_metrics``."""
    jobs: list[sa.ColumnElement[bool]] = [EXECUTIONS.c.status.in_(_FINAL)]
    attempts: list[sa.ColumnElement[bool]] = [STEPS.c.status.in_(_FINAL)]
    if since is not None:
        jobs.append(EXECUTIONS.c.created_at >= since)
        attempts.append(STEPS.c.started_at >= since)
    return {
        "job_count": connection.execute(sa.select(sa.func.count()).select_from(EXECUTIONS).where(*jobs)).scalar_one(),
        "duration_seconds": _spread(connection, EXECUTIONS.c.execution_time_ms / 1000.0, jobs),
        "cpu_percent": _spread(connection, STEPS.c.cpu_percent, attempts),
        "memory_mb": _spread(connection, STEPS.c.memory_mb, attempts),
    }


def _spread(
    connection: sa.Connection, column: sa.ColumnElement[Any], conditions: list[sa.ColumnElement[bool]]
) -> dict[Literal["avg", "min", "max"], float | None]:
    row = connection.execute(
        sa.select(sa.func.avg(column), sa.func.min(column), sa.func.max(column)).where(*conditions)
    ).one()
    average, least, most = (None if value is None else float(value) for value in row)
    return {"avg": average, "min": least, "max": most}


def _statuses(status: str | Iterable[str] | None, problems: list[str]) -> list[str]:
    wanted: list[str] = []
    for name in [status] if isinstance(status, str) else status or []:
        try:
            wanted.append(StepStatus(name).value)
        except ValueError:
            problems.append(f"status: unknown status {name!r}.{known_values('statuses', name, StepStatus)}")
    return wanted


def _record(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(name): value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value
        for name, value in row.items()
    }
