"""A job's life on the real engine: order, failure, retry, cancellation, tokens, prerequisites."""

from __future__ import annotations

import itertools
import threading
import time
from typing import Any

import pytest

import orchestrators.repository_hold
from codestory.ingestion_pipeline.config import ResourceLimits
from codestory.ingestion_pipeline.requests import Priority
from codestory.ingestion_pipeline.retry import RetryPolicy
from codestory.ingestion_pipeline.statuses import StepStatus
from tests.orchestrators.engine import QUICK, Engine, World, spec


def test_steps_run_one_after_the_other_and_the_job_completes(hub: Engine, world: World) -> None:
    job = hub.run(spec("chain", ["a", "b", "c"])).job
    assert job.status is StepStatus.COMPLETED
    assert job.progress == 100
    assert world.of("plan_step") == ["a", "b", "c"]
    assert {name: step.status for name, step in job.steps.items()} == dict.fromkeys("abc", StepStatus.COMPLETED)
    assert job.steps["a"].nodes == 4
    assert job.steps["a"].units_done == 2
    assert job.steps["a"].cpu_percent == 50
    assert job.snapshot == "s1"


def test_independent_steps_overlap(hub: Engine, world: World) -> None:
    both = threading.Barrier(2, timeout=60)

    def meet(_given: dict[str, Any]) -> None:
        both.wait()

    world.behave = {"a": meet, "b": meet}
    world.batches = {"a": 1, "b": 1}
    job = hub.run(spec("overlap", {"a": [], "b": [], "c": ["a", "b"]})).job
    assert job.status is StepStatus.COMPLETED
    assert world.of("plan_step")[-1] == "c"


def test_a_failed_step_skips_its_dependants_and_names_itself(hub: Engine, world: World) -> None:
    world.behave = {"a": lambda _g: {"outcome": "failed", "error": "no grammar"}}
    job = hub.run(spec("failing", {"a": [], "b": ["a"], "c": ["b"], "d": []})).job
    assert job.status is StepStatus.FAILED
    assert job.error == "Step 'a' failed: no grammar"
    assert job.steps["b"].status is StepStatus.SKIPPED
    assert "'a'" in (job.steps["b"].message or "")
    assert job.steps["c"].status is StepStatus.SKIPPED
    assert job.steps["d"].status is StepStatus.COMPLETED
    assert len(world.of("run_batch")) <= 4, "a permanent failure is not tried again"


def test_a_failed_step_skips_what_also_waits_for_a_step_that_still_runs(hub: Engine, world: World) -> None:
    failed = threading.Event()

    def fail(_given: dict[str, Any]) -> dict[str, Any]:
        failed.set()
        return {"outcome": "failed", "error": "no grammar"}

    def outlast(_given: dict[str, Any]) -> None:
        assert failed.wait(60)
        time.sleep(0.5)

    world.behave = {"a": outlast, "b": fail}
    world.batches = {"a": 1, "b": 1}
    job = hub.run(spec("half-blocked", {"a": [], "b": [], "c": ["a", "b"]})).job
    assert job.error == "Step 'b' failed: no grammar"
    assert job.steps["a"].status is StepStatus.COMPLETED
    assert job.steps["c"].status is StepStatus.SKIPPED
    assert "'b'" in (job.steps["c"].message or "")


def test_a_step_that_fails_twice_then_works_is_completed_with_two_retries(hub: Engine, world: World) -> None:
    attempts: list[float] = []

    def flaky(_given: dict[str, Any]) -> None:
        attempts.append(time.monotonic())
        if len(attempts) <= 2:
            raise OSError(f"passing trouble {len(attempts)}")

    world.behave = {"a": flaky}
    world.batches = {"a": 1}
    record = hub.run(spec("flaky", ["a"]))
    step = record.job.steps["a"]
    assert record.job.status is StepStatus.COMPLETED
    assert step.retry_count == 2
    assert "passing trouble 2" in (step.last_error or "")
    gaps = [later - earlier for earlier, later in itertools.pairwise(attempts)]
    assert gaps[0] >= 0.2
    assert gaps[1] >= 0.4
    assert [e.retry_count for e in record.events if e.step == "a" and "retry" in (e.message or "")] == [1, 2]


