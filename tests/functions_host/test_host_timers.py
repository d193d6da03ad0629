"""Timer triggers and app settings."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from functions_host.exceptions import HostError
from functions_host.settings import AppSettings
from functions_host.timers import Schedule
from tests.functions_host.host_process import Host, eventually


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        ("*/15 * * * * *", "2026-01-01T00:00:07", "2026-01-01T00:00:15"),
        ("0 */5 * * * *", "2026-01-01T00:00:00", "2026-01-01T00:05:00"),
        ("0 30 9 * * 1-5", "2026-01-03T00:00:00", "2026-01-05T09:30:00"),
        ("0 30 9 * * MON-FRI", "2026-01-03T00:00:00", "2026-01-05T09:30:00"),
        ("0 0 0 13 * FRI", "2026-01-01T00:00:00", "2026-02-13T00:00:00"),
        ("30 9 * * *", "2026-01-03T10:00:00", "2026-01-04T09:30:00"),
        ("00:01:30", "2026-01-01T00:00:00", "2026-01-01T00:01:30"),
        ("1.00:00:00", "2026-01-01T00:00:00", "2026-01-02T00:00:00"),
    ],
)
def test_a_schedule_names_its_next_occurrence(schedule: str, after: str, expected: str) -> None:
    assert Schedule(schedule).next_after(at(after)) == at(expected)


def test_a_schedule_follows_the_time_zone_of_the_app() -> None:
    settings = AppSettings({"WEBSITE_TIME_ZONE": "Europe/Berlin", "WHEN": "0 0 9 * * *"})
    assert Schedule.for_app("%WHEN%", settings).next_after(at("2026-07-01T00:00:00")) == at("2026-07-01T07:00:00")


@pytest.mark.parametrize("schedule", ["", "* * *", "every day", "0 61 * * * *", "00:00:00", "* * * * * * *"])
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(HostError, match="is no schedule"):
        Schedule(schedule)


def test_an_unknown_time_zone_or_setting_is_refused() -> None:
    with pytest.raises(HostError, match="WEBSITE_TIME_ZONE"):
        Schedule.for_app("0 * * * * *", AppSettings({"WEBSITE_TIME_ZONE": "Mars/Olympus"}))
    with pytest.raises(HostError, match="no app setting NOPE"):
        Schedule.for_app("%NOPE%", AppSettings({}))


def runs(journal: Path) -> list[list[object]]:
    return [json.loads(line) for line in journal.read_text().splitlines()] if journal.exists() else []


def test_timer_functions_run_on_time_on_startup_and_on_demand(state: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    with Host("timers", state, JOURNAL=str(journal), BOTH="environment").started() as host:
        eventually(lambda: runs(journal).count(["every_second", False]) >= 2)
        eventually(lambda: ["at_start", False] in runs(journal))
        assert host.finish("from-timer")["output"] == "at_start"
        assert ["rare", False] not in runs(journal)
        assert host.post("/admin/functions/rare").status_code == 202
        assert ["rare", False] in runs(journal)
        assert host.post("/admin/functions/nobody").status_code == 404
        assert host.get("/api/settings").json() == ["from the file", "environment"]
        assert "from_a_queue is left out" in host.log()


def test_a_run_missed_while_the_host_was_down_is_past_due(state: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    with Host("timers", state, JOURNAL=str(journal)).started():
        eventually(lambda: runs(journal))
    with sqlite3.connect(state / "TestHubName.db") as database:
        database.execute("UPDATE schedules SET next = 1 WHERE name = 'rare'")
    database.close()
    with Host("timers", state, JOURNAL=str(journal)).started():
        eventually(lambda: ["rare", True] in runs(journal))


def test_a_disabled_function_is_left_alone(state: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    disabled = {"AzureWebJobs.every_second.Disabled": "true", "JOURNAL": str(journal)}
    with Host("timers", state, **disabled).started() as host:
        eventually(lambda: ["at_start", False] in runs(journal))
        host.finish("from-timer")
        assert host.post("/admin/functions/every_second").status_code == 404
        assert "Function every_second is disabled." in host.log()
