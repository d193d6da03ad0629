"""The faults, and the injector that causes them one after the other as a seed says."""

from __future__ import annotations

import contextlib
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.soak.service import Supervised
from benchmarks.soak.surroundings import Place

__all__ = ["KILLS", "Injector", "take_all"]

KILLS = ("kill host", "kill host while it starts", "kill worker", "kill graph", "kill Azurite", "kill host and graph")
"""The faults that count as kills; the others only disturb."""

_WEIGHTS: Mapping[str, Mapping[str, int]] = {
    "embedded": {
        "kill host": 4, "kill host while it starts": 1, "kill worker": 4, "kill graph": 6, "kill host and graph": 1,
        "freeze graph": 2, "freeze worker": 1,
    },
    "proxied": {
        "kill host": 3, "kill worker": 4, "cut connections": 5, "lose answers": 4, "slow graph": 2,
        "kill host while it starts": 1,
    },
    "azurite": {
        "kill Azurite": 4, "kill host": 3, "kill worker": 3, "kill graph": 2, "cut connections": 3, "lose answers": 3,
    },
    "disk": {"fill disk": 4, "kill host": 2, "kill worker": 2, "kill graph": 2},
}  # fmt: skip


class Injector:
    """Draws faults from ``seed`` and causes them; ``happened`` counts those that found a target."""

    def __init__(self, service: Supervised, place: Place, seed: str) -> None:
        self._service, self._place = service, place
        self._chance = random.Random(f"{seed}/faults")
        self.happened: Counter[str] = Counter()
        self.journal: list[str] = []
        self._began = time.monotonic()
        self._faults: Mapping[str, Callable[[], bool]] = {
            "kill host": service.kill_host,
            "kill host while it starts": self._kill_twice,
            "kill worker": lambda: service.kill_worker(self._chance),
            "kill graph": service.kill_graph,
            "kill host and graph": lambda: service.kill_host() | service.kill_graph(),
            "kill Azurite": self._kill_azurite,
            "freeze graph": lambda: service.freeze_graph(self._chance.uniform(0.5, 3.0)),
            "freeze worker": lambda: service.freeze_worker(self._chance, self._chance.uniform(0.5, 3.0)),
            "cut connections": self._cut,
            "lose answers": self._lose_answers,
            "slow graph": self._slow,
            "fill disk": self._fill_disk,
        }

    @property
    def kills(self) -> int:
        """How many processes were killed so far; a fault may kill two."""
        twice = self.happened["kill host while it starts"] + self.happened["kill host and graph"]
        return sum(self.happened[name] for name in KILLS) + twice

    def next(self, *, pause: tuple[float, float]) -> None:
        """Wait a random time out of ``pause`` and cause the next fault."""
        time.sleep(self._chance.uniform(*pause))
        weights = _WEIGHTS[self._place.mode]
        (name,) = self._chance.choices(list(weights), list(weights.values()))
        self.cause(name)

    def cause(self, name: str) -> None:
        """Cause one fault by its name."""
        at = time.monotonic() - self._began
        if self._faults[name]():
            self.happened[name] += 1
            self.journal.append(f"{at:.1f} s: {name}")

    def _kill_twice(self) -> bool:
        if not self._service.kill_host():
            return False
        starts = self._service.starts
        deadline = time.monotonic() + 5
        while self._service.starts == starts and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(self._chance.uniform(0.0, 3.0))
        return self._service.kill_host()

    def _kill_azurite(self) -> bool:
        azurite, proxy = self._place.azurite, self._place.proxy
        if azurite is None or proxy is None:
            return False
        # The outage begins at the network: the emulator, unlike Azure, forgets what it has not flushed yet.
        proxy.refusing = True
        proxy.cut()
        azurite.flush()
        azurite.kill()
        time.sleep(self._chance.uniform(0.0, 3.0))
        azurite.start()
        proxy.refusing = False
        return True

    def _cut(self) -> bool:
        return self._place.proxy is not None and self._place.proxy.cut() > 0

    def _lose_answers(self) -> bool:
        return self._place.proxy is not None and self._place.proxy.lose_answers(self._chance.uniform(0.2, 1.5)) > 0

    def _slow(self) -> bool:
        proxy = self._place.proxy
        if proxy is None:
            return False
        proxy.delay = self._chance.uniform(0.05, 0.3)
        time.sleep(self._chance.uniform(1.0, 4.0))
        proxy.delay = 0.0
        return True

    def _fill_disk(self) -> bool:
        """Take all room that is left, hold it for a while, and give it back."""
        disk = self._place.disk
        if disk is None:
            return False
        ballast = disk / "ballast"
        try:
            end = time.monotonic() + self._chance.uniform(1.0, 4.0)
            while time.monotonic() < end:
                take_all(ballast)
                time.sleep(0.1)
        finally:
            ballast.unlink(missing_ok=True)
        return True


def take_all(ballast: Path) -> None:
    """Make ``ballast`` as large as it gets."""
    block = bytes(1 << 16)
    descriptor = os.open(ballast, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        while block:
            try:
                os.write(descriptor, block)
            except OSError:
                block = block[: len(block) // 2] if len(block) > 1 else b""
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)
