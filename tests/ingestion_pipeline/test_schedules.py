from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from codestory.exceptions import RequestError
from codestory.ingestion_pipeline.requests import parse_request
from codestory.ingestion_pipeline.schedules import (
    Firing,
    Schedule,
    ScheduleRequest,
    apply_firing,
    due,
    fire_job_id,
    stored_schedule,
)

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def schedule(**more: Any) -> Schedule:
    body = {"name": "nightly", "request": {"source_type": "local_path", "source": "/x"}, **more}
    return Schedule(spec=parse_request(ScheduleRequest, body), created_at=T0, considered_until=T0)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def test_a_stored_schedule_that_is_not_accepted_any_more_is_left_out_and_told(caplog: pytest.LogCaptureFixture) -> None:
    good = schedule(cron="0 0 2 * * *")
    state = good.model_dump(mode="json")
    assert stored_schedule(state) == good
    assert stored_schedule(None) is None
    assert not caplog.records
    assert stored_schedule({**state, "spec": {**state["spec"], "cron": "0 0 0 30 2 *"}}) is None
    assert "would never fire" in caplog.text


def test_an_interval_counts_from_the_creation() -> None:
    given = schedule(interval_seconds=5)
    assert given.next_fire(T0) == at(5)
    assert given.next_fire(at(5)) == at(10)
    assert given.next_fire(at(12.5)) == at(15)


@pytest.mark.parametrize(
    ("cron", "zone", "expected"),
    [
        ("0 30 2 * * *", "UTC", datetime(2026, 1, 1, 2, 30, tzinfo=UTC)),
        ("30 2 * * *", "UTC", datetime(2026, 1, 1, 2, 30, tzinfo=UTC)),
        ("*/5 * * * * *", "UTC", at(5)),
        ("0 0 9 * * *", "America/New_York", datetime(2026, 1, 1, 14, tzinfo=UTC)),
    ],
)
def test_cron_is_read_in_its_time_zone_with_seconds_first(cron: str, zone: str, expected: datetime) -> None:
    assert schedule(cron=cron, time_zone=zone).next_fire(T0) == expected


def test_summer_time_moves_the_moment_in_utc() -> None:
    given = schedule(cron="0 0 9 * * *", time_zone="Europe/Berlin")
    assert given.next_fire(datetime(2026, 3, 28, 12, tzinfo=UTC)) == datetime(2026, 3, 29, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"cron": "whenever"}, "not a cron expression"),
        ({"cron": "99 * * * *"}, "not a cron expression"),
        ({"cron": "0 0 0 30 2 *"}, "would never fire"),
        ({"cron": "* * * * *", "time_zone": "Mars/Olympus"}, "unknown time zone"),
        ({}, "either cron or interval_seconds"),
        ({"cron": "* * * * *", "interval_seconds": 5}, "either cron or interval_seconds"),
        ({"interval_seconds": 0.1}, "interval_seconds"),
        ({"interval_seconds": 5, "name": "../x"}, "name"),
    ],
)
def test_what_cannot_be_a_schedule_is_refused_with_a_reason(given: dict[str, Any], expected: str) -> None:
    with pytest.raises(RequestError) as caught:
        schedule(**given)
    assert expected in str(caught.value.details["problems"])


def test_only_as_many_missed_moments_as_the_limit_are_made_up_for() -> None:
    given = schedule(interval_seconds=10, catch_up_limit=2)
    moments, missed = due(given, at(65))
    assert moments == [at(40), at(50), at(60)]
    assert missed == 3


def test_a_paused_schedule_is_never_due() -> None:
    assert due(schedule(interval_seconds=1, paused=True), at(100)) == ([], 0)


def test_a_moment_is_dealt_with_once() -> None:
    given = schedule(interval_seconds=10)
    assert apply_firing(given, Firing(at=at(10), outcome="started", job_id="j1"))
    assert not apply_firing(given, Firing(at=at(10), outcome="skipped"))
    assert given.counts == {"started": 1}
    assert due(given, at(19)) == ([], 0)


def test_a_buffered_moment_starts_later_under_its_own_name() -> None:
    given = schedule(interval_seconds=10)
    apply_firing(given, Firing(at=at(10), outcome="buffered"))
    assert given.buffered == at(10)
    assert apply_firing(given, Firing(at=at(10), outcome="started", job_id="j"))
    assert given.buffered is None
    assert given.counts == {"buffered": 1, "started": 1}


def test_a_job_id_names_the_moment_so_that_a_double_firing_starts_one_job() -> None:
    assert fire_job_id("nightly", at(10)) == fire_job_id("nightly", at(10)) == "schedule-nightly-20260101T000010"
    assert fire_job_id("nightly", at(20)) != fire_job_id("nightly", at(10))


def test_a_buffered_moment_that_cannot_start_is_not_tried_for_ever() -> None:
    given = schedule(interval_seconds=10)
    apply_firing(given, Firing(at=at(10), outcome="buffered"))
    assert apply_firing(given, Firing(at=at(10), outcome="failed", message="no such step"))
    assert given.buffered is None
    assert given.counts == {"buffered": 1, "failed": 1}


def test_moments_missed_together_are_counted_one_by_one() -> None:
    given = schedule(interval_seconds=10)
    assert apply_firing(given, Firing(at=at(99), outcome="missed", count=9))
    assert given.counts == {"missed": 9}
    assert due(given, at(100)) == ([at(100)], 0)
