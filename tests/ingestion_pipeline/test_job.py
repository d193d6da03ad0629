from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from codestory.ingestion_pipeline.job import MAX_EVENTS, IngestionJob, JobRecord, JobUpdate, StepProgress, apply_update
from codestory.ingestion_pipeline.statuses import StepStatus

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def record() -> JobRecord:
    steps = {name: StepProgress(name=name) for name in ("a", "b")}
    job = IngestionJob(
        job_id="j", source="/x", source_type="local_path", repository="x", created_at=T0, updated_at=T0, steps=steps
    )
    return JobRecord(job=job)


def update(
    number: int, *, source: str = "s", step: str | None = None, silent: bool = False, **values: Any
) -> JobUpdate:
    return JobUpdate(
        source=source, number=number, at=T0 + timedelta(seconds=number), step=step, values=values, silent=silent
    )


def test_a_repeated_update_is_ignored() -> None:
    book = record()
    assert apply_update(book, update(1, message="hello"))
    assert not apply_update(book, update(1, message="hello"))
    assert len(book.events) == 1


def test_sources_are_numbered_apart() -> None:
    book = record()
    assert apply_update(book, update(1, source="one"))
    assert apply_update(book, update(1, source="two"))


def test_progress_never_falls_and_reaches_100_only_when_the_job_is_completed() -> None:
    book = record()
    apply_update(book, update(1, status="RUNNING"))
    apply_update(book, update(2, step="a", status="RUNNING", progress=80))
    apply_update(book, update(3, step="a", progress=20))
    assert book.job.steps["a"].progress == 80
    apply_update(book, update(4, step="a", status="COMPLETED"))
    apply_update(book, update(5, step="b", status="RUNNING"))
    apply_update(book, update(6, step="b", status="COMPLETED"))
    assert book.job.progress == 99
    apply_update(book, update(7, status="COMPLETED"))
    assert book.job.progress == 100


def test_steps_that_are_left_out_make_no_progress() -> None:
    book = record()
    apply_update(book, update(1, step="a", status="SKIPPED"))
    apply_update(book, update(2, step="b", status="SKIPPED"))
    apply_update(book, update(3, status="FAILED"))
    assert book.job.progress == 0


def test_a_late_report_does_not_reopen_a_finished_step() -> None:
    book = record()
    apply_update(book, update(1, step="a", status="RUNNING"))
    apply_update(book, update(2, step="a", status="FAILED", error="no"))
    apply_update(book, update(3, source="late", step="a", status="RUNNING"))
    assert book.job.steps["a"].status is StepStatus.FAILED


def test_the_feed_keeps_its_tail_and_its_numbers() -> None:
    book = record()
    for number in range(1, MAX_EVENTS + 51):
        apply_update(book, update(number, message=str(number)))
    assert len(book.events) == MAX_EVENTS
    assert [e.seq for e in book.events] == list(range(51, MAX_EVENTS + 51))


def test_a_silent_update_changes_the_record_but_not_the_feed() -> None:
    book = record()
    apply_update(book, update(1, step="a", status="WAITING", silent=True))
    assert book.job.steps["a"].status is StepStatus.WAITING
    assert book.events == []


def test_durations_follow_from_the_moments() -> None:
    book = record()
    apply_update(book, update(1, status="RUNNING", started_at=T0))
    apply_update(book, update(2, status="COMPLETED", completed_at=T0 + timedelta(seconds=90)))
    assert book.job.duration == 90


@given(
    st.lists(
        st.tuples(st.sampled_from([None, "a", "b"]), st.sampled_from(list(StepStatus)), st.floats(0, 100)), max_size=40
    )
)
def test_whatever_arrives_in_whatever_order_progress_is_monotonic_and_final_stays_final(
    arrivals: list[tuple[str | None, StepStatus, float]],
) -> None:
    book = record()
    highest, ended = 0.0, None
    for number, (step, status, progress) in enumerate(arrivals):
        apply_update(book, update(number, step=step, status=status, progress=progress))
        assert book.job.progress >= highest
        highest = book.job.progress
        if ended is not None:
            assert book.job.status is ended
        elif book.job.status.is_final:
            ended = book.job.status
