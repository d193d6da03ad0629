"""Runs the runner, in the isolated environment or in a container, and ends all it started when it must."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import selectors
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from codestory.exceptions import StepFailedError
from codestory.ingestion_pipeline.step import CancellationToken
from plugins.blarify import environment

__all__ = ["Outcome", "run_blarify"]

_log = logging.getLogger(__name__)

_LOOK_EVERY = 0.2
_GRACE = 5.0
_MOUNT = "/codestory"
_RUNNER = Path(__file__).with_name("runner.py")
_TAIL = 1500
_PASSED_ON = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|XDG_\w+|LD_LIBRARY_PATH|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+"
    r"|(?i:https?|all|no)_(?i:proxy)"
)


@dataclass
class Outcome:
    """What the runner said: warnings, the errors that ended it, and the end of what Blarify printed."""

    warnings: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])
    exit_code: int = 0
    printed: str = ""


def run_blarify(
    folder: Path,
    request: dict[str, Any],
    *,
    docker_image: str | None,
    tools: Path | None,
    timeout: timedelta,
    token: CancellationToken,
    progress: Callable[[str], None],
) -> Path:
    """Run Blarify over ``folder/repository`` and return the file with its graph.

    Raises ``StepFailedError`` if it cannot be started, fails, or takes longer than ``timeout``; ``CancelledError``
    once the job is cancelled. Either way nothing that was started is left running.
    """
    inside = Path(_MOUNT) if docker_image else folder
    shutil.copy(_RUNNER, folder / "runner.py")
    request = {**request, "root": str(inside / "repository"), "output": str(inside / "graph.jsonl")}
    (folder / "request.json").write_text(json.dumps(request))
    name = f"codestory-blarify-{uuid.uuid4().hex[:12]}"
    kill: list[str] | None = None
    if docker_image:
        command, variables = _container(docker_image, folder, name), dict(os.environ)
        kill = [command[0], "kill", name]
    else:
        command, variables = _environment(folder, tools)
    outcome = _run(command, variables, folder, timeout, token, progress, kill)
    for warning in outcome.warnings:
        progress(f"warning: {warning}")
    if outcome.exit_code != 0 or outcome.errors:
        reason = "; ".join(outcome.errors) or f"it ended with exit code {outcome.exit_code}"
        raise StepFailedError(
            f"Blarify failed: {reason}. It printed last: {outcome.printed.strip()[-_TAIL:] or 'nothing'}",
            exit_code=outcome.exit_code,
        )
    return folder / "graph.jsonl"


def _environment(folder: Path, tools: Path | None) -> tuple[list[str], dict[str, str]]:
    tools = tools or environment.default_folder()
    python = environment.python_path(tools)
    if not environment.is_installed(tools):
        raise StepFailedError(
            f"Blarify is not installed in {tools}. Run `codestory steps install blarify`, or set the option"
            " docker_image."
        )
    # Neither our own environment's packages nor keys of storage and models are any business of the isolated one.
    variables = {key: value for key, value in os.environ.items() if _PASSED_ON.fullmatch(key)}
    variables["PATH"] = os.pathsep.join([environment.search_path(tools), variables.get("PATH", os.defpath)])
    variables |= {"TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"}
    return [str(python), "-I", str(folder / "runner.py"), str(folder / "request.json")], variables


def _container(image: str, folder: Path, name: str) -> list[str]:
    docker = shutil.which("docker")
    if docker is None:
        raise StepFailedError(
            f"The option docker_image is {image!r}, but there is no docker on PATH. Install it, or remove the option"
            " and run `codestory steps install blarify`."
        )
    user = f"{os.getuid()}:{os.getgid()}"
    return [
        docker, "run", "--rm", "--init", "--name", name, "--user", user, "--env", f"HOME={_MOUNT}",
        "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
        "--volume", f"{folder}:{_MOUNT}", "--workdir", _MOUNT, "--entrypoint", "python",
        image, "-I", f"{_MOUNT}/runner.py", f"{_MOUNT}/request.json",
    ]  # fmt: skip


def _run(
    command: list[str],
    variables: dict[str, str],
    folder: Path,
    timeout: timedelta,
    token: CancellationToken,
    progress: Callable[[str], None],
    kill: list[str] | None,
) -> Outcome:
    outcome = Outcome()
    deadline = time.monotonic() + timeout.total_seconds()
    with (
        (folder / "stderr.txt").open("wb") as printed,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=printed,
            env=variables,
            cwd=folder,
            start_new_session=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            _listen(process, outcome, deadline, timeout, token, progress)
            outcome.exit_code = process.wait(max(_GRACE, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise _too_slow(timeout) from None
        finally:
            _end(process, kill)
    outcome.printed = (folder / "stderr.txt").read_bytes()[-4 * _TAIL :].decode(errors="replace")
    return outcome


def _listen(
    process: subprocess.Popen[bytes],
    outcome: Outcome,
    deadline: float,
    timeout: timedelta,
    token: CancellationToken,
    progress: Callable[[str], None],
) -> None:
    """Read what the runner reports until it closes its output."""
    assert process.stdout is not None
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            token.raise_if_cancelled()
            if time.monotonic() >= deadline:
                raise _too_slow(timeout)
            if not selector.select(_LOOK_EVERY):
                # A grandchild may hold the pipe open although the runner itself is gone.
                if process.poll() is not None:
                    return
                continue
            data = os.read(process.stdout.fileno(), 65536)
            if not data:
                return
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                _take(line, outcome, progress)
            pending = pending[-65536:]


def _take(line: bytes, outcome: Outcome, progress: Callable[[str], None]) -> None:
    try:
        said = json.loads(line)
        kind, text = str(said["kind"]), str(said["text"])
    except (ValueError, KeyError, TypeError):
        _log.debug("blarify's runner printed something else: %r", line[:200])
        return
    if kind == "warning":
        outcome.warnings.append(text)
    elif kind == "error":
        outcome.errors.append(text)
    elif kind == "progress":
        progress(text)


def _too_slow(timeout: timedelta) -> StepFailedError:
    return StepFailedError(
        f"Blarify took longer than {timeout.total_seconds():g} s and was stopped. Raise the step's timeout, use the"
        " mode hierarchy, or leave files out with ignore_patterns."
    )


def _end(process: subprocess.Popen[bytes], kill: list[str] | None) -> None:
    """Stop the whole process group, politely first, and the container, which is no child of ours."""
    running = process.poll() is None
    if kill and running:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(kill, capture_output=True, timeout=30, check=False)
    for sign, patience in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, _GRACE)):
        # Also after the runner's own end: language servers that it left behind belong to its group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, sign)
        if running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
            running = process.poll() is None
