"""Keeping the service in order: logs, traces, retention, jobs ended from outside, and what happens without a graph."""

from __future__ import annotations

import json
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import INSTANCES, Service, write
from tests.e2e.jobs import Trace, config, until


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that is told to log JSON, print spans, and keep house every second."""
    running = Service(
        tmp_path_factory.mktemp("watched"),
        CODESTORY_LOG_FORMAT="json",
        OTEL_TRACES_EXPORTER="console",
        OTEL_BSP_SCHEDULE_DELAY="200",
        CODESTORY_MAINTENANCE_CRON="* * * * * *",
    )
    yield running
    running.close()


def log_lines(service: Service, job_id: str) -> list[dict[str, Any]]:
    """What the application, not the host, has logged about a job."""
    lines: list[dict[str, Any]] = []
    for text in service.local.log.read_text(errors="replace").splitlines(keepends=True):
        start = text.find('{"time"')
        # The last line may not have been written to its end.
        if start >= 0 and text.endswith("\n") and (line := json.loads(text[start:])).get("job_id") == job_id:
            lines.append(line)
    return lines


def test_log_lines_name_job_step_attempt_and_correlation_once_each(watched: Service, repo: Path, trace: Trace) -> None:
    body = {"source_type": "local_path", "source": str(repo), "repository": "logged", "config": config(trace.flaky(1))}
    answer = watched.http.post("/v1/ingest", json=body, headers={"x-correlation-id": "req-19"})
    job_id = answer.json()["job_id"]
    assert watched.wait(job_id)["status"] == "COMPLETED"
    expected = {
        ("acquire_source", None, None): 1,
        ("plan_step", "flaky", 1): 1,
        ("run_batch", "flaky", 1): 1,
        ("run_batch", "flaky", 2): 1,
        ("finish_step", "flaky", 2): 1,
    }

    def found() -> Counter[tuple[str, str | None, int | None]]:
        lines = [line for line in log_lines(watched, job_id) if line["logger"] == "codestory.activities"]
        return Counter((line["message"].split()[0], line.get("step"), line.get("attempt")) for line in lines)

    # The orchestrators were replayed a dozen times meanwhile; the lines were not.
    assert until(lambda: found() == expected and found()) == expected
    assert {line["correlation_id"] for line in log_lines(watched, job_id)} == {"req-19"}
    (failure,) = [line for line in log_lines(watched, job_id) if "passing trouble" in line["message"]]
    assert failure["level"] == "WARNING"


def test_every_activity_is_a_span(watched: Service, repo: Path) -> None:
    job_id = watched.ingest(repo, repository="traced", config=config({"name": "own_way"}))["job_id"]

    def spans() -> set[str]:
        text = watched.local.log.read_text(errors="replace")
        return {name for name in ("acquire_source", "plan_step", "run_batch", "finish_step")
                if f'"name": "{name}"' in text and f'"codestory.job_id": "{job_id}"' in text}  # fmt: skip

    until(lambda: len(spans()) == 4)


def test_a_job_terminated_from_outside_is_cancelled_and_its_dependants_are_freed(
    watched: Service, repo: Path, trace: Trace
) -> None:
    job_id = watched.start(repo, repository="terminated", config=config(trace.slow(batches=2)))
    trace.begun()
    dependent = watched.start(repo, repository="freed", steps=["filesystem"], dependencies=[job_id])
    until(lambda: watched.job(dependent)["status"] == "WAITING")
    gone = watched.http.post(f"{INSTANCES}/{job_id}/terminate", params={"reason": "pulled out"})
    assert gone.status_code == 202
    job = watched.wait(job_id)
    assert job["status"] == "CANCELLED"
    assert "pulled out" in job["error"]
    freed = watched.wait(dependent)
    assert freed["status"] == "FAILED"
    assert job_id in freed["error"]
    until(lambda: watched.http.get(f"/v1/executions/{job_id}").json()["status"] == "CANCELLED")
    # Its workers were told, too: the gate is still closed.
    until(lambda: watched.events(job_id)[-1]["status"] == "CANCELLED")


def test_old_jobs_and_their_snapshots_are_purged_by_the_clock(watched: Service, repo: Path) -> None:
    write(repo, {"a.py": "x = 'in no other repository'\n"})
    first = watched.ingest(repo, repository="aged", steps=["filesystem"])
    write(repo, {"a.py": "x = 2\n"})
    job = watched.ingest(repo, repository="aged", steps=["filesystem"])
    job_id = job["job_id"]
    manifests = watched.home / "blobs" / "snapshots"
    assert {f"{one['snapshot']}.blob" for one in (first, job)} <= {path.name for path in manifests.iterdir()}
    until(lambda: watched.http.get(f"/v1/executions/{job_id}").json().get("status") == "COMPLETED")

    watched.environment["CODESTORY_RETENTION_DAYS"] = str(1 / 86_400)
    watched.restart()

    until(lambda: watched.http.get(f"/v1/ingest/{job_id}").status_code == 404)
    until(lambda: watched.instances(job_id) == {})
    until(lambda: watched.http.get(f"/v1/executions/{job_id}").status_code == 404)
    assert watched.query("MATCH (f:File {repository: 'aged'}) RETURN count(f) AS n") == [{"n": 2}], "the graph stays"
    metrics = watched.http.get("/metrics").text
    (done,) = [line for line in metrics.splitlines() if line.startswith('codestory_ingestion_jobs_total{status="COMPL')]
    assert float(done.split()[-1]) >= 2, "counters never fall"
    until(lambda: not (manifests / f"{first['snapshot']}.blob").exists())
    assert (manifests / f"{job['snapshot']}.blob").exists(), "the source builds on it"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose graph does not answer, and that keeps no history."""
    # Taken, so that nobody else gets it, and not listened on.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        running = Service(
            tmp_path_factory.mktemp("bare"),
            CODESTORY_NEO4J_URI=f"bolt://127.0.0.1:{taken.getsockname()[1]}",
            CODESTORY_NEO4J_USERNAME="neo4j",
            CODESTORY_NEO4J_PASSWORD="hidden-word",
            CODESTORY_DATABASE_URL="none",
        )
        yield running
        running.close()


