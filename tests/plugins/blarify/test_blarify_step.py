"""The step with a fake Blarify: what is written, and every way in which Blarify is known to fail."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from codestory.exceptions import CancelledError, StepFailedError
from plugins.blarify import environment
from plugins.blarify.options import BlarifyOptions
from plugins.blarify.process import run_blarify
from plugins.blarify.step import BlarifyStep
from tests.plugins.blarify.fakes import FakeBlarify, fake_docker, graph_lines
from tests.plugins.documentation_grapher.graph_run import Bench, Token

type Make = Callable[[], Bench]

FILES: dict[str, str | bytes] = {
    "app/a.py": "class A:\n    def run(self): ...\n",
    "app/b.py": "def helper(): ...\n",
    "README.md": "# no source",
    "pyproject.toml": "",
    "web/x.mts": "export class X {}",
    "gen/made.py": "def made(): ...\n",
}
GOOD = graph_lines(
    ("CLASS", "app/a.py", "A"),
    ("FUNCTION", "app/a.py", "A.run"),
    ("FUNCTION", "app/b.py", "helper"),
    ("FUNCTION", "gen/made.py", "made"),
    references=[("CALLS", "app/a.py#A.run", "app/b.py#helper")],
)
MANY = graph_lines(*(("FUNCTION", "app/a.py", f"f{n}") for n in range(40)), mode="scip")


def run_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    (folder / "repository").mkdir(parents=True)
    return folder


def run(tmp_path: Path, fake: FakeBlarify, **changes: Any) -> Path:
    arguments: dict[str, Any] = {
        "docker_image": None,
        "tools": fake.folder,
        "timeout": timedelta(seconds=30),
        "token": Token(),
        "progress": lambda _: None,  # pyright: ignore[reportUnknownLambdaType]
    }
    return run_blarify(run_folder(tmp_path), {"mode": "hierarchy"}, **{**arguments, **changes})


def test_the_graph_of_blarify_is_written_and_linked(bench: Make, fake: FakeBlarify) -> None:
    fake.will(output=GOOD, says=[["progress", "building"], ["warning", "slow"]], noise="not JSON", litter=True)
    repo = bench()
    done = repo.run(BlarifyStep(), FILES, mode="hierarchy")
    assert (done.totals["nodes"], done.totals["relationships"]) == (7, 5)
    assert done.plan.units == 3
    assert done.warnings == ["slow"]
    assert done.summary.message == "3 files, 4 definitions, 1 references"
    calls = repo.store.read(
        "MATCH (a:Method)-[c:CALLS]->(b:Function) WHERE a.repository = $r RETURN b.name AS name, c.resolution AS how",
        r=repo.repository,
    )
    assert calls == [{"name": "helper", "how": "blarify"}]


def test_blarify_sees_a_copy_of_the_sources_and_nothing_else(
    bench: Make, fake: FakeBlarify, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.will(output=GOOD)
    secrets = ("AzureWebJobsStorage", "AZURE_CLIENT_SECRET", "OPENAI_API_KEY", "CODESTORY_API_KEY", "PYTHONPATH")
    for name in secrets:
        monkeypatch.setenv(name, "hush")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    bench().run(BlarifyStep(), FILES, mode="hierarchy", ignore_patterns=["gen/"])
    assert fake.seen["files"] == ["app/a.py", "app/b.py", "pyproject.toml"]
    assert fake.seen["request"]["names_to_skip"] == [".git"]
    assert fake.seen["request"]["mode"] == "hierarchy"
    assert not Path(fake.seen["request"]["root"]).exists()
    assert not fake.seen["environment"].keys() & {*secrets, "VIRTUAL_ENV"}
    assert fake.seen["environment"]["LC_ALL"] == "C.UTF-8"
    assert fake.seen["environment"]["PATH"].startswith(str(fake.folder / "venv" / "bin"))


def test_nothing_runs_when_no_source_changed(bench: Make, fake: FakeBlarify) -> None:
    fake.will(output=GOOD)
    repo = bench()
    repo.run(BlarifyStep(), FILES, mode="hierarchy")
    assert fake.ran
    repo.run(BlarifyStep(), {**FILES, "README.md": "# changed"}, mode="hierarchy")
    assert not fake.ran
    repo.run(BlarifyStep(), {**FILES, "app/b.py": "def helper(): pass\n"}, mode="hierarchy")
    assert fake.ran
    repo.run(BlarifyStep(), {**FILES, "app/b.py": "def helper(): pass\n"}, mode="hierarchy", full=True)
    assert fake.ran


def test_what_is_gone_from_the_repository_goes_from_the_graph(bench: Make, fake: FakeBlarify) -> None:
    fake.will(output=GOOD)
    repo = bench()
    repo.run(BlarifyStep(), FILES, mode="hierarchy")
    done = repo.run(BlarifyStep(), {"README.md": "# only"}, mode="hierarchy")
    assert not (done.totals["nodes"])
    assert repo.store.read("MATCH (n:Module) WHERE n.repository = $r RETURN n.id AS id", r=repo.repository) == []


@pytest.mark.parametrize(
    ("scenario", "mode", "said"),
    [
        ({"output": graph_lines()}, "hierarchy", "empty although the repository has 3 source files"),
        ({"output": graph_lines(("CLASS", "app/a.py", ""))}, "hierarchy", "no class and no function"),
        ({"output": graph_lines(("CLASS", "x/other.py", "A"))}, "hierarchy", "none of the repository's files"),
        ({"output": MANY}, "scip", "not one reference"),
        ({"output": MANY}, "auto", "scip index was not used"),
        ({"output": graph_lines(("CLASS", "app/a.py", "A"), end=False)}, "hierarchy", "cut off"),
        ({"output": "garbage"}, "hierarchy", "Line 1"),
        ({}, "hierarchy", "without a graph"),
        ({"exit": 3, "says": [["error", "the SCIP index could not be made: it crashed"]]}, "scip", "it crashed"),
        ({"exit": 1, "stderr": "MemoryError: boom", "output": GOOD}, "hierarchy", "exit code 1.*MemoryError: boom"),
        ({"exit": 0, "says": [["error", "half"]], "output": GOOD}, "hierarchy", "half"),
    ],
)
def test_silent_and_loud_failures_are_errors_that_write_nothing(
    bench: Make, fake: FakeBlarify, scenario: dict[str, Any], mode: str, said: str
) -> None:
    fake.will(**scenario)
    repo = bench()
    with pytest.raises(StepFailedError, match=said):
        repo.run(BlarifyStep(), FILES, mode=mode)
    assert repo.store.read("MATCH (n:Module) WHERE n.repository = $r RETURN n.id AS id", r=repo.repository) == []


def test_a_hierarchy_needs_no_references(bench: Make, fake: FakeBlarify) -> None:
    fake.will(output=MANY)
    assert bench().run(BlarifyStep(), FILES, mode="hierarchy").totals["nodes"] == 41


def alive(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 60
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def time_out(tmp_path: Path, fake: FakeBlarify, started: Callable[[], bool], **changes: Any) -> None:
    """Let a run take too long: one second, or as many as a busy machine needs until ``started``."""
    for seconds in (1, 4, 16, 64):
        with pytest.raises(StepFailedError, match=rf"longer than {seconds} s.*timeout"):
            run(tmp_path / f"{seconds}", fake, timeout=timedelta(seconds=seconds), **changes)
        if started():
            return
    raise AssertionError("it did not even start")


def test_after_the_timeout_the_whole_process_group_is_gone(tmp_path: Path, fake: FakeBlarify) -> None:
    pid = tmp_path / "pid"
    fake.will(sleep=600, grandchild=str(pid))

    def started() -> bool:
        return pid.exists() and pid.read_text() != ""

    time_out(tmp_path, fake, started)
    assert gone(int(pid.read_text()))


def test_a_cancelled_job_ends_blarify(tmp_path: Path, fake: FakeBlarify) -> None:
    pid = tmp_path / "pid"
    fake.will(sleep=600, grandchild=str(pid))

    class AfterStart:
        def raise_if_cancelled(self) -> None:
            if pid.exists() and pid.read_text():
                raise CancelledError("cancelled")

    with pytest.raises(CancelledError):
        run(tmp_path, fake, token=AfterStart())
    assert gone(int(pid.read_text()))


def test_language_servers_that_blarify_leaves_behind_are_ended(tmp_path: Path, fake: FakeBlarify) -> None:
    pid = tmp_path / "pid"
    fake.will(output=GOOD, grandchild=str(pid))
    assert run(tmp_path, fake).read_text()
    assert gone(int(pid.read_text()))


def test_progress_is_reported_as_it_comes(tmp_path: Path, fake: FakeBlarify) -> None:
    fake.will(output=GOOD, says=[["progress", "one"], ["warning", "careful"], ["progress", "two"], ["odd", "x"]])
    heard: list[str] = []
    run(tmp_path, fake, progress=heard.append)
    assert heard == ["one", "two", "warning: careful"]


def test_a_container_is_started_with_the_copy_alone(
    bench: Make, fake: FakeBlarify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = fake_docker(tmp_path, fake)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    # Inside of the container the repository is always in the same place.
    fake.will(output=GOOD.replace("file://ROOT/", "file:///codestory/repository/"))
    done = bench().run(BlarifyStep(), FILES, mode="hierarchy", docker_image="blarify/blarify:1.3.9")
    assert done.totals["nodes"] == 7
    (command,) = log.read_text().splitlines()
    assert command.startswith("run --rm --init --name codestory-blarify-")
    assert ":/codestory " in command
    assert command.count("--volume") == 1
    assert " --cap-drop ALL --security-opt no-new-privileges " in command
    assert command.endswith("blarify/blarify:1.3.9 -I /codestory/runner.py /codestory/request.json")


def test_a_container_that_takes_too_long_is_killed(
    fake: FakeBlarify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = fake_docker(tmp_path, fake)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    fake.will(sleep=600)

    def lines() -> list[str]:
        return log.read_text().splitlines() if log.exists() else []

    time_out(
        tmp_path, fake, lambda: len(lines()[-2:]) == 2 and lines()[-2].startswith("run "), docker_image="blarify:1"
    )
    started, killed = lines()[-2:]
    assert killed == f"kill {started.split()[4]}"


def test_without_docker_the_error_says_what_to_do(
    fake: FakeBlarify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StepFailedError, match=r"no docker on PATH.*codestory steps install blarify"):
        run(tmp_path, fake, docker_image="blarify:1")


def test_without_an_environment_the_error_says_what_to_do(tmp_path: Path, fake: FakeBlarify) -> None:
    (fake.folder / "installed.json").write_text(json.dumps({"blarify": "0.0.1"}))
    with pytest.raises(StepFailedError, match="codestory steps install blarify"):
        run(tmp_path, fake)


def test_the_environment_is_below_the_home_of_codestory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CODESTORY_HOME", str(tmp_path))
    assert environment.default_folder() == tmp_path / "tools" / "blarify"
    assert not environment.is_installed()
    monkeypatch.delenv("CODESTORY_HOME")
    assert environment.default_folder() == Path.cwd() / ".codestory" / "tools" / "blarify"


def test_options_that_cannot_work_are_refused() -> None:
    for wrong in ({"docker_image": "--privileged"}, {"docker_image": "a b"}, {"mode": "magic"}, {"nope": 1}):
        with pytest.raises(ValidationError):
            BlarifyOptions.model_validate(wrong)
