"""Steering jobs through the front door: order, retry, cancel, stop, suspend, schedules, tokens, limits."""

from __future__ import annotations

import itertools
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Service, write

ONE_STEP_RETRY = {"max_retries": 3, "back_off_seconds": 0.3, "max_back_off_seconds": 2}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return write(tmp_path / "repo", {"a.py": "x = 1\n", "b/c.txt": "hello\n"})


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    folder = tmp_path / "trace"
    folder.mkdir()
    (folder / "trace.log").touch()
    return folder


def traced(trace: Path) -> list[list[str]]:
    return [line.split() for line in (trace / "trace.log").read_text().splitlines()]


def config(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"steps": list(steps), "retry": ONE_STEP_RETRY, **more}


def slow(trace: Path | None = None, seconds: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"name": "slow", "seconds": seconds, "trace": str(trace) if trace else None, **more}


def until(what: Any, timeout: float = 30) -> Any:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("did not happen in time")


def test_the_order_of_the_configuration_is_the_order_of_the_run(service: Service, repo: Path) -> None:
    for order in (["filesystem", "slow"], ["slow", "filesystem"]):
        steps = [{"name": name, **({"seconds": 0.05} if name == "slow" else {})} for name in order]
        job = service.ingest(repo, repository="ordered", config=config(*steps))
        assert job["status"] == "COMPLETED", job
        starts = [job["steps"][name]["started_at"] for name in order]
        assert starts == sorted(starts)


def test_independent_steps_overlap(service: Service, repo: Path, trace: Path) -> None:
    job = service.ingest(
        repo, repository="overlap",
        config=config(slow(trace, 1.5, depends_on=[]), {"name": "filesystem", "depends_on": []}),
    )  # fmt: skip
    assert job["status"] == "COMPLETED", job
    filesystem, nap = job["steps"]["filesystem"], job["steps"]["slow"]
    assert filesystem["started_at"] < nap["completed_at"]
    assert nap["started_at"] < filesystem["completed_at"]


def test_a_circle_of_dependencies_is_spelled_out(service: Service, repo: Path) -> None:
    body = {
        "source_type": "local_path", "source": str(repo),
        "config": config(slow(depends_on=["filesystem"]), {"name": "filesystem", "depends_on": ["slow"]}),
    }  # fmt: skip
    answer = service.http.post("/v1/ingest", json=body)
    assert answer.status_code == 400
    assert "→" in answer.json()["detail"]


def test_a_failed_step_skips_its_dependants_and_names_the_cause(service: Service, repo: Path, trace: Path) -> None:
    job = service.ingest(
        repo, repository="skipping",
        config={**config({"name": "flaky", "trace": str(trace), "failures": 99}, slow()), "retry": {"max_retries": 0}},
    )  # fmt: skip
    assert job["status"] == "FAILED"
    assert "flaky" in job["error"]
    assert job["steps"]["slow"]["status"] == "SKIPPED"
    assert "'flaky'" in job["steps"]["slow"]["message"]


