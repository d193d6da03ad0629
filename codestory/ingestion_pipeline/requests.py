"""What users send and what they get back: the JSON of the HTTP interface."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from codestory.exceptions import RequestError
from codestory.ingestion_pipeline.statuses import StepStatus
from codestory.tracker.redaction import is_secret_key, redact_text

__all__ = [
    "MAX_DELAY",
    "IngestionRequest",
    "IngestionStarted",
    "Priority",
    "SourceType",
    "parse_request",
    "problems_of",
    "repository_problem",
]

MAX_DELAY = timedelta(days=366)
MAX_NAME = 200


class SourceType(StrEnum):
    """Where the code comes from."""

    LOCAL_PATH = "local_path"
    GIT_URL = "git_url"
    GITHUB_URL = "github_url"
    GITHUB_REPO = "github_repo"
    ARCHIVE = "archive"
    SNAPSHOT = "snapshot"


class Priority(StrEnum):
    """Who gets a free token first; within one priority, first come, first served."""

    HIGH = "high"
    DEFAULT = "default"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 is served first."""
        return list(Priority).index(self)


def repository_problem(name: str) -> str | None:
    """Why ``name`` cannot name a repository, whose ids it begins; ``None`` if it can."""
    if not name.strip() or len(name) > MAX_NAME or re.search(r"[\x00-\x1f\x7f:#@]", name):
        return f"a repository name has 1 to {MAX_NAME} characters, none of them a control character, ':', '#' or '@'"
    return None


class IngestionRequest(BaseModel):
    """The body of ``POST /v1/ingest``."""

    model_config = ConfigDict(extra="forbid")

    source_type: SourceType
    source: str = Field(min_length=1, max_length=4096)
    branch: str | None = Field(default=None, max_length=255)
    repository: str | None = None
    steps: list[str] = Field(default_factory=list[str], max_length=100)
    dependencies: list[str] = Field(default_factory=list[str], max_length=100)
    config: dict[str, Any] = Field(default_factory=dict[str, Any])
    options: dict[str, Any] = Field(default_factory=dict[str, Any])
    strict_parameters: bool = False
    priority: Priority = Priority.DEFAULT
    eta: datetime | None = None
    countdown: float | None = Field(default=None, ge=0)
    update: bool = False
    full: bool = False
    dry_run: bool = False
    tags: list[str] = Field(default_factory=list[str], max_length=50)
    description: str | None = Field(default=None, max_length=2000)
    created_by: str | None = Field(default=None, max_length=200)

    @field_validator("eta", mode="after")
    @classmethod
    def _eta_is_utc(cls, value: datetime | None) -> datetime | None:
        if value is None:
            return None
        try:
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        except OverflowError:
            raise ValueError("the moment lies outside of the years 1 to 9999, UTC") from None

    @field_validator("repository")
    @classmethod
    def _name_is_plain(cls, value: str | None) -> str | None:
        problem = repository_problem(value) if value is not None else None
        if problem:
            raise ValueError(problem)
        return value

    @model_validator(mode="after")
    def _source_fits_its_type(self) -> IngestionRequest:
        kind, source = self.source_type, self.source
        if kind is SourceType.GIT_URL and not re.match(r"(git|https?|ssh)://", source):
            raise ValueError("a git_url starts with https://, http://, ssh:// or git://")
        if kind is SourceType.GITHUB_URL and not re.match(r"https://github\.com/[^/]+/[^/]+", source):
            raise ValueError("a github_url looks like https://github.com/owner/repository")
        if kind is SourceType.GITHUB_REPO and not re.fullmatch(r"[\w.-]+/[\w.-]+", source):
            raise ValueError("a github_repo looks like owner/repository")
        if self.branch and kind in (SourceType.LOCAL_PATH, SourceType.ARCHIVE, SourceType.SNAPSHOT):
            raise ValueError(f"branch has no meaning for source_type {kind}; leave it out")
        return self

    def start_time(self, now: datetime) -> datetime | None:
        """When the job may start, UTC; ``eta`` wins over ``countdown``; ``None`` means at once.

        Raises ``RequestError`` for a moment more than ``MAX_DELAY`` ahead.
        """
        start = self.eta
        if start is None and self.countdown:
            if self.countdown > MAX_DELAY.total_seconds():
                raise RequestError(f"countdown {self.countdown:g} s is more than a year ahead")
            start = now + timedelta(seconds=self.countdown)
        if start is not None and start - now > MAX_DELAY:
            raise RequestError(f"eta {start.isoformat()} is more than a year ahead")
        return start if start is not None and start > now else None


class IngestionStarted(BaseModel):
    """The answer to an accepted request."""

    job_id: str
    status: StepStatus
    source: str
    repository: str
    started_at: datetime
    steps: list[str]
    message: str
    eta: datetime | None = None
    retry_of: str | None = None
    links: dict[str, str] = Field(default_factory=dict[str, str])


class RetryRequest(BaseModel):
    """The body of ``POST /v1/ingest/{job_id}/retry``; without either key the whole workflow runs again."""

    model_config = ConfigDict(extra="forbid")

    step: str | None = None
    from_step: str | None = None

    @model_validator(mode="after")
    def _only_one(self) -> RetryRequest:
        if self.step and self.from_step:
            raise ValueError("give step or from_step, not both")
        return self


class ListQuery(BaseModel):
    """The query of ``GET /v1/ingest``."""

    model_config = ConfigDict(extra="forbid")

    status: list[StepStatus] = Field(default_factory=list[StepStatus])
    repository: str | None = None
    tag: str | None = None
    limit: int = Field(default=20, ge=1, le=100)
    offset: int = Field(default=0, ge=0)
    sort_by: Literal["created_at", "updated_at", "started_at", "completed_at", "status", "repository", "priority"] = (
        "created_at"
    )
    sort_order: Literal["asc", "desc"] = "desc"


def problems_of(error: ValidationError) -> list[str]:
    """Every mistake that pydantic found, one sentence each, with the place and the offending value."""
    problems: list[str] = []
    for item in error.errors(include_url=False):
        place = ".".join(str(part) for part in item["loc"]) or "body"
        message = item["msg"].removeprefix("Value error, ")
        # Whoever misplaces a secret shall not find it again in logs of answers.
        shown = "***" if any(is_secret_key(str(part)) for part in item["loc"]) else redact_text(repr(item["input"]))
        # The whole body says nothing about one missing or mistaken key.
        suffix = "" if isinstance(item["input"], dict) else f" (got {shown[:80]})"
        problems.append(f"{place}: {message}{suffix}")
    return problems


def parse_request[M: BaseModel](model: type[M], body: object) -> M:
    """``body`` as ``model``; raises ``RequestError`` that lists every problem and the known keys."""
    if not isinstance(body, dict):
        raise RequestError(
            f"the body must be a JSON object, not {type(body).__name__}",
            problems=[f"body: expected an object with the keys {', '.join(model.model_fields)}"],
        )
    try:
        return model.model_validate(body)
    except ValidationError as error:
        problems = problems_of(error)
        if any(item["type"] == "extra_forbidden" for item in error.errors()):
            problems.append(f"known keys: {', '.join(model.model_fields)}")
        raise RequestError(f"{len(error.errors())} problem(s) in the request", problems=problems) from None
