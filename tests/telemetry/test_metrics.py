"""Metrics come from the history: the same in every process, after every restart, and after a purge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from codestory.telemetry import metrics
from codestory.telemetry.metrics import LiveGauges, render
from codestory.tracker import DatabaseManager, ExecutionTracker

T0 = datetime(2026, 1, 15, tzinfo=UTC)


@pytest.fixture
def tracker(tmp_path: Path) -> Iterator[ExecutionTracker]:
    tracker = ExecutionTracker(DatabaseManager(f"sqlite:///{tmp_path / 'history.db'}"))
    yield tracker
    tracker.close()


def fill(tracker: ExecutionTracker) -> None:
    def at(seconds: float) -> datetime:
        return T0 + timedelta(seconds=seconds)

    for number, status in enumerate(["COMPLETED", "COMPLETED", "FAILED"]):
        job = f"j{number}"
        tracker.record_execution(
            job, status=status, created_at=at(0), started_at=at(2), completed_at=at(20), repository="shop"
        )
        tracker.record_step_attempt(
            job, "syntax", 1, status="FAILED", started_at=at(2), completed_at=at(6), throttle_wait_ms=1500
        )
        tracker.record_step_attempt(job, "syntax", 2, status=status, started_at=at(8), completed_at=at(20))
    tracker.record_execution("running", status="RUNNING", created_at=at(0), started_at=at(700))


def samples(text: bytes) -> dict[str, float]:
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_every_promised_series_has_the_numbers_of_the_history(tracker: ExecutionTracker) -> None:
    fill(tracker)
    found = samples(render(tracker))
    assert found["codestory_ingestion_jobs_total{status=COMPLETED}"] == 2
    assert found["codestory_ingestion_jobs_total{status=FAILED}"] == 1
    assert "codestory_ingestion_jobs_total{status=RUNNING}" not in found
    assert found["codestory_ingestion_steps_total{status=FAILED,step_name=syntax}"] == 4
    assert found["codestory_ingestion_step_duration_seconds_bucket{le=5.0,step_name=syntax}"] == 3
    assert found["codestory_ingestion_step_duration_seconds_bucket{le=30.0,step_name=syntax}"] == 6
    assert found["codestory_ingestion_step_duration_seconds_bucket{le=+Inf,step_name=syntax}"] == 6
    assert found["codestory_ingestion_step_duration_seconds_sum{step_name=syntax}"] == pytest.approx(3 * 4 + 3 * 12)
    assert found["codestory_ingestion_step_retries_total{step_name=syntax}"] == 3
    assert found["codestory_ingestion_queue_time_seconds_count"] == 3
    assert found["codestory_ingestion_queue_time_seconds_bucket{le=1.0}"] == 0
    assert found["codestory_ingestion_queue_time_seconds_bucket{le=5.0}"] == 3
    assert found["codestory_ingestion_throttle_wait_seconds_sum{step_name=syntax}"] == pytest.approx(4.5)
    assert found["codestory_ingestion_active_jobs"] == 1
    assert found["codestory_history_up"] == 1


def test_buckets_are_cumulative(tracker: ExecutionTracker) -> None:
    fill(tracker)
    counts = [
        value
        for name, value in samples(render(tracker)).items()
        if name.startswith("codestory_ingestion_step_duration_seconds_bucket")
    ]
    assert len(counts) == 14
    assert counts == sorted(counts)


def test_live_gauges_are_shown_as_given(tracker: ExecutionTracker) -> None:
    live = LiveGauges(active_jobs=7, available_tokens=3, max_tokens=4, waiting={"high": 1, "low": 2})
    found = samples(render(tracker, live))
    assert found["codestory_ingestion_active_jobs"] == 7
    assert found["codestory_ingestion_available_tokens"] == 3
    assert found["codestory_ingestion_waiting_steps{priority=low}"] == 2


def test_without_a_history_only_the_live_gauges_are_shown() -> None:
    assert samples(render(None, LiveGauges(max_tokens=4))) == {"codestory_ingestion_max_tokens": 4}


def test_another_process_shows_the_same_numbers_and_a_purge_lowers_none(tracker: ExecutionTracker) -> None:
    fill(tracker)
    before = samples(render(tracker))
    other = ExecutionTracker(DatabaseManager(tracker.db.url))
    assert samples(render(other)) == before
    assert other.purge(T0 + timedelta(days=1)) == 3
    fresh = ExecutionTracker(DatabaseManager(tracker.db.url))
    assert samples(render(fresh)) == pytest.approx(before)
    other.close()
    fresh.close()


def test_the_history_is_read_once_a_second_at_most(tracker: ExecutionTracker, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(metrics.time, "monotonic", lambda: now[0])
    assert samples(render(tracker))["codestory_ingestion_active_jobs"] == 0
    tracker.record_execution("new", status="RUNNING")
    assert samples(render(tracker))["codestory_ingestion_active_jobs"] == 0
    now[0] += 1.5
    assert samples(render(tracker))["codestory_ingestion_active_jobs"] == 1


def test_a_history_that_does_not_answer_is_shown_as_down(tmp_path: Path) -> None:
    tracker = ExecutionTracker(DatabaseManager(f"sqlite:///{tmp_path}"))
    assert samples(render(tracker, LiveGauges(active_jobs=2))) == {
        "codestory_history_up": 0,
        "codestory_ingestion_active_jobs": 2,
    }
