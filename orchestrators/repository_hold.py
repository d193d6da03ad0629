"""The hold of a job on its repository: only one job at a time changes the graph of a repository."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Literal, cast

from durabletask.task import OrchestrationContext, Task, TimerTask

from codestory.ingestion_pipeline.config import REPOSITORY_POOLS
from codestory.ingestion_pipeline.jobspec import JobSpec
from codestory.ingestion_pipeline.leases import LeaseRequest
from codestory.ingestion_pipeline.statuses import StepStatus
from orchestrators.support import Control, Flow, Reporter, acquire, pool_entity, release

__all__ = ["RepositoryHold"]

LEASE_SECONDS = 600.0
ROUNDS_PER_GENERATION = 100
"""How often a job that waits for its repository asks again before it starts a fresh history."""


class RepositoryHold:
    """A token that is lent for ten minutes at a time, and renewed for as long as the job is awake."""

    def __init__(self, ctx: OrchestrationContext, spec: JobSpec, control: Control, reporter: Reporter) -> None:
        self._ctx, self._control, self._reporter = ctx, control, reporter
        self._pool = REPOSITORY_POOLS + hashlib.sha256(spec.repository.encode()).hexdigest()[:24]
        self._request = LeaseRequest(
            lease_id=spec.job_id,
            holder=ctx.instance_id,
            priority=spec.priority,
            lease_seconds=LEASE_SECONDS,
            limit=1,
            label=spec.repository,
        )
        self._taken = False
        self._timer: TimerTask | None = None

    def take(self) -> Flow[Literal["granted", "control", "rounds"]]:
        """Wait for the job's turn: until it has it, the user wishes something else, or history has grown long."""
        self._taken = True
        self._reporter.say(
            status=StepStatus.WAITING,
            message=f"waiting for its turn on repository {self._request.label}",
            silent=True,
        )
        answer = yield from acquire(
            self._ctx, self._pool, self._request, self._control, patience=None, rounds=ROUNDS_PER_GENERATION
        )
        # Without patience there is no end to waiting, and a pool of one token is never exhausted for who waits.
        return cast("Literal['granted', 'control', 'rounds']", answer)

    def keep(self) -> Flow[None]:
        """Renew the hold; a job that lost it while it was suspended waits for its turn again."""
        if not self._taken:
            return
        kept: bool = yield self._ctx.call_entity(pool_entity(self._pool), "renew", {"lease_id": self._request.lease_id})
        if kept:
            return
        self._reporter.say(
            status=StepStatus.WAITING,
            message=f"waiting for its turn on repository {self._request.label} again, which it lost while suspended",
        )
        yield from acquire(self._ctx, self._pool, self._request, self._control, patience=None)
        if not self._control.requested:
            self._reporter.say(status=StepStatus.RUNNING)

    def renewal(self) -> Task[Any]:
        """The timer after which ``renew_if_due`` has something to do."""
        if self._timer is None:
            self._timer = self._ctx.create_timer(timedelta(seconds=LEASE_SECONDS / 2))
        return self._timer

    def renew_if_due(self) -> None:
        """Renew the hold once its timer has gone off."""
        if self._timer is not None and self._timer.is_complete:
            if self._taken:
                self._ctx.signal_entity(pool_entity(self._pool), "renew", {"lease_id": self._request.lease_id})
            self._timer = None

    def end(self) -> None:
        """Let go of the repository, and of the timer."""
        if self._timer is not None and not self._timer.is_complete:
            self._timer.cancel()
        if self._taken:
            release(self._ctx, self._pool, self._request.lease_id)
