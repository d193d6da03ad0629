"""Prometheus metrics computed from the run history, so that every process and every restart shows the same numbers."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector

from codestory.exceptions import StorageUnavailableError
from codestory.tracker import ExecutionTracker
from codestory.tracker.totals import QUEUE_BUCKETS, STEP_BUCKETS, Series

__all__ = ["CONTENT_TYPE", "HistoryCollector", "LiveGauges", "render"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_CACHE_FOR = timedelta(seconds=1)
_log = logging.getLogger(__name__)
_cache: WeakKeyDictionary[ExecutionTracker, tuple[float, dict[Series, float], int]] = WeakKeyDictionary()


@dataclass(frozen=True)
class LiveGauges:
    """What only the caller knows, at this moment; a value that is ``None`` is not exposed.

    ``active_jobs`` replaces the number of unfinished executions in the history. ``waiting`` counts steps that
    wait for a token, by priority.
    """

    active_jobs: int | None = None
    available_tokens: int | None = None
    max_tokens: int | None = None
    waiting: Mapping[str, int] = field(default_factory=dict[str, int])


class HistoryCollector(Collector):
    """Turns the counts of the history into metric families.

    Counters count finished runs only, and include those that were purged, so they never fall. When the
    database does not answer, ``codestory_history_up`` is 0 and only the live gauges are exposed.
    """

    def __init__(self, tracker: ExecutionTracker | None, live: LiveGauges) -> None:
        self._tracker = tracker
        self._live = live

    def collect(self) -> Iterator[Metric]:
        """The families, in a fixed order."""
        counted: dict[Series, float] = {}
        unfinished: int | None = None
        if self._tracker is not None:
            up = True
            try:
                counted, unfinished = _counted(self._tracker)
            except StorageUnavailableError as error:
                _log.warning("metrics without history: %s", error)
                up = False
            yield GaugeMetricFamily("codestory_history_up", "Whether the run history answers.", value=float(up))
            if up:
                yield from _from_history(counted)
        active = unfinished if self._live.active_jobs is None else self._live.active_jobs
        if active is not None:
            yield GaugeMetricFamily("codestory_ingestion_active_jobs", "Jobs that have not ended.", value=active)
        yield from self._tokens()

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not read the database."""
        return ()

    def _tokens(self) -> Iterator[Metric]:
        live = self._live
        if live.available_tokens is not None:
            yield GaugeMetricFamily(
                "codestory_ingestion_available_tokens", "Tokens that no step holds.", value=live.available_tokens
            )
        if live.max_tokens is not None:
            yield GaugeMetricFamily(
                "codestory_ingestion_max_tokens", "Tokens in all (resource_max_tokens).", value=live.max_tokens
            )
        if live.waiting:
            waiting = GaugeMetricFamily(
                "codestory_ingestion_waiting_steps", "Steps that wait for a token.", labels=["priority"]
            )
            for priority, number in sorted(live.waiting.items()):
                waiting.add_metric([priority], number)
            yield waiting


def render(tracker: ExecutionTracker | None, live: LiveGauges | None = None) -> bytes:
    """The Prometheus text exposition of the history and of the live gauges; without a tracker only the latter."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(HistoryCollector(tracker, live or LiveGauges()))
    return generate_latest(registry)


def _counted(tracker: ExecutionTracker) -> tuple[dict[Series, float], int]:
    cached = _cache.get(tracker)
    now = time.monotonic()
    if cached is None or now - cached[0] > _CACHE_FOR.total_seconds():
        cached = (now, tracker.totals(), tracker.active())
        _cache[tracker] = cached
    return cached[1], cached[2]


def _from_history(counted: Mapping[Series, float]) -> Iterator[Metric]:
    jobs = CounterMetricFamily("codestory_ingestion_jobs", "Jobs that ended, by status.", labels=["status"])
    steps = CounterMetricFamily(
        "codestory_ingestion_steps", "Step attempts that ended, by status.", labels=["step_name", "status"]
    )
    retries = CounterMetricFamily(
        "codestory_ingestion_step_retries", "Step attempts after the first.", labels=["step_name"]
    )
    for series, value in sorted(counted.items()):
        match series:
            case ("jobs", status):
                jobs.add_metric([status], value)
            case ("steps", name, status):
                steps.add_metric([name, status], value)
            case ("retries", name):
                retries.add_metric([name], value)
            case _:
                pass
    yield from (jobs, steps, retries)

    duration = HistogramMetricFamily(
        "codestory_ingestion_step_duration_seconds", "How long step attempts took.", labels=["step_name"]
    )
    for name in _names(counted, "step_seconds"):
        buckets, total = _histogram(counted, ("step_seconds", name), STEP_BUCKETS)
        duration.add_metric([name], buckets, total)
    yield duration

    queue = HistogramMetricFamily(
        "codestory_ingestion_queue_time_seconds", "How long jobs waited between acceptance and start."
    )
    buckets, total = _histogram(counted, ("queue_seconds",), QUEUE_BUCKETS)
    queue.add_metric([], buckets, total)
    yield queue

    waits = SummaryMetricFamily(
        "codestory_ingestion_throttle_wait_seconds", "How long steps waited for a token.", labels=["step_name"]
    )
    for name in _names(counted, "throttle_seconds"):
        number = int(counted.get(("throttle_seconds", name, "count"), 0))
        waits.add_metric([name], number, counted.get(("throttle_seconds", name, "sum"), 0.0))
    yield waits


def _names(counted: Mapping[Series, float], family: str) -> list[str]:
    return sorted({series[1] for series in counted if series[0] == family})


def _histogram(
    counted: Mapping[Series, float], prefix: Series, bounds: Iterable[float]
) -> tuple[list[tuple[str, float]], float]:
    buckets = [(repr(bound), counted.get((*prefix, repr(bound)), 0.0)) for bound in bounds]
    buckets.append(("+Inf", counted.get((*prefix, "count"), 0.0)))
    return buckets, counted.get((*prefix, "sum"), 0.0)
