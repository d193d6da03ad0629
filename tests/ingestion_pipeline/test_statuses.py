from __future__ import annotations

import pytest

from codestory.ingestion_pipeline.statuses import ACTIVE, FINAL, StepStatus, is_valid_transition

S = StepStatus

ALLOWED = {
    S.SCHEDULED: "PENDING WAITING RUNNING CANCELLED STOPPED SUSPENDED",
    S.PENDING: "SCHEDULED WAITING RUNNING CANCELLED STOPPED SKIPPED SUSPENDED FAILED COMPLETED",
    S.WAITING: "PENDING RUNNING CANCELLED STOPPED SKIPPED FAILED SUSPENDED",
    S.RUNNING: "WAITING COMPLETED FAILED STOPPED CANCELLING CANCELLED SUSPENDED",
    S.CANCELLING: "CANCELLED COMPLETED FAILED",
    S.SUSPENDED: "SCHEDULED PENDING WAITING RUNNING CANCELLING CANCELLED",
    S.UNKNOWN: " ".join(S),
    S.COMPLETED: "",
    S.FAILED: "",
    S.STOPPED: "",
    S.CANCELLED: "",
    S.SKIPPED: "",
}


@pytest.mark.parametrize("current", list(S))
@pytest.mark.parametrize("following", list(S))
def test_every_pair_of_statuses_is_decided_by_the_table(current: S, following: S) -> None:
    expected = current == following or following in ALLOWED[current].split()
    assert is_valid_transition(current, following) is expected


def test_a_status_is_read_in_any_case_and_an_unknown_word_is_refused() -> None:
    assert StepStatus("completed") is S.COMPLETED
    assert StepStatus("Waiting") is S.WAITING
    with pytest.raises(ValueError, match="done"):
        StepStatus("done")


def test_final_and_active_statuses_do_not_overlap() -> None:
    assert not FINAL & ACTIVE
    assert all(status.is_final for status in FINAL)
