"""Starting, watching and controlling jobs from the command line."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from codestory.cli import session
from codestory.client import ServiceSettings
from tests.cli.fake_ingest_service import FakeService, event, job, step

RUNNING = job("j1", "RUNNING", 40.0, step("filesystem", "RUNNING", 40.0, stale=10, units_done=4))
DONE = job(
    "j1",
    "COMPLETED",
    100.0,
    step("filesystem", units=10, stale=10, nodes=12, relationships=11, duration=1.5, warnings=["a.bin: binary"]),
    duration=2.0,
)
FEED = [
    event(1, None, "RUNNING", 0.0, 0.0, message="started"),
    event(2, "filesystem", "RUNNING", 10.0, 0.1, units_done=1),
    event(3, "filesystem", "RUNNING", 20.0, 0.2, units_done=2),
    event(4, "filesystem", "RUNNING", 40.0, 1.3, units_done=4, cpu_percent=50.0, memory_mb=120.0),
]
LAST = [*FEED, event(5, "filesystem", "COMPLETED", 100.0, 1.5), event(6, None, "COMPLETED", 100.0, 2.0)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    (root / "empty").mkdir(parents=True)
    (root / "main.py").write_text("print('hello')\n")
    (root / ".gitignore").write_text("secret.txt\n")
    (root / "secret.txt").write_text("do not upload")
    return root


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the fake service count as one on another machine."""
    monkeypatch.setattr(ServiceSettings, "is_local", property(lambda self: False))


def test_start_sends_the_absolute_path_of_a_local_folder(cli: Callable, service: FakeService, folder: Path) -> None:
    result = cli("ingest", "start", "shop", "--steps", "filesystem, syntax", "--json")
    (request,) = service.to("POST /v1/ingest")
    assert request.json["source_type"] == "local_path"
    assert request.json["source"] == str(folder)
    assert request.json["steps"] == ["filesystem", "syntax"]
    assert request.headers["idempotency-key"]
    assert json.loads(result.stdout)["job_id"] == "j1"


def test_start_passes_on_every_flag(cli: Callable, service: FakeService, folder: Path) -> None:
    Path("mine.yml").write_text("retry: {max_retries: 1}\n")
    cli(
        *("ingest", "start", str(folder), "--priority", "high", "--eta", "2030-01-31T18:00Z", "--countdown", "5"),
        *("--depends-on", "a", "--dependency", "b", "--repository", "store", "--update", "--full", "--dry-run"),
        *("--config", "mine.yml", "-o", "syntax.max_lines=3", "-o", "deep=true", "--strict", "--tag", "t1"),
        *("--description", "why", "--idempotency-key", "k"),
    )
    (request,) = service.to("POST /v1/ingest")
    body = request.json
    assert body.pop("created_by")
    assert body == {
        "source_type": "local_path",
        "source": str(folder),
        "priority": "high",
        "eta": "2030-01-31T18:00Z",
        "countdown": 5.0,
        "dependencies": ["a", "b"],
        "repository": "store",
        "update": True,
        "full": True,
        "dry_run": True,
        "config": {"retry": {"max_retries": 1}},
        "options": {"syntax": {"max_lines": 3}, "deep": True},
        "strict_parameters": True,
        "tags": ["t1"],
        "description": "why",
    }
    assert request.headers["idempotency-key"] == "k"


@pytest.mark.parametrize(
    ("given", "source_type", "source"),
    [
        ("https://github.com/pallets/flask", "github_url", "https://github.com/pallets/flask"),
        ("https://example.com/x.git", "git_url", "https://example.com/x.git"),
        ("git@example.com:team/x.git", "git_url", "ssh://git@example.com/team/x.git"),
        ("pallets/flask", "github_repo", "pallets/flask"),
        ("cd" * 32, "snapshot", "cd" * 32),
        ("snapshot:" + "cd" * 32, "snapshot", "cd" * 32),
    ],
)
def test_the_kind_of_source_is_recognised(
    cli: Callable, service: FakeService, given: str, source_type: str, source: str
) -> None:
    cli("ingest", "start", given)
    body = service.to("POST /v1/ingest")[0].json
    assert (body["source_type"], body["source"]) == (source_type, source)


