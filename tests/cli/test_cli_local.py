"""Commands that need no service: steps, configuration, graph, and starting the service itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from codestory.exceptions import ConfigurationError, ServiceUnavailableError
from codestory.ingestion_pipeline import local_service
from tests.cli.conftest import run_cli

VALID = "steps:\n  - name: filesystem\n  - name: documentation_grapher\n"


def test_steps_are_listed_with_what_they_write_and_their_options() -> None:
    steps = {step["name"]: step for step in json.loads(run_cli("steps", "list", "--json").stdout)}
    assert "File" in steps["filesystem"]["provides"]
    shown = run_cli("steps", "list", "--options").stdout
    assert all(name in shown for name in steps)
    assert all(option in shown for step in steps.values() for option in step["options"])


def test_a_valid_configuration_is_shown_in_its_order() -> None:
    Path("mine.yml").write_text(VALID)
    result = run_cli("config", "validate", "mine.yml")
    assert "valid: 2 steps" in result.stdout
    assert result.stdout.index("filesystem") < result.stdout.index("documentation_grapher")


def test_a_misspelt_key_is_reported_with_its_line_and_the_nearest_known_one() -> None:
    Path("pipeline_config.yml").write_text("steps:\n  - name: filesystem\n    concurency: 3\n")
    result = run_cli("config", "validate", code=1)
    assert "pipeline_config.yml:3" in result.stderr
    assert "concurency" in result.stderr
    assert "Did you mean 'concurrency'?" in result.stderr
    answer = json.loads(run_cli("config", "validate", "--json", code=1).stdout)
    assert answer["valid"] is False
    assert "concurency" in answer["problems"][0]


def test_a_missing_configuration_names_the_file_and_the_setting() -> None:
    result = run_cli("config", "validate", "nowhere.yml", code=1)
    assert "nowhere.yml" in result.stderr
    assert "CODESTORY_PIPELINE_CONFIG" in result.stderr


def test_settings_are_shown_with_their_origin_and_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("pipeline_config.yml").write_text(VALID)
    monkeypatch.setenv("CODESTORY_NEO4J_URI", "bolt://db:7687")
    monkeypatch.setenv("CODESTORY_NEO4J_PASSWORD", "hunter2")
    result = run_cli("--service-url", "http://127.0.0.1:9999", "config", "show", "--json")
    settings = {item["name"]: item for item in json.loads(result.stdout)["settings"]}
    assert settings["CODESTORY_NEO4J_URI"]["from"] == "environment"
    assert settings["CODESTORY_NEO4J_PASSWORD"]["value"] == "****"
    assert settings["CODESTORY_SERVICE_URL"] == {
        "name": "CODESTORY_SERVICE_URL",
        "value": "http://127.0.0.1:9999",
        "from": "--service-url",
    }
    assert "hunter2" not in run_cli("config", "show").stdout


def test_secrets_inside_settings_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("pipeline_config.yml").write_text(VALID)
    monkeypatch.setenv("CODESTORY_STORAGE", "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=c2VjcmV0MQ==")
    monkeypatch.setenv("CODESTORY_SERVICE_URL", "https://user:secret2@shop.example/?code=secret3")
    for arguments in ((), ("--json",)):
        shown = run_cli("config", "show", *arguments).stdout
        assert "AccountName=shop" in shown
        assert "shop.example" in shown
        assert not [secret for secret in ("c2VjcmV0MQ", "secret2", "secret3") if secret in shown]


def test_where_no_configuration_is_that_of_the_service_is_shown() -> None:
    shown = json.loads(run_cli("config", "show", "--json").stdout)
    assert shown["file"] == str(local_service.app_folder() / "pipeline_config.yml")
    assert "valid" in run_cli("config", "validate").stdout


@pytest.mark.parametrize("command", [("graph", "stats"), ("graph", "query", "RETURN 1"), ("graph", "digest", "x")])
def test_no_graph_here_is_said_instead_of_starting_an_empty_one(command: tuple[str, ...], tmp_path: Path) -> None:
    result = run_cli(*command, code=3)
    assert str(tmp_path / ".codestory" / "graph") in result.stderr
    assert "CODESTORY_HOME" in result.stderr
    assert not (tmp_path / ".codestory").exists()


def test_stopping_a_graph_that_does_not_run_is_no_error() -> None:
    assert "was not running" in run_cli("graph", "stop").stdout


def test_stopping_a_graph_that_is_not_ours_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESTORY_NEO4J_URI", "bolt://db:7687")
    assert "not this command's to stop" in run_cli("graph", "stop", code=2).stderr


def test_an_empty_query_is_a_usage_error() -> None:
    assert "the query is empty" in run_cli("graph", "query", "-", input=" \n", code=2).stderr


@pytest.mark.parametrize("output", [".", "nowhere/rows.csv"])
def test_a_place_where_rows_cannot_go_is_a_usage_error_before_the_query_runs(output: str) -> None:
    result = run_cli("graph", "query", "RETURN 1", "--output", output, code=2)
    assert f"cannot write to {output!r}" in result.stderr


def test_a_parameter_without_a_value_is_a_usage_error() -> None:
    assert "'name' is not KEY=VALUE" in run_cli("graph", "query", "RETURN $name", "-p", "name", code=2).stderr


def test_the_app_is_found_in_the_present_folder_first(tmp_path: Path) -> None:
    (tmp_path / "host.json").write_text("{}")
    (tmp_path / "function_app.py").write_text("")
    assert local_service.app_folder() == tmp_path


def test_without_an_app_the_error_names_both_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codestory.__file__", str(tmp_path / "site" / "codestory" / "__init__.py"))
    with pytest.raises(ConfigurationError, match="--app"):
        local_service.app_folder()


def test_a_taken_port_gives_way_to_a_free_one() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert local_service.free_port(port) != port


def test_a_free_port_is_none_that_an_outgoing_connection_is_given() -> None:
    import socket

    with socket.create_server(("127.0.0.1", local_service.free_port())) as server:
        assert 1024 < server.getsockname()[1] < 32_768, "where Linux begins, and macOS later"


def make_host(app: Path, body: str) -> None:
    """A program in the place of the host, told its port and folders as the real one."""
    package = app / "functions_host"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(body)


def test_a_host_that_fails_to_start_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    make_host(tmp_path, "print('function_app.py: SyntaxError'); raise SystemExit(4)\n")
    with pytest.raises(ServiceUnavailableError, match="code 4") as caught:
        local_service.LocalService.start(app=tmp_path)
    assert caught.value.details["problems"] == ["function_app.py: SyntaxError"]


SERVING_HOST = """
import http.server, json, os, pathlib, signal, sys

