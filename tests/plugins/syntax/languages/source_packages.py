"""Real packages from the registries, unpacked once per machine with the registries' own clients."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from codestory.graph.file_lock import FileLock
from tests.support.sdists import CACHE

__all__ = ["go_module", "npm_package"]


def npm_package(requirement: str) -> Path:
    """The unpacked tarball of ``name@version``."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, so no npm package can be compared")
    target = CACHE / f"npm-{requirement.replace('/', '-')}"
    target.mkdir(parents=True, exist_ok=True)
    with FileLock(CACHE / f"{target.name}.lock").held():
        if not (target / "package").exists():
            command = [npm, "pack", "--silent", requirement]
            subprocess.run(command, cwd=target, check=True, timeout=120, stdin=subprocess.DEVNULL, capture_output=True)
            (archive,) = target.glob("*.tgz")
            with tarfile.open(archive) as tar:
                tar.extractall(target, filter="data")
    return target / "package"


def go_module(requirement: str) -> Path:
    """The folder of ``path@version`` in Go's module cache."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not installed, so no Go module can be compared")
    workspace = CACHE / "go"
    workspace.mkdir(parents=True, exist_ok=True)
    command = [go, "mod", "download", "-json", requirement]
    done = subprocess.run(command, cwd=workspace, check=True, timeout=120, capture_output=True, text=True)
    (line,) = [line for line in done.stdout.splitlines() if line.strip().startswith('"Dir"')]
    return Path(line.partition(":")[2].strip(' ",'))