def test_a_step_that_always_fails_ends_after_max_retries_plus_one_attempts(hub: Engine, world: World) -> None:
    def broken(_given: dict[str, Any]) -> None:
        raise OSError("never works")

    world.behave = {"a": broken}
    world.batches = {"a": 1}
    retry = RetryPolicy(max_retries=2, back_off_seconds=0.05, jitter=False)
    job = hub.run(spec("broken", ["a"], retry=retry)).job
    assert job.status is StepStatus.FAILED
    assert len(world.of("run_batch")) == 3
    assert job.steps["a"].retry_count == 2
    assert "never works" in (job.steps["a"].error or "")
    attempts = [r for r in world.of("record_run") if r["kind"] == "step_attempt"]
    assert [(r["attempt"], r["status"]) for r in attempts] == [(1, "FAILED"), (2, "FAILED"), (3, "FAILED")]


def test_only_the_batches_that_failed_are_tried_again(hub: Engine, world: World) -> None:
    seen: list[int] = []

    def second_is_flaky(given: dict[str, Any]) -> None:
        seen.append(given["index"])
        if given["index"] == 1 and seen.count(1) == 1:
            raise OSError("once")

    world.behave = {"a": second_is_flaky}
    world.batches = {"a": 3}
    assert hub.run(spec("partial", ["a"])).job.status is StepStatus.COMPLETED
    assert sorted(seen) == [0, 1, 1, 2]


def test_whoever_asks_to_wait_longer_than_the_back_off_is_given_that_time(hub: Engine, world: World) -> None:
    attempts: list[float] = []

    def busy(_given: dict[str, Any]) -> dict[str, Any] | None:
        attempts.append(time.monotonic())
        return {"outcome": "retry", "error": "429", "retry_after": 1.0} if len(attempts) == 1 else None

    world.behave = {"a": busy}
    world.batches = {"a": 1}
    job = hub.run(spec("patient", ["a"])).job
    assert job.status is StepStatus.COMPLETED
    assert job.steps["a"].retry_count == 1
    assert attempts[1] - attempts[0] >= 1.0


def test_follow_up_batches_run_in_a_later_stage(hub: Engine, world: World) -> None:
    stages: list[str] = []

    def follow(given: dict[str, Any]) -> dict[str, Any] | None:
        stages.append(given["stage"])
        if given["stage"] == "work":
            more = [{"name": "write", "batches": 2, "weight": 2}]
            return {"outcome": "completed", "units": 1, "batches": "more", "stages": more}
        return None

    world.behave = {"a": follow}
    world.batches = {"a": 1}
    assert hub.run(spec("follow", ["a"])).job.status is StepStatus.COMPLETED
    assert stages == ["work", "write", "write"]


