"""Faults at chosen moments: while the source is read, while a job waits for its turn, while somebody cancels."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.soak.repositories import generated
from benchmarks.soak.service import Supervised
from benchmarks.soak.surroundings import BASE
from benchmarks.soak.workload import FINAL
from tests.e2e.conftest import write

STEPS = Path(__file__).parents[1] / "e2e" / "steps"
RETRY = {"max_retries": 10, "back_off_seconds": 0.3, "max_back_off_seconds": 2}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervised]:
    home = tmp_path_factory.mktemp("scenes") / "home"
    with Supervised(home, {**BASE, "PYTHONPATH": str(STEPS)}) as running:
        yield running


def start(service: Supervised, source: Path, **request: Any) -> str:
    body = {"source_type": "local_path", "source": str(source), **request}
    headers = {"Idempotency-Key": f"{request['repository']}-{request.get('description', '')}"}
    answer = service.ask("POST", "/v1/ingest", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    return answer.json()["job_id"]


def job(service: Supervised, job_id: str) -> dict[str, Any]:
    return service.ask("GET", f"/v1/ingest/{job_id}").json()


def until[T](what: Callable[[], T], timeout: float = 90) -> T:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("did not happen in time")


def ended(service: Supervised, job_id: str) -> dict[str, Any]:
    until(lambda: job(service, job_id)["status"] in FINAL)
    return job(service, job_id)


def test_a_worker_that_dies_while_the_source_is_read_costs_nothing(service: Supervised, tmp_path: Path) -> None:
    source = write(tmp_path / "many", {f"d{n % 40}/f{n}.txt": f"{n}\n" * 50 for n in range(2000)})
    chance = random.Random(7)
    kills = attempt = 0
    # On a busy machine a source may have been read before anybody could ask.
    while not kills:
        attempt += 1
        assert attempt < 10
        name = f"many-{attempt}"
        job_id = start(service, source, repository=name, steps=["filesystem"], config={"retry": RETRY})
        while kills < 2 and job(service, job_id)["snapshot"] is None:
            kills += service.kill_worker(chance)
            time.sleep(0.2)
        assert ended(service, job_id)["status"] == "COMPLETED"
        assert service.query("MATCH (f:File {repository: $name}) RETURN count(f) AS n", name=name) == [{"n": 2000}]


def test_jobs_that_wait_for_tokens_and_repositories_survive_the_death_of_the_host(
    service: Supervised, tmp_path: Path
) -> None:
    source = write(tmp_path / "repo", {"a.py": "x = 1\n"})
    steps = [{"name": "slow", "seconds": 1.5}, {"name": "filesystem"}]
    config = {"steps": steps, "retry": RETRY, "resources": {"resource_max_tokens": 1}}
    jobs = [
        start(service, source, repository=name, description=str(n), config=config)
        for name in ("queue-a", "queue-b")
        for n in range(2)
    ]
    later = start(service, source, repository="queue-c", steps=["filesystem"], dependencies=[jobs[-1]])
    until(lambda: job(service, jobs[0])["status"] == "RUNNING" or job(service, jobs[2])["status"] == "RUNNING")
    until(lambda: [job(service, job_id)["status"] for job_id in (*jobs, later)].count("WAITING") >= 2)
    for _ in range(2):
        assert until(service.kill_host)
        time.sleep(1.0)
    assert [ended(service, job_id)["status"] for job_id in (*jobs, later)] == ["COMPLETED"] * 5
    pool = until(lambda: _idle(service))
    assert pool is not None
    assert pool["available_tokens"] == pool["max_tokens"]


def _idle(service: Supervised) -> dict[str, Any] | None:
    status = service.ask("GET", "/v1/ingest/resource_status").json()
    pools = status["tokens"].values()
    return status if not any(pool["leases"] or pool["waiting"] for pool in pools) else None


def test_what_was_cancelled_stays_cancelled_although_host_and_graph_die(service: Supervised, tmp_path: Path) -> None:
    source = write(tmp_path / "marked", {f"f{n}.txt": f"{n}\n" for n in range(300)})
    config = {"steps": [{"name": "marker", "pause": 0.02, "concurrency": 2}], "retry": RETRY}
    job_id = start(service, source, repository="marked", config=config)
    until(lambda: job(service, job_id)["steps"]["marker"]["progress"] > 0)
    service.ask("POST", f"/v1/ingest/{job_id}/cancel")
    assert until(service.kill_host)
    service.kill_graph()
    assert ended(service, job_id)["status"] == "CANCELLED"
    counts = (
        "MATCH (n:StepState {repository: 'marked'}) OPTIONAL MATCH (h:MarkerHead {repository: 'marked'})"
        " WITH n, count(h) AS heads OPTIONAL MATCH (t:MarkerTail {repository: 'marked'})"
        " RETURN n.writes AS writes, heads, count(t) AS tails"
    )
    before = service.query(counts)
    assert all(row["heads"] == row["tails"] for row in before)
    time.sleep(1.0)
    assert service.query(counts) == before
    assert job(service, job_id)["status"] == "CANCELLED"


def test_a_frozen_graph_delays_a_job_and_does_not_break_it(service: Supervised, tmp_path: Path) -> None:
    source = write(tmp_path / "frozen", {f"f{n}.py": f"def f{n}(): pass\n" for n in range(40)})
    job_id = start(service, source, repository="frozen", config={"retry": RETRY}, steps=["filesystem", "syntax"])
    assert until(lambda: service.freeze_graph(2.0))
    assert ended(service, job_id)["status"] == "COMPLETED"
    assert service.query("MATCH (f:Function {repository: 'frozen'}) RETURN count(f) AS n") == [{"n": 40}]


def test_a_large_first_load_survives_the_death_of_the_process_that_writes_it(
    service: Supervised, tmp_path: Path
) -> None:
    source = generated("large", tmp_path, modules=700, revisions=1).revisions[0]
    config = {"retry": RETRY}
    killed = start(service, source, repository="killed", config=config, steps=["filesystem", "syntax"])
    assert until(service.kill_load)
    assert ended(service, killed)["status"] == "COMPLETED"
    assert job(service, killed)["steps"]["syntax"]["retry_count"] >= 1

    orphaned = start(service, source, repository="orphaned", config=config, steps=["filesystem", "syntax"])
    assert until(service.loads)
    assert service.kill_host()
    assert ended(service, orphaned)["status"] == "COMPLETED"
    assert until(lambda: not service.loads())
    digests = {
        service.ask("GET", "/v1/graph/digest", params={"repository": name}).json()["digest"]
        for name in ("killed", "orphaned")
    }
    assert len(digests) == 1
    assert service.query("MATCH (c:Class {repository: 'orphaned'}) RETURN count(c) AS n") == [{"n": 700}]


def test_a_job_makes_good_for_blobs_that_were_lost(service: Supervised, tmp_path: Path) -> None:
    source = write(tmp_path / "lost", {"a.py": "import b\n\ndef f():\n    return b.g()\n", "b.py": "def g(): pass\n"})
    assert ended(service, start(service, source, repository="lost"))["status"] == "COMPLETED"
    write(source, {"b.py": "def h(): pass\n"})
    shutil.rmtree(service.home / "blobs")
    for name in ("lost", "never-lost"):
        again = ended(service, start(service, source, repository=name, description="2"))
        assert again["status"] == "COMPLETED", again
    digests = [
        service.ask("GET", "/v1/graph/digest", params={"repository": name}).json()["digest"]
        for name in ("lost", "never-lost")
    ]
    assert digests[0] == digests[1]
