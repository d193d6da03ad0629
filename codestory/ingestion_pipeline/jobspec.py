"""The input of a job's orchestration: everything it needs to know, fixed at the moment the job was accepted.

Configuration enters here and is never read again, so replay always sees what the first execution saw.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from codestory.ingestion_pipeline.job import IngestionJob, StepProgress
from codestory.ingestion_pipeline.pipeline import Pipeline
from codestory.ingestion_pipeline.requests import Priority, SourceType
from codestory.ingestion_pipeline.statuses import StepStatus

__all__ = ["JobSpec"]


class JobSpec(BaseModel):
    """One accepted job. Credentials never enter: sources are stored without them."""

    model_config = ConfigDict(frozen=True)

    job_id: str
    source_type: SourceType
    source: str
    branch: str | None = None
    repository: str
    pipeline: Pipeline
    wait_for: list[str] = Field(default_factory=list[str])
    """Jobs that must be completed before this one starts."""

    priority: Priority = Priority.DEFAULT
    created_at: datetime
    eta: datetime | None = None
    full: bool = False
    dry_run: bool = False
    retry_of: str | None = None
    reused: dict[str, str] = Field(default_factory=dict[str, str])
    """Steps that an earlier job completed and that do not run again, with the id of that job."""

    request_hash: str = ""
    """Tells a repeated request from another one under the same idempotency key."""

    correlation_id: str = ""
    tags: list[str] = Field(default_factory=list[str])
    description: str | None = None
    created_by: str | None = None
    schedule: str | None = None
    warnings: list[str] = Field(default_factory=list[str])
    generation: int = 0
    """How often the orchestration has continued as new while it waited."""

    def initial_job(self) -> IngestionJob:
        """The job as it looks before anything has happened."""
        return IngestionJob(
            job_id=self.job_id,
            status=StepStatus.SCHEDULED if self.eta else StepStatus.PENDING,
            source=self.source,
            source_type=self.source_type,
            repository=self.repository,
            branch=self.branch,
            created_at=self.created_at,
            updated_at=self.created_at,
            steps={step.name: StepProgress(name=step.name) for step in self.pipeline.steps},
            retry_of=self.retry_of,
            waiting_for=list(self.wait_for),
            priority=self.priority,
            eta=self.eta,
            tags=self.tags,
            description=self.description,
            created_by=self.created_by,
            correlation_id=self.correlation_id,
            dry_run=self.dry_run,
            warnings=self.warnings,
        )

    def recorded_input(self) -> dict[str, Any]:
        """What run history stores as the job's input."""
        return self.model_dump(mode="json", exclude={"generation", "request_hash"})