def test_cancelling_a_running_job_ends_it_and_fences_its_steps(hub: Engine, world: World) -> None:
    def until_flagged(given: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + 20
        while not world.is_flagged(given["run"]) and time.monotonic() < deadline:
            time.sleep(0.02)
        return {"outcome": "cancelled"}

    world.behave = {"a": until_flagged}
    world.batches = {"a": 50}
    hub.start(spec("cancel-me", ["a", "b"]))
    hub.until("cancel-me", lambda r: r.job.steps["a"].status is StepStatus.RUNNING and bool(world.of("run_batch")))
    began = time.monotonic()
    hub.ask("cancel-me", "cancel")
    job = hub.wait("cancel-me").job
    assert job.status is StepStatus.CANCELLED
    assert job.steps["a"].status is StepStatus.CANCELLED
    assert job.steps["b"].status is StepStatus.SKIPPED
    assert time.monotonic() - began < 10
    assert world.of("fence_step") == ["a"]
    assert len(world.of("run_batch")) == 2, "nothing new is started after the cancel"


def test_a_cancel_whose_event_was_lost_counts_when_a_worker_saw_its_flag(hub: Engine, world: World) -> None:
    def until_flagged(given: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + 20
        while not world.is_flagged(given["run"]) and time.monotonic() < deadline:
            time.sleep(0.02)
        return {"outcome": "cancelled"}

    # Nobody asks the orchestration: step "a" sees the flag, "side" hears of it through the job, "b" never starts.
    world.behave = {"a": lambda _given: {"outcome": "cancelled"}, "side": until_flagged}
    world.batches = {"a": 1, "side": 50}
    job = hub.run(spec("lost-event", {"a": [], "b": ["a"], "side": []})).job
    assert job.status is StepStatus.CANCELLED
    assert {name: step.status for name, step in job.steps.items()} == {
        "a": StepStatus.CANCELLED, "b": StepStatus.SKIPPED, "side": StepStatus.CANCELLED,
    }  # fmt: skip
    assert sorted(world.of("fence_step")) == ["a", "side"]


def test_stop_lets_the_running_step_finish_and_skips_the_rest(hub: Engine, world: World) -> None:
    go_on = threading.Event()
    world.behave = {"a": lambda _g: go_on.wait(60) and None}
    hub.start(spec("stop-me", ["a", "b"]))
    hub.until("stop-me", lambda _r: bool(world.of("run_batch")))
    hub.ask("stop-me", "stop")
    time.sleep(0.2)
    go_on.set()
    job = hub.wait("stop-me").job
    assert job.status is StepStatus.STOPPED
    assert job.steps["a"].status is StepStatus.COMPLETED
    assert job.steps["b"].status is StepStatus.SKIPPED


def test_a_scheduled_job_waits_and_can_be_cancelled_at_once(hub: Engine, world: World) -> None:
    hub.start(spec("later", ["a"], countdown=3600))
    hub.until("later", lambda r: r.job.status is StepStatus.SCHEDULED)
    hub.ask("later", "cancel")
    assert hub.wait("later").job.status is StepStatus.CANCELLED
    assert world.of("plan_step") == []


def test_a_scheduled_job_starts_when_its_time_has_come(hub: Engine, world: World) -> None:
    job = hub.run(spec("soon", ["a"], countdown=1.0)).job
    assert job.status is StepStatus.COMPLETED
    assert job.eta is not None
    assert job.started_at is not None
    assert job.started_at >= job.eta


def test_a_dependent_job_waits_for_its_prerequisite(hub: Engine, world: World) -> None:
    go_on = threading.Event()
    world.behave = {"a": lambda _g: go_on.wait(60) and None}
    hub.start(spec("first", ["a"]))
    hub.start(spec("second", ["b"], wait_for=["first"]))
    waiting = hub.until("second", lambda r: r.job.status is StepStatus.WAITING).job
    assert waiting.waiting_for == ["first"]
    assert "b" not in world.of("plan_step")
    go_on.set()
    assert hub.wait("second").job.status is StepStatus.COMPLETED


def test_a_dependent_of_a_failed_job_fails_and_names_it(hub: Engine, world: World) -> None:
    world.behave = {"a": lambda _g: {"outcome": "failed", "error": "broken"}}
    hub.start(spec("bad", ["a"]))
    job = hub.run(spec("dependent", ["b"], wait_for=["bad"])).job
    assert job.status is StepStatus.FAILED
    assert "bad" in (job.error or "")
    assert "FAILED" in (job.error or "")


def test_a_dependent_of_a_job_that_had_ended_before_starts_at_once(hub: Engine, world: World) -> None:
    hub.run(spec("ended", ["a"]))
    assert hub.run(spec("after", ["b"], wait_for=["ended"])).job.status is StepStatus.COMPLETED


def test_six_jobs_with_two_tokens_run_two_at_a_time_in_order_of_priority(hub: Engine, world: World) -> None:
    started: list[str] = []
    begun = {name: threading.Event() for name in ("blocker1", "blocker2", "low", "default", "high", "high2")}
    all_queued = threading.Event()
    # With two at a time, who ends only when another one has begun leaves the third no choice but to come after that.
    outlasts = {"blocker1": all_queued, "blocker2": all_queued, "high": begun["high2"], "high2": begun["default"]}

    def slow(given: dict[str, Any]) -> None:
        name = given["run"]["job_id"]
        started.append(name)
        begun[name].set()
        if name in outlasts:
            outlasts[name].wait(30)

    world.behave = {"a": slow}
    world.batches = {"a": 1}
    limits = ResourceLimits(resource_max_tokens=2)
    for name in ("blocker1", "blocker2"):
        hub.start(spec(name, ["a"], resources=limits))
    for name in ("blocker1", "blocker2"):
        assert begun[name].wait(60)
    for name, priority in (("low", Priority.LOW), ("default", Priority.DEFAULT), ("high", Priority.HIGH),
                           ("high2", Priority.HIGH)):  # fmt: skip
        hub.start(spec(name, ["a"], resources=limits, priority=priority))
        hub.until(name, lambda r: r.job.steps["a"].status is StepStatus.WAITING)
    queue_is_full = time.monotonic() + 60
    while hub.waiting("default") < 4 and time.monotonic() < queue_is_full:
        time.sleep(0.02)
    all_queued.set()
    for name in ("low", "default", "high", "high2"):
        assert hub.wait(name).job.status is StepStatus.COMPLETED
    assert world.most_running == 2
    assert set(started[2:4]) == {"high", "high2"}
    assert started[4:] == ["default", "low"]


def test_without_a_free_token_a_step_fails_if_configured_so(hub: Engine, world: World) -> None:
    go_on = threading.Event()
    world.behave = {"a": lambda _g: go_on.wait(60) and None}
    limits = ResourceLimits(resource_max_tokens=1, on_exhausted="fail")
    hub.start(spec("holder", ["a"], resources=limits))
    hub.until("holder", lambda _r: bool(world.of("run_batch")))
    job = hub.run(spec("refused", ["b"], resources=limits)).job
    go_on.set()
    hub.wait("holder")
    assert job.status is StepStatus.FAILED
    assert "throttled" in (job.error or "")


def test_two_jobs_of_one_repository_never_write_at_the_same_time(hub: Engine, world: World) -> None:
    busy = threading.Lock()
    clashes: list[str] = []

    def alone(given: dict[str, Any]) -> None:
        if not busy.acquire(blocking=False):
            clashes.append(given["run"]["job_id"])
            return
        time.sleep(0.1)
        busy.release()

    world.behave = {"a": alone}
    world.batches = {"a": 1}
    for number in range(3):
        hub.start(spec(f"same{number}", ["a"], repository="shared"))
    for number in range(3):
        assert hub.wait(f"same{number}").job.status is StepStatus.COMPLETED
    assert clashes == []


def test_a_job_that_was_suspended_for_long_waits_for_its_repository_again(
    hub: Engine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orchestrators.repository_hold, "LEASE_SECONDS", 1.0)
    order: list[str] = []
    gates = {name: threading.Event() for name in ("one/a", "other/a", "one/b")}

    def gated(given: dict[str, Any]) -> None:
        name = f"{given['run']['job_id']}/{given['run']['step']}"
        order.append(name)
        assert gates[name].wait(30)

    world.behave = {"a": gated, "b": gated}
    world.batches = {"a": 1, "b": 1}
    hub.start(spec("one", ["a", "b"], repository="shared"))
    hub.until("one", lambda _r: order == ["one/a"])
    hub.client.suspend_orchestration("one")
    # The other job must not lose its hold, too, should the machine be slow.
    monkeypatch.setattr(orchestrators.repository_hold, "LEASE_SECONDS", 600.0)
    gates["one/a"].set()
    hub.start(spec("other", ["a"], repository="shared"))
    hub.until("other", lambda _r: order == ["one/a", "other/a"])

    hub.client.resume_orchestration("one")
    hub.until("one", lambda record: record.job.status is StepStatus.WAITING)
    assert order == ["one/a", "other/a"]
    gates["other/a"].set()
    gates["one/b"].set()

    assert hub.wait("other").job.status is StepStatus.COMPLETED
    assert hub.wait("one").job.status is StepStatus.COMPLETED
    assert order == ["one/a", "other/a", "one/b"]


def test_a_step_that_takes_too_long_fails_and_is_fenced(hub: Engine, world: World) -> None:
    def until_flagged(given: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + 20
        while not world.is_flagged(given["run"]) and time.monotonic() < deadline:
            time.sleep(0.02)
        return {"outcome": "cancelled"}

    world.behave = {"a": until_flagged}
    job = hub.run(spec("slow", ["a"], timeout=0.5)).job
    assert job.status is StepStatus.FAILED
    assert "timeout of 0.5 s" in (job.steps["a"].error or "")
    assert world.of("fence_step") == ["a"]


def test_a_source_that_cannot_be_read_fails_the_job_with_its_reason(hub: Engine, world: World) -> None:
    world.source = lambda: {"outcome": "failed", "error": "there is nothing at /somewhere"}
    job = hub.run(spec("nowhere", ["a"])).job
    assert job.status is StepStatus.FAILED
    assert job.error == "there is nothing at /somewhere"
    assert job.steps["a"].status is StepStatus.SKIPPED


def test_reused_steps_do_not_run_again(hub: Engine, world: World) -> None:
    job = hub.run(spec("again", ["a", "b"], reused={"a": "earlier"}, retry_of="earlier")).job
    assert job.status is StepStatus.COMPLETED
    assert world.of("plan_step") == ["b"]
    assert job.steps["a"].status is StepStatus.COMPLETED
    assert job.steps["a"].message == "reused from job earlier"


def test_a_dry_run_plans_every_step_and_works_on_none(hub: Engine, world: World) -> None:
    job = hub.run(spec("dry", ["a", "b"], dry_run=True)).job
    assert job.status is StepStatus.COMPLETED
    assert world.of("plan_step") == ["a", "b"]
    assert world.of("run_batch") == []
    assert job.steps["a"].reasons == {"missing": 2}


def test_history_gets_one_row_per_job_and_attempt(hub: Engine, world: World) -> None:
    hub.run(spec("recorded", ["a", "b"]))
    records = world.of("record_run")
    assert [r["status"] for r in records if r["kind"] == "execution"] == ["PENDING", "RUNNING", "COMPLETED"]
    assert [(r["step_name"], r["attempt"]) for r in records if r["kind"] == "step_attempt"] == [("a", 1), ("b", 1)]


def test_events_are_numbered_without_gaps_and_progress_never_falls(hub: Engine, world: World) -> None:
    world.batches = {"a": 10}
    record = hub.run(spec("eventful", ["a", "b"], retry=QUICK))
    assert [event.seq for event in record.events] == list(range(1, len(record.events) + 1))
    overall = [event.overall_progress for event in record.events]
    assert overall == sorted(overall)
    assert record.events[-1].status is StepStatus.COMPLETED


def test_many_jobs_at_once_all_finish(hub: Engine, world: World) -> None:
    for number in range(12):
        hub.start(spec(f"many{number}", ["a"]))
    assert {hub.wait(f"many{n}", 60).job.status for n in range(12)} == {StepStatus.COMPLETED}