def test_a_step_that_fails_twice_then_works_is_completed(service: Service, repo: Path, trace: Path) -> None:
    job = service.ingest(repo, repository="flaky", config=config({"name": "flaky", "trace": str(trace), "failures": 2}))
    step = job["steps"]["flaky"]
    assert job["status"] == "COMPLETED", job
    assert step["retry_count"] == 2
    assert "passing trouble number 2" in step["last_error"]
    tries = [float(line[0]) for line in traced(trace)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert gaps[0] >= 0.3
    assert gaps[1] >= 0.6
    record = service.http.get(f"/v1/executions/{job['job_id']}").json()
    assert [(s["attempt"], s["status"]) for s in record["steps"]] == [(1, "FAILED"), (2, "FAILED"), (3, "COMPLETED")]


def test_a_step_that_always_fails_ends_after_max_retries_plus_one_attempts(
    service: Service, repo: Path, trace: Path
) -> None:
    step = {"name": "flaky", "trace": str(trace), "failures": 99, "retry": {"max_retries": 2, "back_off_seconds": 0.1}}
    job = service.ingest(repo, repository="hopeless", config=config(step))
    assert job["status"] == "FAILED"
    assert job["steps"]["flaky"]["retry_count"] == 2
    assert len(traced(trace)) == 3


def test_one_step_from_a_step_and_the_whole_workflow_can_be_retried(service: Service, repo: Path, trace: Path) -> None:
    failing = {"name": "flaky", "trace": str(trace), "failures": 1}
    given = {**config({"name": "filesystem"}, failing, slow(seconds=0.05)), "retry": {"max_retries": 0}}
    first = service.ingest(repo, repository="retried", config=given)
    assert first["status"] == "FAILED"
    assert service.http.post(f"/v1/ingest/{first['job_id']}/retry", json={"step": "x"}).status_code == 400
    answer = service.http.post(f"/v1/ingest/{first['job_id']}/retry", json={"from_step": "flaky"})
    assert answer.status_code == 202, answer.text
    second_id = answer.json()["job_id"]
    again = service.job(second_id)
    assert again["retry_of"] == first["job_id"]
    (trace / "trace.log").write_text(f"0 0 try {second_id}\n")
    second = service.wait(second_id)
    assert second["status"] in ("COMPLETED", "FAILED")
    assert "reused" in second["steps"]["filesystem"]["message"]
    (trace / "trace.log").write_text("".join(f"0 0 try {j}\n" for j in (first["job_id"], second_id)))
    whole = service.http.post(f"/v1/ingest/{first['job_id']}/retry").json()["job_id"]
    job = service.wait(whole)
    assert set(job["steps"]) == {"filesystem", "flaky", "slow"}
    assert "reused" not in (job["steps"]["filesystem"]["message"] or "")
    assert job["steps"]["filesystem"]["stale"] == 0


def test_a_job_cancelled_in_the_middle_of_2000_files_leaves_no_half_written_file(
    service: Service, tmp_path: Path
) -> None:
    source = write(tmp_path / "many", {f"d{n % 50}/f{n}.txt": f"{n}\n" for n in range(2000)})
    job_id = service.start(
        source, repository="half", config=config({"name": "marker", "pause": 0.01, "concurrency": 2})
    )
    until(lambda: service.job(job_id)["steps"]["marker"]["progress"] > 5, 60)
    began = time.monotonic()
    assert service.http.post(f"/v1/ingest/{job_id}/cancel").status_code == 202
    job = service.wait(job_id, 30)
    assert job["status"] == "CANCELLED"
    assert time.monotonic() - began < 5
    time.sleep(0.5)
    (counts,) = service.query(
        "MATCH (n:StepState {repository: 'half'}) OPTIONAL MATCH (h:MarkerHead {repository: 'half'})"
        " WITH count(h) AS heads OPTIONAL MATCH (t:MarkerTail {repository: 'half'})"
        " RETURN heads, count(t) AS tails"
    )
    assert counts["heads"] == counts["tails"]
    done = service.ingest(source, repository="half", config=config({"name": "marker"}))
    assert done["status"] == "COMPLETED", done
    assert service.query("MATCH (:MarkerHead {repository: 'half'})-[r:MARKS]->() RETURN count(r) AS n") == [{"n": 2000}]


def test_cancelling_a_finished_job_changes_nothing(service: Service, repo: Path) -> None:
    job = service.ingest(repo, repository="finished", steps=["filesystem"])
    answer = service.http.post(f"/v1/ingest/{job['job_id']}/cancel")
    assert answer.status_code == 200
    assert answer.json()["status"] == "COMPLETED"


def test_scheduled_and_waiting_jobs_cancel_at_once(service: Service, repo: Path) -> None:
    scheduled = service.start(repo, repository="scheduled", steps=["filesystem"], countdown=3600)
    assert service.job(scheduled)["status"] == "SCHEDULED"
    waiting = service.start(repo, repository="waiting", steps=["filesystem"], dependencies=[scheduled])
    until(lambda: service.job(waiting)["status"] == "WAITING")
    assert service.job(waiting)["waiting_for"] == [scheduled]
    for job_id in (waiting, scheduled):
        service.http.post(f"/v1/ingest/{job_id}/cancel")
        assert service.wait(job_id, 10)["status"] == "CANCELLED"


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


def test_stop_finishes_what_runs_and_skips_the_rest(service: Service, repo: Path, trace: Path) -> None:
    given = config(slow(trace, 1.0), {"name": "filesystem"})
    job_id = service.start(repo, repository="stopped", config=given)
    until(lambda: traced(trace))
    assert service.http.post(f"/v1/ingest/{job_id}/stop").status_code == 202
    job = service.wait(job_id)
    assert job["status"] == "STOPPED"
    assert job["steps"]["slow"]["status"] == "COMPLETED"
    assert job["steps"]["filesystem"]["status"] == "SKIPPED"


def test_a_suspended_job_starts_nothing_until_it_is_resumed(service: Service, repo: Path, trace: Path) -> None:
    given = config(slow(trace, 0.5, batches=6, concurrency=1))
    job_id = service.start(repo, repository="suspended", config=given)
    until(lambda: traced(trace))
    assert service.http.post(f"/v1/ingest/{job_id}/suspend").status_code == 202
    assert service.job(job_id)["status"] == "SUSPENDED"
    time.sleep(1.2)
    begun = len(traced(trace))
    time.sleep(1.2)
    assert len(traced(trace)) == begun
    service.http.post(f"/v1/ingest/{job_id}/resume")
    assert service.wait(job_id)["status"] == "COMPLETED"


def test_cancel_and_stop_survive_a_restart_of_the_host(own_service: Service, repo: Path, trace: Path) -> None:
    cancelled = own_service.start(repo, repository="one", config=config(slow(trace, 20, batches=4)))
    stopped = own_service.start(repo, repository="two", config=config(slow(trace, 1.5), {"name": "filesystem"}))
    until(lambda: len({line[4] for line in traced(trace)}) == 2)
    own_service.http.post(f"/v1/ingest/{cancelled}/cancel")
    own_service.http.post(f"/v1/ingest/{stopped}/stop")
    own_service.restart(kill=True)
    assert own_service.wait(cancelled, 60)["status"] == "CANCELLED"
    job = own_service.wait(stopped, 60)
    assert job["status"] == "STOPPED"
    assert job["steps"]["filesystem"]["status"] == "SKIPPED"


def test_six_jobs_with_two_tokens_run_two_at_a_time_by_priority(
    own_service: Service, tmp_path: Path, trace: Path
) -> None:
    limits = {"resource_max_tokens": 2}
    repos = {n: write(tmp_path / f"r{n}", {"a.txt": str(n)}) for n in range(6)}

    def start(number: int, label: str, priority: str) -> str:
        given = config(slow(trace, 2.0, label=label), resources=limits)
        return own_service.start(repos[number], config=given, priority=priority)

    jobs = [start(0, "first", "default"), start(1, "first", "default")]
    until(lambda: len(traced(trace)) == 2)
    jobs += [start(2, "low", "low"), start(3, "default", "default"), start(4, "high", "high"), start(5, "high", "high")]
    status = until(lambda: (s := own_service.http.get("/v1/ingest/resource_status").json())["waiting"][3:] and s)
    assert (status["available_tokens"], status["max_tokens"]) == (0, 2)
    for job_id in jobs:
        assert own_service.wait(job_id)["status"] == "COMPLETED"
    events = sorted((float(line[0]), line[2], line[3]) for line in traced(trace))
    running = most = 0
    for _, what, _label in events:
        running += 1 if what == "begin" else -1
        most = max(most, running)
    assert most == 2
    order = [label for _, what, label in events if what == "begin"]
    assert order[2:4] == ["high", "high"]
    assert order[4:] == ["default", "low"]


def test_the_pool_can_be_resized_while_jobs_wait(own_service: Service, tmp_path: Path, trace: Path) -> None:
    limits = {"resource_max_tokens": 1}
    for number in range(2):
        own_service.start(
            write(tmp_path / f"r{number}", {"a": str(number)}), config=config(slow(trace, 4.0), resources=limits)
        )
    until(lambda: own_service.http.get("/v1/ingest/resource_status").json()["waiting"])
    assert own_service.http.put("/v1/ingest/resource_status", json={"max_tokens": 2}).status_code == 202
    until(lambda: len(traced(trace)) == 2, 10)
    assert own_service.http.put("/v1/ingest/resource_status", json={"max_tokens": 0}).status_code == 400


def test_a_named_pool_has_its_own_limit(service: Service, tmp_path: Path, trace: Path) -> None:
    limits = {"resource_max_tokens": 4, "pools": {"gpu": 1}}
    jobs = [
        service.start(
            write(tmp_path / f"p{n}", {"a": str(n)}), repository=f"pool{n}",
            config=config(slow(trace, 0.4, resource="gpu"), resources=limits),
        )
        for n in range(3)
    ]  # fmt: skip
    for job_id in jobs:
        assert service.wait(job_id)["status"] == "COMPLETED"
    kinds = [line[2] for line in sorted(traced(trace))]
    assert kinds == ["begin", "end"] * 3


def test_a_job_starts_at_its_eta_and_eta_wins_over_countdown(service: Service, repo: Path) -> None:
    eta = datetime.now(UTC) + timedelta(seconds=2)
    job_id = service.start(repo, repository="eta", steps=["filesystem"], eta=eta.isoformat(), countdown=3600)
    shown = service.job(job_id)
    assert shown["status"] == "SCHEDULED"
    assert datetime.fromisoformat(shown["eta"]) == eta
    job = service.wait(job_id)
    assert datetime.fromisoformat(job["started_at"]) >= eta


def test_a_busy_schedule_skips_overlapping_moments(own_service: Service, repo: Path) -> None:
    body = {
        "name": "often",
        "request": {"source_type": "local_path", "source": str(repo), "config": config(slow(seconds=5.0))},
        "interval_seconds": 2,
    }
    assert own_service.http.post("/v1/schedules", json=body).status_code == 201
    shown = until(
        lambda: (
            (s := own_service.http.get("/v1/schedules/often").json()).get("counts", {}).get("skipped", 0) >= 2 and s
        ),
        60,
    )
    assert own_service.http.post("/v1/schedules/often/pause").status_code == 202
    assert shown["counts"]["started"] >= 1
    jobs = own_service.http.get("/v1/ingest").json()["items"]
    assert len(jobs) == len({job["job_id"] for job in jobs})
    assert all(job["job_id"].startswith("schedule-often-") for job in jobs)
    until(lambda: own_service.http.get("/v1/schedules/often").json()["next_fire"] is None)
    assert own_service.http.delete("/v1/schedules/often").status_code == 204
    until(lambda: own_service.http.get("/v1/schedules/often").status_code == 404)


def test_a_schedule_with_a_mistake_in_its_request_is_refused_when_it_is_made(service: Service) -> None:
    body = {
        "name": "x",
        "cron": "* * * * *",
        "request": {"source_type": "local_path", "source": "/x", "steps": ["nope"]},
    }
    answer = service.http.post("/v1/schedules", json=body)
    assert answer.status_code == 400
    assert "nope" in answer.json()["detail"]


def test_the_same_idempotency_key_starts_one_job(service: Service, repo: Path) -> None:
    body = {"source_type": "local_path", "source": str(repo), "repository": "idem", "steps": ["filesystem"]}
    headers = {"Idempotency-Key": f"key-{time.time_ns()}"}
    first = service.http.post("/v1/ingest", json=body, headers=headers)
    second = service.http.post("/v1/ingest", json=body, headers=headers)
    assert first.json()["job_id"] == second.json()["job_id"]
    other = service.http.post("/v1/ingest", json={**body, "priority": "high"}, headers=headers)
    assert other.status_code == 409
    service.wait(first.json()["job_id"])
    assert service.http.post("/v1/ingest", json=body, headers=headers).json()["job_id"] == first.json()["job_id"]


def test_fifty_jobs_at_once_all_finish_and_the_list_pages(own_service: Service, repo: Path) -> None:
    jobs = [
        own_service.start(repo, repository=f"r{n % 10}", config=config(slow(seconds=0.01)), tags=["fifty"])
        for n in range(50)
    ]
    assert {own_service.wait(job_id, 180)["status"] for job_id in jobs} == {"COMPLETED"}
    seen: list[str] = []
    offset = 0
    while True:
        page = own_service.http.get("/v1/ingest", params={"limit": 20, "offset": offset, "tag": "fifty"}).json()
        seen += [job["job_id"] for job in page["items"]]
        assert page["total"] == 50
        if not page["has_more"]:
            break
        offset += 20
    assert sorted(seen) == sorted(jobs)
    assert own_service.http.get("/v1/ingest", params={"status": "FAILED"}).json()["total"] == 0
    assert own_service.http.get("/v1/ingest", params={"limit": 0}).status_code == 400


def test_a_talkative_step_stays_within_the_limits_of_durable_storage(service: Service, repo: Path) -> None:
    job = service.ingest(repo, repository="hungry", config=config({"name": "hungry", "concurrency": 4}))
    assert job["status"] == "COMPLETED", job
    step = job["steps"]["hungry"]
    assert step["warning_count"] == 120 * 200
    assert len(step["warnings"]) <= 20
    base = "/runtime/webhooks/durabletask/instances/"
    history = service.http.get(
        f"{base}{job['job_id']}:hungry", params={"showHistory": "true", "showHistoryOutput": "true"}
    )
    events = history.json()["historyEvents"]
    assert max(len(json.dumps(event)) for event in events) < 45_000
    status = service.http.get(f"{base}{job['job_id']}").json()["customStatus"]
    assert len(json.dumps(status).encode("utf-16")) < 16_000


def test_a_step_gets_only_what_it_declares_and_strict_mode_refuses_the_rest(service: Service, repo: Path) -> None:
    given = {
        "config": config(slow(seconds=0.01), {"name": "filesystem"}),
        "options": {"seconds": 0.02, "colour": "red"},
    }
    job = service.ingest(repo, repository="filtered", **given)
    assert job["status"] == "COMPLETED", job
    assert any("colour" in warning for warning in job["warnings"])
    body = {"source_type": "local_path", "source": str(repo), **given, "strict_parameters": True}
    answer = service.http.post("/v1/ingest", json=body)
    assert answer.status_code == 400
    assert "colour" in str(answer.json()["problems"])


def test_a_step_that_runs_its_own_way_takes_part(service: Service, repo: Path) -> None:
    job = service.ingest(repo, repository="own-way", config=config({"name": "own_way"}))
    assert job["status"] == "COMPLETED", job
    assert job["steps"]["own_way"]["units_done"] == 2


def test_a_plan_says_what_would_run_and_why_without_running_it(service: Service, repo: Path) -> None:
    body = {"source_type": "local_path", "source": str(repo), "repository": "planned", "steps": ["filesystem"]}
    job = service.wait(service.http.post("/v1/ingest/plan", json=body).json()["job_id"])
    assert job["status"] == "COMPLETED"
    assert job["dry_run"] is True
    step = job["steps"]["filesystem"]
    assert step["stale"] == step["units"] > 0
    assert step["reasons"] == {"missing": step["stale"]}
    assert service.query("MATCH (f:File {repository: 'planned'}) RETURN count(f) AS n") == [{"n": 0}]


def test_history_metrics_and_purge(own_service: Service, repo: Path) -> None:
    done = own_service.ingest(repo, repository="kept", steps=["filesystem"])
    failed = own_service.ingest("/nowhere", repository="lost")
    page = own_service.http.get("/v1/executions").json()
    assert {item["execution_id"]: item["status"] for item in page["items"]} == {
        done["job_id"]: "COMPLETED", failed["job_id"]: "FAILED",
    }  # fmt: skip
    text = own_service.http.get("/metrics").text
    assert 'codestory_ingestion_jobs_total{status="COMPLETED"} 1.0' in text
    assert 'codestory_ingestion_steps_total{status="COMPLETED",step_name="filesystem"} 1.0' in text
    assert "codestory_ingestion_step_duration_seconds_bucket" in text
    assert "codestory_ingestion_active_jobs 0.0" in text
    purged = own_service.http.post("/v1/ingest/purge", json={"older_than_days": 0}).json()
    assert purged["jobs"] == 2
    assert own_service.http.get("/v1/ingest").json()["total"] == 0
    assert own_service.http.get(f"/v1/ingest/{done['job_id']}").status_code == 404
