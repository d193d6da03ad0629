"""Writing what happened to run history, if there is one."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from codestory.tracker import DatabaseManager, ExecutionTracker

__all__ = ["open_tracker", "record"]


@cache
def open_tracker() -> ExecutionTracker | None:
    """The tracker over the configured database; ``None`` if history is switched off."""
    database = DatabaseManager.from_environment()
    return ExecutionTracker(database) if database is not None else None


def record(tracker: ExecutionTracker, entry: dict[str, Any]) -> None:
    """Store one entry, of ``kind`` ``execution`` or ``step_attempt``; the same entry may come again."""
    started_at, completed_at = _moment(entry.get("started_at")), _moment(entry.get("completed_at"))
    if entry["kind"] == "execution":
        given = entry.get("input") or {}
        tracker.record_execution(
            entry["execution_id"],
            status=entry["status"],
            repository=entry.get("repository"),
            source=given.get("source"),
            priority=given.get("priority"),
            retry_of=entry.get("retry_of"),
            created_at=_moment(entry.get("created_at")),
            queue_ms=entry.get("queue_ms"),
            input_data=given or None,
            output_data=entry.get("output"),
            error_message=entry.get("error"),
            started_at=started_at,
            completed_at=completed_at,
        )
        return
    output = entry.get("output") or {}
    tracker.record_step_attempt(
        entry["execution_id"],
        entry["step_name"],
        entry["attempt"],
        status=entry["status"],
        step_name=entry["step_name"],
        step_type=entry["step_name"],
        throttle_wait_ms=entry.get("throttle_wait_ms"),
        cpu_seconds=entry.get("cpu_seconds"),
        cpu_percent=output.get("cpu_percent"),
        memory_mb=output.get("memory_mb"),
        input_data=entry.get("input"),
        output_data=output,
        error_message=entry.get("error"),
        started_at=started_at,
        completed_at=completed_at,
    )


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
