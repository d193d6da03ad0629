"""Starting jobs later and again and again, through the front door."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.conftest import Service
from tests.e2e.jobs import Trace, at, config, until


class Plan:
    """A schedule of the service."""

    def __init__(self, service: Service, name: str, repo: Path, settings: dict[str, Any], **more: Any) -> None:
        self.service, self.name = service, name
        request = {"source_type": "local_path", "source": str(repo), "repository": name, "config": settings}
        answer = service.http.post("/v1/schedules", json={"name": name, "request": request, **more})
        assert answer.status_code == 201, answer.text
        assert answer.headers["location"] == f"/v1/schedules/{name}"

    @property
    def shown(self) -> dict[str, Any]:
        return self.service.http.get(f"/v1/schedules/{self.name}").json()

    def count(self, outcome: str) -> int:
        return self.shown.get("counts", {}).get(outcome, 0)

    def jobs(self) -> list[dict[str, Any]]:
        query = {"repository": self.name, "limit": 100, "sort_order": "asc"}
        return self.service.http.get("/v1/ingest", params=query).json()["items"]

    def act(self, action: str) -> None:
        assert self.service.http.post(f"/v1/schedules/{self.name}/{action}").status_code == 202


@pytest.fixture
def plans(service: Service) -> Iterator[None]:
    """Whatever schedules a test makes are gone afterwards, and their jobs have ended."""
    yield
    for item in service.http.get("/v1/schedules").json()["items"]:
        service.http.delete(f"/v1/schedules/{item['name']}")
    until(lambda: service.http.get("/v1/schedules").json()["total"] == 0)
    unfinished = {"limit": 100, "status": "RUNNING,WAITING,PENDING"}
    jobs = [job["job_id"] for job in service.http.get("/v1/ingest", params=unfinished).json()["items"]]
    for job_id in jobs:
        service.act(job_id, "cancel")
    for job_id in jobs:
        service.wait(job_id)


def test_a_busy_schedule_skips_overlapping_moments(service: Service, plans: None, repo: Path, trace: Trace) -> None:
    plan = Plan(service, "often", repo, config(trace.slow()), interval_seconds=1)
    until(lambda: plan.count("skipped") >= 2)
    plan.act("pause")
    (job,) = plan.jobs()
    assert job["job_id"].startswith("schedule-often-")
    assert plan.count("started") == 1
    assert plan.shown["next_fire"] is None
    trace.open()
    assert service.wait(job["job_id"])["status"] == "COMPLETED"
    skipped = [firing for firing in plan.shown["recent"] if firing["outcome"] == "skipped"]
    assert job["job_id"] in skipped[0]["message"]


def test_one_moment_is_kept_for_later_if_the_schedule_says_so(
    service: Service, plans: None, repo: Path, trace: Trace
) -> None:
    plan = Plan(service, "keeping", repo, config(trace.slow()), interval_seconds=1, overlap="buffer_one")
    until(lambda: plan.count("skipped") >= 1)
    assert (plan.count("started"), plan.count("buffered")) == (1, 1)
    kept = at(plan.shown["buffered"])
    trace.open()
    until(lambda: plan.count("started") >= 2)
    plan.act("pause")
    assert plan.jobs()[1]["job_id"] == f"schedule-keeping-{kept:%Y%m%dT%H%M%S}"


def test_overlapping_jobs_are_started_if_the_schedule_says_so(
    service: Service, plans: None, repo: Path, trace: Trace
) -> None:
    plan = Plan(service, "crowding", repo, config(trace.slow()), interval_seconds=1, overlap="allow")
    jobs = until(lambda: plan.jobs()[1:] and plan.jobs())
    plan.act("pause")
    assert {job["status"] for job in jobs[:2]} <= {"PENDING", "WAITING", "RUNNING"}
    assert plan.count("skipped") == 0
    trace.open()


def test_firing_twice_for_one_moment_starts_one_job(service: Service, plans: None, repo: Path) -> None:
    plan = Plan(service, "double", repo, config({"name": "own_way"}), interval_seconds=1, overlap="allow")
    with ThreadPoolExecutor(4) as pool:
        while plan.count("started") < 3:
            calls = [pool.submit(service.http.post, "/admin/functions/run_schedules", json={}) for _ in range(4)]
            assert {call.result().status_code for call in calls} == {202}
    plan.act("pause")
    until(lambda: plan.count("started") == len(plan.jobs()))
    names = [job["job_id"] for job in plan.jobs()]
    moments = [firing["at"] for firing in plan.shown["recent"]]
    assert len(set(names)) == len(names)
    assert len(set(moments)) == len(moments)


def test_a_paused_schedule_starts_nothing_and_makes_up_for_nothing(service: Service, plans: None, repo: Path) -> None:
    quick = config({"name": "own_way"})
    paused = Plan(service, "resting", repo, quick, interval_seconds=1, paused=True)
    working = Plan(service, "working", repo, quick, interval_seconds=1, overlap="allow")
    until(lambda: working.count("started") >= 3)
    working.act("pause")
    assert paused.shown["counts"] == {}
    assert paused.jobs() == []
    resumed = datetime.now(UTC)
    paused.act("resume")
    until(lambda: paused.count("started") >= 1)
    assert min(at(firing["at"]) for firing in paused.shown["recent"]) > resumed - timedelta(seconds=1)
    names = [item["name"] for item in service.http.get("/v1/schedules").json()["items"]]
    assert names == ["resting", "working"]
    assert service.http.delete("/v1/schedules/resting").status_code == 204


def test_what_was_asked_of_a_schedule_can_be_read_at_once(service: Service, plans: None, repo: Path) -> None:
    for period in (3600, 7200):
        plan = Plan(service, "obedient", repo, config({"name": "own_way"}), interval_seconds=period)
        assert plan.shown["interval_seconds"] == period
    plan.act("pause")
    assert plan.shown["next_fire"] is None
    plan.act("resume")
    assert plan.shown["next_fire"] is not None
    assert service.http.delete("/v1/schedules/obedient").status_code == 204
    assert service.http.get("/v1/schedules/obedient").status_code == 404


def test_cron_is_read_in_the_time_zone_of_the_schedule(service: Service, plans: None, repo: Path) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    plan = Plan(
        service, "nightly", repo, config({"name": "own_way"}), cron="0 30 2 * * *", time_zone="Asia/Tokyo"
    )  # fmt: skip
    following = at(plan.shown["next_fire"]).astimezone(zone)
    assert (following.hour, following.minute) == (2, 30)
    assert following > datetime.now(UTC)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"cron": "* * * * *", "request": {"steps": ["nope"]}}, "nope"),
        ({"cron": "61 * * * *"}, "cron"),
        ({"cron": "* * * * *", "interval_seconds": 5}, "either cron or interval_seconds"),
        ({"interval_seconds": 5, "time_zone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"interval_seconds": 5, "request": {"countdown": 5}}, "countdown"),
        ({"interval_seconds": 5, "overlap": "often"}, "overlap"),
    ],
)
def test_a_schedule_with_a_mistake_is_refused_when_it_is_made(
    service: Service, given: dict[str, Any], named: str
) -> None:
    request = {"source_type": "local_path", "source": "/x", **given.get("request", {})}
    answer = service.http.post("/v1/schedules", json={"name": "wrong", **given, "request": request})
    assert answer.status_code == 400
    assert named in answer.text
    assert service.http.get("/v1/schedules/wrong").status_code == 404


def test_a_job_starts_at_its_eta_and_eta_wins_over_countdown(service: Service, repo: Path) -> None:
    settings = config({"name": "own_way"})
    # Written in another time zone; it is the moment that counts.
    zone = ZoneInfo("America/New_York")
    soon, late = (datetime.now(zone) + timedelta(seconds=seconds) for seconds in (1, 3600))
    early = service.start(repo, repository="eta", config=settings, eta=soon.isoformat(), countdown=3600)
    waiting = service.start(repo, repository="eta-late", config=settings, eta=late.isoformat(), countdown=0.1)
    job = service.wait(early)
    assert job["status"] == "COMPLETED"
    assert at(job["started_at"]) >= soon
    shown = until(lambda: (s := service.job(waiting))["status"] == "SCHEDULED" and s)
    assert at(shown["eta"]) == late
    assert shown["eta"].endswith(("Z", "+00:00"))
    service.act(waiting, "cancel")
    service.wait(waiting)
    assert "SCHEDULED" in {event["status"] for event in service.events(waiting)}


def test_a_countdown_is_counted_from_the_acceptance(service: Service, repo: Path) -> None:
    job_id = service.start(repo, repository="counted", config=config({"name": "own_way"}), countdown=1.5)
    job = service.wait(job_id)
    assert at(job["started_at"]) - at(job["created_at"]) >= timedelta(seconds=1.5)
