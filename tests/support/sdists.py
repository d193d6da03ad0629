"""Real repositories for tests: source distributions from the package index, unpacked once per machine."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

from tests.support.once import made_once

__all__ = ["sdist"]

CACHE = Path.home() / ".cache" / "codestory" / "unpacked-sdists"


def sdist(requirement: str) -> Path:
    """The unpacked source of ``requirement`` (``flask==3.1.0``). Tests must not write into it."""
    target = CACHE / requirement.replace("==", "-")
    made_once(target, lambda: _fetch(requirement, target))
    (source,) = [path for path in target.iterdir() if path.is_dir()]
    return source


def _fetch(requirement: str, target: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
    command += ["-d", str(target), requirement]
    subprocess.run(command, check=True, timeout=180, stdin=subprocess.DEVNULL)
    (archive,) = target.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    archive.unlink()