def test_an_archive_is_named_by_its_path(cli: Callable, service: FakeService, tmp_path: Path) -> None:
    (tmp_path / "shop.tar.gz").write_bytes(b"x")
    cli("ingest", "start", "shop.tar.gz")
    body = service.to("POST /v1/ingest")[0].json
    assert (body["source_type"], body["source"]) == ("archive", str(tmp_path / "shop.tar.gz"))


def test_a_path_that_does_not_exist_is_a_usage_error_and_starts_nothing(cli: Callable, service: FakeService) -> None:
    result = cli("ingest", "start", "/no/such/folder", code=2)
    assert "'/no/such/folder' does not exist" in result.stderr
    assert not service.requests


def test_waiting_prints_lines_with_a_step_at_most_once_a_second(
    cli: Callable, service: FakeService, folder: Path
) -> None:
    service.script("j1", (RUNNING, FEED), (DONE, LAST))
    result = cli("ingest", "start", str(folder), "--wait")
    lines = [line for line in result.stdout.splitlines() if "filesystem  " in line and "%" in line]
    assert [line.split("%")[0].split()[-1] for line in lines] == ["10.0", "40.0", "100.0"]
    assert "4/10 files" in lines[1]
    assert "cpu 50%" in lines[1]
    assert "120 MB" in lines[1]


def test_waiting_ends_with_counts_warnings_and_three_queries(cli: Callable, service: FakeService, folder: Path) -> None:
    service.script("j1", (RUNNING, FEED), (DONE, LAST))
    result = cli("ingest", "start", str(folder), "--wait")
    assert "COMPLETED  shop  in 2.0 s" in result.stdout
    row = next(line for line in result.stdout.splitlines() if line.startswith("filesystem") and "1.5 s" in line)
    assert row.split()[:6] == ["filesystem", "COMPLETED", "10", "10", "12", "11"]
    assert "1 warning" in result.stdout
    assert "filesystem: a.bin: binary" in result.stdout
    assert result.stdout.count("codestory graph query") == 3


def test_waiting_quietly_prints_only_the_outcome(cli: Callable, service: FakeService, folder: Path) -> None:
    service.script("j1", (RUNNING, FEED), (DONE, LAST))
    result = cli("ingest", "start", str(folder), "--wait", "--no-progress")
    assert "40.0%" not in result.stdout
    assert "COMPLETED  shop" in result.stdout


def test_waiting_for_json_prints_nothing_but_the_job(cli: Callable, service: FakeService, folder: Path) -> None:
    service.script("j1", (RUNNING, FEED), (DONE, LAST))
    result = cli("ingest", "start", str(folder), "--wait", "--json")
    assert json.loads(result.stdout) == DONE


def test_a_failed_job_exits_with_1_and_says_how_to_go_on(cli: Callable, service: FakeService, folder: Path) -> None:
    failed = job(
        "j1",
        "FAILED",
        50.0,
        step("filesystem"),
        step("syntax", "FAILED", 30.0, error="grammar is broken"),
        step("summarizer", "SKIPPED", 0.0),
        error="Step 'syntax' failed: grammar is broken",
    )
    service.script("j1", (failed, LAST))
    result = cli("ingest", "start", str(folder), "--wait", code=1)
    assert "error: Step 'syntax' failed: grammar is broken" in result.stderr
    assert "not run: summarizer" in result.stderr
    assert "codestory ingest retry j1 --from-step syntax --wait" in result.stderr


def test_a_restart_of_the_service_is_sat_out(cli: Callable, service: FakeService, folder: Path) -> None:
    service.script("j1", (RUNNING, FEED), (DONE, LAST))
    looks = 0

    def break_once() -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            service.drop_connections = 4

    service.on_events = break_once
    result = cli("ingest", "start", str(folder), "--wait")
    assert "does not answer" in result.stdout
    assert "The service is back." in result.stdout
    assert "COMPLETED  shop" in result.stdout


def test_patience_with_an_absent_service_ends(cli: Callable, service: FakeService, folder: Path) -> None:
    service.script("j1", (RUNNING, FEED))

    def break_for_good() -> None:
        service.drop_connections = 1000

    service.on_events = break_for_good
    result = cli("ingest", "start", str(folder), "--wait", "--patience", "0", code=3)
    assert "does not answer" in result.stderr


