"""The ingestion pipeline: steps, their configuration, and the manager that runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codestory.ingestion_pipeline.statuses import StepStatus
from codestory.ingestion_pipeline.step import (
    Batch,
    BatchResult,
    PipelineStep,
    Plan,
    Stage,
    StepContext,
    StepOptions,
    StepSummary,
)

if TYPE_CHECKING:
    from codestory.ingestion_pipeline.manager import JobStatus, PipelineManager

__all__ = [
    "Batch",
    "BatchResult",
    "JobStatus",
    "PipelineManager",
    "PipelineStep",
    "Plan",
    "Stage",
    "StepContext",
    "StepOptions",
    "StepStatus",
    "StepSummary",
]


def __getattr__(name: str) -> Any:
    # Loaded on demand: workers need the contract, not the HTTP client.
    if name in ("JobStatus", "PipelineManager"):
        from codestory.ingestion_pipeline import manager

        return getattr(manager, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
