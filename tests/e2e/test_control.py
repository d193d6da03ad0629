"""Steering one job through the front door: order, failure and retry, cancel, stop, suspend, prerequisites."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import Service, write
from tests.e2e.jobs import Trace, config, until


def test_the_order_of_the_configuration_is_the_order_of_the_run(service: Service, repo: Path) -> None:
    for order in (["filesystem", "own_way"], ["own_way", "filesystem"]):
        job = service.ingest(repo, repository="ordered", config=config(*({"name": name} for name in order)))
        assert job["status"] == "COMPLETED", job
        starts = [job["steps"][name]["started_at"] for name in order]
        assert starts == sorted(starts)


def test_independent_steps_overlap(service: Service, repo: Path, trace: Trace) -> None:
    job_id = service.start(
        repo, repository="overlap", config=config(trace.slow(depends_on=[]), {"name": "filesystem", "depends_on": []})
    )
    until(lambda: service.step(job_id, "filesystem")["status"] == "COMPLETED")
    assert service.step(job_id, "slow")["status"] in ("PENDING", "WAITING", "RUNNING")
    trace.open()
    assert service.wait(job_id)["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("depends_on", "expected"), [("slow", "slow → filesystem → slow"), ("nothing_like_it", "nothing_like_it")]
)
def test_circles_and_unknown_names_are_refused_and_spelled_out(
    service: Service, repo: Path, depends_on: str, expected: str
) -> None:
    steps = [{"name": "slow", "depends_on": ["filesystem"]}, {"name": "filesystem", "depends_on": [depends_on]}]
    body = {"source_type": "local_path", "source": str(repo), "config": config(*steps)}
    answer = service.http.post("/v1/ingest", json=body)
    assert answer.status_code == 400
    detail = answer.json()["detail"]
    assert expected in detail or " → ".join(["filesystem", "slow", "filesystem"]) in detail


def test_a_failed_step_skips_its_dependants_and_names_the_cause(service: Service, repo: Path, trace: Trace) -> None:
    steps = config(trace.flaky(99), {"name": "filesystem"})
    job = service.ingest(repo, repository="skipping", config={**steps, "retry": {"max_retries": 0}})
    assert job["status"] == "FAILED"
    assert "flaky" in job["error"]
    assert job["steps"]["filesystem"]["status"] == "SKIPPED"
    assert "'flaky'" in job["steps"]["filesystem"]["message"]


def test_a_step_that_fails_twice_then_works_is_completed(service: Service, repo: Path, trace: Trace) -> None:
    policy = {"max_retries": 3, "back_off_seconds": 1.0, "max_back_off_seconds": 1.2}
    job_id = service.start(repo, repository="flaky", config={**config(trace.flaky(2)), "retry": policy})
    seen = until(lambda: (s := service.step(job_id, "flaky"))["retry_count"] and s)
    assert "passing trouble number" in seen["last_error"]
    job = service.wait(job_id)
    step = job["steps"]["flaky"]
    assert job["status"] == "COMPLETED", job
    assert step["retry_count"] == 2
    assert "passing trouble number 2" in step["last_error"]
    told = [event for event in service.events(job_id) if (event["message"] or "").startswith("retry ")]
    assert [(event["retry_count"], event["status"]) for event in told] == [(1, "RUNNING"), (2, "RUNNING")]
    tries = [float(line[0]) for line in trace.lines()]
    gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert gaps[0] >= 1.0
    assert gaps[1] >= 1.2
    record = until(lambda: (r := service.http.get(f"/v1/executions/{job_id}").json())["status"] == "COMPLETED" and r)
    assert [(s["attempt"], s["status"]) for s in record["steps"]] == [(1, "FAILED"), (2, "FAILED"), (3, "COMPLETED")]


def test_a_step_that_always_fails_ends_after_max_retries_plus_one_attempts(
    service: Service, repo: Path, trace: Trace
) -> None:
    # The step's own policy goes before that of the pipeline.
    step = trace.flaky(99, retry={"max_retries": 2, "back_off_seconds": 0.1})
    job = service.ingest(repo, repository="hopeless", config=config(step))
    assert job["status"] == "FAILED"
    assert job["steps"]["flaky"]["retry_count"] == 2
    assert "passing trouble number 3" in job["steps"]["flaky"]["last_error"]
    assert len(trace.lines()) == 3


def test_a_permanent_failure_is_not_retried(service: Service, repo: Path, trace: Trace) -> None:
    job = service.ingest(repo, repository="permanent", config=config(trace.flaky(permanent=True)))
    assert job["status"] == "FAILED"
    assert job["steps"]["flaky"]["retry_count"] == 0
    assert "this will never work" in job["error"]
    assert len(trace.lines()) == 1


def test_one_step_from_a_step_and_the_whole_workflow_can_be_retried(service: Service, repo: Path, trace: Trace) -> None:
    # The gate decides whether the step in the middle works: failures count per job.
    given = {**config({"name": "filesystem"}, trace.flaky(1), {"name": "own_way"}), "retry": {"max_retries": 0}}
    first = service.ingest(repo, repository="retried", config=given)
    assert {name: s["status"] for name, s in first["steps"].items()} == {
        "filesystem": "COMPLETED", "flaky": "FAILED", "own_way": "SKIPPED",
    }  # fmt: skip
    refused = service.http.post(f"/v1/ingest/{first['job_id']}/retry", json={"step": "x"})
    assert refused.status_code == 400
    (trace.folder / "works").touch()
    from_step = service.wait(service.act(first["job_id"], "retry", from_step="flaky")["job_id"])
    assert (from_step["status"], from_step["retry_of"]) == ("COMPLETED", first["job_id"])
    assert "reused" in from_step["steps"]["filesystem"]["message"]
    assert from_step["steps"]["own_way"]["units_done"] == 2
    one = service.wait(service.act(first["job_id"], "retry", step="flaky")["job_id"])
    assert one["status"] == "COMPLETED"
    assert "reused" in one["steps"]["filesystem"]["message"]
    assert "own_way" not in one["steps"]
    whole = service.wait(service.act(first["job_id"], "retry")["job_id"])
    assert set(whole["steps"]) == {"filesystem", "flaky", "own_way"}
    assert "reused" not in (whole["steps"]["filesystem"]["message"] or "")
    assert whole["steps"]["filesystem"]["stale"] == 0, "what has not changed is not done again"


def test_a_job_that_runs_cannot_be_retried(service: Service, repo: Path, trace: Trace) -> None:
    job_id = service.start(repo, repository="busy", config=config(trace.slow()))
    answer = service.http.post(f"/v1/ingest/{job_id}/retry")
    assert answer.status_code == 409
    trace.open()
    service.wait(job_id)


def test_a_retry_under_one_key_starts_one_job_and_another_wish_is_a_conflict(service: Service, repo: Path) -> None:
    done = service.ingest(repo, repository="keyed", steps=["filesystem"])
    address, headers = f"/v1/ingest/{done['job_id']}/retry", {"Idempotency-Key": "again"}
    first, second = (service.http.post(address, headers=headers).json() for _ in range(2))
    assert first["job_id"] == second["job_id"] != done["job_id"]
    other = service.http.post(address, headers=headers, json={"step": "filesystem"})
    assert other.status_code == 409
    service.wait(first["job_id"])


def test_a_job_cancelled_in_the_middle_of_2000_files_leaves_no_half_written_file(
    service: Service, tmp_path: Path
) -> None:
    source = write(tmp_path / "many", {f"d{n % 50}/f{n}.txt": f"{n}\n" for n in range(2000)})
    job_id = service.start(
        source, repository="half", config=config({"name": "marker", "pause": 0.01, "concurrency": 2})
    )
    until(lambda: service.step(job_id, "marker")["progress"] > 5, 60)
    began = time.monotonic()
    service.act(job_id, "cancel")
    job = service.wait(job_id)
    assert job["status"] == "CANCELLED"
    # The promise of five seconds is one to the user, the only one here that is about time.
    assert time.monotonic() - began < 5
    counting = "MATCH (n:{} {{repository: 'half'}}) RETURN count(n) AS n"
    heads, tails = (service.query(counting.format(label))[0]["n"] for label in ("MarkerHead", "MarkerTail"))
    assert heads == tails
    until(lambda: "Running" not in service.instances(job_id).values())
    assert service.query(counting.format("MarkerHead"))[0]["n"] == heads, "nothing is written after CANCELLED"
    done = service.ingest(source, repository="half", config=config({"name": "marker"}))
    assert done["status"] == "COMPLETED", done
    assert service.query("MATCH (:MarkerHead {repository: 'half'})-[r:MARKS]->() RETURN count(r) AS n") == [{"n": 2000}]


def test_a_cancelled_job_gives_its_token_back_and_none_of_its_orchestrations_runs_on(
    service: Service, repo: Path, trace: Trace
) -> None:
    given = config(trace.slow(batches=4, concurrency=2, resource="alone"), resources={"pools": {"alone": 1}})
    job_id = service.start(repo, repository="returning", config=given)
    trace.begun(2)
    assert [lease["holder"] for lease in service.pool("alone")["leases"]] == [f"{job_id}:slow"]
    service.act(job_id, "cancel")
    statuses = {event["status"] for event in (service.wait(job_id) and service.events(job_id))}
    assert {"CANCELLING", "CANCELLED"} <= statuses
    until(lambda: service.pool("alone")["leases"] == [])
    until(lambda: set(service.instances(job_id).values()) == {"Completed"})
    assert len(service.instances(job_id)) == 2
    assert not [line for line in trace.lines() if line[2] == "end"]


def test_a_job_is_cancelled_while_it_waits_for_a_token(service: Service, tmp_path: Path, trace: Trace) -> None:
    given = config(trace.slow(resource="one"), resources={"pools": {"one": 1}})
    repos = [write(tmp_path / f"r{n}", {"a": str(n)}) for n in range(2)]
    holder = service.start(repos[0], repository="token0", config=given)
    trace.begun()
    waiter = service.start(repos[1], repository="token1", config=given)
    until(lambda: [found["lease_id"] for found in service.pool("one")["waiting"]] == [f"{waiter}:slow"])
    service.act(waiter, "cancel")
    assert service.wait(waiter)["status"] == "CANCELLED"
    assert service.step(waiter, "slow")["status"] == "CANCELLED"
    until(lambda: service.pool("one")["waiting"] == [])
    trace.open()
    assert service.wait(holder)["status"] == "COMPLETED"


def test_a_job_is_cancelled_while_it_backs_off(service: Service, repo: Path, trace: Trace) -> None:
    given = {**config(trace.flaky(99)), "retry": {"max_retries": 3, "back_off_seconds": 600}}
    job_id = service.start(repo, repository="backing", config=given)
    until(lambda: service.step(job_id, "flaky")["retry_count"] == 1)
    service.act(job_id, "cancel")
    job = service.wait(job_id)
    assert (job["status"], job["steps"]["flaky"]["status"]) == ("CANCELLED", "CANCELLED")
    assert len(trace.lines()) == 1


def test_a_suspended_job_starts_nothing_until_it_is_resumed(service: Service, repo: Path, trace: Trace) -> None:
    job_id = service.start(repo, repository="suspended", config=config(trace.slow(batches=3, concurrency=1)))
    trace.begun()
    service.act(job_id, "suspend")
    until(lambda: service.job(job_id)["status"] == "SUSPENDED")
    until(lambda: set(service.instances(job_id).values()) == {"Suspended"})
    trace.open()
    until(lambda: [line for line in trace.lines() if line[2] == "end"])
    # Whatever the end of the batch sets off would be there by the time another job is through.
    assert service.ingest(repo, repository="meanwhile", steps=["filesystem"])["status"] == "COMPLETED"
    assert len(trace.begun()) == 1
    service.act(job_id, "resume")
    assert service.wait(job_id)["status"] == "COMPLETED"
    assert len(trace.begun()) == 3


def test_a_suspended_job_can_be_cancelled(service: Service, repo: Path, trace: Trace) -> None:
    job_id = service.start(repo, repository="put-off", config=config(trace.slow(batches=3)))
    trace.begun()
    service.act(job_id, "suspend")
    until(lambda: service.job(job_id)["status"] == "SUSPENDED")
    service.act(job_id, "cancel")
    assert service.wait(job_id)["status"] == "CANCELLED"
    until(lambda: set(service.instances(job_id).values()) == {"Completed"})


def test_cancelling_a_finished_job_changes_nothing(service: Service, repo: Path) -> None:
    job = service.ingest(repo, repository="finished", steps=["filesystem"])
    for action in ("cancel", "stop", "suspend", "resume"):
        answer = service.http.post(f"/v1/ingest/{job['job_id']}/{action}")
        assert answer.status_code == 200
        assert answer.json() == job


def test_scheduled_and_waiting_jobs_cancel_at_once(service: Service, repo: Path) -> None:
    scheduled = service.start(repo, repository="scheduled", steps=["filesystem"], countdown=3600)
    until(lambda: service.job(scheduled)["status"] == "SCHEDULED")
    waiting = service.start(repo, repository="waiting", steps=["filesystem"], dependencies=[scheduled])
    until(lambda: service.job(waiting)["status"] == "WAITING")
    assert service.job(waiting)["waiting_for"] == [scheduled]
    assert scheduled in service.job(waiting)["message"]
    for job_id in (waiting, scheduled):
        service.act(job_id, "cancel")
        assert service.wait(job_id)["status"] == "CANCELLED"


def test_a_dependent_job_waits_for_its_prerequisite(service: Service, repo: Path, trace: Trace) -> None:
    first = service.start(repo, repository="before", config=config(trace.slow()))
    second = service.start(repo, repository="after", steps=["filesystem"], dependencies=[first])
    until(lambda: service.job(second)["status"] == "WAITING")
    trace.open()
    ended = service.wait(first)
    assert ended["status"] == "COMPLETED"
    job = service.wait(second)
    assert job["status"] == "COMPLETED"
    assert job["started_at"] >= ended["completed_at"]


def test_a_dependent_of_a_job_that_fails_names_it(service: Service, repo: Path) -> None:
    broken = service.start("/nowhere/at/all", repository="broken")
    job = service.ingest(repo, repository="dependent", steps=["filesystem"], dependencies=[broken])
    assert job["status"] == "FAILED"
    assert broken in job["error"]


def test_an_unknown_prerequisite_is_refused(service: Service, repo: Path) -> None:
    body = {"source_type": "local_path", "source": str(repo), "dependencies": ["no-such-job"]}
    answer = service.http.post("/v1/ingest", json=body)
    assert answer.status_code == 400
    assert "no-such-job" in str(answer.json()["problems"])


def test_stop_finishes_what_runs_and_skips_the_rest(service: Service, repo: Path, trace: Trace) -> None:
    job_id = service.start(repo, repository="stopped", config=config(trace.slow(), {"name": "filesystem"}))
    trace.begun()
    service.act(job_id, "stop")
    trace.open()
    job = service.wait(job_id)
    assert job["status"] == "STOPPED"
    assert job["steps"]["slow"]["status"] == "COMPLETED"
    assert job["steps"]["filesystem"]["status"] == "SKIPPED"
    resumed = service.wait(service.act(job_id, "retry", from_step="filesystem")["job_id"])
    assert resumed["status"] == "COMPLETED"
