"""Run history: one tracker over an injected database."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from codestory.tracker.redaction import REDACTED, redact, redact_text

if TYPE_CHECKING:
    from codestory.tracker.database import ConnectionConfig, DatabaseManager, database_url
    from codestory.tracker.queries import ExecutionPage
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

# SQLAlchemy takes a while to import, which whoever only wants to redact need not pay for.
_LATER = {
    "ConnectionConfig": "database",
    "DatabaseManager": "database",
    "ExecutionPage": "queries",
    "ExecutionTracker": "tracker",
    "database_url": "database",
}


def __getattr__(name: str) -> Any:
    module = _LATER.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
