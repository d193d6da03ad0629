"""Chunks on their way from whoever makes rows to the thread that writes them."""

from __future__ import annotations

import threading
from collections import deque

__all__ = ["Backlog"]


class Backlog[T]:
    """A queue that takes chunks without waiting while they have less than ``most`` bytes, as encoded, in all.

    Counting chunks would not do: a few of documents are as large as hundreds of relationships.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: deque[tuple[T, int]] = deque()
        self._bytes = 0
        self._closed = False
        self._changed = threading.Condition()

    def put(self, chunk: T, size: int) -> None:
        """Add a chunk of ``size`` bytes, as soon as there is room."""
        with self._changed:
            self._changed.wait_for(lambda: self._bytes < self._most)
            self._waiting.append((chunk, size))
            self._bytes += size
            self._changed.notify_all()

    def get(self) -> T | None:
        """The oldest chunk, as soon as there is one; ``None`` once the queue is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if not self._waiting:
                return None
            chunk, size = self._waiting.popleft()
            self._bytes -= size
            self._changed.notify_all()
            return chunk

    def close(self) -> None:
        """Say that no more chunks will come."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
