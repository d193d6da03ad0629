"""The host is killed in the middle of everything and started again: nothing that was accepted is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.e2e.conftest import Service, write
from tests.e2e.jobs import Trace, at, config, until

OUTAGE_SECONDS = 5.0


@dataclass
class Story:
    """What was going on when the host was killed."""

    service: Service
    jobs: dict[str, str] = field(default_factory=dict[str, str])
    events_before: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    counts_before: dict[str, int] = field(default_factory=dict[str, int])


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    root = tmp_path_factory.mktemp("restart")
    service = Service(root / "home")
    told = Story(service)
    traces = {name: Trace(root / f"trace-{name}") for name in ("cancelled", "stopped", "running", "scheduled")}
    sources = {name: write(root / name, {"a.txt": name}) for name in (*traces, "later", "dependent")}

    def start(name: str, *steps: dict[str, Any], **more: Any) -> None:
        told.jobs[name] = service.start(sources[name], repository=name, config=config(*steps), **more)

    # Together they leave one of the four places for activities free.
    start("cancelled", traces["cancelled"].slow())
    start("stopped", traces["stopped"].slow(), {"name": "filesystem"})
    start("running", traces["running"].slow(batches=3, concurrency=1))
    start("later", {"name": "own_way"}, countdown=OUTAGE_SECONDS)
    start("dependent", {"name": "own_way"}, dependencies=[told.jobs["running"]])
    request = {"source_type": "local_path", "source": str(sources["scheduled"]), "repository": "scheduled",
               "config": config({"name": "own_way"})}  # fmt: skip
    schedule = {"name": "tick", "request": request, "interval_seconds": 1, "overlap": "allow", "catch_up_limit": 2}
    assert service.http.post("/v1/schedules", json=schedule).status_code == 201
    for name in ("cancelled", "stopped", "running"):
        traces[name].begun()
    until(lambda: service.http.get("/v1/schedules/tick").json().get("counts", {}).get("started", 0) >= 1)
    until(lambda: service.job(told.jobs["dependent"])["status"] == "WAITING")
    told.events_before = service.events(told.jobs["running"])
    service.act(told.jobs["cancelled"], "cancel")
    service.act(told.jobs["stopped"], "stop")
    told.counts_before = service.http.get("/v1/schedules/tick").json()["counts"]
    service.local.process.kill()
    service.local.process.wait()
    time.sleep(OUTAGE_SECONDS)
    service.restart(kill=True)
    for trace in traces.values():
        trace.open()
    yield told
    service.close()


def test_a_cancel_survives(story: Story) -> None:
    job = story.service.wait(story.jobs["cancelled"])
    assert job["status"] == "CANCELLED"
    until(lambda: "Running" not in story.service.instances(job["job_id"]).values())


def test_a_stop_survives(story: Story) -> None:
    job = story.service.wait(story.jobs["stopped"])
    assert job["status"] == "STOPPED"
    assert {name: step["status"] for name, step in job["steps"].items()} == {
        "slow": "COMPLETED", "filesystem": "SKIPPED",
    }  # fmt: skip


def test_a_running_job_goes_on_where_it_was_and_its_feed_has_no_gap(story: Story) -> None:
    job = story.service.wait(story.jobs["running"])
    assert job["status"] == "COMPLETED"
    assert job["steps"]["slow"]["units_done"] == 3
    assert job["steps"]["slow"]["retry_count"] == 0
    seen = story.events_before
    seen += story.service.events(job["job_id"], after=seen[-1]["seq"])
    assert [event["seq"] for event in seen] == list(range(1, len(seen) + 1))
    assert seen == story.service.events(job["job_id"])
    assert seen[-1]["status"] == "COMPLETED"


def test_a_dependent_job_still_waits_and_then_runs(story: Story) -> None:
    job = story.service.wait(story.jobs["dependent"])
    assert job["status"] == "COMPLETED"
    assert job["started_at"] >= story.service.job(story.jobs["running"])["completed_at"]


def test_a_job_whose_time_came_meanwhile_runs(story: Story) -> None:
    assert story.service.wait(story.jobs["later"])["status"] == "COMPLETED"


def test_a_schedule_catches_up_to_its_limit_and_counts_what_it_missed(story: Story) -> None:
    before = sum(story.counts_before.values())
    shown = until(lambda: (s := story.service.http.get("/v1/schedules/tick").json())["counts"].get("missed") and s)
    story.service.http.delete("/v1/schedules/tick")
    assert shown["counts"]["missed"] >= 1
    moments = sorted(at(firing["at"]) for firing in shown["recent"] if firing["outcome"] == "started")
    assert len(set(moments)) == len(moments)
    accounted = sum(shown["counts"].values()) - before
    passed = (at(shown["considered_until"]) - at(shown["created_at"])).total_seconds()
    assert accounted + before == int(passed), "each moment is either started or told to be missed"


def test_tokens_are_back_once_all_have_ended(story: Story) -> None:
    for job_id in story.jobs.values():
        story.service.wait(job_id)
    until(lambda: story.service.http.get("/v1/schedules/tick").status_code == 404)
    until(lambda: story.service.pool()["leases"] == [])
