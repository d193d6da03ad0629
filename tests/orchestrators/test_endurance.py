"""What only shows after a long time: histories that would grow, loans that run out, bookkeeping that fails."""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from durabletask.entities import EntityInstanceId
from durabletask.task import RetryPolicy

from codestory.ingestion_pipeline.config import ResourceLimits
from codestory.ingestion_pipeline.statuses import StepStatus
from orchestrators import ingest, repository_hold, step, support
from tests.orchestrators.engine import Engine, World, spec


def gated(world: World, name: str) -> threading.Event:
    """Hold up the batches of a step until the event is set."""
    go_on = threading.Event()

    def wait(_given: dict[str, Any]) -> None:
        go_on.wait(60)

    world.behave[name] = wait
    world.batches[name] = 1
    return go_on


def test_a_job_that_waits_long_for_its_repository_begins_a_new_history(
    hub: Engine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(support, "ASK_AGAIN", timedelta(seconds=0.05))
    monkeypatch.setattr(repository_hold, "ROUNDS_PER_GENERATION", 2)
    go_on = gated(world, "a")
    hub.start(spec("first", ["a"], repository="shared"))
    hub.until("first", lambda _r: bool(world.of("run_batch")))
    hub.start(spec("second", ["b"], repository="shared"))

    def generation() -> int:
        state = hub.client.get_orchestration_state("second", fetch_payloads=True)
        assert state is not None
        return json.loads(state.serialized_input or "{}")["generation"]

    deadline = time.monotonic() + 20
    while generation() < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert generation() >= 3
    go_on.set()
    record = hub.wait("second")
    assert record.job.status is StepStatus.COMPLETED
    assert hub.wait("first").job.status is StepStatus.COMPLETED
    assert [event.seq for event in record.events] == list(range(1, len(record.events) + 1))
    assert [event.message for event in record.events].count("accepted") == 1
    assert world.of("run_batch") == ["a", "b", "b"]


def test_a_job_between_two_histories_can_be_cancelled(
    hub: Engine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(support, "ASK_AGAIN", timedelta(seconds=0.05))
    monkeypatch.setattr(repository_hold, "ROUNDS_PER_GENERATION", 1)
    go_on = gated(world, "a")
    hub.start(spec("first", ["a"], repository="shared"))
    hub.until("first", lambda _r: bool(world.of("run_batch")))
    hub.start(spec("second", ["b"], repository="shared"))
    hub.until("second", lambda r: r.job.status is StepStatus.WAITING)
    hub.ask("second", "cancel")
    assert hub.wait("second").job.status is StepStatus.CANCELLED
    go_on.set()
    hub.wait("first")
    assert world.of("run_batch") == ["a"]


def test_a_token_of_one_pool_is_kept_while_the_step_waits_for_another(hub: Engine, world: World) -> None:
    go_on = gated(world, "a")
    limits = ResourceLimits(resource_max_tokens=1, pools={"gpu": 1}, lease_seconds=5)
    hub.start(spec("holder", ["a"], resources=limits))
    hub.until("holder", lambda _r: bool(world.of("run_batch")))
    waiter = spec("waiter", ["b"], resources=limits)
    pipeline = waiter.pipeline
    wanting = [s.model_copy(update={"resource": "gpu"}) for s in pipeline.steps]
    hub.start(waiter.model_copy(update={"pipeline": pipeline.model_copy(update={"steps": wanting})}))
    first = lease(hub, "gpu")
    deadline = time.monotonic() + 20
    while lease(hub, "gpu") == first and time.monotonic() < deadline:
        time.sleep(0.05)
    assert lease(hub, "gpu") > first
    go_on.set()
    assert hub.wait("waiter").job.status is StepStatus.COMPLETED


def lease(hub: Engine, pool: str) -> str:
    """When the only loan of the pool runs out."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        entity = hub.client.get_entity(EntityInstanceId("throttle", pool))
        text = entity.get_state() if entity else None
        leases = json.loads(text)["book"]["leases"] if text else {}
        if leases:
            return next(iter(leases.values()))["expires_at"]
        time.sleep(0.02)
    raise AssertionError(f"pool {pool} has lent nothing")


def test_history_that_cannot_be_written_changes_nothing(
    hub: Engine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = RetryPolicy(first_retry_interval=timedelta(seconds=0.01), max_number_of_attempts=2)
    monkeypatch.setattr(step, "BOOKKEEPING", once)
    monkeypatch.setattr(ingest, "BOOKKEEPING", once)
    world.history_is_down = True
    record = hub.run(spec("unrecorded", ["a", "b"]))
    assert record.job.status is StepStatus.COMPLETED
    assert world.of("clean_up_job") == ["unrecorded"]
    assert {name: s.status for name, s in record.job.steps.items()} == dict.fromkeys("ab", StepStatus.COMPLETED)


def test_a_job_cancelled_while_it_reads_its_source_tells_the_reader_and_keeps_the_flag(
    hub: Engine, world: World
) -> None:
    reading, told = threading.Event(), threading.Event()

    def source() -> dict[str, Any]:
        reading.set()
        deadline = time.monotonic() + 20
        while "endless" not in world.flags and time.monotonic() < deadline:
            time.sleep(0.02)
        told.set()
        return {"outcome": "cancelled"}

    world.source = source
    hub.start(spec("endless", ["a"]))
    assert reading.wait(60)
    hub.ask("endless", "cancel")
    record = hub.wait("endless")
    assert record.job.status is StepStatus.CANCELLED
    assert told.wait(60)
    assert record.job.steps["a"].status is StepStatus.CANCELLED
    assert "CANCELLING" in {str(event.status) for event in record.events}


def test_the_first_attempt_records_how_long_it_waited_for_its_token(hub: Engine, world: World) -> None:
    go_on = gated(world, "a")
    limits = ResourceLimits(resource_max_tokens=1)
    hub.start(spec("holder", ["a"], resources=limits))
    hub.until("holder", lambda _r: bool(world.of("run_batch")))
    hub.start(spec("waiter", ["b"], resources=limits))
    hub.until("waiter", lambda _r: hub.waiting("default") == 1)
    go_on.set()
    hub.wait("waiter")
    (attempt,) = [r for r in world.of("record_run") if r.get("step_name") == "b"]
    assert attempt["throttle_wait_ms"] > 0


def test_a_job_can_be_cancelled_while_the_graph_is_down(
    hub: Engine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = RetryPolicy(first_retry_interval=timedelta(seconds=0.01), max_number_of_attempts=2)
    monkeypatch.setattr(step, "FENCING", quick)
    world.graph_is_down = True

    def until_flagged(given: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + 20
        while not world.is_flagged(given["run"]) and time.monotonic() < deadline:
            time.sleep(0.02)
        return {"outcome": "cancelled"}

    world.behave = {"a": until_flagged}
    hub.start(spec("darkness", ["a"]))
    hub.until("darkness", lambda _r: bool(world.of("run_batch")))
    hub.ask("darkness", "cancel")
    job = hub.wait("darkness").job
    assert (job.status, job.steps["a"].status) == (StepStatus.CANCELLED, StepStatus.CANCELLED)
    assert "graph does not answer" in (job.steps["a"].message or "")
    assert world.of("fence_step") == ["a", "a"]
