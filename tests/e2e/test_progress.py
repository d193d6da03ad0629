"""What a user can know of a job, while it runs and afterwards: progress, events, history, metrics."""

from __future__ import annotations

import itertools
import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

from tests.e2e.conftest import INSTANCES, Service, write
from tests.e2e.jobs import Trace, config, until


def test_progress_rises_to_100_and_every_step_tells_what_it_used(service: Service, tmp_path: Path) -> None:
    source = write(tmp_path / "source", {f"f{n}.txt": f"{n}\n" for n in range(200)})
    marker = {"name": "marker", "pause": 0.002, "concurrency": 1}
    job_id = service.start(source, repository="progress", config=config({"name": "filesystem"}, marker))
    seen: list[tuple[float, float]] = []
    while (job := service.job(job_id))["status"] not in ("COMPLETED", "FAILED"):
        seen.append((job["progress"], job["steps"]["marker"]["progress"]))
        time.sleep(0.05)
    seen.append((job["progress"], job["steps"]["marker"]["progress"]))
    assert job["status"] == "COMPLETED", job
    for values in zip(*seen, strict=True):
        assert list(values) == sorted(values)
        assert values[-1] == 100
    for step in job["steps"].values():
        assert step["cpu_percent"] >= 0
        assert step["memory_mb"] > 1
        assert step["duration"] > 0
        assert step["units_per_second"] > 0
        assert step["rows_per_second"] > 0
        assert step["units_done"] == step["stale"] > 0
    events = service.events(job_id)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    overall = [event["overall_progress"] for event in events]
    assert overall == sorted(overall)
    between = {event["progress"] for event in events if event["step"] == "marker"} - {0, 100}
    assert between, "progress within the step was told, too"


def test_the_feed_can_be_waited_for(service: Service, repo: Path, trace: Trace) -> None:
    job_id = service.start(repo, repository="feed", config=config(trace.slow()))
    trace.begun()
    address = f"/v1/ingest/{job_id}/events"
    last = until(lambda: service.http.get(address).json()["next"])
    answers: list[dict[str, Any]] = []
    waiting = threading.Thread(
        target=lambda: answers.append(service.http.get(address, params={"after": last, "wait": 30}).json())
    )
    waiting.start()
    trace.open()
    waiting.join(60)
    (answer,) = answers
    assert answer["events"][0]["seq"] == last + 1
    service.wait(job_id)
    rest = service.http.get(address, params={"after": answer["next"], "wait": 30}).json()
    assert rest["done"] is True
    assert service.http.get(address, params={"after": "x"}).status_code == 400
    assert service.http.get("/v1/ingest/no-such-job/events").status_code == 404


def test_the_same_idempotency_key_starts_one_job(service: Service, repo: Path) -> None:
    body = {"source_type": "local_path", "source": str(repo), "repository": "idem", "steps": ["filesystem"]}
    headers = {"Idempotency-Key": "one-key"}
    first, second = (service.http.post("/v1/ingest", json=body, headers=headers) for _ in range(2))
    assert first.json()["job_id"] == second.json()["job_id"]
    other = service.http.post("/v1/ingest", json={**body, "priority": "high"}, headers=headers)
    assert other.status_code == 409
    service.wait(first.json()["job_id"])
    assert service.http.post("/v1/ingest", json=body, headers=headers).json()["job_id"] == first.json()["job_id"]


def test_a_talkative_step_stays_within_the_limits_of_durable_storage(service: Service, repo: Path) -> None:
    job = service.ingest(repo, repository="hungry", config=config({"name": "hungry", "concurrency": 4}))
    assert job["status"] == "COMPLETED", job
    step = job["steps"]["hungry"]
    assert step["warning_count"] == 120 * 200
    assert len(step["warnings"]) <= 20
    history = service.http.get(
        f"{INSTANCES}/{job['job_id']}:hungry", params={"showHistory": "true", "showHistoryOutput": "true"}
    )
    events = history.json()["historyEvents"]
    assert max(len(json.dumps(event)) for event in events) < 45_000
    # The orchestration ends a moment after it has told the job's end.
    status = until(lambda: service.http.get(f"{INSTANCES}/{job['job_id']}").json()["customStatus"])
    assert status["steps"] == {"hungry": "COMPLETED"}
    assert len(json.dumps(status).encode("utf-16")) < 16_000


