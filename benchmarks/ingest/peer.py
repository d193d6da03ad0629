"""The fastest comparable tool that a package registry offers, on the same repository in the same run."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest.memory import PeakMemory

__all__ = ["PeerRun", "run_peer"]

PACKAGE = "@colbymchenry/codegraph@1.6.1"
CACHE = Path.home() / ".cache" / "codestory" / "codegraph"


@dataclass(frozen=True)
class PeerRun:
    """Wall seconds and peak memory (10^6 bytes, all processes) of one command."""

    seconds: float
    peak_mb: float


def run_peer(repository: Path, command: str = "init") -> PeerRun | None:
    """Index ``repository`` (a copy: the tool writes into it), or ``sync`` its index with what has changed; ``None``
    where npm cannot install the tool or the tool fails."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    CACHE.mkdir(parents=True, exist_ok=True)
    tool = CACHE / "node_modules" / ".bin" / "codegraph"
    if not tool.exists():
        made = subprocess.run([npm, "install", "--prefix", str(CACHE), PACKAGE], capture_output=True, timeout=600)
        if made.returncode != 0 or not tool.exists():
            return None
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(tool), command, "."], cwd=repository, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "CI": "1"},
    )  # fmt: skip
    with PeakMemory(lambda: [process.pid]) as memory:
        if process.wait(timeout=600) != 0:
            return None
    return PeerRun(time.perf_counter() - began, memory.peak_mb)
