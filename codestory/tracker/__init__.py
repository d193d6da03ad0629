"""Run history: one tracker over an injected database."""

from __future__ import annotations

from codestory.tracker.database import ConnectionConfig, DatabaseManager, database_url
from codestory.tracker.queries import ExecutionPage
from codestory.tracker.redaction import REDACTED, redact, redact_text
from codestory.tracker.tracker import ExecutionTracker

__all__ = [
    "REDACTED",
    "ConnectionConfig",
    "DatabaseManager",
    "ExecutionPage",
    "ExecutionTracker",
    "database_url",
    "redact",
    "redact_text",
]
