"""The real orchestrators and entities on the real engine, over activities whose behaviour a test decides."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from durabletask.client import OrchestrationState, TaskHubGrpcClient
from durabletask.entities import EntityInstanceId
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend
from durabletask.worker import TaskHubGrpcWorker

from codestory.ingestion_pipeline.config import ResourceLimits
from codestory.ingestion_pipeline.job import JobRecord
from codestory.ingestion_pipeline.jobspec import JobSpec
from codestory.ingestion_pipeline.local_service import free_port
from codestory.ingestion_pipeline.pipeline import Pipeline, PipelineStepSpec
from codestory.ingestion_pipeline.requests import Priority
from codestory.ingestion_pipeline.retry import RetryPolicy
from entities.job import Job
from entities.schedules import Schedules
from entities.throttle import Throttle
from orchestrators import deliver_event, ingest, step

QUICK = RetryPolicy(max_retries=3, back_off_seconds=0.2, max_back_off_seconds=1, jitter=True)


def raw(builder: Any) -> Callable[..., Any]:
    """The orchestrator function below its Functions decorator."""
    return builder._function._func.orchestrator_function


class World:
    """Plays the activities. ``behave`` maps a step to what its batches do; everything that happens is noted."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calls: list[tuple[str, Any, float]] = []
        self.batches: dict[str, int] = {}
        self.behave: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {}
        self.plans: dict[str, Callable[[], dict[str, Any]]] = {}
        self.flags: set[str] = set()
        self.running = Counter[str]()
        self.most_running = 0
        self.history_is_down = False
        self.graph_is_down = False
        self.source: Callable[[], dict[str, Any]] = lambda: {
            "outcome": "completed", "snapshot": "s1", "files": 3, "bytes": 30, "warnings": [],
        }  # fmt: skip

    def note(self, name: str, what: Any) -> None:
        with self.lock:
            self.calls.append((name, what, time.monotonic()))

    def of(self, name: str) -> list[Any]:
        with self.lock:
            return [what for called, what, _ in self.calls if called == name]

    def times(self, name: str, step_name: str) -> list[float]:
        with self.lock:
            return [at for called, what, at in self.calls if called == name and what == step_name]

    def is_flagged(self, run: dict[str, Any]) -> bool:
        with self.lock:
            return bool({run["job_id"], f"{run['job_id']}/{run['step']}"} & self.flags)

    def acquire_source(self, _ctx: Any, given: dict[str, Any]) -> Any:
        self.note("acquire_source", given["source"])
        return self.source()

    def plan_step(self, _ctx: Any, given: dict[str, Any]) -> Any:
        name = given["run"]["step"]
        self.note("plan_step", name)
        if name in self.plans:
            return self.plans[name]()
        count = self.batches.get(name, 2)
        stages = [{"name": "work", "batches": count, "weight": count}] if count else []
        return {"outcome": "completed", "units": count, "stale": count, "batches": "plan", "stages": stages,
                "reasons": {"missing": count}}  # fmt: skip

    def run_batch(self, _ctx: Any, given: dict[str, Any]) -> Any:
        run = given["run"]
        name = run["step"]
        with self.lock:
            self.running[f"{run['job_id']}/{name}"] += 1
            self.most_running = max(self.most_running, sum(1 for n in self.running.values() if n))
        try:
            self.note("run_batch", name)
            answer = self.behave[name](given) if name in self.behave else None
            return answer or {"outcome": "completed", "units": 1, "nodes": 2, "wall_seconds": 0.1, "cpu_seconds": 0.05}
        finally:
            with self.lock:
                self.running[f"{run['job_id']}/{name}"] -= 1

    def finish_step(self, _ctx: Any, given: dict[str, Any]) -> Any:
        self.note("finish_step", given["run"]["step"])
        return {"outcome": "completed", "message": "done"}

    def raise_cancel_flag(self, _ctx: Any, given: dict[str, Any]) -> None:
        with self.lock:
            self.flags.add(given["scope"])

    def fence_step(self, _ctx: Any, given: dict[str, Any]) -> None:
        self.note("fence_step", given["step"])
        if self.graph_is_down:
            raise OSError("the graph does not answer")

    def record_run(self, _ctx: Any, given: dict[str, Any]) -> None:
        if self.history_is_down:
            raise OSError("the database does not answer")
        self.note("record_run", given)

    def clean_up_job(self, _ctx: Any, given: dict[str, Any]) -> None:
        self.note("clean_up_job", given["job_id"])


