"""The tracker keeps one row per attempt, whatever is repeated, late or out of order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codestory.exceptions import NotFoundError, RequestError
from codestory.ingestion_pipeline.statuses import FINAL, StepStatus
from codestory.tracker import ExecutionTracker

T0 = datetime(2026, 1, 15, 10, 0, 0, 123456, tzinfo=UTC)


def second(number: float) -> datetime:
    return T0 + timedelta(seconds=number)


def record_finished(tracker: ExecutionTracker, name: str, at: float, **known: Any) -> None:
    values = {"status": "COMPLETED", "repository": "shop", "created_at": second(at), "started_at": second(at + 1)}
    tracker.record_execution(name, **(values | {"completed_at": second(at + 3)} | known))


def test_an_execution_is_stored_with_its_steps_in_order(tracker: ExecutionTracker) -> None:
    tracker.record_step_attempt("j1", "syntax", 1, status="RUNNING", started_at=second(5))
    tracker.record_step_attempt("j1", "filesystem", 1, status="COMPLETED", started_at=second(1), completed_at=second(4))
    tracker.record_step_attempt("j1", "syntax", 2, status="RUNNING", started_at=second(9), step_type="plugin")
    tracker.record_execution(
        "j1", status="RUNNING", repository="shop", created_at=T0, started_at=second(1), input_data={"steps": ["syntax"]}
    )

    record = tracker.execution("j1")

    assert record["status"] == "RUNNING"
    assert record["created_at"] == "2026-01-15T10:00:00.123456+00:00"
    assert record["queue_ms"] == pytest.approx(1000)
    assert record["input_data"] == {"steps": ["syntax"]}
    assert [(step["step_id"], step["attempt"], step["retry_count"]) for step in record["steps"]] == [
        ("filesystem", 1, 0),
        ("syntax", 1, 0),
        ("syntax", 2, 1),
    ]
    assert record["steps"][0]["execution_time_ms"] == pytest.approx(3000)


def test_repeating_every_write_changes_nothing(tracker: ExecutionTracker) -> None:
    def write() -> None:
        tracker.record_execution("j1", status="PENDING", repository="shop", created_at=T0, input_data={"a": 1})
        tracker.record_step_attempt("j1", "syntax", 1, status="RUNNING", started_at=second(1))
        tracker.record_step_attempt(
            "j1", "syntax", 1, status="COMPLETED", completed_at=second(2), output_data={"files": 3}
        )
        tracker.record_execution("j1", status="COMPLETED", completed_at=second(3), output_data={"b": 2})

    write()
    first = tracker.execution("j1")
    write()
    assert tracker.execution("j1") == first
    assert first["status"] == "COMPLETED"
    assert len(first["steps"]) == 1


OBSERVATIONS = [
    {"status": "PENDING", "created_at": T0, "repository": "shop"},
    {"status": "RUNNING", "started_at": second(1), "metadata": {"progress": 50}},
    {"status": "COMPLETED", "completed_at": second(2), "output_data": {"nodes": 7}},
]


@given(st.permutations([*range(3), *range(3)]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_with_duplicates_ends_in_the_same_outcome(tracker: ExecutionTracker, order: list[int]) -> None:
    name = "j" + "".join(map(str, order))
    for number in order:
        tracker.record_execution(name, **OBSERVATIONS[number])
    record = tracker.execution(name)
    assert record["status"] == "COMPLETED"
    assert record["repository"] == "shop"
    assert record["output_data"] == {"nodes": 7}
    assert (record["queue_ms"], record["execution_time_ms"]) == (pytest.approx(1000), pytest.approx(1000))


def test_a_final_status_never_changes(tracker: ExecutionTracker) -> None:
    for final in FINAL:
        for late in StepStatus:
            name = f"{final}-{late}"
            tracker.record_step_attempt(name, "syntax", 1, status=final, completed_at=second(2), error_message="first")
            tracker.record_step_attempt(name, "syntax", 1, status=late, completed_at=second(9), error_message="late")
            (step,) = tracker.steps(name)
            assert (step["status"], step["error_message"]) == (final, "first")
            assert step["completed_at"] == second(2).isoformat(timespec="microseconds")


def test_a_late_observation_of_an_earlier_status_is_ignored(tracker: ExecutionTracker) -> None:
    tracker.record_execution("j1", status="RUNNING", metadata={"progress": 60})
    tracker.record_execution("j1", status="SCHEDULED", metadata={"progress": 0})
    record = tracker.execution("j1")
    assert (record["status"], record["metadata"]) == ("RUNNING", {"progress": 60})


def test_a_running_execution_takes_over_news(tracker: ExecutionTracker) -> None:
    tracker.record_execution("j1", status="RUNNING", metadata={"progress": 10})
    tracker.record_execution("j1", status="RUNNING", metadata={"progress": 60})
    assert tracker.execution("j1")["metadata"] == {"progress": 60}


def test_no_secret_reaches_the_database(tracker: ExecutionTracker) -> None:
    secret = "s3cr3tVALUE99"
    tracker.record_execution(
        "j1",
        status="FAILED",
        source=f"https://user:{secret}@example.org/r.git",
        input_data={"config": {"api_key": secret, "max_tokens": 9}},
        output_data=[{"password": secret}],
        error_message=f"GET https://host/api?code={secret} answered 500",
        metadata={"headers": {"Authorization": f"Bearer {secret}"}},
    )
    tracker.record_step_attempt("j1", "syntax", 1, status="FAILED", input_data={"token": secret})
    record = tracker.execution("j1")
    assert secret not in str(record)
    assert record["input_data"] == {"config": {"api_key": "***", "max_tokens": 9}}
    assert record["error_message"] == "GET https://host/api?code=*** answered 500"


def test_values_that_no_database_can_hold_are_made_storable(tracker: ExecutionTracker) -> None:
    tracker.record_execution(
        "j1",
        status="FAILED",
        error_message="bad \x00 and \udcff",
        output_data={"x\x00": float("nan"), "at": T0, 1: {2}},
    )
    record = tracker.execution("j1")
    assert record["error_message"] == "bad \ufffd and ?"
    assert record["output_data"] == {"x\ufffd": None, "at": T0.isoformat(), "1": [2]}


def test_pages_cover_everything_once_in_order(tracker: ExecutionTracker) -> None:
    for number in range(25):
        record_finished(tracker, f"j{number:02}", at=number // 2)
    seen: list[str] = []
    offset = 0
    while True:
        page = tracker.executions(limit=10, offset=offset)
        assert page.total == 25
        seen += [item["execution_id"] for item in page.items]
        if not page.has_more:
            break
        offset += 10
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 25
    assert page.to_json()["has_more"] is False


def test_executions_are_filtered_by_status_repository_step_and_time(tracker: ExecutionTracker) -> None:
    record_finished(tracker, "a", at=0)
    record_finished(tracker, "b", at=10, repository="other")
    record_finished(tracker, "c", at=20, status="FAILED")
    tracker.record_step_attempt("b", "syntax", 1, status="COMPLETED")

    def names(**filters: Any) -> list[str]:
        return [item["execution_id"] for item in tracker.executions(**filters).items]

    assert names(status="failed") == ["c"]
    assert names(status=["FAILED", "completed"], sort_order="asc") == ["a", "b", "c"]
    assert names(repository="other") == ["b"]
    assert names(step="syntax") == ["b"]
    assert names(since=second(10)) == ["c", "b"]
    assert names(until=second(10)) == ["a"]
    assert names(sort_by="repository", sort_order="asc") == ["b", "a", "c"]


def test_every_bad_parameter_is_named_at_once(tracker: ExecutionTracker) -> None:
    with pytest.raises(RequestError) as caught:
        tracker.executions(status="DONE", sort_by="name", sort_order="up", limit=0, offset=-1)
    assert len(caught.value.details["problems"]) == 5
    assert "Known statuses" in caught.value.message
    with pytest.raises(RequestError, match="counted from 1"):
        tracker.record_step_attempt("j1", "syntax", 0, status="RUNNING")


def test_an_unknown_execution_is_not_found(tracker: ExecutionTracker) -> None:
    with pytest.raises(NotFoundError, match="'nope'"):
        tracker.execution("nope")


def test_statistics_count_and_measure(tracker: ExecutionTracker) -> None:
    record_finished(tracker, "a", at=0)
    record_finished(tracker, "b", at=0, completed_at=second(5))
    record_finished(tracker, "c", at=0, status="FAILED", completed_at=second(10))
    tracker.record_execution("d", status="RUNNING", created_at=T0, repository="shop")
    tracker.record_step_attempt("a", "syntax", 1, status="FAILED", cpu_percent=50.0, memory_mb=100.0)
    tracker.record_step_attempt("a", "syntax", 2, status="COMPLETED", cpu_percent=100.0, memory_mb=300.0)

    numbers = tracker.statistics()

    assert numbers["total"] == 4
    assert numbers["by_status"] == {"COMPLETED": 2, "FAILED": 1, "RUNNING": 1}
    assert numbers["active"] == 1 == tracker.active()
    assert numbers["execution_time_ms"] == {
        "avg": pytest.approx(5000),
        "min": pytest.approx(2000),
        "max": pytest.approx(9000),
    }
    assert numbers["steps"] == {"syntax": {"COMPLETED": 1, "FAILED": 1}}
    assert tracker.statistics(repository="other")["total"] == 0
    resources = tracker.resource_metrics()
    assert resources["job_count"] == 3
    assert resources["memory_mb"] == {"avg": 200.0, "min": 100.0, "max": 300.0}
    assert resources["duration_seconds"]["max"] == pytest.approx(9)


def test_an_empty_history_has_statistics_too(tracker: ExecutionTracker) -> None:
    assert tracker.statistics()["execution_time_ms"] == {"avg": None, "min": None, "max": None}
    assert tracker.totals() == {}
    assert tracker.executions().items == []


def test_purging_removes_old_finished_executions_and_keeps_their_counts(tracker: ExecutionTracker) -> None:
    for number in range(4):
        record_finished(tracker, f"old{number}", at=number)
        tracker.record_step_attempt(
            f"old{number}", "syntax", 2, status="COMPLETED", started_at=T0, completed_at=second(2), throttle_wait_ms=500
        )
    tracker.record_execution("stuck", status="RUNNING", created_at=T0)
    record_finished(tracker, "new", at=5000)
    before = tracker.totals()

    assert tracker.purge(second(4000)) == 4

    assert [item["execution_id"] for item in tracker.executions().items] == ["new", "stuck"]
    assert tracker.steps("old0") == []
    assert tracker.totals() == pytest.approx(before)
    assert before["jobs", "COMPLETED"] == 5
    assert before["retries", "syntax"] == 4
    assert before["step_seconds", "syntax", "2.5"] == 4
    assert before["throttle_seconds", "syntax", "sum"] == pytest.approx(2.0)
    assert tracker.purge(timedelta(days=100_000 // 24)) == 0
