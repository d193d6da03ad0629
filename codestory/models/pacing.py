"""Keeps requests at least so far apart that a rate per minute is respected."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

__all__ = ["RequestPacer"]


class RequestPacer:
    """Hands out moments to send a request, evenly spaced; threads share one pacer.

    Even spacing rather than bursts, because providers enforce a limit per minute over windows of a few seconds.
    ``clock`` and ``sleep`` are in seconds.
    """

    def __init__(
        self,
        per_minute: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if per_minute <= 0:
            raise ValueError(f"per_minute must be positive, not {per_minute}")
        self._interval = 60.0 / per_minute
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = float("-inf")

    def wait(self) -> float:
        """Sleep until this caller's turn; return the seconds slept."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._interval
        delay = turn - now
        if delay > 0:
            self._sleep(delay)
        return delay
