"""Peak memory of a set of process trees."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

import psutil

__all__ = ["PeakMemory"]

SAMPLE_EVERY_SECONDS = 0.1


class PeakMemory:
    """Samples the resident memory of the given roots and all their descendants; ``peak_mb`` is their largest sum.

    Pages shared between processes count once per process, so the figure errs on the high side.
    """

    def __init__(self, roots: Callable[[], Iterable[int]]) -> None:
        self._roots = roots
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.peak_mb = 0.0
        self.by_process: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._done.wait(SAMPLE_EVERY_SECONDS):
            sizes: dict[str, float] = {}
            for pid in set(self._roots()):
                try:
                    root = psutil.Process(pid)
                    for process in [root, *root.children(recursive=True)]:
                        sizes[f"{process.name()} {process.pid}"] = process.memory_info().rss / 1e6
                except psutil.NoSuchProcess:
                    continue
            total = sum(sizes.values())
            if total > self.peak_mb:
                self.peak_mb, self.by_process = total, sizes
