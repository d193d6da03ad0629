"""Tokens through the front door: how many steps run at once, who is next, and what becomes of tokens of the dead."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import INSTANCES, Service, write
from tests.e2e.jobs import Trace, at, config, until


def pools(**limits: int) -> dict[str, dict[str, int]]:
    return {"pools": limits}


def test_six_jobs_with_two_tokens_run_two_at_a_time_by_priority(service: Service, tmp_path: Path, trace: Trace) -> None:
    given = {"resources": {"resource_max_tokens": 2}}
    both_high_ones_have_begun = trace.folder / "another-gate"

    def start(number: int, label: str, priority: str) -> str:
        source = write(tmp_path / f"r{number}", {"a.txt": str(number)})
        gate = both_high_ones_have_begun if label == "high" else trace.gate
        settings = config(trace.slow(0.3, label=label, gate=str(gate)), **given)
        return service.start(source, repository=f"six{number}", config=settings, priority=priority)

    jobs = [start(0, "first", "default"), start(1, "first", "default")]
    trace.begun(2)
    for number, (label, priority) in enumerate(
        [("low", "low"), ("default", "default"), ("high", "high"), ("high", "high")], 2
    ):
        jobs.append(start(number, label, priority))
        until(lambda: len(service.pool()["waiting"]) == len(jobs) - 2)
    status = service.http.get("/v1/ingest/resource_status").json()
    assert (status["available_tokens"], status["max_tokens"], len(status["waiting"])) == (0, 2, 4)
    assert {"job_count", "duration_seconds", "cpu_percent", "memory_mb"} <= set(status["metrics"])
    assert 'codestory_ingestion_waiting_steps{priority="high"} 2.0' in service.http.get("/metrics").text
    trace.open()
    try:
        trace.begun(4)
    finally:
        both_high_ones_have_begun.touch()
    for job_id in jobs:
        assert service.wait(job_id)["status"] == "COMPLETED"
    running = most = 0
    events = sorted((float(line[0]), line[2], line[3]) for line in trace.lines())
    for _, what, _label in events:
        running += 1 if what == "begin" else -1
        most = max(most, running)
    assert most == 2
    order = [label for _, what, label in events if what == "begin"]
    assert order[2:4] == ["high", "high"]
    assert set(order[4:]) == {"default", "low"}
    assert until(lambda: service.pool()["available_tokens"] == 2)
    waits = {
        step["throttle_wait_ms"]
        for job_id in jobs
        for step in until(lambda: service.http.get(f"/v1/executions/{job_id}").json()["steps"])  # noqa: B023
    }
    assert None not in waits
    assert max(waits) > 300


def test_with_one_token_the_order_is_that_of_priority_and_then_of_arrival(
    service: Service, tmp_path: Path, trace: Trace
) -> None:
    jobs: list[str] = []
    asked = [("first", "default"), ("low", "low"), ("default", "default"), ("high1", "high"), ("high2", "high")]
    for number, (label, priority) in enumerate(asked):
        given = config(trace.slow(resource="single", label=label), resources=pools(single=1))
        source = write(tmp_path / f"r{number}", {"a": str(number)})
        jobs.append(service.start(source, repository=f"single{number}", config=given, priority=priority))
        if number == 0:
            trace.begun()
        else:
            until(lambda: len(service.pool("single")["waiting"]) == len(jobs) - 1)
    trace.open()
    assert {service.wait(job_id)["status"] for job_id in jobs} == {"COMPLETED"}
    assert [line[3] for line in trace.lines() if line[2] == "begin"] == ["first", "high1", "high2", "default", "low"]


def test_whoever_has_waited_long_enough_goes_before_the_urgent(service: Service, tmp_path: Path, trace: Trace) -> None:
    given = config(trace.slow(resource="ageing"), resources={**pools(ageing=1), "ageing_seconds": 0.5})
    jobs: list[str] = []
    for number, priority in enumerate(["default", "low", "high"]):
        source = write(tmp_path / f"r{number}", {"a": str(number)})
        jobs.append(service.start(source, repository=f"age{number}", config=given, priority=priority))
        if number == 0:
            trace.begun()
        else:
            until(lambda: len(service.pool("ageing")["waiting"]) == number)  # noqa: B023 - evaluated at once
        if number == 1:
            # After two ageing periods it is as urgent as the next, and it has been there longer.
            time.sleep(1.2)
    trace.open()
    ended = [service.wait(job_id) for job_id in jobs]
    low, high = (job["steps"]["slow"]["started_at"] for job in ended[1:])
    assert low < high


def test_the_pool_can_be_resized_while_jobs_wait(service: Service, tmp_path: Path, trace: Trace) -> None:
    given = config(trace.slow(resource="elastic"), resources=pools(elastic=1))
    jobs = [
        service.start(write(tmp_path / f"r{n}", {"a": str(n)}), repository=f"elastic{n}", config=given)
        for n in range(2)
    ]
    until(lambda: len(service.pool("elastic").get("waiting", [])) == 1)
    answer = service.http.put("/v1/ingest/resource_status", json={"max_tokens": 2, "pool": "elastic"})
    assert answer.status_code == 202
    assert service.pool("elastic")["max_tokens"] == 2
    trace.begun(2)
    assert service.http.put("/v1/ingest/resource_status", json={"max_tokens": 0}).status_code == 400
    trace.open()
    assert {service.wait(job_id)["status"] for job_id in jobs} == {"COMPLETED"}


@pytest.mark.parametrize("pool", ["elsatic", "a@b", "repository-" + hashlib.sha256(b"elastic").hexdigest()[:24]])
def test_a_pool_that_is_none_cannot_be_resized(service: Service, pool: str) -> None:
    before = service.http.get("/v1/ingest/resource_status").json()["tokens"].keys()
    answer = service.http.put("/v1/ingest/resource_status", json={"max_tokens": 2, "pool": pool})
    assert answer.status_code == 404
    assert f"there is no pool {pool!r}" in answer.json()["detail"]
    assert "default" in answer.json()["detail"]
    assert service.http.get("/v1/ingest/resource_status").json()["tokens"].keys() == before


def test_a_named_pool_has_its_own_limit(service: Service, tmp_path: Path, trace: Trace) -> None:
    given = config(trace.slow(0.1, gated=False, resource="gpu"), resources=pools(gpu=1))
    jobs = [
        service.start(write(tmp_path / f"p{n}", {"a": str(n)}), repository=f"pool{n}", config=given) for n in range(3)
    ]
    for job_id in jobs:
        assert service.wait(job_id)["status"] == "COMPLETED"
    kinds = [line[2] for line in sorted(trace.lines(), key=lambda line: float(line[0]))]
    assert kinds == ["begin", "end"] * 3


def test_without_a_free_token_a_step_fails_if_configured_so(service: Service, tmp_path: Path, trace: Trace) -> None:
    given = config(trace.slow(resource="strict"), resources={**pools(strict=1), "on_exhausted": "fail"})
    holder = service.start(write(tmp_path / "r0", {"a": "0"}), repository="strict0", config=given)
    trace.begun()
    job = service.ingest(write(tmp_path / "r1", {"a": "1"}), repository="strict1", config=given)
    assert job["status"] == "FAILED"
    assert "throttled" in job["error"]
    assert "'strict'" in job["error"]
    trace.open()
    assert service.wait(holder)["status"] == "COMPLETED"


def test_a_step_that_gets_no_token_in_time_fails(service: Service, tmp_path: Path, trace: Trace) -> None:
    given = config(trace.slow(resource="impatient"), resources={**pools(impatient=1), "acquire_timeout": 0.5})
    holder = service.start(write(tmp_path / "r0", {"a": "0"}), repository="impatient0", config=given)
    trace.begun()
    job = service.ingest(write(tmp_path / "r1", {"a": "1"}), repository="impatient1", config=given)
    assert job["status"] == "FAILED"
    assert "within 0.5 s" in job["error"]
    trace.open()
    assert service.wait(holder)["status"] == "COMPLETED"


def test_a_dead_holder_frees_its_token_and_a_living_one_keeps_it(
    service: Service, tmp_path: Path, trace: Trace
) -> None:
    limits = {"pools": {"mortal": 1, "immortal": 1}, "lease_seconds": 5}
    sources = [write(tmp_path / f"r{n}", {"a": str(n)}) for n in range(4)]
    dying = service.start(
        sources[0], repository="mortal0", config=config(trace.slow(resource="mortal"), resources=limits)
    )
    living = service.start(
        sources[1], repository="immortal0", config=config(trace.slow(resource="immortal"), resources=limits)
    )
    trace.begun(2)
    first_expiry = at(service.pool("immortal")["leases"][0]["expires_at"])
    # Terminating gives no orchestrator the chance to return anything.
    gone = service.http.post(f"{INSTANCES}/{dying}:slow/terminate", params={"reason": "pulled out"})
    assert gone.status_code == 202
    heir = service.start(
        sources[2], repository="mortal1", config=config(trace.slow(resource="mortal"), resources=limits)
    )
    rival = service.start(
        sources[3], repository="immortal1", config=config(trace.slow(resource="immortal"), resources=limits)
    )
    until(lambda: [lease["holder"] for lease in service.pool("mortal")["leases"]] == [f"{heir}:slow"])
    assert service.pool("mortal")["expired_total"] == 1
    assert service.wait(dying)["status"] == "FAILED"
    # The same time has passed for the other, whose lease would be gone by now, had it not been renewed.
    (kept,) = until(lambda: [x for x in service.pool("immortal")["leases"] if at(x["expires_at"]) > first_expiry])
    assert kept["holder"] == f"{living}:slow"
    assert [waiter["holder"] for waiter in service.pool("immortal")["waiting"]] == [f"{rival}:slow"]
    trace.open()
    assert [service.wait(job_id)["status"] for job_id in (living, heir, rival)] == ["COMPLETED"] * 3


def test_fifty_jobs_at_once_all_finish_and_the_list_pages(service: Service, repo: Path) -> None:
    settings = config({"name": "slow", "seconds": 0.01})
    jobs = [service.start(repo, repository=f"fifty{n % 10}", config=settings, tags=["fifty"]) for n in range(50)]
    assert {service.wait(job_id, 180)["status"] for job_id in jobs} == {"COMPLETED"}
    seen: list[str] = []
    offset = 0
    while True:
        page = service.http.get("/v1/ingest", params={"limit": 20, "offset": offset, "tag": "fifty"}).json()
        seen += [job["job_id"] for job in page["items"]]
        assert page["total"] == 50
        if not page["has_more"]:
            break
        offset += 20
    assert sorted(seen) == sorted(jobs)
    few = {"tag": "fifty", "repository": "fifty3", "status": "COMPLETED,FAILED", "sort_by": "created_at",
           "sort_order": "asc"}  # fmt: skip
    page = service.http.get("/v1/ingest", params=few).json()
    created = [job["created_at"] for job in page["items"]]
    assert (page["total"], created) == (5, sorted(created))
    assert service.http.get("/v1/ingest", params={"status": "FAILED", "tag": "fifty"}).json()["total"] == 0


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"offset": -1}, {"status": "DONE"}, {"colour": "red"}])
def test_a_list_that_cannot_be_is_refused(service: Service, query: dict[str, str]) -> None:
    answer = service.http.get("/v1/ingest", params=query)
    assert answer.status_code == 400
    assert next(iter(query)) in json.dumps(answer.json()["problems"])
