"""What the live display draws."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from codestory.cli.console import number, seconds
from codestory.cli.progress import LineDisplay, LiveDisplay, QuietDisplay, display_for, job_view, rate
from tests.cli.fake_ingest_service import event, job, step


def drawn(found: dict[str, Any]) -> str:
    console = Console(file=io.StringIO(), width=120, force_terminal=False)
    console.print(job_view(found))
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_every_step_has_a_line_with_its_status_share_and_pace() -> None:
    running = step("syntax", "RUNNING", 25.0, stale=2000, units_done=500, units_per_second=123.4, duration=4.0)
    lines = drawn(job("j1", "RUNNING", 60.0, step("filesystem", duration=1.0), running)).splitlines()
    assert lines[0].split()[:2] == ["shop", "RUNNING"]
    assert "60%" in lines[0]
    assert lines[1].split()[:2] == ["filesystem", "COMPLETED"]
    assert "500/2,000 files" in lines[2]
    assert "123 files/s" in lines[2]
    assert "4.0 s" in lines[2]


def test_who_is_waited_for_is_named() -> None:
    assert "waiting for j7, j8" in drawn(job("j1", "WAITING", 0.0, waiting_for=["j7", "j8"]))


def test_a_scheduled_job_shows_when_it_starts() -> None:
    assert "starts at 20" in drawn(job("j1", "SCHEDULED", 0.0, eta="2030-01-01T12:00:00+00:00"))


def test_a_step_that_is_tried_again_says_why() -> None:
    again = step("syntax", "RUNNING", 5.0, retry_count=2, last_error="the graph did not answer")
    assert "syntax: try 3, after: the graph did not answer" in drawn(job("j1", "RUNNING", 5.0, again))


def test_the_pace_is_what_is_done_over_time_if_the_service_does_not_say() -> None:
    assert rate(step("x", duration=4.0, units_done=100)) == 25.0
    assert rate(step("x")) is None


def test_an_error_is_never_left_out_between_two_lines() -> None:
    console = Console(file=io.StringIO(), width=200)
    display = LineDisplay(console)
    feed = [event(1, "syntax", "RUNNING", 1.0, 0.0), event(2, "syntax", "RUNNING", 2.0, 0.1, error="lost the graph")]
    display.show(job("j1", "RUNNING", 1.0), feed)
    assert "lost the graph" in console.file.getvalue()  # type: ignore[attr-defined]


def test_an_error_of_several_lines_takes_one() -> None:
    console = Console(file=io.StringIO(), width=200)
    text = "bolt://db does not answer:\nConnection refused\n  (111)"
    display = LineDisplay(console)
    display.show(job("j1", "RUNNING", 1.0), [event(1, "syntax", "RUNNING", 1.0, 0.0, error=text)])
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 1
    assert lines[0].endswith("bolt://db does not answer: Connection refused (111)")


def test_the_live_display_leaves_nothing_behind() -> None:
    screen = io.StringIO()
    with LiveDisplay(Console(file=screen, force_terminal=True, width=100)) as display:
        display.show(job("j1", "RUNNING", 50.0, step("filesystem")), [])
        display.note("the service is away")
    text = screen.getvalue()
    assert "filesystem" in text
    assert "the service is away" in text
    assert "\x1b[2K" in text.rpartition("filesystem")[2]  # the lines are erased after they were last drawn


def test_the_display_fits_where_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(display_for(quiet=True), QuietDisplay)
    assert isinstance(display_for(quiet=False), LineDisplay)
    monkeypatch.setattr("codestory.cli.progress.is_live", lambda: True)
    assert isinstance(display_for(quiet=False), LiveDisplay)


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (0.42, "0.4 s"), (61.5, "1 min 2 s"), (7322, "2 h 2 min"), (59.0, "59.0 s")]
)
def test_durations_for_people(value: float | None, text: str) -> None:
    assert seconds(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, ""), (7, "7"), (1234567, "1,234,567"), (12.34, "12.3")])
def test_numbers_for_people(value: float | None, text: str) -> None:
    assert number(value) == text
