"""The durable entities on the real engine, addressed as clients and orchestrations address them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from durabletask.entities import EntityInstanceId

from codestory.ingestion_pipeline.job import IngestionJob, JobUpdate, StepProgress
from codestory.ingestion_pipeline.schedules import Schedule, stored_schedule
from tests.orchestrators.engine import Engine, World, engine

T0 = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def hub() -> Iterator[Engine]:
    with engine(World()) as running:
        yield running


def send(hub: Engine, name: str, key: str, operation: str, given: Any) -> None:
    hub.client.signal_entity(EntityInstanceId(name, key), operation, given)


def state(hub: Engine, name: str, key: str) -> dict[str, Any]:
    entity = hub.client.get_entity(EntityInstanceId(name, key))
    text = entity.get_state() if entity else None
    return json.loads(text) if text else {}


def until[T](what: Callable[[], T], timeout: float = 20) -> T:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError(f"did not happen within {timeout:g} s; the last answer was {what()!r}")


def job(job_id: str) -> dict[str, Any]:
    steps = {"a": StepProgress(name="a")}
    made = IngestionJob(
        job_id=job_id, source="/x", source_type="local_path", repository="x", created_at=T0, updated_at=T0, steps=steps
    )
    return {"job": made.model_dump(mode="json")}


def update(number: int, **values: Any) -> dict[str, Any]:
    return JobUpdate(source="s", number=number, at=T0, step="a", values=values).model_dump(mode="json")


def test_whoever_subscribes_before_the_job_has_spoken_is_not_forgotten(hub: Engine) -> None:
    send(hub, "job", "early", "subscribe", {"dependent": "later-1"})
    send(hub, "job", "early", "subscribe", {"dependent": "later-1"})
    send(hub, "job", "early", "create", job("early"))
    send(hub, "job", "early", "subscribe", {"dependent": "later-2"})
    assert until(lambda: len(d := state(hub, "job", "early").get("dependents", [])) == 2 and d) == [
        "later-1",
        "later-2",
    ]


def test_what_is_delivered_twice_counts_once(hub: Engine) -> None:
    send(hub, "job", "twice", "create", job("twice"))
    for number in (1, 1, 2):
        send(hub, "job", "twice", "update", update(number, status="RUNNING", message=f"number {number}"))
    send(hub, "job", "twice", "create", job("twice"))
    send(hub, "job", "twice", "update", update(3, progress=10.0))
    record = until(lambda: (s := state(hub, "job", "twice")).get("next_seq") == 4 and s)
    assert [event["message"] for event in record["events"]] == ["number 1", "number 2", None]
    assert record["job"]["steps"]["a"]["status"] == "RUNNING"


def test_an_update_for_a_job_that_was_purged_makes_nothing(hub: Engine) -> None:
    send(hub, "job", "gone", "create", job("gone"))
    until(lambda: state(hub, "job", "gone"))
    send(hub, "job", "gone", "delete", None)
    send(hub, "job", "gone", "update", update(1, status="RUNNING"))
    until(lambda: not state(hub, "job", "gone"))
    send(hub, "job", "marker", "create", job("marker"))
    until(lambda: state(hub, "job", "marker"))
    assert state(hub, "job", "gone") == {}


def test_a_lease_that_nobody_renews_passes_to_the_next_by_itself(hub: Engine) -> None:
    for name in ("dead", "heir"):
        send(hub, "throttle", "mortal", "acquire",
             {"lease_id": name, "holder": f"nobody-{name}", "lease_seconds": 0.3, "limit": 1})  # fmt: skip
    assert until(lambda: list(state(hub, "throttle", "mortal").get("book", {}).get("leases", []))) == ["dead"]
    until(lambda: "heir" in state(hub, "throttle", "mortal")["book"]["leases"])
    assert state(hub, "throttle", "mortal")["book"]["expired_total"] == 1


def test_a_larger_pool_serves_those_who_wait_at_once(hub: Engine) -> None:
    for name in ("one", "two"):
        send(hub, "throttle", "growing", "acquire", {"lease_id": name, "holder": f"nobody-{name}", "limit": 1})
    until(lambda: state(hub, "throttle", "growing").get("book", {}).get("waiting"))
    send(hub, "throttle", "growing", "resize", {"max_tokens": 2})
    leases = until(lambda: len(b := state(hub, "throttle", "growing")["book"]["leases"]) == 2 and b)
    assert sorted(leases) == ["one", "two"]


def test_a_schedule_that_is_replaced_keeps_its_counts_and_a_pause_makes_up_for_nothing(hub: Engine) -> None:
    spec = {"name": "s", "request": {"source_type": "local_path", "source": "/x"}, "interval_seconds": 10}
    send(hub, "schedules", "test", "put", {"spec": spec, "now": T0.isoformat()})
    fired = {"name": "s", "firings": [{"at": (T0 + timedelta(seconds=10)).isoformat(), "outcome": "started",
                                       "job_id": "j"}]}  # fmt: skip
    for _ in range(2):
        send(hub, "schedules", "test", "fired", fired)
    later = (T0 + timedelta(seconds=60)).isoformat()
    send(hub, "schedules", "test", "put", {"spec": {**spec, "overlap": "allow"}, "now": later})
    send(hub, "schedules", "test", "pause", {"name": "s", "paused": True, "now": later})
    found = until(lambda: (s := state(hub, "schedules", "test").get("s", {})).get("spec", {}).get("paused") and s)
    assert found["counts"] == {"started": 1}
    assert (found["spec"]["overlap"], found["last_job"]) == ("allow", "j")
    assert datetime.fromisoformat(found["considered_until"]) == T0 + timedelta(seconds=60)
    send(hub, "schedules", "test", "delete_schedule", {"name": "s"})
    until(lambda: "s" not in state(hub, "schedules", "test"))


def test_a_schedule_that_is_not_accepted_any_more_holds_back_no_other(
    hub: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = {"source_type": "local_path", "source": "/x"}
    old = {"name": "old", "request": request, "interval_seconds": 5}
    new = {"name": "new", "request": request, "interval_seconds": 10}
    send(hub, "schedules", "strict", "put", {"spec": old, "now": T0.isoformat()})
    until(lambda: "old" in state(hub, "schedules", "strict"))

    def stricter(stored: dict[str, Any] | None) -> Schedule | None:
        return None if stored and stored["spec"]["interval_seconds"] < 10 else stored_schedule(stored)

    monkeypatch.setattr("entities.schedules.stored_schedule", stricter)
    send(hub, "schedules", "strict", "put", {"spec": new, "now": T0.isoformat()})
    send(hub, "schedules", "strict", "pause", {"name": "old", "paused": True, "now": T0.isoformat()})
    until(lambda: {"old", "new"} == state(hub, "schedules", "strict").keys())
    send(hub, "schedules", "strict", "delete_schedule", {"name": "old"})
    until(lambda: list(state(hub, "schedules", "strict")) == ["new"])
