"""Schedules, history, health and the global options."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codestory.cli.intervals import parse_interval
from codestory.exceptions import RequestError
from tests.cli.conftest import run_cli
from tests.cli.fake_ingest_service import FakeService

SCHEDULE = {
    "name": "nightly",
    "request": {"source_type": "github_repo", "source": "pallets/flask"},
    "cron": "0 30 2 * * *",
    "time_zone": "Europe/Berlin",
    "overlap": "skip",
    "catch_up_limit": 1,
    "paused": False,
    "next_fire": "2030-01-02T01:30:00+00:00",
    "last_job": "j7",
    "counts": {"started": 3, "skipped": 1},
    "recent": [{"at": "2030-01-01T01:30:00+00:00", "outcome": "skipped", "message": "job j6 is still busy"}],
}


def test_a_schedule_is_created_from_its_flags(cli: Callable, service: FakeService) -> None:
    service.answer("POST /v1/schedules", 201, SCHEDULE)
    result = cli(
        *("schedules", "create", "nightly", "pallets/flask", "--cron", "0 30 2 * * *", "--steps", "filesystem"),
        *("--time-zone", "Europe/Berlin", "--overlap", "skip", "--priority", "low"),
    )
    assert service.to("POST /v1/schedules")[0].json == {
        "name": "nightly",
        "request": {
            "source_type": "github_repo",
            "source": "pallets/flask",
            "steps": ["filesystem"],
            "priority": "low",
        },
        "cron": "0 30 2 * * *",
        "time_zone": "Europe/Berlin",
        "overlap": "skip",
        "catch_up_limit": 1,
        "paused": False,
    }
    assert "0 30 2 * * * (Europe/Berlin)" in result.stdout


def test_an_interval_becomes_seconds(cli: Callable, service: FakeService) -> None:
    service.answer("POST /v1/schedules", 201, SCHEDULE | {"cron": None, "interval_seconds": 900})
    cli("schedules", "create", "fresh", "pallets/flask", "--every", "15m")
    body = service.to("POST /v1/schedules")[0].json
    assert body["interval_seconds"] == 900
    assert "cron" not in body


@pytest.mark.parametrize("flags", [(), ("--cron", "* * * * *", "--every", "5m")])
def test_a_schedule_needs_one_rhythm(cli: Callable, service: FakeService, flags: tuple[str, ...]) -> None:
    result = cli("schedules", "create", "x", "pallets/flask", *flags, code=2)
    assert "either --cron or --every" in result.stderr
    assert not service.requests


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("1h30m", 5400), ("1.5d", 129600)])
def test_intervals_as_people_type_them(text: str, seconds: float) -> None:
    assert parse_interval(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "5 minutes", "-5m", "5w"])
def test_other_intervals_are_refused_with_examples(text: str) -> None:
    with pytest.raises(RequestError, match="for example 90s"):
        parse_interval(text)


def test_schedules_are_listed_shown_paused_resumed_and_deleted(cli: Callable, service: FakeService) -> None:
    service.answer("GET /v1/schedules", 200, {"items": [SCHEDULE], "total": 1})
    service.answer("GET /v1/schedules/nightly", 200, SCHEDULE)
    service.answer("POST /v1/schedules/nightly/pause", 202, SCHEDULE | {"paused": True})
    service.answer("POST /v1/schedules/nightly/resume", 202, SCHEDULE)
    service.answer("DELETE /v1/schedules/nightly", 204, "")
    assert "3 started, 1 skipped" in cli("schedules", "list").stdout
    assert "job j6 is still busy" in cli("schedules", "show", "nightly").stdout
    assert "paused" in cli("schedules", "pause", "nightly").stdout
    assert "paused" not in cli("schedules", "resume", "nightly").stdout
    assert "deleted nightly" in cli("schedules", "delete", "nightly").stdout
    assert json.loads(cli("schedules", "list", "--json").stdout)["total"] == 1


def test_executions_are_listed_and_shown_with_their_attempts(cli: Callable, service: FakeService) -> None:
    run = {
        "execution_id": "j1",
        "status": "FAILED",
        "repository": "shop",
        "created_at": "2030-01-01T12:00:00+00:00",
        "execution_time_ms": 61500.0,
        "error_message": "boom",
    }
    attempt = {"step_name": "syntax", "attempt": 2, "status": "FAILED", "error_message": "grammar is broken"}
    page = {"items": [run], "total": 30, "limit": 20, "offset": 0, "has_more": True}
    service.answer("GET /v1/executions", 200, page)
    service.answer("GET /v1/executions/j1", 200, run | {"steps": [attempt]})
    listed = cli("executions", "list", "--status", "failed", "--step", "syntax")
    assert "1 min 2 s" in listed.stdout
    assert "more with --offset 1" in listed.stderr
    assert service.to("GET /v1/executions")[0].query["status"] == "FAILED"
    assert "grammar is broken" in cli("executions", "show", "j1").stdout


def test_an_unhealthy_service_exits_with_1_and_names_the_component(cli: Callable, service: FakeService) -> None:
    parts = {
        "storage": {"status": "healthy", "detail": None, "duration_ms": 1.2},
        "graph": {"status": "unhealthy", "detail": "connection refused", "duration_ms": 5.0},
    }
    service.answer("GET /v1/ingest/health", 503, {"status": "unhealthy", "components": parts})
    result = cli("health", code=1)
    assert "connection refused" in result.stdout
    service.answer("GET /v1/ingest/health", 200, {"status": "degraded", "components": parts})
    cli("health", code=0)


def test_metrics_are_printed_as_they_are(cli: Callable, service: FakeService) -> None:
    service.answer("GET /metrics", 200, "codestory_ingestion_active_jobs 2\n", "text/plain")
    assert cli("metrics").stdout == "codestory_ingestion_active_jobs 2\n"


def test_all_problems_of_a_refused_request_are_listed(cli: Callable, service: FakeService) -> None:
    body = {
        "type": "urn:codestory:RequestError",
        "title": "Bad request",
        "status": 400,
        "detail": "2 problem(s) in the request",
        "problems": ["steps.0: unknown step 'filesytem'. Did you mean 'filesystem'?", "priority: not 'urgent'"],
    }
    service.answer("POST /v1/ingest", 400, body, "application/problem+json")
    result = cli("ingest", "start", "pallets/flask", code=2)
    assert "error: 2 problem(s) in the request" in result.stderr
    assert "  - steps.0: unknown step 'filesytem'. Did you mean 'filesystem'?" in result.stderr
    assert "  - priority: not 'urgent'" in result.stderr


def test_no_service_exits_with_3_and_says_how_to_start_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        result = run_cli("--service-url", url, "ingest", "list", code=3)
    assert f"The service at {url} does not answer" in result.stderr
    assert "make serve" in result.stderr
    assert "codestory serve" in result.stderr


def test_another_server_on_the_port_is_recognised(cli: Callable, service: FakeService) -> None:
    service.answer("GET /v1/ingest", 200, "<html>It works!</html>", "text/html")
    result = cli("ingest", "list", code=3)
    assert "is not this service" in result.stderr


def test_a_missing_key_says_where_to_give_it(cli: Callable, service: FakeService) -> None:
    service.answer("GET /v1/ingest", 401, "")
    assert "--api-key" in cli("ingest", "list", code=2).stderr


def test_the_key_and_the_url_are_sent_as_told(service: FakeService) -> None:
    service.answer("GET /v1/schedules", 200, {"items": []})
    run_cli("--service-url", service.url.removeprefix("http://"), "--api-key", "k3y", "schedules", "list")
    assert service.requests[0].headers["x-functions-key"] == "k3y"


def test_a_broken_connection_is_tried_again_with_the_same_idempotency_key(cli: Callable, service: FakeService) -> None:
    service.drop_connections = 2
    cli("ingest", "start", "pallets/flask")
    assert len(service.to("POST /v1/ingest")) == 1


def test_a_mistyped_command_names_the_nearest_one() -> None:
    assert "Did you mean 'status'" in run_cli("ingest", "statsu", code=2).stderr


def test_the_version_is_printed() -> None:
    assert run_cli("--version").stdout.startswith("codestory ")


def test_every_command_has_help_with_an_example() -> None:
    from typer.main import get_command

    from codestory.cli.app import app

    root = get_command(app)
    without = [
        f"{name} {sub}".strip()
        for name, command in root.commands.items()  # type: ignore[attr-defined]
        for sub, leaf in (getattr(command, "commands", None) or {"": command}).items()
        if not leaf.help or "$ codestory " not in (leaf.epilog or "")
    ]
    assert without == []


def test_the_module_runs_as_a_program(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "codestory.cli", "ingest", "--help"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"NO_COLOR": "1"},
    )
    assert result.returncode == 0
    assert "resource-status" in result.stdout
