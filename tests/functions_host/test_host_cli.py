"""The command: ordinary mistakes, banner, logs, reload, a clean end."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from functions_host import cli
from functions_host.host import HostOptions
from functions_host.reload import snapshot, wait_for_change
from tests.functions_host.host_process import APPS, Host, eventually

SMALL_APP = """
import azure.functions as func
app = func.FunctionApp()

@app.route(route="answer", auth_level=func.AuthLevel.ANONYMOUS)
def answer(req: func.HttpRequest) -> str:
    return "{answer}"
"""


def write_app(folder: Path, answer: str = "one", host: str = '{"version": "2.0"}') -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "function_app.py").write_text(SMALL_APP.replace("{answer}", answer))
    (folder / "host.json").write_text(host)
    return folder


def fails(app: Path, *arguments: str) -> str:
    """What the command says when it ends with exit code 1."""
    command = [sys.executable, "-m", "functions_host", "start", "--app", str(app), "--port", "0", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done
    assert done.stdout == ""
    return done.stderr


def test_a_folder_without_an_app_is_one_clear_line(tmp_path: Path) -> None:
    text = fails(tmp_path)
    assert f"there is no function_app.py in {tmp_path}" in text
    assert "Traceback" not in text


def test_a_folder_that_does_not_exist_is_one_clear_line(tmp_path: Path) -> None:
    assert fails(tmp_path / "nowhere").strip().count("\n") == 0


def test_an_import_error_shows_the_app_s_own_traceback(tmp_path: Path) -> None:
    write_app(tmp_path)
    (tmp_path / "function_app.py").write_text("import helper\n")
    (tmp_path / "helper.py").write_text("def load():\n    return 1 / 0\n\nload()\n")
    text = fails(tmp_path)
    assert "ZeroDivisionError" in text
    assert str(tmp_path / "helper.py") in text
    assert "functions_host/" not in text
    assert "importlib" not in text


def test_a_syntax_error_shows_file_and_line(tmp_path: Path) -> None:
    write_app(tmp_path)
    (tmp_path / "function_app.py").write_text("x = 1\ndef broken(:\n")
    text = fails(tmp_path)
    assert f'File "{tmp_path / "function_app.py"}", line 2' in text
    assert "SyntaxError" in text


def test_an_app_without_an_app_object_is_one_clear_line(tmp_path: Path) -> None:
    write_app(tmp_path)
    (tmp_path / "function_app.py").write_text("x = 1\n")
    assert "defines no function app" in fails(tmp_path)


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    write_app(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        text = fails(tmp_path, "--port", str(taken.getsockname()[1]))
    assert text.strip().count("\n") == 0
    assert "cannot listen on 127.0.0.1" in text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{\n  "version": "2.0",\n}', "host.json, line 2"),
        ('{"version": "1.0"}', "host.json, line 1, version"),
        (
            '{\n"version": "2.0",\n"extensions": {\n"durableTask": {\n"maxConcurrentActivityFunctions": "many"}}}',
            "host.json, line 5, extensions.durableTask.maxConcurrentActivityFunctions: a whole number",
        ),
        ('{\n"version": "2.0",\n"functionTimeout": "five"}', "host.json, line 3, functionTimeout: 'five'"),
        ('{"version": "2.0",\n"extensions": []}', "host.json, line 2, extensions: an object is expected"),
        (
            '{"version": "2.0", "logging": {\n"logLevel": {\n"Function.a": "Loud"}}}',
            "host.json, line 3, logging.logLevel.Function.a: 'Loud'",
        ),
        ('{"version": "2.0",\n"extensions": {"durableTask":\n{"hubName": "no-dash"}}}', "host.json, line 3"),
    ],
)
def test_a_bad_host_json_is_told_with_line_and_key(tmp_path: Path, content: str, expected: str) -> None:
    text = fails(write_app(tmp_path, host=content))
    assert expected in text
    assert text.strip().count("\n") == 0


def test_a_bad_app_setting_is_one_clear_line(tmp_path: Path) -> None:
    write_app(tmp_path)
    (tmp_path / "local.settings.json").write_text('{"Values": {"FUNCTIONS_WORKER_PROCESS_COUNT": "two"}}')
    assert "FUNCTIONS_WORKER_PROCESS_COUNT is 'two'" in fails(tmp_path)
    (tmp_path / "local.settings.json").write_text('{\n"Values": {\n}')
    assert "local.settings.json, line 3" in fails(tmp_path)


def test_a_route_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    write_app(tmp_path)
    source = SMALL_APP.replace('"answer"', '"a/{id:colour}"', 1)
    (tmp_path / "function_app.py").write_text(source)
    assert "unknown constraint 'colour'" in fails(tmp_path)


def test_help_names_every_option() -> None:
    text = subprocess.run(
        [sys.executable, "-m", "functions_host", "start", "--help"], capture_output=True, text=True, check=True
    ).stdout
    for option in ("--app", "--port", "--state", "--host", "--auth", "--keys", "--reload", "--json-logs", "--verbose"):
        assert option in text


def test_a_command_line_written_for_core_tools_runs(tmp_path: Path) -> None:
    app = write_app(tmp_path / "app")
    options = ("--no-build", "--python", "--cors", "*", "--timeout", "20", "--enable-json-output", "--enableAuth")
    with Host(app, tmp_path / "state", *options, FUNCTIONS_HOST_KEYS=str(tmp_path / "keys.json")).started() as host:
        assert host.get("/api/answer").text == "one"
        assert host.get("/admin/functions").status_code == 401
    missing = subprocess.run(
        [sys.executable, "-m", "functions_host", "host", "start", "--script-root", str(tmp_path / "no")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (missing.returncode, "there is no folder" in missing.stderr) == (1, True)


def test_packages_of_an_activated_environment_are_found_after_the_host_s(tmp_path: Path) -> None:
    app = write_app(tmp_path / "app")
    packages = tmp_path / "venv" / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "only_in_the_environment.py").write_text("ANSWER = 'found'\n")
    (packages / "durabletask.py").write_text("raise ImportError('the host brings its own')\n")
    source = SMALL_APP.replace('return "{answer}"', "import only_in_the_environment as it; return it.ANSWER")
    (app / "function_app.py").write_text(f"import durabletask.task\n{source}")
    with Host(app, tmp_path / "state", VIRTUAL_ENV=str(tmp_path / "venv")).started() as host:
        assert host.get("/api/answer").text == "found"


def test_names_in_host_json_are_found_in_any_case_and_settings_override_them(tmp_path: Path) -> None:
    content = '{"version": "2.0", "Extensions": {"HTTP": {"RoutePrefix": "v1"}}}'
    app = write_app(tmp_path / "app", host=content)
    levels = {"AzureFunctionsJobHost__logging__logLevel__Function__answer": "Error"}
    with Host(app, tmp_path / "state", **levels).started() as host:
        assert host.get("/v1/answer").text == "one"
        assert host.get("/v1/other").status_code == 404
        host.stop()
    assert "The host is stopping." in host.log()
    assert "Executed 'Functions.answer'" not in host.log()


@pytest.mark.parametrize(
    "arguments",
    [("dance",), ("start", "--port", "99999"), ("start", "--port", "-1"), ("start", "--grace", "-1")],
    ids=" ".join,
)
def test_wrong_usage_has_exit_code_2(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "functions_host", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_port_in_the_settings_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    write_app(tmp_path)
    (tmp_path / "local.settings.json").write_text('{"Host": {"LocalHttpPort": 99999}}')
    command = [sys.executable, "-m", "functions_host", "start", "--app", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "cannot listen on 127.0.0.1, port 99999" in done.stderr
    assert done.stderr.count("\n") == 1


def test_paths_too_long_for_a_socket_are_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / ("t" * 100)
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    write_app(tmp_path / "app")
    text = fails(tmp_path / "app", "--state", str(temporary / "state"))
    assert "too long for a socket" in text
    assert text.count("\n") == 1


def test_the_banner_shows_functions_and_urls(features: Host) -> None:
    log = features.log()
    assert "echo: [DELETE,GET,PATCH,POST,PUT] http://localhost:" in log
    assert "/api/echo/{word}/{number:int?}" in log
    assert "chain: orchestrationTrigger" in log
    assert "say_hello: activityTrigger" in log


def test_requests_and_functions_are_logged_with_their_duration(features: Host) -> None:
    features.get("/api/log")
    eventually(lambda: "] a line of the function\n" in features.log())
    eventually(lambda: "Executed 'Functions.log' (Succeeded, Id=" in features.log())
    assert "a line nobody asked for" not in features.log()


def test_verbose_and_json_logs(state: Path) -> None:
    with Host("features", state, "--verbose", "--json-logs").started() as host:
        host.get("/api/log")
        eventually(lambda: "Executed 'Functions.log'" in host.log())
        # The last line may not have been written to its end.
        lines = [json.loads(line) for line in host.log().splitlines(keepends=True) if line.endswith("\n")]
    mine = next(line for line in lines if line["message"] == "a line nobody asked for")
    assert (mine["level"], mine["category"]) == ("debug", "Function.log.User")
    assert mine["invocation"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_host_ends_cleanly_with_its_processes(state: Path, number: signal.Signals) -> None:
    host = Host("features", state).start()
    assert host.process is not None
    children = psutil.Process(host.process.pid).children(recursive=True)
    assert children
    host.process.send_signal(number)
    assert host.process.wait(timeout=60) == 0
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
    assert "Traceback" not in host.log()
    host.client.close()


def test_a_long_state_path_leaves_nothing_behind_in_the_temporary_folder(tmp_path: Path) -> None:
    # Short, because the path of a socket file may have about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as temporary:
        with Host("features", tmp_path / ("long" * 30), TMPDIR=temporary).started() as host:
            assert host.run("parent", 1)["runtimeStatus"] == "Completed"
            assert [file.name for file in Path(temporary).glob("functions-host-*/*")] == ["hub.sock"]
        assert list(Path(temporary).iterdir()) == []


def test_a_signal_to_the_whole_group_is_a_clean_end_too(state: Path) -> None:
    host = Host("features", state, new_group=True).start()
    assert host.process is not None
    gate = state.parent / "gate"
    slow = host.begin("gated", {"gate": str(gate), "count": 1})["id"]
    host.reach(slow, "Running")
    os.killpg(host.process.pid, signal.SIGTERM)
    gate.touch()
    assert host.process.wait(timeout=60) == 0
    assert "died" not in host.log()
    host.process = None
    with host.started():
        assert host.finish(slow)["runtimeStatus"] == "Completed"


def test_a_change_of_the_app_is_taken_up_with_reload(tmp_path: Path) -> None:
    app = write_app(tmp_path / "app")
    host = Host(app, tmp_path / "state", "--reload").start()
    try:
        assert host.get("/api/answer").text == "one"
        host.log_file.write_text("")
        (app / "function_app.py").write_text("this is no Python")
        eventually(lambda: "SyntaxError" in host.log())
        # One change at one moment: a second one would be another reason to start again.
        (tmp_path / "function_app.py").write_text(SMALL_APP.replace("{answer}", "two"))
        (tmp_path / "function_app.py").replace(app / "function_app.py")
        eventually(lambda: "Host started" in host.log())
        port = host.log().rpartition("localhost:")[2].partition(",")[0]
        assert host.client.get(f"http://127.0.0.1:{port}/api/answer").text == "two"
    finally:
        assert host.stop() == 0
        host.client.close()


def test_a_change_while_the_app_is_being_loaded_is_not_lost(tmp_path: Path) -> None:
    app = write_app(tmp_path / "app")
    before = snapshot(app)
    (app / "settings.json").write_text("{}")

    async def noticed() -> None:
        await asyncio.wait_for(wait_for_change(app, before), 60)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wait_for_change(app, snapshot(app)), 0.7)

    asyncio.run(noticed())


def test_a_signal_that_comes_together_with_a_change_ends_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = write_app(tmp_path / "app")

    async def serve(_options: HostOptions, stop: asyncio.Event) -> None:
        (app / "another.py").touch()
        await stop.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.1)

    def start_again(*_: object) -> None:
        raise AssertionError("the host started again")

    monkeypatch.setattr(cli, "serve", serve)
    monkeypatch.setattr(os, "execv", start_again)
    assert cli.main(["start", "--app", str(app), "--reload"]) == 0


def test_a_host_that_waits_for_its_app_to_be_mended_can_be_ended(tmp_path: Path) -> None:
    app = write_app(tmp_path / "app")
    host = Host(app, tmp_path / "state", "--reload").start()
    try:
        (app / "function_app.py").write_text("this is no Python")
        eventually(lambda: "could not be loaded" in host.log())
    finally:
        code = host.stop()
        host.client.close()
    assert code == 1
    assert "KeyboardInterrupt" not in host.log()


def test_the_app_is_found_in_the_working_directory(tmp_path: Path) -> None:
    app = tmp_path / "app"
    shutil.copytree(APPS / "timers", app)
    process = subprocess.Popen(
        [sys.executable, "-m", "functions_host", "start", "--port", "0"],
        cwd=app,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "JOURNAL": str(tmp_path / "journal")},
    )
    assert process.stdout is not None
    with process.stdout:
        assert any(b"Host started" in line for line in process.stdout)
        process.terminate()
        process.stdout.read()
    assert process.wait(timeout=60) == 0
    assert (app / ".functions_host" / "TestHubName.db").exists()
