"""One row per natural key, written any number of times and in any order, never going back in status."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from codestory.ingestion_pipeline.statuses import FINAL, StepStatus, is_valid_transition
from codestory.tracker.redaction import redact, redact_text

__all__ = ["cleaned", "upsert"]

_KEPT_ONCE_KNOWN = frozenset(
    {
        "pipeline_name", "repository", "source", "priority", "retry_of", "created_at", "started_at",
        "queue_ms", "input_data", "step_name", "step_type", "throttle_wait_ms", "retry_count",
    }
)  # fmt: skip


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    key: Mapping[str, Any],
    status: StepStatus,
    values: Mapping[str, Any],
) -> None:
    """Write one observation of a run.

    A new row is inserted. An existing row takes over ``status`` and ``values`` if ``status`` may follow the
    stored one, or is final while the stored one is not. What identifies the run and when it began is kept
    once it is known, and filled in whenever it arrives. Any other late or repeated observation fills gaps of
    a row with the same status, and changes nothing otherwise.
    """
    insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)
    statement = insert.values(**key, status=status.value, **values)
    stored, new = table.c, statement.excluded
    predecessors = [
        other.value
        for other in StepStatus
        if other not in FINAL and (status in FINAL or is_valid_transition(other, status))
    ]
    follows = stored.status.in_(predecessors)
    changes: dict[str, Any] = {"status": sa.case((follows, new.status), else_=stored.status)}
    for name in values:
        if name in _KEPT_ONCE_KNOWN:
            changes[name] = sa.func.coalesce(stored[name], new[name])
        else:
            changes[name] = sa.case(
                (follows, sa.func.coalesce(new[name], stored[name])),
                (stored.status == new.status, sa.func.coalesce(stored[name], new[name])),
                else_=stored[name],
            )
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changes))
    _fill_durations(connection, table, key)


def _fill_durations(connection: sa.Connection, table: sa.Table, key: Mapping[str, Any]) -> None:
    """Durations that follow from the moments of the row, which may have arrived one by one."""
    spans = [("execution_time_ms", "started_at", "completed_at"), ("queue_ms", "created_at", "started_at")]
    spans = [span for span in spans if all(name in table.c for name in span)]
    where = sa.and_(*(table.c[name] == value for name, value in key.items()))
    names = {name for span in spans for name in span}
    row = connection.execute(sa.select(*(table.c[name] for name in sorted(names))).where(where)).mappings().one()
    missing = {
        duration: max(0.0, (row[end] - row[start]).total_seconds() * 1000)
        for duration, start, end in spans
        if row[duration] is None and row[start] is not None and row[end] is not None
    }
    if missing:
        connection.execute(sa.update(table).where(where).values(**missing))


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` ready for the database: no secrets, only JSON, only text that UTF-8 can hold."""
    ready: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, str):
            ready[name] = _storable(redact_text(value))
        elif isinstance(value, Mapping | list | tuple | set | frozenset):
            ready[name] = _plain(redact(value))
        else:
            ready[name] = value
    return ready


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, Mapping):
        return {_storable(str(name)): _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(member) for member in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return json.loads(json.dumps(value, default=lambda unknown: _storable(redact_text(str(unknown)))))


def _storable(text: str) -> str:
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
