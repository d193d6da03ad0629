"""One step of one job: token, attempts, back-off, and an end that is always told."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import azure.durable_functions as df
from durabletask.task import OrchestrationContext, Task, TaskFailedError, TimerTask, when_all, when_any
from pydantic import BaseModel, ConfigDict

from codestory.ingestion_pipeline.config import DEFAULT_POOL, ResourceLimits
from codestory.ingestion_pipeline.execution import StepRun
from codestory.ingestion_pipeline.leases import LeaseRequest
from codestory.ingestion_pipeline.pipeline import PipelineStepSpec
from codestory.ingestion_pipeline.requests import Priority
from codestory.ingestion_pipeline.statuses import StepStatus
from orchestrators.fan_out import Ending, FanOut
from orchestrators.support import (
    BOOKKEEPING,
    FENCING,
    Control,
    Flow,
    Reporter,
    acquire,
    pool_entity,
    release,
    utc_now,
)

__all__ = ["StepInput", "StepResult", "bp", "step"]

bp = df.Blueprint()


class StepInput(BaseModel):
    """What the job's orchestration passes to the step's."""

    model_config = ConfigDict(frozen=True)

    run: StepRun
    spec: PipelineStepSpec
    resources: ResourceLimits
    priority: Priority = Priority.DEFAULT
    dry_run: bool = False


class StepResult(BaseModel):
    """What the step's orchestration returns."""

    status: StepStatus
    error: str | None = None
    retry_count: int = 0
    units: int = 0
    stale: int = 0
    nodes: int = 0
    relationships: int = 0
    deleted: int = 0
    warnings: list[str] = []
    warning_count: int = 0
    reasons: dict[str, int] = {}
    pending_upstream: list[str] = []
    counters: dict[str, float] = {}


@bp.orchestration_trigger(context_name="context", orchestration="step")
def step(ctx: OrchestrationContext, data: Any) -> Generator[Task[Any], Any, dict[str, Any]]:
    """Run one step to its end; the result is a ``StepResult``."""
    result = yield from _Step(ctx, StepInput.model_validate(data)).run()
    return result.model_dump(mode="json")


