"""Running the stages of one step: batches side by side, failures collected, cancellation and time limits heeded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from durabletask.task import OrchestrationContext, Task, TimerTask, when_any

from codestory.ingestion_pipeline.execution import Outcome, StageOutline, StepRun
from orchestrators.support import Control, Flow

__all__ = ["Ending", "FanOut", "Totals"]

DEFAULT_CONCURRENCY = 4
MAX_CONCURRENCY = 1000
GRACE = timedelta(seconds=30)
"""How long busy workers get to notice that they should end, before they are fenced off from the graph."""

type Ending = Literal["completed", "retry", "failed", "cancelled", "timeout"]
type Pointer = tuple[str, str, int]


@dataclass
class Totals:
    """Sums over all batches of a step, and the latest failure."""

    units: int = 0
    stale: int = 0
    units_done: int = 0
    nodes: int = 0
    relationships: int = 0
    deleted: int = 0
    warnings: list[str] = field(default_factory=list[str])
    warning_count: int = 0
    reasons: dict[str, int] = field(default_factory=dict[str, int])
    pending_upstream: list[str] = field(default_factory=list[str])
    counters: dict[str, float] = field(default_factory=dict[str, float])
    cpu_seconds: float = 0.0
    busy_seconds: float = 0.0
    memory_mb: float = 0.0
    error: str | None = None
    retry_after: float = 0.0

    def add(self, outcome: Outcome, stage: str | None) -> None:
        """Take over what one activity reported; the units of a plan (no stage) are not done yet."""
        self.units_done += outcome.units if stage else 0
        spent = f"{stage or 'plan_and_finish'}_seconds"
        self.counters[spent] = round(self.counters.get(spent, 0.0) + outcome.wall_seconds, 3)
        self.nodes += outcome.nodes
        self.relationships += outcome.relationships
        self.deleted += outcome.deleted
        self.warnings = [*self.warnings, *outcome.warnings][:20]
        self.warning_count += outcome.warning_count
        self.cpu_seconds += outcome.cpu_seconds
        self.busy_seconds += outcome.wall_seconds
        self.memory_mb = max(self.memory_mb, outcome.memory_mb)
        for name, value in outcome.counters.items():
            self.counters[name] = self.counters.get(name, 0.0) + value

    def cpu_percent(self) -> float | None:
        """Processor time in relation to the time that activities took; 100 is one core kept busy."""
        return round(100 * self.cpu_seconds / self.busy_seconds, 1) if self.busy_seconds > 0 else None


@dataclass
class _Stage:
    outline: StageOutline
    queue: list[Pointer]
    total: int
    done: int = 0


class FanOut:
    """The batches of one step. Survives failed attempts: what is done stays done, the rest is tried again."""

    def __init__(
        self,
        ctx: OrchestrationContext,
        run: StepRun,
        control: Control,
        *,
        concurrency: int | None,
        deadline: TimerTask,
        renewals: Callable[[], Task[Any]],
        on_renewal: Callable[[], None],
        on_progress: Callable[[FanOut], None],
    ) -> None:
        self._ctx, self._run, self._control = ctx, run, control
        self._concurrency = concurrency
        self._deadline = deadline
        self._renewals, self._on_renewal, self._on_progress = renewals, on_renewal, on_progress
        self._stages: list[_Stage] = []
        self._planned = False
        self.totals = Totals()
        self.message: str | None = None

    @property
    def share_done(self) -> float:
        """0 to 1 over all stages that are known to have work."""
        stages = [stage for stage in self._stages if stage.total]
        return sum(stage.done / stage.total for stage in stages) / len(stages) if stages else 0.0

    @property
    def stage_names(self) -> list[str]:
        """All stages, in order."""
        return [stage.outline.name for stage in self._stages]

    def attempt(self, number: int, *, plan_only: bool) -> Flow[Ending]:
        """Plan unless that is done, then run everything that is not done yet, stage by stage."""
        self.totals.error, self.totals.retry_after = None, 0.0
        if not self._planned:
            planning: list[Task[Any]] = [self._ctx.call_activity("plan_step", input={"run": self._payload(number)})]
            ending = yield from self._drain(planning, [], self._accept_plan)
            if ending != "completed" or plan_only:
                return ending
        for stage in self._stages:
            ending = yield from self._run_stage(stage, number)
            if ending != "completed":
                return ending
        return "completed"

    def finish(self, number: int) -> Flow[Ending]:
        """Let the step close its books."""
        totals = self.totals
        summed = {
            "units": totals.units_done,
            "nodes": totals.nodes,
            "relationships": totals.relationships,
            "deleted": totals.deleted,
            "counters": totals.counters,
        }
        task = self._ctx.call_activity("finish_step", input={"run": self._payload(number), "totals": summed})
        return (yield from self._drain([task], [], self._accept_finish))

    def _payload(self, attempt: int) -> dict[str, Any]:
        return self._run.model_copy(update={"attempt": attempt}).model_dump(mode="json")

    def _accept_plan(self, outcome: Outcome, _pointer: Pointer | None) -> None:
        self._planned = True
        self.totals.units, self.totals.stale = outcome.units, outcome.stale
        self.totals.reasons = outcome.reasons
        self.totals.pending_upstream = outcome.pending_upstream
        for outline in outcome.stages:
            queue = [(outcome.batches or "", outline.name, index) for index in range(outline.batches)]
            self._stages.append(_Stage(outline, queue, total=len(queue)))

    def _accept_finish(self, outcome: Outcome, _pointer: Pointer | None) -> None:
        self.message = outcome.message
        self.totals.counters = {**self.totals.counters, **outcome.counters}

    def _accept_batch(self, outcome: Outcome, pointer: Pointer | None) -> None:
        assert pointer is not None
        by_name = {stage.outline.name: stage for stage in self._stages}
        by_name[pointer[1]].done += 1
        for outline in outcome.stages:
            stage = by_name.get(outline.name)
            if stage is None:
                stage = _Stage(outline, [], total=0)
                self._stages.append(stage)
            stage.queue.extend((outcome.batches or "", outline.name, index) for index in range(outline.batches))
            stage.total += outline.batches
        self._on_progress(self)

    def _run_stage(self, stage: _Stage, number: int) -> Flow[Ending]:
        # A stage may ask for less than the step is configured for, never for more.
        limit = min(self._concurrency or DEFAULT_CONCURRENCY, stage.outline.concurrency or MAX_CONCURRENCY)
        flying: list[tuple[Task[Any], Pointer]] = []
        failed: list[Pointer] = []
        ending: Ending = "completed"
        while (stage.queue and _may_go_on(ending)) or flying:
            while stage.queue and _may_go_on(ending) and len(flying) < limit:
                pointer = stage.queue.pop(0)
                ref, name, index = pointer
                payload = {"run": self._payload(number), "ref": ref, "stage": name, "index": index}
                flying.append((self._ctx.call_activity("run_batch", input=payload), pointer))
            flying, news = yield from self._next(flying, failed, self._accept_batch)
            ending = _worse(ending, news)
            if ending in ("cancelled", "timeout"):
                yield from self._wind_down([task for task, _ in flying], ending)
                break
        stage.queue[:0] = failed
        return ending

    def _drain(
        self, tasks: list[Task[Any]], failed: list[Pointer], accept: Callable[[Outcome, Pointer | None], None]
    ) -> Flow[Ending]:
        flying: list[tuple[Task[Any], Pointer | None]] = [(task, None) for task in tasks]
        ending: Ending = "completed"
        while flying:
            flying, news = yield from self._next(flying, failed, accept)
            ending = _worse(ending, news)
            if ending in ("cancelled", "timeout"):
                yield from self._wind_down([task for task, _ in flying], ending)
                break
        return ending

    def _next[P: Pointer | None](
        self,
        flying: list[tuple[Task[Any], P]],
        failed: list[Pointer],
        accept: Callable[[Outcome, Pointer | None], None],
    ) -> Flow[tuple[list[tuple[Task[Any], P]], Ending]]:
        """Wait for the next thing to happen; return what is still flying and the worst news."""
        renewal = self._renewals()
        yield when_any([*(task for task, _ in flying), self._control.task, renewal, self._deadline])
        if renewal.is_complete:
            self._on_renewal()
        ending: Ending = "completed"
        still: list[tuple[Task[Any], P]] = []
        for task, pointer in flying:
            if not task.is_complete:
                still.append((task, pointer))
            elif task.is_failed:
                self.totals.error = _reason(task)
                if pointer is not None:
                    failed.append(pointer)
                ending = _worse(ending, "retry")
            else:
                outcome = Outcome.model_validate(task.get_result())
                self.totals.add(outcome, pointer[1] if pointer is not None else None)
                if outcome.outcome == "completed":
                    accept(outcome, pointer)
                elif outcome.outcome == "cancelled":
                    ending = _worse(ending, "cancelled")
                elif outcome.outcome == "failed":
                    self.totals.error = outcome.error
                    ending = _worse(ending, "failed")
                else:
                    self.totals.error = outcome.error
                    self.totals.retry_after = max(self.totals.retry_after, outcome.retry_after or 0.0)
                    if pointer is not None:
                        failed.append(pointer)
                    ending = _worse(ending, "retry")
        if self._deadline.is_complete and still:
            ending = _worse(ending, "timeout")
        self._control.absorb()
        if self._control.requested == "cancel":
            ending = _worse(ending, "cancelled")
        return still, ending

    def _wind_down(self, tasks: list[Task[Any]], ending: Ending) -> Flow[None]:
        """Raise the flag, give busy workers some time, then make sure that they cannot write any more."""
        scope = self._run.job_id if ending == "cancelled" else self._run.scope
        flag = self._ctx.call_activity("raise_cancel_flag", input={"scope": scope, "reason": ending})
        grace = self._ctx.create_timer(GRACE)
        waiting = [flag, *tasks]
        while not grace.is_complete:
            waiting = [task for task in waiting if not task.is_complete]
            if not waiting:
                grace.cancel()
                break
            yield when_any([*waiting, grace])


_SEVERITY: dict[Ending, int] = {"completed": 0, "retry": 1, "failed": 2, "timeout": 3, "cancelled": 4}


def _worse(one: Ending, other: Ending) -> Ending:
    return max(one, other, key=_SEVERITY.__getitem__)


def _may_go_on(ending: Ending) -> bool:
    return _SEVERITY[ending] <= _SEVERITY["retry"]


def _reason(task: Task[Any]) -> str:
    details = task.get_exception().details
    kind = details.error_type.rpartition(".")[2]
    return f"{kind}: {details.message}"[:1000]