def test_a_step_gets_only_what_it_declares_and_strict_mode_refuses_the_rest(
    service: Service, repo: Path, trace: Trace
) -> None:
    given = {
        "config": config({"name": "slow", "seconds": 9.0}, {"name": "filesystem"}),
        # For all that know them, for one step alone, and for nobody.
        "options": {"seconds": 0.01, "slow": {"trace": str(trace.folder), "label": "told"}, "colour": "red"},
    }
    job = service.ingest(repo, repository="filtered", **given)
    assert job["status"] == "COMPLETED", job
    assert {line[3] for line in trace.lines()} == {"told"}
    dropped = [warning for warning in job["warnings"] if "left out" in warning]
    assert any("slow" in warning and "colour" in warning for warning in dropped)
    assert any("filesystem" in warning and "seconds" in warning for warning in dropped)
    body = {"source_type": "local_path", "source": str(repo), **given, "strict_parameters": True}
    answer = service.http.post("/v1/ingest", json=body)
    assert answer.status_code == 400
    assert "colour" in str(answer.json()["problems"])


def test_a_step_that_runs_its_own_way_takes_part(service: Service, repo: Path) -> None:
    job = service.ingest(repo, repository="own-way", config=config({"name": "own_way"}))
    assert job["status"] == "COMPLETED", job
    assert job["steps"]["own_way"]["units_done"] == 2


def test_one_step_is_updated_without_the_others(service: Service, repo: Path) -> None:
    body = {"source_type": "local_path", "source": str(repo), "repository": "updated", "step": "filesystem"}
    first = service.wait(service.http.post("/v1/ingest/update", json=body).json()["job_id"])
    assert list(first["steps"]) == ["filesystem"]
    (repo / "a.py").write_text("x = 2\n")
    second = service.wait(service.http.post("/v1/ingest/update", json=body).json()["job_id"])
    assert second["steps"]["filesystem"]["stale"] == 1
    nameless = {key: value for key, value in body.items() if key != "step"}
    assert service.http.post("/v1/ingest/update", json=nameless).status_code == 400


def test_a_plan_says_what_would_run_and_why_without_running_it(service: Service, repo: Path) -> None:
    body = {"source_type": "local_path", "source": str(repo), "repository": "planned", "steps": ["filesystem"]}
    job = service.wait(service.http.post("/v1/ingest/plan", json=body).json()["job_id"])
    assert job["status"] == "COMPLETED"
    assert job["dry_run"] is True
    step = job["steps"]["filesystem"]
    assert step["stale"] == step["units"] > 0
    assert step["reasons"] == {"missing": step["stale"]}
    assert service.query("MATCH (f:File {repository: 'planned'}) RETURN count(f) AS n") == [{"n": 0}]
    assert service.http.get(f"/v1/executions/{job['job_id']}").status_code == 404


def test_a_plan_names_the_steps_whose_results_will_have_changed_by_then(service: Service, repo: Path) -> None:
    steps = ["filesystem", "syntax", "summarizer"]
    body = {"source_type": "local_path", "source": str(repo), "repository": "foreseen", "steps": steps}

    def plan() -> dict[str, Any]:
        return service.wait(service.http.post("/v1/ingest/plan", json=body).json()["job_id"])["steps"]

    service.wait(service.http.post("/v1/ingest", json=body).json()["job_id"])
    quiet = plan()
    assert [step["stale"] for step in quiet.values()] == [0, 0, 0]
    assert [step["pending_upstream"] for step in quiet.values()] == [[], [], []]
    (repo / "a.py").write_text("def fresh():\n    return 1\n")
    found = plan()
    assert found["summarizer"]["reasons"] == quiet["summarizer"]["reasons"]
    assert found["summarizer"]["pending_upstream"] == ["filesystem", "syntax"]
    assert "before filesystem, syntax change what it reads" in found["summarizer"]["message"]
    assert found["syntax"]["pending_upstream"] == []
    done = service.wait(service.http.post("/v1/ingest", json=body).json()["job_id"])["steps"]
    assert done["summarizer"]["stale"] > 0
    assert done["summarizer"]["pending_upstream"] == []


