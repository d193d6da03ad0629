"""One job from acceptance to its end: start time, prerequisites, source, steps as a graph, and a told ending."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from datetime import datetime
from typing import Any

import azure.durable_functions as df
from durabletask.task import OrchestrationContext, Task, TaskFailedError, when_all, when_any

from codestory.ingestion_pipeline.jobspec import JobSpec
from codestory.ingestion_pipeline.statuses import StepStatus
from orchestrators.repository_hold import RepositoryHold
from orchestrators.step import StepResult
from orchestrators.step_graph import StepGraph
from orchestrators.support import (
    BOOKKEEPING,
    Control,
    Flow,
    Reporter,
    job_entity,
    utc_now,
)

__all__ = ["bp", "ingest"]

bp = df.Blueprint()


@bp.orchestration_trigger(context_name="context", orchestration="ingest")
def ingest(ctx: OrchestrationContext, data: Any) -> Generator[Task[Any], Any, dict[str, Any] | None]:
    """Run the job that ``data`` (a ``JobSpec``) describes; returns its final status and the result of each step."""
    return (yield from _Job(ctx, JobSpec.model_validate(data)).run())


_CLOSING = {
    StepStatus.COMPLETED: "all steps are completed",
    StepStatus.STOPPED: "stopped: what ran is complete, the rest was left out",
    StepStatus.CANCELLED: "cancelled",
    StepStatus.FAILED: "failed",
}


class _Ended(Exception):
    """The job cannot go on; carries how it ends."""

    def __init__(self, status: StepStatus, error: str | None = None) -> None:
        super().__init__(status, error)
        self.status, self.error = status, error


class _ContinuesAsNew(Exception):
    """The history has grown long while nothing happened; the orchestration starts over where it was."""


class _Job:
    def __init__(self, ctx: OrchestrationContext, spec: JobSpec) -> None:
        self.ctx, self.spec = ctx, spec
        self.control = Control(ctx)
        self.reporter = Reporter(ctx, spec.job_id, f"job/{spec.generation}")
        self.records: list[Task[Any]] = []
        self.results: dict[str, StepResult] = {}
        self.snapshot: dict[str, Any] = {}
        self.started_at: datetime | None = None
        self.hold = RepositoryHold(ctx, spec, self.control, self.reporter)

    def run(self) -> Flow[dict[str, Any] | None]:
        spec = self.spec
        try:
            if spec.generation == 0:
                self._created()
                yield from self._start_time()
                yield from self._prerequisites()
            if not spec.dry_run:
                yield from self._repository()
            self.started_at = utc_now(self.ctx)
            self.reporter.say(status=StepStatus.RUNNING, started_at=self.started_at, waiting_for=[])
            self._record("RUNNING")
            yield from self._source()
            steps = StepGraph(self.ctx, spec, self.control, self.reporter, self.hold)
            yield from steps.run(self.snapshot["snapshot"], self.results)
            status, error = self._verdict()
        except _ContinuesAsNew:
            self.ctx.continue_as_new(
                spec.model_copy(update={"generation": spec.generation + 1}).model_dump(mode="json"), save_events=True
            )
            return None
        except _Ended as ended:
            status, error = ended.status, ended.error
        except TaskFailedError as failure:
            # The bookkeeping itself failed for good; the user must still be told.
            status, error = StepStatus.FAILED, f"{failure.details.error_type}: {failure.details.message}"[:2000]
        return (yield from self._end(status, error))

    def _created(self) -> None:
        self.ctx.signal_entity(
            job_entity(self.spec.job_id), "create", {"job": self.spec.initial_job().model_dump(mode="json")}
        )
        self.reporter.say(message="accepted")
        for name, job in self.spec.reused.items():
            Reporter(self.ctx, self.spec.job_id, f"step/{name}", name).say(
                status=StepStatus.COMPLETED, message=f"reused from job {job}"
            )
            self.results[name] = StepResult(status=StepStatus.COMPLETED)
        self._record("PENDING")

    def _start_time(self) -> Flow[None]:
        eta = self.spec.eta
        if eta is None or eta <= utc_now(self.ctx):
            return
        self.reporter.say(status=StepStatus.SCHEDULED, message=f"starts at {eta.isoformat()}")
        timer = self.ctx.create_timer(eta.replace(tzinfo=None))
        while not timer.is_complete:
            yield when_any([timer, self.control.task])
            if self.control.absorb() and self.control.requested:
                timer.cancel()
                self._heed()

    def _prerequisites(self) -> Flow[None]:
        waiting: dict[str, Task[Any]] = {}
        for job in self.spec.wait_for:
            waiting[job] = self.ctx.wait_for_external_event(f"finished/{job}")
            status: str | None = yield self.ctx.call_entity(
                job_entity(job), "subscribe", {"dependent": self.ctx.instance_id}
            )
            if status is not None:
                del waiting[job]
                self._require(job, status)
        while waiting:
            self.reporter.say(
                status=StepStatus.WAITING, waiting_for=list(waiting), message=f"waiting for {', '.join(waiting)}"
            )
            yield when_any([*waiting.values(), self.control.task])
            if self.control.absorb():
                self._heed()
            for job in [job for job, task in waiting.items() if task.is_complete]:
                self._require(job, waiting.pop(job).get_result())

    def _require(self, job: str, status: str) -> None:
        if status != StepStatus.COMPLETED:
            raise _Ended(StepStatus.FAILED, f"prerequisite job {job} ended as {status}; retry it, then this job")

    def _repository(self) -> Flow[None]:
        answer = yield from self.hold.take()
        if answer == "rounds":
            raise _ContinuesAsNew
        if answer == "control":
            self._heed()

    def _source(self) -> Flow[None]:
        spec = self.spec
        payload = {
            "job_id": spec.job_id,
            "correlation_id": spec.correlation_id,
            "source_type": spec.source_type,
            "source": spec.source,
            "branch": spec.branch,
            "repository": spec.repository,
            "ignore_patterns": self._ignored(),
        }
        retries = spec.pipeline.steps[0].retry
        attempt = 0
        while True:
            attempt += 1
            task = self.ctx.call_activity("acquire_source", input=payload)
            yield from self._until(task)
            if not task.is_failed:
                break
            problem = task.get_exception().details.message
            if attempt > retries.max_retries:
                raise _Ended(StepStatus.FAILED, f"the source could not be read: {problem}")
            delay = retries.delay(attempt, f"{spec.job_id}:source")
            self.reporter.say(message=f"reading the source failed ({problem}); again in {delay.total_seconds():.1f} s")
            yield from self._until(self.ctx.create_timer(delay))
        outcome = task.get_result()
        if outcome["outcome"] == "cancelled":
            raise _Ended(StepStatus.CANCELLED)
        if outcome["outcome"] != "completed":
            raise _Ended(StepStatus.FAILED, outcome["error"])
        self.snapshot = outcome
        self.reporter.say(
            snapshot=outcome["snapshot"],
            warnings=[*spec.warnings, *outcome["warnings"]],
            message=f"{outcome['files']} files, {outcome['bytes']} bytes",
        )

    def _ignored(self) -> list[str]:
        patterns = list(self.spec.pipeline.ignore_patterns)
        for step in self.spec.pipeline.steps:
            patterns += [str(pattern) for pattern in step.options.get("ignore_patterns") or []]
        return list(dict.fromkeys(patterns))

    def _until(self, task: Task[Any]) -> Flow[None]:
        """Wait for ``task``; a cancel or stop ends the job here."""
        while not task.is_complete:
            yield when_any([task, self.control.task, self.hold.renewal()])
            self.hold.renew_if_due()
            if self.control.absorb() and not task.is_complete:
                if self.control.requested == "cancel":
                    self.reporter.say(status=StepStatus.CANCELLING)
                flag = {"scope": self.spec.job_id, "reason": self.control.requested}
                self.records.append(self.ctx.call_activity("raise_cancel_flag", input=flag, retry_policy=BOOKKEEPING))
                self._heed()

    def _verdict(self) -> tuple[StepStatus, str | None]:
        if self.control.requested == "cancel":
            return StepStatus.CANCELLED, None
        failed = {name: result for name, result in self.results.items() if result.status is StepStatus.FAILED}
        if failed:
            return StepStatus.FAILED, "; ".join(f"Step {name!r} failed: {r.error}" for name, r in failed.items())
        if self.control.requested == "stop":
            return StepStatus.STOPPED, None
        return StepStatus.COMPLETED, None

    def _heed(self) -> None:
        wish = self.control.requested
        raise _Ended(StepStatus.CANCELLED if wish == "cancel" else StepStatus.STOPPED)

    def _record(self, status: str, error: str | None = None, completed_at: datetime | None = None) -> None:
        spec = self.spec
        if spec.dry_run:
            return
        record = {
            "kind": "execution",
            "execution_id": spec.job_id,
            "repository": spec.repository,
            "status": status,
            "created_at": spec.created_at.isoformat(),
            "started_at": self.started_at.isoformat() if self.started_at else None,
            "completed_at": completed_at.isoformat() if completed_at else None,
            "input": spec.recorded_input(),
            "output": self._output() if completed_at else None,
            "error": error,
            "retry_of": spec.retry_of,
            "queue_ms": self._queue_ms(),
        }
        self.records.append(self.ctx.call_activity("record_run", input=record, retry_policy=BOOKKEEPING))

    def _queue_ms(self) -> float | None:
        """How long the job was due and had to wait; the time until its eta does not count."""
        if self.started_at is None:
            return None
        due = max(self.spec.created_at, self.spec.eta or self.spec.created_at)
        return max(0.0, (self.started_at - due).total_seconds() * 1000)

    def _output(self) -> dict[str, Any]:
        return {
            "snapshot": self.snapshot.get("snapshot"),
            "files": self.snapshot.get("files"),
            "steps": {name: result.model_dump(mode="json") for name, result in self.results.items()},
        }

    def _end(self, status: StepStatus, error: str | None) -> Flow[dict[str, Any]]:
        now = utc_now(self.ctx)
        for step in self.spec.pipeline.steps:
            if step.name not in self.results:
                verdict = StepStatus.CANCELLED if status is StepStatus.CANCELLED else StepStatus.SKIPPED
                Reporter(self.ctx, self.spec.job_id, f"step/{step.name}", step.name).say(status=verdict, silent=True)
        self.hold.end()
        values: dict[str, Any] = {"status": status, "completed_at": now, "result": self._output()}
        values["message"] = error or _CLOSING[status]
        if error:
            values["error"] = error
        dependents: list[str] = yield self.ctx.call_entity(
            job_entity(self.spec.job_id), "finish", self.reporter.update(**values)
        )
        for dependent in dependents:
            self.ctx.send_event(dependent, f"finished/{self.spec.job_id}", data=status)
        self._record(status, error, now)
        # Somebody may still be at work for a job that was ended early; the flag stays until the job is purged.
        given = {"job_id": self.spec.job_id, "keep_flags": self.control.requested is not None}
        self.records.append(self.ctx.call_activity("clean_up_job", input=given, retry_policy=BOOKKEEPING))
        # History that could not be written does not change what happened.
        with suppress(TaskFailedError):
            yield when_all(self.records)
        self.ctx.set_custom_status({"status": status, "steps": {n: r.status for n, r in self.results.items()}})
        return {"status": status, "error": error, **self._output()}
