"""Everything that is to be delivered later: durable timers, delayed signals, scheduled starts."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable

from durabletask.internal import orchestrator_service_pb2 as pb

from .store import Store

__all__ = ["TimerQueue"]

type Deliver = Callable[[str, pb.HistoryEvent, str | None], None]

_LONGEST_SLEEP = 3600.0


class TimerQueue:
    """A heap over the ``timers`` table; one wake-up call of the event loop, however many timers.

    ``deliver(target, event, execution)`` is called in the transaction that removes the timer.
    """

    def __init__(self, store: Store, deliver: Deliver) -> None:
        self._store = store
        self._deliver = deliver
        self._heap: list[tuple[float, int]] = []
        self._targets: dict[int, str] = {}
        self._by_target: dict[str, set[int]] = {}
        self._wake: asyncio.TimerHandle | None = None

    def recover(self) -> None:
        """Take up the timers that are on file; those due fire at the next turn of the loop."""
        for seq, due, target in self._store.read("SELECT seq, due, target FROM timers"):
            self._remember(seq, due, target)
        self._arm()

    def add(self, due: float, target: str, event: pb.HistoryEvent, execution: str | None) -> None:
        """Deliver ``event`` to ``target`` at ``due`` seconds since the epoch."""
        seq = self._store.next("timers")
        self._store.write(
            "INSERT INTO timers VALUES(?,?,?,?,?)", (seq, due, target, execution, event.SerializeToString())
        )
        self._remember(seq, due, target)
        self._arm()

    def cancel(self, target: str) -> None:
        """Forget every timer of ``target``."""
        for seq in self._by_target.pop(target, ()):
            del self._targets[seq]
            self._store.write("DELETE FROM timers WHERE seq=?", (seq,))

    def close(self) -> None:
        """Stop waking up; what is on file stays there."""
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None

    def _remember(self, seq: int, due: float, target: str) -> None:
        heapq.heappush(self._heap, (due, seq))
        self._targets[seq] = target
        self._by_target.setdefault(target, set()).add(seq)

    def _arm(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        while self._heap and self._heap[0][1] not in self._targets:
            heapq.heappop(self._heap)
        if self._heap:
            delay = min(max(self._heap[0][0] - time.time(), 0.0), _LONGEST_SLEEP)
            self._wake = asyncio.get_running_loop().call_later(delay, self._fire)

    def _fire(self) -> None:
        self._wake = None
        now = time.time()
        while self._heap and self._heap[0][0] <= now:
            seq = heapq.heappop(self._heap)[1]
            target = self._targets.pop(seq, None)
            if target is None:
                continue
            self._by_target[target].discard(seq)
            if not self._by_target[target]:
                del self._by_target[target]
            [(execution, blob)] = self._store.read("SELECT execution, event FROM timers WHERE seq=?", (seq,))
            self._store.write("DELETE FROM timers WHERE seq=?", (seq,))
            self._deliver(target, pb.HistoryEvent.FromString(blob), execution)
        self._arm()