def test_interrupting_the_wait_leaves_the_job_alone(service: FakeService, folder: Path) -> None:
    service.script("j1", (RUNNING, FEED))
    with subprocess.Popen(
        [sys.executable, "-m", "codestory.cli", "--service-url", service.url, "ingest", "start", str(folder), "--wait"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while "filesystem" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=60) == 130
        finally:
            process.kill()
        message = process.stderr.read()
    assert "job j1 goes on" in message
    assert "codestory ingest cancel j1" in message
    assert "Traceback" not in message
    assert not service.to("POST /v1/ingest/j1/cancel")


def test_a_folder_is_uploaded_to_a_service_elsewhere_without_ignored_files(
    cli: Callable, service: FakeService, folder: Path, elsewhere: None
) -> None:
    cli("ingest", "start", str(folder))
    (upload,) = service.to("POST /v1/repositories")
    with zipfile.ZipFile(io.BytesIO(upload.body)) as archive:
        assert sorted(archive.namelist()) == [".gitignore", "empty/", "main.py"]
        assert archive.read("main.py") == b"print('hello')\n"
    assert upload.query == {"name": "shop"}
    assert upload.headers["content-type"] == "application/zip"
    body = service.to("POST /v1/ingest")[0].json
    assert body["source_type"] == "snapshot"
    assert body["source"] == service.snapshot
    assert body["repository"] == "shop"


def test_the_container_flag_uploads_although_the_url_is_local(
    cli: Callable, service: FakeService, folder: Path
) -> None:
    cli("ingest", "start", str(folder), "--container")
    assert len(service.to("POST /v1/repositories")) == 1


def test_a_path_prefix_names_the_mounted_folder_and_uploads_nothing(
    cli: Callable, service: FakeService, folder: Path, elsewhere: None
) -> None:
    cli("ingest", "start", str(folder), "--path-prefix", "/repositories")
    assert service.to("POST /v1/ingest")[0].json["source"] == "/repositories/shop"
    assert not service.to("POST /v1/repositories")


def test_without_auto_mount_the_path_is_sent_as_it_is(
    cli: Callable, service: FakeService, folder: Path, elsewhere: None
) -> None:
    cli("ingest", "start", str(folder), "--no-auto-mount")
    assert service.to("POST /v1/ingest")[0].json["source"] == str(folder)
    assert not service.to("POST /v1/repositories")


def test_mount_uploads_and_says_what_to_do_with_the_snapshot(
    cli: Callable, service: FakeService, folder: Path, elsewhere: None
) -> None:
    result = cli("ingest", "mount", str(folder))
    assert f"codestory ingest start {service.snapshot} --repository shop" in result.stderr
    assert not service.to("POST /v1/ingest")


def test_mount_explains_that_a_local_service_needs_none(cli: Callable, service: FakeService, folder: Path) -> None:
    result = cli("ingest", "mount", str(folder))
    assert "reads" in result.stderr
    assert "in place" in result.stderr
    assert not service.requests


def test_update_names_its_step(cli: Callable, service: FakeService, folder: Path) -> None:
    cli("ingest", "update", str(folder), "--step", "syntax")
    assert service.to("POST /v1/ingest/update")[0].json["step"] == "syntax"


def test_plan_says_what_is_stale_and_why(cli: Callable, service: FakeService, folder: Path) -> None:
    planned = job("j1", "COMPLETED", 100.0, step("syntax", units=10, stale=3, reasons={"content changed": 2, "new": 1}))
    service.script("j1", (planned, LAST))
    result = cli("ingest", "plan", str(folder), "-o", "max=3")
    assert service.to("POST /v1/ingest/plan")[0].json["options"] == {"max": 3}
    assert "syntax" in result.stdout
    assert "2 content changed, 1 new" in result.stdout


@pytest.mark.parametrize("command", [("plan",), ("start", "--dry-run", "--wait", "--no-progress")])
def test_a_plan_names_the_steps_that_may_have_more_to_do(
    cli: Callable, service: FakeService, folder: Path, command: tuple[str, ...]
) -> None:
    steps = (step("syntax", stale=1), *(step(name, pending_upstream=["syntax"]) for name in ("summarizer", "notes")))
    service.script("j1", (job("j1", "COMPLETED", 100.0, *steps, dry_run=True), LAST))
    result = cli("ingest", command[0], str(folder), *command[1:])
    text = "summarizer, notes: planned on the graph as it is now; what syntax will change may add to it"
    assert text in result.stderr


def test_status_of_a_running_job_shows_its_steps(cli: Callable, service: FakeService) -> None:
    service.script("j1", (RUNNING, FEED))
    result = cli("ingest", "status", "j1")
    assert "40%" in result.stdout
    assert "filesystem" in result.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("ingest", "status", ""),
        ("ingest", "cancel", ""),
        ("schedules", "show", ""),
        ("schedules", "delete", ""),
        ("executions", "show", ""),
    ],
)
def test_an_empty_id_is_a_usage_error_and_asks_nothing(
    cli: Callable, service: FakeService, command: tuple[str, ...]
) -> None:
    assert "an id or name is empty" in cli(*command, code=2).stderr
    assert not service.requests