class _Step:
    def __init__(self, ctx: OrchestrationContext, given: StepInput) -> None:
        self.ctx, self.given = ctx, given
        self.control = Control(ctx)
        self.reporter = Reporter(ctx, given.run.job_id, f"step/{given.spec.name}", given.spec.name)
        self.records: list[Task[Any]] = []
        self.held: list[str] = []
        self.lease_id = ctx.instance_id
        self.renewal: TimerTask | None = None
        self.fan_out: FanOut | None = None
        self.started = utc_now(ctx)
        self.waited = timedelta(0)
        self.retries = 0
        self.last_percent = -1
        self.fence_error: str | None = None

    def run(self) -> Flow[StepResult]:
        given = self.given
        asked = utc_now(self.ctx)
        if not given.dry_run:
            refusal = yield from self._take_tokens()
            if refusal is not None:
                self._give_back()
                return (yield from self._end(refusal[0], refusal[1]))
        self.started = utc_now(self.ctx)
        self.waited = self.started - asked
        self.reporter.say(status=StepStatus.RUNNING, started_at=self.started, message=f"{given.spec.name} is RUNNING")
        deadline = self.ctx.create_timer(timedelta(seconds=given.spec.timeout))
        self.fan_out = fan_out = FanOut(
            self.ctx,
            given.run,
            self.control,
            concurrency=given.spec.concurrency,
            deadline=deadline,
            renewals=self._renewal_timer,
            on_renewal=self._renew,
            on_progress=self._progress,
        )
        ending = yield from self._attempts(fan_out, deadline)
        for timer in (deadline, self.renewal):
            if timer is not None and not timer.is_complete:
                timer.cancel()
        if ending in ("cancelled", "timeout") and not given.dry_run:
            yield from self._fence()
        self._give_back()
        status = {
            "completed": StepStatus.COMPLETED,
            "cancelled": StepStatus.CANCELLED,
        }.get(ending, StepStatus.FAILED)
        error = fan_out.totals.error if status is StepStatus.FAILED else None
        if self.fence_error:
            fan_out.message = self.fence_error
        if ending == "timeout":
            error = (
                f"step {given.spec.name!r} was not done after its timeout of {given.spec.timeout:g} s; raise 'timeout'"
            )
        return (yield from self._end(status, error))

    def _fence(self) -> Flow[None]:
        """After this no straggler of this run can change the graph, whatever it is still doing."""
        run = self.given.run
        pen = {"repository": run.repository, "step": run.step, "run": run.run}
        try:
            yield self.ctx.call_activity("fence_step", input=pen, retry_policy=FENCING)
        except TaskFailedError as failure:
            # Nobody writes to a graph that does not answer; should it come back, the flag still stands.
            self.fence_error = f"the graph could not be told of the end: {failure.details.message}"[:1000]

    def _attempts(self, fan_out: FanOut, deadline: TimerTask) -> Flow[Ending]:
        policy = self.given.spec.retry
        attempt = 1
        while True:
            began = utc_now(self.ctx)
            ending = yield from fan_out.attempt(attempt, plan_only=self.given.dry_run)
            if ending == "completed" and not self.given.dry_run:
                ending = yield from fan_out.finish(attempt)
            self._record_attempt(fan_out, attempt, began, ending)
            if ending != "retry":
                return ending
            if self.retries >= policy.max_retries:
                return "failed"
            self.retries += 1
            delay = policy.delay(self.retries, self.given.run.run)
            delay = max(delay, timedelta(seconds=fan_out.totals.retry_after))
            self.reporter.say(
                retry_count=self.retries,
                last_error=fan_out.totals.error,
                message=f"retry {self.retries} of {policy.max_retries} in {delay.total_seconds():.1f} s:"
                f" {fan_out.totals.error}",
            )
            ending = yield from self._pause(delay, deadline)
            if ending != "completed":
                return ending
            attempt += 1

    def _pause(self, delay: timedelta, deadline: TimerTask) -> Flow[Ending]:
        timer = self.ctx.create_timer(delay)
        while not timer.is_complete:
            renewal = self._renewal_timer()
            yield when_any([timer, self.control.task, renewal, deadline])
            if renewal.is_complete:
                self._renew()
            self.control.absorb()
            if self.control.requested == "cancel" or (deadline.is_complete and not timer.is_complete):
                timer.cancel()
                return "cancelled" if self.control.requested == "cancel" else "timeout"
        return "completed"

    def _take_tokens(self) -> Flow[tuple[StepStatus, str | None] | None]:
        given, limits = self.given, self.given.resources
        pools = [(DEFAULT_POOL, limits.resource_max_tokens)]
        if given.spec.resource:
            # Always in this order, so that two steps never wait for each other's token.
            pools.insert(0, (given.spec.resource, limits.pools[given.spec.resource]))
        self.reporter.say(status=StepStatus.WAITING, message="waiting for a token", silent=True)
        for pool, limit in pools:
            request = LeaseRequest(
                lease_id=self.lease_id,
                holder=self.ctx.instance_id,
                priority=given.priority,
                lease_seconds=limits.lease_seconds,
                limit=limit,
                ageing_seconds=limits.ageing_seconds,
                wait=limits.on_exhausted == "wait",
                label=f"{given.run.repository}: {given.spec.name}",
            )
            patience = timedelta(seconds=limits.acquire_timeout)
            held = tuple(self.held)
            self.held.append(pool)
            answer = yield from acquire(self.ctx, pool, request, self.control, patience=patience, held=held)
            if answer == "control":
                status = StepStatus.CANCELLED if self.control.requested == "cancel" else StepStatus.SKIPPED
                return status, None
            if answer != "granted":
                why = (
                    f"all {limit} tokens of pool {pool!r} are in use and 'on_exhausted' is 'fail'"
                    if answer == "exhausted"
                    else f"no token of pool {pool!r} came free within {limits.acquire_timeout:g} s"
                )
                return StepStatus.FAILED, f"throttled: {why}; raise resource_max_tokens or try again later"
        return None

    def _give_back(self) -> None:
        for pool in self.held:
            release(self.ctx, pool, self.lease_id)
        self.held.clear()

    def _renewal_timer(self) -> Task[Any]:
        if self.renewal is None:
            self.renewal = self.ctx.create_timer(timedelta(seconds=self.given.resources.lease_seconds / 2))
        return self.renewal

    def _renew(self) -> None:
        for pool in self.held:
            self.ctx.signal_entity(pool_entity(pool), "renew", {"lease_id": self.lease_id})
        self.renewal = None

    def _progress(self, fan_out: FanOut) -> None:
        percent = int(100 * fan_out.share_done)
        if percent == self.last_percent:
            return
        self.last_percent = percent
        self.reporter.say(progress=min(percent, 99), **self._figures(fan_out))
        self.ctx.set_custom_status({"step": self.given.spec.name, "progress": percent, "retries": self.retries})

    def _figures(self, fan_out: FanOut) -> dict[str, Any]:
        totals = fan_out.totals
        elapsed = (utc_now(self.ctx) - self.started).total_seconds()
        rows = totals.nodes + totals.relationships + totals.deleted
        return {
            "units": totals.units,
            "stale": totals.stale,
            "units_done": totals.units_done,
            "nodes": totals.nodes,
            "relationships": totals.relationships,
            "deleted": totals.deleted,
            "reasons": totals.reasons,
            "pending_upstream": totals.pending_upstream,
            "counters": totals.counters,
            "warnings": totals.warnings,
            "warning_count": totals.warning_count,
            "cpu_percent": totals.cpu_percent(),
            "memory_mb": round(totals.memory_mb, 1),
            "units_per_second": round(totals.units_done / elapsed, 1) if elapsed > 0 else None,
            "rows_per_second": round(rows / elapsed, 1) if elapsed > 0 else None,
        }

    def _record_attempt(self, fan_out: FanOut, attempt: int, began: datetime, ending: Ending) -> None:
        if self.given.dry_run:
            return
        status = {"completed": "COMPLETED", "cancelled": "CANCELLED"}.get(ending, "FAILED")
        record = {
            "kind": "step_attempt",
            "execution_id": self.given.run.job_id,
            "step_name": self.given.spec.name,
            "attempt": attempt,
            "status": status,
            "started_at": began.isoformat(),
            "completed_at": utc_now(self.ctx).isoformat(),
            "input": {"spec": self.given.spec.model_dump(mode="json"), "snapshot": self.given.run.snapshot},
            "output": {**self._figures(fan_out), "message": fan_out.message},
            "retry_count": attempt - 1,
            "cpu_seconds": round(fan_out.totals.cpu_seconds, 3),
            # Only the first attempt waits; later ones keep the token.
            "throttle_wait_ms": self.waited / timedelta(milliseconds=1) if attempt == 1 else None,
            "error": fan_out.totals.error if status == "FAILED" else None,
        }
        self.records.append(self.ctx.call_activity("record_run", input=record, retry_policy=BOOKKEEPING))

    def _end(self, status: StepStatus, error: str | None) -> Flow[StepResult]:
        figures: dict[str, Any] = {}
        message: str | None = None
        if self.fan_out is not None:
            figures, message = self._figures(self.fan_out), self.fan_out.message
            if self.given.dry_run:
                message = f"{figures['stale']} of {figures['units']} units would be worked on"
                if figures["pending_upstream"]:
                    message += f", before {', '.join(figures['pending_upstream'])} change what it reads"
        values: dict[str, Any] = {**figures, "status": status, "completed_at": utc_now(self.ctx), "message": message}
        if error:
            values |= {"error": error, "last_error": error}
        self.reporter.say(**values)
        # History that could not be written does not change what happened.
        if self.records:
            with suppress(TaskFailedError):
                yield when_all(self.records)
        known = {name: value for name, value in figures.items() if name in StepResult.model_fields}
        return StepResult(status=status, error=error, retry_count=self.retries, **known)
