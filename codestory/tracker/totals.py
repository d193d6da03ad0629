"""Counts over the whole history, including rows that were purged since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from codestory.ingestion_pipeline.statuses import FINAL
from codestory.tracker.schema import EXECUTIONS, PURGED, STEPS

__all__ = ["QUEUE_BUCKETS", "STEP_BUCKETS", "Series", "archive", "count", "totals"]

type Series = tuple[str, ...]
"""``("jobs", status)``, ``("steps", name, status)``, ``("step_seconds", name, bound | "sum" | "count")``,
``("retries", name)``, ``("throttle_seconds", name, "sum" | "count")``, ``("queue_seconds", bound | "sum" |
"count")``. Bounds are cumulative, in seconds, written as ``repr`` of the float. A series that is missing is
zero."""

STEP_BUCKETS = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
QUEUE_BUCKETS = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 86400.0)
_FINAL = sorted(status.value for status in FINAL)


def totals(connection: sa.Connection) -> dict[Series, float]:
    """All series of the database, purged rows included. Values never fall while the database lives."""
    counted = count(connection, sa.true(), sa.true())
    for row in connection.execute(sa.select(PURGED.c.series, PURGED.c.value)):
        series = tuple(json.loads(row.series))
        counted[series] = counted.get(series, 0.0) + row.value
    return counted


def count(
    connection: sa.Connection, executions: sa.ColumnElement[bool], steps: sa.ColumnElement[bool]
) -> dict[Series, float]:
    """The series of the selected rows. Only finished runs count: their numbers cannot fall."""
    counted: dict[Series, float] = {}

    jobs = sa.select(EXECUTIONS.c.status, sa.func.count().label("n")).where(EXECUTIONS.c.status.in_(_FINAL), executions)
    for row in connection.execute(jobs.group_by(EXECUTIONS.c.status)):
        counted["jobs", row.status] = float(row.n)

    ended = sa.select(STEPS.c.step_name, STEPS.c.status, sa.func.count().label("n")).where(
        STEPS.c.status.in_(_FINAL), steps
    )
    for row in connection.execute(ended.group_by(STEPS.c.step_name, STEPS.c.status)):
        counted["steps", row.step_name, row.status] = float(row.n)

    again = sa.select(STEPS.c.step_name, sa.func.count().label("n")).where(STEPS.c.attempt > 1, steps)
    for row in connection.execute(again.group_by(STEPS.c.step_name)):
        counted["retries", row.step_name] = float(row.n)

    duration, wait, queue = STEPS.c.execution_time_ms, STEPS.c.throttle_wait_ms, EXECUTIONS.c.queue_ms
    finished = sa.and_(STEPS.c.status.in_(_FINAL), steps)
    _distribution(connection, counted, "step_seconds", duration, finished, STEP_BUCKETS, STEPS.c.step_name)
    _distribution(connection, counted, "throttle_seconds", wait, finished, (), STEPS.c.step_name)
    started = sa.and_(EXECUTIONS.c.status.in_(_FINAL), executions)
    _distribution(connection, counted, "queue_seconds", queue, started, QUEUE_BUCKETS, None)
    return counted


def archive(connection: sa.Connection, purged: Mapping[Series, float]) -> None:
    """Add the counts of rows that are about to be deleted in the same transaction."""
    insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(PURGED)
    rows = [{"series": json.dumps(series), "value": value} for series, value in purged.items() if value]
    if rows:
        statement = insert.on_conflict_do_update(
            index_elements=["series"], set_={"value": PURGED.c.value + insert.excluded.value}
        )
        connection.execute(statement, rows)


def _distribution(
    connection: sa.Connection,
    counted: dict[Series, float],
    name: str,
    milliseconds: sa.Column[Any],
    condition: sa.ColumnElement[bool],
    bounds: tuple[float, ...],
    group: sa.Column[Any] | None,
) -> None:
    columns: list[sa.ColumnElement[Any]] = [
        sa.func.coalesce(sa.func.sum(sa.case((milliseconds <= bound * 1000, 1), else_=0)), 0).label(f"b{index}")
        for index, bound in enumerate(bounds)
    ]
    columns += [sa.func.coalesce(sa.func.sum(milliseconds), 0.0).label("total"), sa.func.count().label("n")]
    query = sa.select(*columns).where(milliseconds.is_not(None), condition)
    if group is not None:
        query = query.add_columns(group.label("label")).group_by(group)
    for row in connection.execute(query).mappings():
        prefix: Series = (name,) if group is None else (name, row["label"])
        counts = {repr(bound): float(row[f"b{index}"]) for index, bound in enumerate(bounds)}
        counts |= {"sum": row["total"] / 1000, "count": float(row["n"])}
        counted |= {(*prefix, part): value for part, value in counts.items() if value}
