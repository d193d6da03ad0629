"""The tables of the run history."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

__all__ = ["EXECUTIONS", "METADATA", "PURGED", "STEPS", "UtcDateTime"]


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC with microseconds, whichever database keeps it."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        """PostgreSQL stores the offset; SQLite stores naive text, always UTC."""
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """A naive datetime is taken to be UTC."""
        if value is None:
            return None
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware if dialect.name == "postgresql" else aware.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA = sa.MetaData()

_JSON = sa.JSON(none_as_null=True)

EXECUTIONS = sa.Table(
    "pipeline_executions",
    METADATA,
    sa.Column("execution_id", sa.String(255), primary_key=True),
    sa.Column("pipeline_name", sa.String(255)),
    sa.Column("repository", sa.String(255)),
    sa.Column("source", sa.Text),
    sa.Column("priority", sa.String(16)),
    sa.Column("retry_of", sa.String(255)),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("created_at", UtcDateTime),
    sa.Column("started_at", UtcDateTime),
    sa.Column("completed_at", UtcDateTime),
    sa.Column("execution_time_ms", sa.Float(53)),
    sa.Column("queue_ms", sa.Float(53)),
    sa.Column("input_data", _JSON),
    sa.Column("output_data", _JSON),
    sa.Column("error_message", sa.Text),
    sa.Column("metadata", _JSON),
    sa.Index("ix_executions_created", "created_at"),
    sa.Index("ix_executions_metrics", "status", "queue_ms", "execution_time_ms"),
    sa.Index("ix_executions_repository", "repository", "created_at"),
)

# Step rows may arrive before the row of their execution (activities run at least once and in any order), so
# there is no foreign key between the two.
STEPS = sa.Table(
    "step_executions",
    METADATA,
    sa.Column("execution_id", sa.String(255), primary_key=True),
    sa.Column("step_id", sa.String(255), primary_key=True),
    sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("step_name", sa.String(255), nullable=False),
    sa.Column("step_type", sa.String(64)),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("completed_at", UtcDateTime),
    sa.Column("execution_time_ms", sa.Float(53)),
    sa.Column("throttle_wait_ms", sa.Float(53)),
    sa.Column("cpu_seconds", sa.Float(53)),
    sa.Column("cpu_percent", sa.Float(53)),
    sa.Column("memory_mb", sa.Float(53)),
    sa.Column("retry_count", sa.Integer, nullable=False),
    sa.Column("input_data", _JSON),
    sa.Column("output_data", _JSON),
    sa.Column("error_message", sa.Text),
    sa.Column("metadata", _JSON),
    # Metrics read every row; with this they read the index only, and not the inputs and outputs.
    sa.Index("ix_steps_metrics", "step_name", "status", "attempt", "execution_time_ms", "throttle_wait_ms"),
    sa.Index("ix_steps_started", "started_at"),
)

PURGED = sa.Table(
    # What purged rows had counted: counters may not fall when old rows are deleted.
    "purged_totals",
    METADATA,
    sa.Column("series", sa.String(512), primary_key=True),
    sa.Column("value", sa.Float(53), nullable=False),
)
