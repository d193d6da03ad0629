"""The one tracker: keeps what every execution and every attempt of every step did, in a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from codestory.exceptions import RequestError
from codestory.ingestion_pipeline.statuses import FINAL, StepStatus
from codestory.tracker import queries
from codestory.tracker.database import DatabaseManager
from codestory.tracker.queries import ExecutionPage
from codestory.tracker.schema import EXECUTIONS, STEPS
from codestory.tracker.totals import Series, archive, count, totals
from codestory.tracker.upsert import cleaned, upsert

__all__ = ["ExecutionTracker"]

_PURGE_CHUNK = 500


class ExecutionTracker:
    """Run history over an injected database.

    Every write is an upsert by natural key, so activities may repeat it, and a late one never takes a
    finished run back. Secrets are removed before anything is stored. All methods raise
    ``StorageUnavailableError`` when the database does not answer.
    """

    def __init__(self, db: DatabaseManager) -> None:
        self.db = db

    def record_execution(
        self,
        execution_id: str,
        *,
        status: StepStatus | str,
        pipeline_name: str | None = None,
        repository: str | None = None,
        source: str | None = None,
        priority: str | None = None,
        retry_of: str | None = None,
        created_at: datetime | None = None,
        started_at: datetime | None = None,
        completed_at: datetime | None = None,
        execution_time_ms: float | None = None,
        queue_ms: float | None = None,
        input_data: Mapping[str, Any] | None = None,
        output_data: Any = None,
        error_message: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Write what is known about one execution now; what is left out stays as it is.

        ``queue_ms`` (accepted to started) and ``execution_time_ms`` (started to completed) follow from the
        moments if they are not given.
        """
        values = cleaned(
            {
                "pipeline_name": pipeline_name,
                "repository": repository,
                "source": source,
                "priority": priority,
                "retry_of": retry_of,
                "created_at": created_at,
                "started_at": started_at,
                "completed_at": completed_at,
                "execution_time_ms": execution_time_ms,
                "queue_ms": queue_ms,
                "input_data": input_data,
                "output_data": output_data,
                "error_message": error_message,
                "metadata": metadata,
            }
        )
        with self.db.write() as connection:
            upsert(connection, EXECUTIONS, {"execution_id": execution_id}, StepStatus(status), values)

    def record_step_attempt(
        self,
        execution_id: str,
        step_id: str,
        attempt: int,
        *,
        status: StepStatus | str,
        step_name: str | None = None,
        step_type: str | None = None,
        started_at: datetime | None = None,
        completed_at: datetime | None = None,
        execution_time_ms: float | None = None,
        throttle_wait_ms: float | None = None,
        cpu_seconds: float | None = None,
        cpu_percent: float | None = None,
        memory_mb: float | None = None,
        input_data: Mapping[str, Any] | None = None,
        output_data: Any = None,
        error_message: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Write what is known about one attempt of one step; attempts are counted from 1.

        ``step_name`` defaults to ``step_id``; ``execution_time_ms`` follows from the moments if it is not
        given.
        """
        if attempt < 1:
            raise RequestError(f"attempt {attempt} of step {step_id!r}: attempts are counted from 1")
        values = cleaned(
            {
                "step_name": step_name or step_id,
                "step_type": step_type,
                "started_at": started_at,
                "completed_at": completed_at,
                "execution_time_ms": execution_time_ms,
                "throttle_wait_ms": throttle_wait_ms,
                "cpu_seconds": cpu_seconds,
                "cpu_percent": cpu_percent,
                "memory_mb": memory_mb,
                "retry_count": attempt - 1,
                "input_data": input_data,
                "output_data": output_data,
                "error_message": error_message,
                "metadata": metadata,
            }
        )
        key = {"execution_id": execution_id, "step_id": step_id, "attempt": attempt}
        with self.db.write() as connection:
            upsert(connection, STEPS, key, StepStatus(status), values)

    def executions(
        self,
        *,
        status: str | Iterable[str] | None = None,
        repository: str | None = None,
        step: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        sort_by: str = "created_at",
        sort_order: str = "desc",
        limit: int = 20,
        offset: int = 0,
    ) -> ExecutionPage:
        """One page, newest first unless said otherwise; ``step`` keeps the executions that ran that step.

        Raises ``RequestError`` that lists every parameter that does not fit.
        """
        with self.db.read() as connection:
            return queries.executions(
                connection,
                status=status,
                repository=repository,
                step=step,
                since=since,
                until=until,
                sort_by=sort_by,
                sort_order=sort_order,
                limit=limit,
                offset=offset,
            )

    def execution(self, execution_id: str) -> dict[str, Any]:
        """The stored record, with ``steps``: one record per attempt. Raises ``NotFoundError``."""
        with self.db.read() as connection:
            return queries.execution(connection, execution_id)

    def steps(self, execution_id: str) -> list[dict[str, Any]]:
        """One record per attempt; empty if none was recorded."""
        with self.db.read() as connection:
            return queries.steps(connection, execution_id)

    def statistics(self, *, repository: str | None = None, since: datetime | None = None) -> dict[str, Any]:
        """``{total, by_status, active, execution_time_ms: {avg, min, max}, steps: {name: {status: n}}}``."""
        with self.db.read() as connection:
            return queries.statistics(connection, repository=repository, since=since)

    def resource_metrics(self, *, since: datetime | None = None) -> dict[str, Any]:
        """``{job_count, duration_seconds, cpu_percent, memory_mb}``; the last three are ``{avg, min, max}``."""
        with self.db.read() as connection:
            return queries.resource_metrics(connection, since=since)

    def totals(self) -> dict[Series, float]:
        """Counts for metrics, rows purged since included."""
        with self.db.read() as connection:
            return totals(connection)

    def active(self) -> int:
        """How many executions have not ended."""
        with self.db.read() as connection:
            final = [status.value for status in FINAL]
            query = sa.select(sa.func.count()).select_from(EXECUTIONS).where(EXECUTIONS.c.status.not_in(final))
            return connection.execute(query).scalar_one()

    def purge(self, older_than: datetime | timedelta) -> int:
        """Delete executions that ended before a moment, or longer ago than an age; return how many.

        Their counts stay in ``totals``. Executions that have not ended are kept, however old.
        """
        before = datetime.now(UTC) - older_than if isinstance(older_than, timedelta) else older_than
        ended = sa.func.coalesce(EXECUTIONS.c.completed_at, EXECUTIONS.c.created_at) < before
        final = EXECUTIONS.c.status.in_([status.value for status in FINAL])
        deleted = 0
        while True:
            # In slices, so that jobs that are running do not wait long for their turn to write.
            with self.db.write() as connection:
                query = sa.select(EXECUTIONS.c.execution_id).where(final, ended).limit(_PURGE_CHUNK)
                ids = list(connection.execute(query).scalars())
                if not ids:
                    return deleted
                rows, attempts = EXECUTIONS.c.execution_id.in_(ids), STEPS.c.execution_id.in_(ids)
                archive(connection, count(connection, rows, attempts))
                connection.execute(sa.delete(STEPS).where(attempts))
                connection.execute(sa.delete(EXECUTIONS).where(rows))
            deleted += len(ids)

    def close(self) -> None:
        """Close the database connections."""
        self.db.close()
