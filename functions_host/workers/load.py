"""How busy a worker is, so that the next invocation goes where a processor is free.

Counting invocations is not enough: one that computes and one that waits for a database are not the same load as two
that compute, and a process runs only one thread of Python at a time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil

__all__ = ["Costs", "LoadMeter"]

_SHORTEST = 0.05
"""Seconds; over less than this, the clock of a process says too little."""
_LITTLE = 0.005
"""Seconds of a processor; a function that usually takes less is over before it could be in anybody's way."""
_WEIGHT = 0.3
"""Of the last invocation in the mean of all of a function."""


class Costs:
    """The processor time that the invocations of each function usually take."""

    def __init__(self) -> None:
        self._means: dict[str, float] = {}

    def learn(self, function: str, cpu: float) -> None:
        """An invocation took ``cpu`` seconds."""
        mean = self._means.get(function, cpu)
        self._means[function] = mean + _WEIGHT * (cpu - mean)

    def is_little(self, function: str) -> bool:
        """Whether an invocation is no load to speak of; one of a function that never ran may be."""
        return self._means.get(function, _LITTLE) < _LITTLE


@dataclass(slots=True)
class _Running:
    function: str
    began: float
    is_little: bool
    is_measured: bool = False


class LoadMeter:
    """What the invocations in one process keep busy, in processors; one not measured yet counts as one."""

    def __init__(self, process: int, costs: Costs) -> None:
        self._process = process
        self._costs = costs
        self._running: dict[int, _Running] = {}
        self._busy = 0.0
        self._used, self._at = self._clock(), time.monotonic()

    def begin(self, key: int, function: str) -> None:
        """An invocation starts."""
        self._running[key] = _Running(function, time.monotonic(), self._costs.is_little(function))

    def end(self, key: int, cpu: float) -> None:
        """An invocation ended, having used ``cpu`` seconds of a processor."""
        running = self._running.pop(key, None)
        if running is None:
            return
        self._costs.learn(running.function, cpu)
        self._measure()
        if running.is_measured:
            took = max(time.monotonic() - running.began, _SHORTEST)
            self._busy = max(0.0, self._busy - cpu / took)

    @property
    def load(self) -> float:
        """The load now."""
        self._measure()
        measured = sum(running.is_measured for running in self._running.values())
        new = sum(not running.is_measured and not running.is_little for running in self._running.values())
        return min(self._busy, measured) + new

    def _measure(self) -> None:
        now = time.monotonic()
        if now - self._at < _SHORTEST:
            return
        used = self._clock()
        self._busy = max(0.0, used - self._used) / (now - self._at)
        self._used, self._at = used, now
        for running in self._running.values():
            running.is_measured = now - running.began >= _SHORTEST

    def _clock(self) -> float:
        try:
            times = psutil.Process(self._process).cpu_times()
        except psutil.Error:
            return 0.0
        return times.user + times.system
