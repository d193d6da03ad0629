"""Measures what an activity costs: processor time, memory, wall time."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

__all__ = ["ResourceUsage", "measure"]

_MEGABYTE = 1_000_000


@dataclass
class ResourceUsage:
    """Filled in at the end of ``measure``.

    ``cpu_percent`` is processor time per wall time, 100 for one busy core. ``memory_mb`` is the process's
    resident memory at the end, ``memory_peak_mb`` the most it had meanwhile as far as the system tells, in
    10^6 bytes.
    """

    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    cpu_percent: float = 0.0
    memory_mb: float = 0.0
    memory_peak_mb: float = 0.0

    def to_json(self) -> dict[str, float]:
        """All fields, rounded to what is significant."""
        return {name: round(value, 3) for name, value in vars(self).items()}


@contextmanager
def measure(*, whole_process: bool = False) -> Generator[ResourceUsage]:
    """Measure the block; the result is complete when it ends, also by an exception.

    Processor time is that of the calling thread, because workers run several activities side by side;
    ``whole_process`` counts all threads, for processes that do one thing at a time.
    """
    usage = ResourceUsage()
    clock = time.process_time if whole_process else time.thread_time
    process = psutil.Process()
    memory, highest = process.memory_info().rss, _high_water_mark()
    cpu, wall = clock(), time.perf_counter()
    try:
        yield usage
    finally:
        usage.wall_seconds = time.perf_counter() - wall
        usage.cpu_seconds = clock() - cpu
        usage.cpu_percent = 100 * usage.cpu_seconds / usage.wall_seconds if usage.wall_seconds > 0 else 0.0
        now, mark = process.memory_info().rss, _high_water_mark()
        usage.memory_mb = now / _MEGABYTE
        # The mark belongs to the life of the process: it says something about this block only if it rose.
        usage.memory_peak_mb = max(now, memory, mark if mark > highest else 0) / _MEGABYTE


def _high_water_mark() -> int:
    """The most resident memory this process ever had, in bytes; 0 where the system does not tell."""
    if sys.platform == "win32":
        return int(getattr(psutil.Process().memory_info(), "peak_wset", 0))
    import resource

    mark = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return mark if sys.platform == "darwin" else mark * 1024