def test_an_uploaded_archive_keeps_its_name(service: Service, repo: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "upload"), "zip", repo))
    answer = service.http.post("/v1/repositories", params={"name": "shop"}, content=archive.read_bytes())
    assert answer.status_code == 201, answer.text
    stored = answer.json()
    assert (stored["repository"], stored["files"]) == ("shop", 2)
    request = {name: stored[name] for name in ("source_type", "source", "repository")}
    job_id = service.http.post("/v1/ingest", json={**request, "steps": ["filesystem"]}).json()["job_id"]
    assert service.wait(job_id)["repository"] == "shop"
    refused = service.http.post("/v1/repositories", params={"name": "a#b"}, content=archive.read_bytes())
    assert refused.status_code == 400
    assert "a#b" in refused.text
    assert service.http.post("/v1/repositories", content=b"").status_code == 400


def counters(service: Service) -> dict[str, float]:
    lines = service.http.get("/metrics").text.splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_history_metrics_and_purge(own_service: Service, repo: Path, trace: Trace) -> None:
    # Other tests' jobs must neither be counted nor purged.
    service = own_service
    before = counters(service)
    steps = [{"name": "filesystem"}, trace.flaky(1)]
    done = service.ingest(repo, repository="kept", config=config(*steps), description="password=s3cr3t-word")
    failed = service.ingest("/nowhere", repository="lost", priority="low")

    def listed() -> dict[str, str]:
        query = {"since": done["created_at"], "limit": 50}
        page = service.http.get("/v1/executions", params=query).json()
        return {item["execution_id"]: item["status"] for item in page["items"]}

    until(lambda: listed() == {done["job_id"]: "COMPLETED", failed["job_id"]: "FAILED"})
    record = service.http.get(f"/v1/executions/{done['job_id']}").json()
    assert record["repository"] == "kept"
    assert record["queue_ms"] >= 0
    assert record["output_data"]["files"] == 2
    assert record["output_data"]["steps"]["flaky"]["retry_count"] == 1
    attempts = [(s["step_name"], s["attempt"], s["status"]) for s in record["steps"]]
    assert sorted(attempts) == [("filesystem", 1, "COMPLETED"), ("flaky", 1, "FAILED"), ("flaky", 2, "COMPLETED")]
    by_step = {(s["step_name"], s["attempt"]): s for s in record["steps"]}
    assert by_step["filesystem", 1]["throttle_wait_ms"] >= 0
    assert by_step["flaky", 2]["throttle_wait_ms"] is None
    assert by_step["filesystem", 1]["cpu_percent"] >= 0
    assert "s3cr3t-word" not in json.dumps(record)
    statistics = service.http.get("/v1/executions/statistics").json()
    assert statistics["by_status"]["COMPLETED"] >= 1

    series = {
        'codestory_ingestion_jobs_total{status="COMPLETED"}': 1,
        'codestory_ingestion_jobs_total{status="FAILED"}': 1,
        'codestory_ingestion_steps_total{status="COMPLETED",step_name="filesystem"}': 1,
        'codestory_ingestion_step_retries_total{step_name="flaky"}': 1,
        'codestory_ingestion_throttle_wait_seconds_count{step_name="filesystem"}': 1,
        'codestory_ingestion_step_duration_seconds_count{step_name="flaky"}': 2,
        # A job whose source cannot be read has started, too.
        "codestory_ingestion_queue_time_seconds_count": 2,
    }
    until(lambda: {n: counters(service).get(n, 0) - before.get(n, 0) for n in series} == series)
    assert counters(service)["codestory_ingestion_active_jobs"] == 0

    # An orchestration ends a moment after it has told the job's end.
    ids = [done["job_id"], failed["job_id"]]
    until(lambda: all("Running" not in service.instances(job_id).values() for job_id in ids))
    purged = service.http.post("/v1/ingest/purge", json={"older_than_days": 0}).json()
    assert purged["jobs"] >= 2
    assert purged["history"] >= 2
    assert service.http.get("/v1/ingest").json()["total"] == 0
    for path in (f"/v1/ingest/{done['job_id']}", f"/v1/executions/{done['job_id']}"):
        assert service.http.get(path).status_code == 404
    later = until(lambda: counters(service))
    assert all(later[name] >= before.get(name, 0) + rise for name, rise in series.items()), "no counter falls"


def test_jobs_on_one_repository_take_turns(service: Service, repo: Path, trace: Trace) -> None:
    jobs = [service.start(repo, repository="shared", config=config(trace.slow(0.05))) for _ in range(3)]
    trace.begun()
    until(lambda: [service.job(job_id)["status"] for job_id in jobs].count("WAITING") == 2)
    trace.open()
    ended = [service.wait(job_id) for job_id in jobs]
    spans = sorted((job["started_at"], job["completed_at"]) for job in ended)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