@pytest.mark.parametrize("name", [".", ".."])
def test_an_id_of_dots_is_looked_up_as_one(cli: Callable, name: str) -> None:
    assert f"there is no job {name!r}" in cli("ingest", "status", name, code=2).stderr


def test_a_folder_whose_name_is_not_text_is_a_usage_error(cli: Callable, service: FakeService, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    (folder / "a.py").touch()
    for command in (("start",), ("start", "--container"), ("plan",), ("mount", "--force")):
        result = cli("ingest", command[0], str(folder), *command[1:], code=2)
        assert "bytes in" in result.stderr
        assert "that are not UTF-8" in result.stderr
    assert not service.requests
    assert "there is no job" in cli("ingest", "status", os.fsdecode(b"caf\xe9"), code=2).stderr


def test_a_terminal_that_lacks_the_letters_of_a_name_is_told_apart_from_a_crash(
    cli: Callable, service: FakeService
) -> None:
    service.script("j1", (job("j1", "COMPLETED", 100.0, repository="caf\u00e9"), LAST))
    result = subprocess.run(
        [sys.executable, "-m", "codestory.cli", "ingest", "list", "--json"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "CODESTORY_SERVICE_URL": service.url},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 2
    assert "cannot be said in ascii" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("steps", ["", " , "])
def test_no_step_where_steps_are_named_is_a_usage_error(
    cli: Callable, service: FakeService, folder: Path, steps: str
) -> None:
    assert "--steps names no step" in cli("ingest", "start", str(folder), "--steps", steps, code=2).stderr
    assert not service.requests


def test_an_upload_that_the_host_finds_too_large_is_a_usage_error(
    cli: Callable, service: FakeService, folder: Path
) -> None:
    service.answers["POST /v1/repositories"] = lambda _: web.Response(status=413)
    result = cli("ingest", "mount", str(folder), "--force", code=2)
    assert "does not take as much at once" in result.stderr


def test_a_job_that_failed_before_its_steps_does_not_speak_of_completed_ones(
    cli: Callable, service: FakeService, folder: Path
) -> None:
    failed = job("j1", "FAILED", 0.0, step("syntax", "SKIPPED", 0.0), error="no such folder")
    service.script("j1", (failed, LAST))
    result = cli("ingest", "start", str(folder), "--wait", "--no-progress", code=1)
    assert "Completed steps" not in result.stderr
    assert "codestory ingest retry j1 --wait" in result.stderr


def test_status_of_an_unknown_job_is_a_usage_error(cli: Callable) -> None:
    result = cli("ingest", "status", "nope", code=2)
    assert "there is no job 'nope'" in result.stderr


def test_list_sends_its_filters_and_shows_the_page(cli: Callable, service: FakeService) -> None:
    service.script("j1", (DONE, LAST))
    result = cli("ingest", "list", "--status", "running,waiting", "--status", "failed", "--limit", "5", "--tag", "t")
    (request,) = service.to("GET /v1/ingest")
    assert request.query["status"] == "RUNNING,WAITING,FAILED"
    assert request.query["limit"] == "5"
    assert request.query["tag"] == "t"
    assert "j1" in result.stdout
    assert cli("ingest", "jobs").stdout == cli("ingest", "list").stdout


def test_events_prints_all_of_them_as_json_lines(cli: Callable, service: FakeService) -> None:
    service.script("j1", (DONE, LAST))
    result = cli("ingest", "events", "j1", "--after", "2", "--json")
    assert [json.loads(line)["seq"] for line in result.stdout.splitlines()] == [3, 4, 5, 6]


def test_following_events_goes_on_to_the_end_of_the_job(cli: Callable, service: FakeService) -> None:
    service.script("j1", (RUNNING, FEED), (DONE, LAST))
    result = cli("ingest", "events", "j1", "--follow", "--json")
    assert [json.loads(line)["seq"] for line in result.stdout.splitlines()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("action", ["cancel", "stop", "suspend", "resume"])
def test_control_commands_post_their_action(cli: Callable, service: FakeService, action: str) -> None:
    service.script("j1", (RUNNING, FEED))
    result = cli("ingest", action, "j1")
    assert len(service.to(f"POST /v1/ingest/j1/{action}")) == 1
    assert f"{action} accepted" in result.stdout


def test_retry_from_a_step_starts_a_linked_job(cli: Callable, service: FakeService) -> None:
    result = cli("ingest", "retry", "j1", "--from-step", "syntax")
    assert service.to("POST /v1/ingest/j1/retry")[0].json == {"from_step": "syntax"}
    assert "j2" in result.stdout


def test_retry_refuses_two_ways_at_once(cli: Callable, service: FakeService) -> None:
    cli("ingest", "retry", "j1", "--from-step", "a", "--step", "b", code=2)
    assert not service.requests


def test_resource_status_shows_tokens_waiters_and_use(cli: Callable, service: FakeService) -> None:
    waiter = {"holder": "j9:syntax", "priority": "low", "since": event(1, None, "X", 0, 0)["timestamp"]}
    pool = {"available_tokens": 3, "max_tokens": 4, "waiting": [waiter]}
    use = {"job_count": 7, "memory_mb": {"avg": 120.0, "min": 100.0, "max": 140.0}}
    answer = {"available_tokens": 3, "max_tokens": 4, "tokens": {"default": pool}, "metrics": use, "waiting": [waiter]}
    service.answer("GET /v1/ingest/resource_status", 200, answer)
    result = cli("ingest", "resource-status")
    assert "j9:syntax" in result.stdout
    assert "7 finished jobs" in result.stdout
    assert "140" in result.stdout


def test_resource_status_resizes_a_pool(cli: Callable, service: FakeService) -> None:
    service.answer("PUT /v1/ingest/resource_status", 202, {"pool": "gpu", "max_tokens": 8, "message": "resizing"})
    cli("ingest", "resource-status", "--resize", "8", "--pool", "gpu")
    assert service.to("PUT /v1/ingest/resource_status")[0].json == {"max_tokens": 8, "pool": "gpu"}


def test_purge_sends_the_age_in_days(cli: Callable, service: FakeService) -> None:
    service.answer("POST /v1/ingest/purge", 200, {"jobs": 3, "messengers": 0, "history": 3})
    result = cli("ingest", "purge", "--older-than", "1d12h")
    assert service.to("POST /v1/ingest/purge")[0].json == {"older_than_days": 1.5}
    assert "3" in result.stdout
    assert "is not an interval" in cli("ingest", "purge", "--older-than", "soon", code=2).stderr


def test_a_url_without_a_scheme_is_completed() -> None:
    assert session.Session.make("localhost:7071", None).settings == replace(
        ServiceSettings(), url="http://localhost:7071"
    )


@pytest.mark.parametrize(
    ("url", "is_local"),
    [
        ("http://localhost:7071", True),
        ("http://127.0.0.5", True),
        ("http://[::1]:7071", True),
        ("https://story.example.com", False),
        ("http://localhost.example.com", False),
    ],
)
def test_only_this_machine_counts_as_local(url: str, is_local: bool) -> None:
    assert ServiceSettings(url).is_local is is_local