def test_a_graph_that_is_down_makes_the_service_unhealthy_in_time(bare: Service) -> None:
    answer = bare.http.get("/v1/ingest/health", timeout=20)
    assert answer.status_code == 503
    found = answer.json()
    assert found["status"] == "unhealthy"
    assert {name: part["status"] for name, part in found["components"].items()} == {
        "storage": "healthy", "task_hub": "healthy", "graph": "unhealthy", "history": "healthy", "model": "healthy",
    }  # fmt: skip
    assert found["components"]["graph"]["duration_ms"] < 12_000
    assert "hidden-word" not in answer.text


def test_who_asks_a_graph_that_is_down_is_told_before_giving_up(bare: Service) -> None:
    answer = bare.http.get("/v1/graph/stats", timeout=30)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "Is it running and reachable?" in answer.json()["detail"]


def test_without_history_jobs_run_and_asking_for_history_tells_how_to_switch_it_on(bare: Service, repo: Path) -> None:
    job = bare.ingest(repo, repository="unrecorded", config=config({"name": "own_way"}))
    assert job["status"] == "COMPLETED"
    for path in ("/v1/executions", "/v1/executions/statistics", f"/v1/executions/{job['job_id']}"):
        answer = bare.http.get(path)
        assert answer.status_code == 404
        assert "CODESTORY_DATABASE_URL" in answer.json()["detail"]
    assert "codestory_ingestion_max_tokens 4.0" in bare.http.get("/metrics").text
    # An orchestration ends a moment after it has told the job's end.
    until(lambda: "Running" not in bare.instances(job["job_id"]).values())
    purged = bare.http.post("/v1/ingest/purge", json={"older_than_days": 0}).json()
    assert purged["history"] == 0
    assert purged["jobs"] >= 1


def test_a_healthy_service_says_so_also_when_its_graph_has_yet_to_start(service: Service) -> None:
    first = service.http.get("/v1/ingest/health").json()
    assert first["status"] in ("healthy", "degraded")
    assert first["components"]["graph"]["status"] in ("healthy", "starting")
    until(lambda: service.http.get("/v1/ingest/health").json()["status"] == "healthy", 90)
