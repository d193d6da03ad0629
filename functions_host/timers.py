"""Timer triggers: NCRONTAB schedules with seconds, start-up runs, and runs that are past due."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter
from croniter.croniter import CroniterError

from .exceptions import HostError
from .runner import FunctionRunner
from .settings import AppSettings
from .taskhub.store import Store
from .workers.pool import FunctionFailedError, WorkerLostError

__all__ = ["Schedule", "TimerFunction", "TimerTriggers"]

_LOG = logging.getLogger("Host.Triggers.Timer")
_LONGEST_SLEEP = 3600.0


class Schedule:
    """When a timer function runs: an NCRONTAB expression of six (or five) fields, or a time span."""

    def __init__(self, text: str, zone: tzinfo = UTC) -> None:
        self.text = text
        self._zone = zone
        span = re.fullmatch(r"(?:(\d+)\.)?(\d+):(\d+):(\d+)", text.strip())
        self._span: float | None = None
        if span is not None:
            days, hours, minutes, seconds = (int(part or 0) for part in span.groups())
            self._span = days * 86400.0 + hours * 3600 + minutes * 60 + seconds
        fields = len(text.split())
        try:
            # NCRONTAB wants the day of the month and of the week to match both, unlike cron.
            valid = bool(self._span) or (fields in (5, 6) and self.next_after(time.time()) > 0)
        except (CroniterError, ValueError, KeyError):
            valid = False
        if not valid:
            raise HostError(
                f"'{text}' is no schedule; write {{second}} {{minute}} {{hour}} {{day}} {{month}} {{day-of-week}}"
            )

    @classmethod
    def for_app(cls, text: str, settings: AppSettings) -> Schedule:
        """A schedule in the time zone of the app setting WEBSITE_TIME_ZONE (an IANA name), else UTC."""
        name = settings.values.get("WEBSITE_TIME_ZONE", "UTC")
        try:
            return cls(settings.expand(text), ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError):
            raise HostError(f"the app setting WEBSITE_TIME_ZONE is {name!r}; an IANA name is expected") from None

    def next_after(self, at: float) -> float:
        """The first occurrence after ``at``; both in seconds since the epoch."""
        if self._span:
            return at + self._span
        start = datetime.fromtimestamp(at, self._zone)
        found = croniter(self.text, start, day_or=False, second_at_beginning=len(self.text.split()) == 6)
        return float(found.get_next(datetime).timestamp())


@dataclass(frozen=True, slots=True)
class TimerFunction:
    """A function with a timer trigger. ``monitored`` schedules remember their last run on file."""

    name: str
    schedule: Schedule
    on_startup: bool
    monitored: bool


class TimerTriggers:
    """Runs timer functions, each never more than once at a time."""

    def __init__(self, functions: Mapping[str, TimerFunction], runner: FunctionRunner, store: Store) -> None:
        self._functions = functions
        self._runner = runner
        self._store = store
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to wait for every schedule."""
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._follow(function)) for function in self._functions.values()]

    async def stop(self) -> None:
        """Wait for nothing any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def run(self, name: str, reason: str, *, past_due: bool = False) -> None:
        """Run a timer function now; a failure is logged, the schedule goes on."""
        function = self._functions[name]
        now = time.time()
        last, following = self._remembered(function) or (None, function.schedule.next_after(now))
        info = {
            "Schedule": {"AdjustForDST": True},
            "ScheduleStatus": {"Last": _iso(last), "Next": _iso(following), "LastUpdated": _iso(last)},
            "IsPastDue": past_due,
        }
        try:
            await self._runner.run(name, json.dumps(info), reason)
        except (FunctionFailedError, WorkerLostError) as error:
            _LOG.debug("timer function %s failed: %s", name, error)

    async def _follow(self, function: TimerFunction) -> None:
        remembered = self._remembered(function) if function.monitored else None
        following = function.schedule.next_after(time.time())
        if remembered is not None and remembered[1] <= time.time():
            await self._occur(function, "Timer is past due", past_due=True)
        elif function.on_startup:
            await self._occur(function, "Timer run on startup")
        elif remembered is not None:
            following = min(remembered[1], following)
        else:
            self._remember(function, None, following)
        while True:
            remembered = self._remembered(function)
            due = remembered[1] if remembered is not None else following
            while (wait := due - time.time()) > 0:
                await asyncio.sleep(min(wait, _LONGEST_SLEEP))
            await self._occur(function, f"Timer fired at {_iso(time.time())}")

    async def _occur(self, function: TimerFunction, reason: str, *, past_due: bool = False) -> None:
        now = time.time()
        self._remember(function, now, function.schedule.next_after(now))
        await self._store.committed()
        await self.run(function.name, reason, past_due=past_due)

    def _remembered(self, function: TimerFunction) -> tuple[float | None, float] | None:
        rows = self._store.read("SELECT schedule, last, next FROM schedules WHERE name=?", (function.name,))
        if not rows or rows[0][0] != function.schedule.text:
            return None
        return rows[0][1], rows[0][2]

    def _remember(self, function: TimerFunction, last: float | None, following: float) -> None:
        self._store.write(
            "INSERT INTO schedules VALUES(?,?,?,?) ON CONFLICT(name) DO UPDATE SET schedule=excluded.schedule,"
            " last=excluded.last, next=excluded.next",
            (function.name, function.schedule.text, last, following),
        )


def _iso(at: float | None) -> str:
    moment = datetime.min.replace(tzinfo=UTC) if at is None else datetime.fromtimestamp(at, UTC)
    return moment.isoformat()