class Engine:
    """A running task hub with our orchestrators; ``world`` decides what activities do."""

    def __init__(self, world: World) -> None:
        self.world = world
        port = free_port()
        self.backend = InMemoryOrchestrationBackend(port=port, max_history_size=100_000)
        self.backend.start()
        self.worker = TaskHubGrpcWorker(host_address=f"127.0.0.1:{port}")
        for name, builder in (
            ("ingest", ingest.ingest), ("step", step.step), ("deliver_event", deliver_event.deliver_event),
        ):  # fmt: skip
            self.worker._registry.add_named_orchestrator(name, raw(builder))
        for name, entity in (("job", Job), ("throttle", Throttle), ("schedules", Schedules)):
            self.worker.add_entity(entity, name=name)
        for name in ("acquire_source", "plan_step", "run_batch", "finish_step", "raise_cancel_flag", "fence_step",
                     "record_run", "clean_up_job"):  # fmt: skip
            self.worker._registry.add_named_activity(name, getattr(world, name))
        self.worker.start()
        self.client = TaskHubGrpcClient(host_address=f"127.0.0.1:{port}")

    def start(self, job: JobSpec) -> str:
        return self.client.schedule_new_orchestration(
            "ingest", input=job.model_dump(mode="json"), instance_id=job.job_id
        )

    def run(self, job: JobSpec, timeout: float = 60) -> JobRecord:
        self.start(job)
        return self.wait(job.job_id, timeout)

    def wait(self, job_id: str, timeout: float = 60) -> JobRecord:
        state = self.client.wait_for_orchestration_completion(job_id, timeout=timeout)
        assert state is not None
        assert state.failure_details is None, state.failure_details
        return self.record(job_id)

    def state(self, job_id: str) -> OrchestrationState:
        state = self.client.get_orchestration_state(job_id)
        assert state is not None
        return state

    def record(self, job_id: str) -> JobRecord:
        entity = self.client.get_entity(EntityInstanceId("job", job_id))
        assert entity is not None
        return JobRecord.model_validate(json.loads(entity.get_state()))

    def until(self, job_id: str, condition: Callable[[JobRecord], bool], timeout: float = 60) -> JobRecord:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            entity = self.client.get_entity(EntityInstanceId("job", job_id))
            text = entity.get_state() if entity else None
            state = json.loads(text) if text else {}
            if "job" in state:
                record = JobRecord.model_validate(state)
                if condition(record):
                    return record
            time.sleep(0.02)
        raise AssertionError(f"did not happen in {timeout} s: {self.record(job_id).job}")

    def waiting(self, pool: str) -> int:
        """How many requests are queued for a token of the pool."""
        entity = self.client.get_entity(EntityInstanceId("throttle", pool))
        text = entity.get_state() if entity else None
        return len(json.loads(text)["book"]["waiting"]) if text else 0

    def ask(self, job_id: str, wish: str) -> None:
        self.client.raise_orchestration_event(job_id, "control", data=wish)

    def close(self) -> None:
        self.client.close()
        self.worker.stop()
        self.backend.stop()


@contextmanager
def engine(world: World):
    running = Engine(world)
    try:
        yield running
    finally:
        running.close()


def spec(
    job_id: str,
    steps: dict[str, list[str]] | list[str],
    *,
    retry: RetryPolicy = QUICK,
    resources: ResourceLimits | None = None,
    priority: Priority = Priority.DEFAULT,
    repository: str | None = None,
    countdown: float | None = None,
    timeout: float = 60,
    concurrency: int = 2,
    **more: Any,
) -> JobSpec:
    """A job of the given steps, each with what it depends on."""
    now = datetime.now(UTC)
    edges = steps if isinstance(steps, dict) else {n: steps[i - 1 : i] if i else [] for i, n in enumerate(steps)}
    return JobSpec(
        job_id=job_id,
        source_type="local_path",
        source="/somewhere",
        repository=repository or job_id,
        created_at=now,
        eta=now + timedelta(seconds=countdown) if countdown else None,
        priority=priority,
        pipeline=Pipeline(
            steps=[
                PipelineStepSpec(name=n, timeout=timeout, retry=retry, depends_on=d, concurrency=concurrency)
                for n, d in edges.items()
            ],
            resources=resources or ResourceLimits(resource_max_tokens=4),
        ),
        **more,
    )
