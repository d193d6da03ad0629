"""The steps of a job as a graph: each begins when those it depends on are completed, or is left out."""

from __future__ import annotations

from typing import Any

from durabletask.task import OrchestrationContext, Task, when_any

from codestory.ingestion_pipeline.execution import StepRun
from codestory.ingestion_pipeline.jobspec import JobSpec
from codestory.ingestion_pipeline.pipeline import PipelineStepSpec
from codestory.ingestion_pipeline.statuses import StepStatus
from orchestrators.repository_hold import RepositoryHold
from orchestrators.step import StepInput, StepResult
from orchestrators.support import CONTROL_EVENT, Control, Flow, Reporter

__all__ = ["StepGraph"]


class StepGraph:
    """Runs a job's steps, each as an orchestration of its own."""

    def __init__(
        self, ctx: OrchestrationContext, spec: JobSpec, control: Control, reporter: Reporter, hold: RepositoryHold
    ) -> None:
        self._ctx, self._spec = ctx, spec
        self._control, self._reporter, self._hold = control, reporter, hold
        self._results: dict[str, StepResult] = {}
        self._todo: dict[str, PipelineStepSpec] = {}
        self._running: dict[str, Task[Any]] = {}
        self._told: str | None = None

    def run(self, snapshot: str, results: dict[str, StepResult]) -> Flow[None]:
        """Work on ``snapshot`` until each step is in ``results``, which may hold some already.

        Once the user wishes the job to stop or to be cancelled, what has not begun is skipped.
        """
        self._results = results
        self._todo = {step.name: step for step in self._spec.pipeline.steps if step.name not in results}
        control = self._control
        while self._todo or self._running:
            self._skip_what_cannot_run()
            ready = [name for name, step in self._todo.items() if all(n in self._results for n in step.depends_on)]
            if ready:
                yield from self._hold.keep()
                control.absorb()
                if control.requested:
                    continue
            for name in ready:
                self._running[name] = self._launch(self._todo.pop(name), snapshot)
            self._tell()
            if not self._running:
                continue
            yield when_any([*self._running.values(), control.task, self._hold.renewal()])
            self._hold.renew_if_due()
            control.absorb()
            for name in [name for name, task in self._running.items() if task.is_complete]:
                self._results[name] = self._result(name, self._running.pop(name))
            if any(result.status is StepStatus.CANCELLED for result in self._results.values()):
                # Workers saw the flag of a cancel whose event is late, or was lost together with the host.
                control.requested = "cancel"

    def _skip_what_cannot_run(self) -> None:
        """What is left then waits for nothing but steps that are still running, or for nothing at all."""
        todo, results = self._todo, self._results
        if self._control.requested:
            for name in list(todo):
                self._skip(todo.pop(name), f"skipped: the job was asked to {self._control.requested}")
        while blocked := next(((name, cause) for name, step in todo.items() if (cause := self._cause(step))), None):
            name, cause = blocked
            self._skip(todo.pop(name), f"skipped: it depends on {cause!r}, which is {results[cause].status}")

    def _cause(self, step: PipelineStepSpec) -> str | None:
        """The step that keeps ``step`` from ever running."""
        ended = ((name, self._results[name].status) for name in step.depends_on if name in self._results)
        return next((name for name, status in ended if status is not StepStatus.COMPLETED), None)

    def _tell(self) -> None:
        """Pass a new wish of the user on to the steps that run."""
        wish = self._control.requested
        if wish == self._told:
            return
        self._told = wish
        if wish == "cancel":
            self._reporter.say(status=StepStatus.CANCELLING, message="cancelling: waiting for busy workers")
        else:
            self._reporter.say(message="stopping: what runs goes on to its end")
        for name in self._running:
            self._ctx.send_event(self._child(name), CONTROL_EVENT, data=wish)

    def _launch(self, step: PipelineStepSpec, snapshot: str) -> Task[Any]:
        spec = self._spec
        run = StepRun(
            job_id=spec.job_id,
            run=f"{spec.job_id}/{step.name}",
            step=step.name,
            repository=spec.repository,
            snapshot=snapshot,
            options=step.options,
            timeout=step.timeout,
            full=spec.full,
            correlation_id=spec.correlation_id,
            changing=self._changing() if spec.dry_run else (),
        )
        given = StepInput(
            run=run, spec=step, resources=spec.pipeline.resources, priority=spec.priority, dry_run=spec.dry_run
        )
        return self._ctx.call_sub_orchestrator(
            "step", input=given.model_dump(mode="json"), instance_id=self._child(step.name)
        )

    def _changing(self) -> tuple[str, ...]:
        return tuple(name for name, result in self._results.items() if result.stale or result.pending_upstream)

    def _child(self, name: str) -> str:
        return f"{self._spec.job_id}:{name}"

    def _skip(self, step: PipelineStepSpec, message: str) -> None:
        self._results[step.name] = StepResult(status=StepStatus.SKIPPED, error=message)
        self._reporter_of(step.name).say(status=StepStatus.SKIPPED, message=message)

    def _result(self, name: str, task: Task[Any]) -> StepResult:
        if not task.is_failed:
            return StepResult.model_validate(task.get_result())
        error = task.get_exception().details.message[:2000]
        # The step's own orchestration broke, so it could not report its end itself.
        self._reporter_of(name, "/broken").say(status=StepStatus.FAILED, error=error)
        return StepResult(status=StepStatus.FAILED, error=error)

    def _reporter_of(self, name: str, source: str = "") -> Reporter:
        return Reporter(self._ctx, self._spec.job_id, f"step/{name}{source}", name)
