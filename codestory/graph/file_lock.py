"""Exclusive locks on files across processes and threads, freed when their holder dies; POSIX only."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

__all__ = ["FileLock", "LockTimeoutError"]

_POLL_SECONDS = 0.005


class LockTimeoutError(TimeoutError):
    """The lock was still taken when the time was up."""


class FileLock:
    """One lock, named by a file. Every acquisition opens the file anew, so threads exclude each other too."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def try_acquire(self) -> int | None:
        """The descriptor that holds the lock, or ``None`` if somebody else has it. Close it to let go."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None
        return descriptor

    def is_held(self) -> bool:
        """Whether anybody holds the lock now."""
        descriptor = self.try_acquire()
        if descriptor is None:
            return True
        os.close(descriptor)
        return False

    @contextmanager
    def held(self, timeout: timedelta | None = None) -> Generator[None]:
        """Hold the lock for a block; raises ``LockTimeoutError`` where a time limit is given and passes."""
        descriptor = self._acquire(timeout)
        try:
            yield
        finally:
            os.close(descriptor)

    def _acquire(self, timeout: timedelta | None) -> int:
        if timeout is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            except BaseException:
                os.close(descriptor)
                raise
            return descriptor
        deadline = time.monotonic() + timeout.total_seconds()
        while (descriptor := self.try_acquire()) is None:
            if time.monotonic() > deadline:
                raise LockTimeoutError(f"{self.path} is still locked after {timeout.total_seconds():g} s")
            time.sleep(_POLL_SECONDS)
        return descriptor
