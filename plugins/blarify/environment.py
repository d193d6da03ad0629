"""The isolated environment that Blarify runs in.

Blarify pins versions that contradict ours (tree-sitter below 0.24, protobuf 6, an obsolete ``asyncio`` package, ...),
so it gets a virtual environment below ``CODESTORY_HOME``: about 330 MB, installed once. ``scip-python``, which the
SCIP mode needs, is a Node program and is installed beside it where npm is present.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from codestory.exceptions import StepFailedError, TransientError

__all__ = [
    "BLARIFY",
    "SCIP_PYTHON",
    "default_folder",
    "has_scip",
    "install",
    "is_installed",
    "python_path",
    "search_path",
]

BLARIFY = "1.3.9"
SCIP_PYTHON = "0.6.6"
_NPM_PACKAGE = "@sourcegraph/scip-python"
_MARKER = "installed.json"
_OLDEST, _NEWEST = (3, 11), (3, 14)

type Report = Callable[[str], None]


def default_folder() -> Path:
    """``<CODESTORY_HOME or ./.codestory>/tools/blarify``."""
    return (Path(os.environ.get("CODESTORY_HOME") or ".codestory") / "tools" / "blarify").absolute()


def python_path(folder: Path | None = None) -> Path:
    """The interpreter of the environment, whether it exists or not."""
    return (folder or default_folder()) / "venv" / "bin" / "python"


def search_path(folder: Path | None = None) -> str:
    """The folders that Blarify must find its helpers in (language servers, scip-python), for ``PATH``."""
    folder = folder or default_folder()
    return os.pathsep.join([str(folder / "venv" / "bin"), str(folder / "node" / "node_modules" / ".bin")])


def has_scip(folder: Path | None = None) -> bool:
    """Whether the indexer of the SCIP mode is installed."""
    return ((folder or default_folder()) / "node" / "node_modules" / ".bin" / "scip-python").exists()


def is_installed(folder: Path | None = None) -> bool:
    """Whether an installation of the right version was finished."""
    folder = folder or default_folder()
    try:
        marker = json.loads((folder / _MARKER).read_text())
    except (OSError, ValueError):
        return False
    return marker.get("blarify") == BLARIFY and python_path(folder).exists()


def install(folder: Path | None = None, progress: Report = lambda _: None, *, with_scip: bool = True) -> None:
    """Make the environment in ``folder``; nothing happens if it is there. Only one process installs at a time.

    A half-made environment of an earlier attempt is removed. Raises ``StepFailedError`` where no suitable Python is
    found or a package cannot be installed, ``TransientError`` where the package index does not answer.
    """
    folder = (folder or default_folder()).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with _exclusive(folder / ".lock"):
        if not is_installed(folder):
            interpreter = find_python()
            for part in ("venv", "node"):
                shutil.rmtree(folder / part, ignore_errors=True)
            progress(f"making an environment with {interpreter}")
            _run([interpreter, "-m", "venv", str(folder / "venv")], "the virtual environment")
            progress(f"installing blarify {BLARIFY} (about 330 MB, one or two minutes)")
            pip = [str(python_path(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            _run([*pip, f"blarify=={BLARIFY}"], f"blarify {BLARIFY}")
            # The import is what fails when a dependency has no wheel for this platform, so try it before saying done.
            _run([str(python_path(folder)), "-c", "import blarify.prebuilt.graph_builder"], "the import of blarify")
            (folder / _MARKER).write_text(json.dumps({"blarify": BLARIFY}))
        if with_scip and not has_scip(folder):
            _install_scip(folder, progress)
    progress("blarify is ready")


def find_python() -> str:
    """An interpreter that Blarify supports: this one, or one on ``PATH``; raises ``StepFailedError``."""
    if _OLDEST <= sys.version_info[:2] < _NEWEST:
        return sys.executable
    for minor in (13, 12, 11):
        if (found := shutil.which(f"python3.{minor}")) and _works(found):
            return found
    raise StepFailedError(
        f"blarify {BLARIFY} needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]} and none of them is on"
        " PATH. Install one, or set the option docker_image."
    )


def _works(interpreter: str) -> bool:
    # A version manager may leave a stub on PATH that only prints how to install the real thing.
    return subprocess.run([interpreter, "-c", "import venv"], capture_output=True, check=False).returncode == 0


def _install_scip(folder: Path, progress: Report) -> None:
    npm = shutil.which("npm")
    if npm is None:
        progress("npm is not installed, so neither is scip-python: the modes hierarchy and auto work, scip does not")
        return
    progress(f"installing scip-python {SCIP_PYTHON}")
    command = [npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder / "node")]
    try:
        _run([*command, f"{_NPM_PACKAGE}@{SCIP_PYTHON}"], f"scip-python {SCIP_PYTHON}")
    except (StepFailedError, TransientError) as error:
        progress(f"scip-python could not be installed, so the mode scip does not work: {error}")


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode == 0:
        return
    said = (done.stderr or done.stdout).strip()[-600:]
    if any(sign in said for sign in ("ConnectionError", "Temporary failure", "timed out", "ECONNRESET", "ENOTFOUND")):
        raise TransientError(f"{what} could not be installed because the package index did not answer: {said}")
    raise StepFailedError(f"{what} could not be installed (exit code {done.returncode}): {said}")


@contextmanager
def _exclusive(path: Path) -> Generator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
