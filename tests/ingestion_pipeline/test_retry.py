from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from codestory.ingestion_pipeline.retry import JITTER_SHARE, RetryPolicy, RetryPolicyPatch


def test_delays_double_up_to_the_cap() -> None:
    policy = RetryPolicy(back_off_seconds=10, max_back_off_seconds=60, jitter=False)
    assert [policy.delay(n, "job").total_seconds() for n in range(1, 6)] == [10, 20, 40, 60, 60]


@given(st.integers(1, 50), st.text(max_size=30))
def test_jitter_is_the_same_on_every_replay_and_only_lengthens(retry: int, seed: str) -> None:
    plain, jittered = RetryPolicy(jitter=False), RetryPolicy(jitter=True)
    delay = jittered.delay(retry, seed)
    assert delay == jittered.delay(retry, seed)
    base = plain.delay(retry, seed)
    assert base <= delay <= base * (1 + JITTER_SHARE) + timedelta(microseconds=1)


def test_a_step_overrides_single_keys() -> None:
    merged = RetryPolicyPatch(max_retries=7).over(RetryPolicy(back_off_seconds=2))
    assert (merged.max_retries, merged.back_off_seconds) == (7, 2)


def test_a_cap_below_the_first_delay_is_refused() -> None:
    with pytest.raises(ValidationError, match="raise the cap"):
        RetryPolicy(back_off_seconds=30, max_back_off_seconds=5)


def test_a_long_first_delay_raises_the_default_cap() -> None:
    assert RetryPolicy(back_off_seconds=900, jitter=False).delay(1, "x") == timedelta(seconds=900)


def test_a_first_delay_above_the_default_cap_raises_the_cap() -> None:
    policy = RetryPolicy(back_off_seconds=600, jitter=False)
    assert policy.delay(3, "x").total_seconds() == 600
    # As it travels: all fields written out.
    assert RetryPolicy.model_validate(policy.model_dump(mode="json")) == policy
    assert RetryPolicyPatch(back_off_seconds=600).over(RetryPolicy()).max_back_off_seconds == 600
    with pytest.raises(ValueError, match="below back_off_seconds"):
        RetryPolicyPatch(back_off_seconds=600).over(RetryPolicy(max_back_off_seconds=20))
