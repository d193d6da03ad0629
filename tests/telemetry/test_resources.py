"""The cost of an activity."""

from __future__ import annotations

import threading
import time

import pytest

from codestory.telemetry import measure


def burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_work_of_this_thread_is_counted_and_that_of_others_is_not() -> None:
    with measure() as mine, measure(whole_process=True) as everyone:
        other = threading.Thread(target=burn, args=(0.1,))
        other.start()
        other.join()
        burn(0.05)
    assert 0.05 <= mine.cpu_seconds < 0.1
    assert everyone.cpu_seconds >= 0.15
    assert mine.wall_seconds >= mine.cpu_seconds
    assert mine.cpu_percent == pytest.approx(100 * mine.cpu_seconds / mine.wall_seconds)


def test_memory_that_the_block_takes_shows_in_its_peak() -> None:
    with measure() as usage:
        held = bytearray(b"x") * 60_000_000
    assert usage.memory_mb >= 60
    assert usage.memory_peak_mb >= usage.memory_mb
    assert len(held) == 60_000_000
    assert set(usage.to_json()) == {"wall_seconds", "cpu_seconds", "cpu_percent", "memory_mb", "memory_peak_mb"}


def test_a_failed_activity_is_measured_too() -> None:
    with pytest.raises(ValueError, match="no"), measure() as usage:
        burn(0.01)
        raise ValueError("no")
    assert usage.cpu_seconds >= 0.01
    assert usage.memory_mb > 0
