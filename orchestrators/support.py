"""What orchestrators share: time, control events, reports to the job's record, tokens on loan."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext, RetryPolicy, Task, when_any

from codestory.ingestion_pipeline.job import JobUpdate
from codestory.ingestion_pipeline.leases import LeaseRequest

__all__ = [
    "BOOKKEEPING",
    "CONTROL_EVENT",
    "FENCING",
    "Control",
    "Flow",
    "Reporter",
    "acquire",
    "job_entity",
    "lease_event",
    "pool_entity",
    "release",
    "utc_now",
]

type Flow[T] = Generator[Task[Any], Any, T]
"""A part of an orchestrator: yields durable tasks, returns a value."""

CONTROL_EVENT = "control"

BOOKKEEPING = RetryPolicy(
    first_retry_interval=timedelta(seconds=1),
    max_number_of_attempts=8,
    backoff_coefficient=2.0,
    max_retry_interval=timedelta(seconds=30),
)
"""For the activities around the steps: records, flags."""

FENCING = RetryPolicy(first_retry_interval=timedelta(seconds=1), max_number_of_attempts=4, backoff_coefficient=2.0)
"""For taking the pen from a run: somebody waits for its job to end."""

ASK_AGAIN = timedelta(seconds=60)
"""How long a waiting holder trusts that it will be told of its turn before it asks once more."""


def utc_now(ctx: OrchestrationContext) -> datetime:
    """The replay-safe time, aware; the context's own is naive UTC."""
    now = ctx.current_utc_datetime
    return now.replace(tzinfo=UTC) if now.tzinfo is None else now


def job_entity(job_id: str) -> EntityInstanceId:
    """The entity that holds the job's live record."""
    return EntityInstanceId("job", job_id)


def pool_entity(pool: str) -> EntityInstanceId:
    """The entity that lends out the tokens of ``pool``."""
    return EntityInstanceId("throttle", pool)


def lease_event(lease_id: str) -> str:
    """The event that tells a holder that it has got its token."""
    return f"lease/{lease_id}"


class Control:
    """The latest wish of the user: nothing, ``stop`` or ``cancel``; a cancel is never taken back."""

    def __init__(self, ctx: OrchestrationContext) -> None:
        self._ctx = ctx
        self.requested: Literal["stop", "cancel"] | None = None
        self.task = ctx.wait_for_external_event(CONTROL_EVENT)

    def absorb(self) -> bool:
        """Take note of events that have arrived; tell whether there were any."""
        news = False
        while self.task.is_complete:
            wish = self.task.get_result()
            if wish == "cancel" or (wish == "stop" and self.requested is None):
                self.requested = wish
            self.task = self._ctx.wait_for_external_event(CONTROL_EVENT)
            news = True
        return news


class Reporter:
    """Tells the job's record what happens; numbers its reports so that none counts twice."""

    def __init__(self, ctx: OrchestrationContext, job_id: str, source: str, step: str | None = None) -> None:
        self._ctx, self._job_id, self._source, self._step = ctx, job_id, source, step
        self._number = 0

    def update(self, *, silent: bool = False, **values: Any) -> dict[str, Any]:
        """The next update as JSON, for those who deliver it themselves."""
        self._number += 1
        return JobUpdate(
            source=self._source,
            number=self._number,
            at=utc_now(self._ctx),
            step=self._step,
            values=values,
            silent=silent,
        ).model_dump(mode="json")

    def say(self, *, silent: bool = False, **values: Any) -> None:
        """Send an update without waiting for it to arrive."""
        self._ctx.signal_entity(job_entity(self._job_id), "update", self.update(silent=silent, **values))


def acquire(
    ctx: OrchestrationContext,
    pool: str,
    request: LeaseRequest,
    control: Control,
    *,
    patience: timedelta | None,
    heed: Sequence[str] = ("cancel", "stop"),
    rounds: int | None = None,
    held: Sequence[str] = (),
) -> Flow[Literal["granted", "exhausted", "timeout", "control", "rounds"]]:
    """Wait for a token of ``pool``.

    Ends early when ``patience`` runs out, when one of the wishes in ``heed`` arrives, or after ``rounds`` of asking
    again, which bounds the history of those who may have to wait very long. Whoever does not get the token has left
    the queue, except after ``rounds``. Tokens of the pools in ``held``, lent under the same id, are renewed meanwhile.
    """
    give_up_at = ctx.current_utc_datetime + patience if patience is not None else None
    answer: str = yield ctx.call_entity(pool_entity(pool), "acquire", request.model_dump(mode="json"))
    granted: Task[Any] | None = None
    while answer == "waiting":
        # Nobody listens for a call that does not come: the next one would be heard by this listener and by no other.
        granted = granted or ctx.wait_for_external_event(lease_event(request.lease_id))
        pause = min(ASK_AGAIN, timedelta(seconds=request.lease_seconds / 2)) if held else ASK_AGAIN
        if give_up_at is not None:
            pause = min(pause, give_up_at - ctx.current_utc_datetime)
            if pause <= timedelta(0):
                release(ctx, pool, request.lease_id)
                return "timeout"
        if control.requested in heed:
            release(ctx, pool, request.lease_id)
            return "control"
        timer = ctx.create_timer(pause)
        yield when_any([granted, control.task, timer])
        if granted.is_complete:
            timer.cancel()
            return "granted"
        if control.absorb():
            timer.cancel()
            continue
        if rounds is not None:
            rounds -= 1
            if rounds <= 0:
                return "rounds"
        for other in held:
            ctx.signal_entity(pool_entity(other), "renew", {"lease_id": request.lease_id})
        answer = yield ctx.call_entity(pool_entity(pool), "acquire", request.model_dump(mode="json"))
    return "granted" if answer == "granted" else "exhausted"


def release(ctx: OrchestrationContext, pool: str, lease_id: str) -> None:
    """Give a token back, or leave the queue."""
    ctx.signal_entity(pool_entity(pool), "release", {"lease_id": lease_id})