port = int(sys.argv[sys.argv.index("--port") + 1])


class Answer(http.server.BaseHTTPRequestHandler):
    calls = 0

    def do_GET(self):
        Answer.calls += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"state": "Running" if Answer.calls > 2 else "Starting"}).encode())


def stop(*_):
    pathlib.Path("stopped").write_text(os.environ["CODESTORY_HOME"])
    os._exit(0)


signal.signal(signal.SIGTERM, stop)
http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""


def test_a_host_is_ready_once_it_says_so_and_is_stopped_afterwards(tmp_path: Path) -> None:
    make_host(tmp_path, SERVING_HOST)
    with local_service.LocalService.start(app=tmp_path):
        assert not (tmp_path / "stopped").exists()
        assert (tmp_path / ".codestory").stat().st_mode & 0o777 == 0o700, "what is in a graph may be confidential"
    assert (tmp_path / "stopped").read_text() == str(tmp_path / ".codestory")


def test_a_terminated_program_stops_its_host_first(tmp_path: Path) -> None:
    make_host(tmp_path, SERVING_HOST)
    program = (
        "import pathlib, sys\n"
        "sys.path.pop(0)\n"  # the stand-in host is for the child alone
        "from codestory.ingestion_pipeline.local_service import LocalService, stopped_in_order\n"
        "with stopped_in_order(), LocalService.start(app=pathlib.Path.cwd()):\n"
        "    print('running', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        process.terminate()
        assert process.wait() == 128 + signal.SIGTERM
    assert (tmp_path / "stopped").exists()


def test_serve_becomes_the_host_with_its_exit_code(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    make_host(app, "import json, os, sys\nprint(json.dumps([os.getcwd(), *sys.argv[1:]]))\nraise SystemExit(7)\n")
    result = subprocess.run(
        [sys.executable, "-m", "codestory.cli", "serve", "--port", "7199", "--app", str(app), "--", "--auth"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 7, result.stderr
    state = str(tmp_path / ".codestory" / "host")
    assert json.loads(result.stdout) == [
        *(str(app), "start", "--port", "7199", "--app", str(app), "--state", state, "--auth"),
    ]


def test_installing_a_step_that_needs_nothing_says_so() -> None:
    result = run_cli("steps", "install", "filesystem", code=2)
    assert "'filesystem' is installed, and needs nothing else" in result.output


def test_installing_a_step_prepares_what_it_needs(tmp_path: Path) -> None:
    package = tmp_path / "site" / "needy"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "step.py").write_text(
        "from codestory.ingestion_pipeline import PipelineStep\n\n\nclass Needy(PipelineStep):\n    pass\n"
    )
    (package / "environment.py").write_text(
        "from pathlib import Path\n\n\ndef install(progress):\n"
        "    progress('getting ready')\n    Path('prepared').touch()\n"
    )
    info = tmp_path / "site" / "needy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: needy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[codestory.pipeline.steps]\nneedy = needy.step:Needy\n")
    result = subprocess.run(
        [sys.executable, "-m", "codestory.cli", "steps", "install", "needy"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert "getting ready" in result.stderr
    assert "needy.step:Needy" in result.stdout
    assert (tmp_path / "prepared").exists()
