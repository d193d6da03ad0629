"""Pipelines of steps that do as they are told, and ways to follow what they do."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

__all__ = ["Trace", "at", "config", "until"]

QUICK = {"max_retries": 3, "back_off_seconds": 0.3, "max_back_off_seconds": 2}


def config(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A pipeline configuration with short back-offs."""
    return {"steps": list(steps), "retry": QUICK, **more}


def until[T](what: Callable[[], T], timeout: float = 45) -> T:
    """Ask again and again until the answer is true, and return it."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError(f"did not happen within {timeout:g} s; the last answer was {what()!r}")


def at(text: str) -> datetime:
    """A moment of an answer."""
    return datetime.fromisoformat(text)


class Trace:
    """A folder in which steps leave traces, and the gate that holds them up."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder, self.file, self.gate = folder, folder / "trace.log", folder / "gate"
        self.file.touch()

    def lines(self) -> list[list[str]]:
        """Per line: time, process, what, and further words."""
        return [line.split() for line in self.file.read_text().splitlines()]

    def slow(self, seconds: float = 0.0, *, gated: bool = True, **more: Any) -> dict[str, Any]:
        """A step whose batches go on until ``open`` is called, if ``gated``, and for some seconds more."""
        gate = {"gate": str(self.gate)} if gated else {}
        return {"name": "slow", "seconds": seconds, "trace": str(self.folder), **gate, **more}

    def flaky(self, failures: int = 2, **more: Any) -> dict[str, Any]:
        """A step that fails so many times in each job, then works."""
        return {"name": "flaky", "trace": str(self.folder), "failures": failures, **more}

    def open(self) -> None:
        """Let all batches end."""
        self.gate.touch()

    def close(self) -> None:
        """Hold up the batches that have not ended."""
        self.gate.unlink(missing_ok=True)

    def begun(self, count: int = 1) -> list[list[str]]:
        """Wait until so many batches have begun."""
        return until(lambda: (b := [line for line in self.lines() if line[2] == "begin"])[count - 1 :] and b)
