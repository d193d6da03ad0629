"""Observability: metrics from the history, structured logs, spans, and the cost of each activity."""

from __future__ import annotations

from codestory.telemetry.logs import configure_logging, log_context, protect_handlers
from codestory.telemetry.resources import ResourceUsage, measure
from codestory.telemetry.tracing import activity_span, configure_tracing, trace_id

__all__ = [
    "ResourceUsage",
    "activity_span",
    "configure_logging",
    "configure_tracing",
    "log_context",
    "measure",
    "protect_handlers",
    "trace_id",
]
