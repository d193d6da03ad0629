"""Notices an embedded graph server that is alive but of no use any more, and has it ended so that a new one starts."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil

from codestory.graph import embedded
from codestory.graph.embedded import EmbeddedServer
from codestory.graph.embedded_probe import Health, probe

__all__ = ["EmbeddedWatch"]

_BUSY_SHARE = 0.1
"""A silent server that uses more than this share of a processor is taken for busy."""
_BUSY_FACTOR = 10
"""A busy one may be silent so many times as long."""
_IDLE_SECONDS = 30.0

_log = logging.getLogger(__name__)


@dataclass
class _Silence:
    """Since when a server gives no sign of life, and how much processor time it had used by then."""

    server: EmbeddedServer
    since: float
    used: float


class EmbeddedWatch:
    """Looks after the server while calls wait for it. One per connection; safe to share by threads.

    A call that waits for long makes it ask the server for a sign of life. A server that answers is left alone, however
    long the call takes. One that is silent for ``wedged_after`` is killed, or for ten times as long if it uses the
    processor meanwhile. One whose database refuses a small write although the disk has room is killed at once.
    """

    def __init__(self, folder: Path, wedged_after: timedelta) -> None:
        self._folder, self._wedged_after = folder, wedged_after.total_seconds()
        self.owner = os.getpid()
        self._interval = min(5.0, self._wedged_after / 4)
        self._changed = threading.Condition()
        self._calls: dict[int, float] = {}
        self._next = 0
        self._thread: threading.Thread | None = None
        self._silence: _Silence | None = None
        self._judging = threading.Lock()

    @contextmanager
    def over(self) -> Generator[None]:
        """Watch the server for as long as the block waits for it."""
        with self._changed:
            self._next += 1
            number = self._next
            self._calls[number] = time.monotonic()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="graph-watch", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._changed:
                self._calls.pop(number, None)

    def suspect(self) -> None:
        """Look at the server now, because it failed at something that should work."""
        self._look()

    def close(self) -> None:
        """Let the thread end soon; the next call starts another."""
        with self._changed:
            self._thread = None
            self._changed.notify_all()

    def _run(self) -> None:
        idle_since = time.monotonic()
        while True:
            with self._changed:
                if self._thread is not threading.current_thread():
                    return
                now = time.monotonic()
                if self._calls or self._silence is not None:
                    idle_since = now
                elif now - idle_since >= _IDLE_SECONDS:
                    self._thread = None
                    return
                waiting = any(now - begun >= self._interval for begun in self._calls.values())
            if waiting or self._silence is not None:
                try:
                    self._look()
                except OSError as error:
                    _log.warning("The embedded graph in %s could not be looked at: %s", self._folder, error)
            with self._changed:
                self._changed.wait(self._interval / 2)

    def _look(self) -> None:
        with self._judging:
            server = embedded.current(self._folder)
            if server is None:
                self._silence = None
                return
            health, finding = probe(server, timedelta(seconds=self._interval))
            if health is Health.WELL:
                self._silence = None
            elif health is Health.BROKEN:
                self._silence = None
                if embedded.has_room(self._folder):
                    self._end(server, finding)
            elif self._silent_for_too_long(server):
                self._silence = None
                self._end(server, finding)

    def _silent_for_too_long(self, server: EmbeddedServer) -> bool:
        used = _processor_seconds(server)
        now = time.monotonic()
        if self._silence is None or self._silence.server != server:
            # The probe that found it had waited for one interval by then.
            self._silence = _Silence(server, now, used)
            return False
        silent = now - self._silence.since
        busy = used - self._silence.used > _BUSY_SHARE * silent
        return silent >= self._wedged_after * (_BUSY_FACTOR if busy else 1)

    def _end(self, server: EmbeddedServer, finding: str) -> None:
        if embedded.end(self._folder, server):
            _log.warning(
                "The embedded graph server %d in %s was of no use any more and was ended: %s",
                server.pid,
                self._folder,
                finding,
            )


def _processor_seconds(server: EmbeddedServer) -> float:
    try:
        used = psutil.Process(server.pid).cpu_times()
    except psutil.Error:
        return 0.0
    return used.user + used.system
