"""Recurring ingestion: when a schedule fires, and what happens when the previous job is still busy.

Pure: every function is told what time it is. Cron expressions are NCRONTAB, with an optional leading field for
seconds, read in the schedule's own time zone.
"""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import CroniterError, croniter
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from codestory.ingestion_pipeline.requests import IngestionRequest

__all__ = [
    "Firing",
    "OverlapPolicy",
    "Schedule",
    "ScheduleRequest",
    "apply_firing",
    "due",
    "fire_job_id",
    "stored_schedule",
]

_log = logging.getLogger(__name__)

MAX_RECENT = 50
SHORTEST_INTERVAL_SECONDS = 1.0
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class OverlapPolicy(StrEnum):
    """What to do when a schedule fires while its previous job is busy."""

    SKIP = "skip"
    BUFFER_ONE = "buffer_one"
    ALLOW = "allow"


class ScheduleRequest(BaseModel):
    """The body of ``POST /v1/schedules``."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    request: IngestionRequest
    cron: str | None = Field(default=None, max_length=200)
    interval_seconds: float | None = Field(default=None, ge=SHORTEST_INTERVAL_SECONDS, le=366 * 86_400)
    time_zone: str = "UTC"
    overlap: OverlapPolicy = OverlapPolicy.SKIP
    catch_up_limit: int = Field(default=1, ge=0, le=100)
    """How many firings missed while the service was down are made up for, the latest first to be kept."""
    paused: bool = False

    @field_validator("cron")
    @classmethod
    def _cron_is_valid(cls, value: str | None) -> str | None:
        if value is not None and not (
            len(value.split()) in (5, 6) and croniter.is_valid(value, second_at_beginning=_has_seconds(value))
        ):
            raise ValueError(
                "not a cron expression: five fields (minute hour day month weekday) or six with seconds first,"
                " for example '0 30 2 * * *' for half past two every night"
            )
        if value is not None:
            try:
                croniter(value, _SOME_TIME, second_at_beginning=_has_seconds(value)).get_next(datetime)
            except CroniterError:
                raise ValueError("there is no such day, so it would never fire") from None
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"unknown time zone {value!r}; use an IANA name such as Europe/Berlin or UTC") from None
        return value

    @model_validator(mode="after")
    def _one_rhythm(self) -> ScheduleRequest:
        if (self.cron is None) == (self.interval_seconds is None):
            raise ValueError("give either cron or interval_seconds")
        if self.request.eta or self.request.countdown:
            raise ValueError("request.eta and request.countdown have no meaning in a schedule; leave them out")
        return self


class Firing(BaseModel):
    """What became of one moment of a schedule."""

    at: datetime
    outcome: Literal["started", "skipped", "buffered", "missed", "failed"]
    count: int = 1
    """How many moments this stands for; more than one only for those that were missed together."""
    job_id: str | None = None
    message: str | None = None


class Schedule(BaseModel):
    """A schedule and what it has done so far. ``revision`` changes whenever it is replaced."""

    spec: ScheduleRequest
    created_at: datetime
    considered_until: datetime
    """Firings up to this moment have been dealt with."""
    last_job: str | None = None
    buffered: datetime | None = None
    counts: dict[str, int] = Field(default_factory=dict[str, int])
    recent: list[Firing] = Field(default_factory=list[Firing])

    def next_fire(self, after: datetime) -> datetime:
        """The first moment after ``after``, UTC. Intervals count from the creation of the schedule."""
        if self.spec.interval_seconds is not None:
            step = timedelta(seconds=self.spec.interval_seconds)
            passed = max(0, (after - self.created_at) // step)
            return self.created_at + step * (passed + 1)
        cron = self.spec.cron
        assert cron is not None
        start = after.astimezone(ZoneInfo(self.spec.time_zone))
        rhythm = croniter(cron, start, second_at_beginning=_has_seconds(cron))
        return rhythm.get_next(datetime).astimezone(UTC)

    def view(self, now: datetime) -> dict[str, Any]:
        """What users see of the schedule."""
        data = self.model_dump(mode="json")
        spec = data.pop("spec")
        following = None if self.spec.paused else self.next_fire(now).isoformat()
        return {**spec, **data, "next_fire": following}


def stored_schedule(state: object) -> Schedule | None:
    """A schedule as it was stored; ``None`` if there is none, or one that this version would not accept: it must not
    keep all others from firing."""
    if state is None:
        return None
    try:
        return Schedule.model_validate(state)
    except ValidationError as error:
        _log.error("a stored schedule is left out, because it is not valid; delete it or create it anew: %s", error)
        return None


def due(schedule: Schedule, now: datetime) -> tuple[list[datetime], int]:
    """The moments to act on now, oldest first, and how many more were missed beyond the catch-up limit.

    The latest moment always counts as on time if it is less than one period old.
    """
    if schedule.spec.paused:
        return [], 0
    moments: list[datetime] = []
    total = 0
    moment = schedule.next_fire(schedule.considered_until)
    keep = schedule.spec.catch_up_limit + 1
    while moment <= now:
        moments.append(moment)
        total += 1
        del moments[:-keep]
        moment = schedule.next_fire(moment)
    return moments, total - len(moments)


def fire_job_id(name: str, at: datetime) -> str:
    """The id of the job for one moment, so that a double firing starts one job."""
    return f"schedule-{re.sub(r'[^A-Za-z0-9_-]', '-', name)}-{at.astimezone(UTC):%Y%m%dT%H%M%S}"


def apply_firing(schedule: Schedule, firing: Firing) -> bool:
    """Note what became of a moment; a moment that was dealt with before changes nothing."""
    from_buffer = firing.outcome in ("started", "failed") and schedule.buffered == firing.at
    if firing.at <= schedule.considered_until and not from_buffer:
        return False
    schedule.considered_until = max(schedule.considered_until, firing.at)
    schedule.counts[firing.outcome] = schedule.counts.get(firing.outcome, 0) + firing.count
    if from_buffer:
        schedule.buffered = None
    if firing.outcome == "started":
        schedule.last_job = firing.job_id
    elif firing.outcome == "buffered":
        schedule.buffered = firing.at
    schedule.recent.append(firing)
    del schedule.recent[:-MAX_RECENT]
    return True


def _has_seconds(expression: str) -> bool:
    return len(expression.split()) == 6
