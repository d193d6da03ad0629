"""The service's HTTP interface as Python methods, for the command line and the library."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from codestory.exceptions import CodeStoryError, ServiceUnavailableError
from codestory.ingestion_pipeline.statuses import StepStatus
from codestory.service_connection import (
    DEFAULT_URL,
    FIRST_DELAY,
    LONGEST_DELAY,
    Json,
    ServiceConnection,
    ServiceSettings,
    segment,
)

__all__ = ["DEFAULT_URL", "Json", "ServiceClient", "ServiceSettings", "Watched"]

_UPLOAD_TIMEOUT = timedelta(minutes=30)


@dataclass(frozen=True)
class Watched:
    """What is new about a job: its present state and the events since the last look."""

    job: Json
    events: Sequence[Json]
    is_done: bool


class ServiceClient:
    """A connection to the service; a context manager.

    Every method raises ``ServiceUnavailableError`` if the service cannot be reached or fails, ``AccessDeniedError``
    for a missing or wrong key, ``NotFoundError``, ``ConflictError``, and ``RequestError`` with the list ``problems``
    in its details for a request that the service refuses.
    """

    def __init__(self, settings: ServiceSettings | None = None) -> None:
        self._connection = ServiceConnection(settings)
        self.settings = self._connection.settings

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._connection.close()

    def start(self, request: Mapping[str, Any], *, idempotency_key: str | None = None) -> Json:
        """Start a job (``IngestionRequest`` → ``IngestionStarted``).

        A key is made up if none is given, so that a request repeated after a broken connection starts one job.
        """
        return self._post("v1/ingest", request, key=idempotency_key or uuid4().hex)

    def update(self, request: Mapping[str, Any]) -> Json:
        """Bring the graph up to date by one step (``IngestionRequest`` and ``step`` → ``IngestionStarted``)."""
        return self._post("v1/ingest/update", request, key=uuid4().hex)

    def plan(self, request: Mapping[str, Any]) -> Json:
        """Start a job that only finds out what ``start`` would do for the same request, and why."""
        return self._post("v1/ingest/plan", request, key=uuid4().hex)

    def purge(self, *, older_than: timedelta) -> Json:
        """Remove jobs that ended longer ago, with their history; the answer counts what was removed."""
        return self._post("v1/ingest/purge", {"older_than_days": older_than / timedelta(days=1)}, repeatable=True)

    def job(self, job_id: str) -> Json:
        """One job with its steps (``IngestionJob``)."""
        return self._get(f"v1/ingest/{segment(job_id)}")

    def jobs(self, **filters: Any) -> Json:
        """A page ``{items, total, limit, offset, has_more}`` of jobs; filters as in ``GET /v1/ingest``."""
        return self._get("v1/ingest", filters)

    def events(self, job_id: str, *, after: int = 0, wait: timedelta = timedelta(0)) -> Json:
        """``{events, next, done}``: the events after number ``after``; blocks up to ``wait`` for the first one."""
        seconds = wait.total_seconds()
        limit = self.settings.timeout.total_seconds() + seconds
        return self._get(f"v1/ingest/{segment(job_id)}/events", {"after": after, "wait": seconds}, timeout=limit)

    def act(self, job_id: str, action: str, body: Mapping[str, Any] | None = None) -> Json:
        """``cancel``, ``stop``, ``suspend``, ``resume`` or ``retry`` a job; the answer is the job, or the new one."""
        # A retry starts a job, so its repetition must be recognisable; the others may be repeated anyway.
        key = uuid4().hex if action == "retry" else None
        return self._post(f"v1/ingest/{segment(job_id)}/{action}", body or {}, key=key, repeatable=True)

    def resource_status(self) -> Json:
        """Tokens of the throttle, who holds and who waits, and resource use of finished steps."""
        return self._get("v1/ingest/resource_status")

    def resize(self, max_tokens: int, *, pool: str = "default") -> Json:
        """Change how many steps of a pool may run at once."""
        body = {"max_tokens": max_tokens, "pool": pool}
        return self._connection.json("PUT", "v1/ingest/resource_status", json=body, repeatable=True)

    def upload(self, archive: Path, *, name: str) -> Json:
        """Hand in a zip or tar of a repository; the answer's ``snapshot`` is a source for ``start``."""
        kind = "application/zip" if archive.suffix == ".zip" else "application/x-tar"
        with archive.open("rb") as stream:
            return self._connection.json(
                "POST",
                "v1/repositories",
                params={"name": name},
                content=stream,
                headers={"content-type": kind},
                timeout=_UPLOAD_TIMEOUT.total_seconds(),
            )

    def schedules(self) -> Json:
        """All recurring ingestions."""
        return self._get("v1/schedules")

    def schedule(self, schedule_id: str) -> Json:
        """One recurring ingestion."""
        return self._get(f"v1/schedules/{segment(schedule_id)}")

    def create_schedule(self, body: Mapping[str, Any]) -> Json:
        """Make a recurring ingestion."""
        return self._post("v1/schedules", body, key=uuid4().hex)

    def act_on_schedule(self, schedule_id: str, action: str) -> Json:
        """``pause`` or ``resume`` a recurring ingestion."""
        return self._post(f"v1/schedules/{segment(schedule_id)}/{action}", {}, repeatable=True)

    def delete_schedule(self, schedule_id: str) -> Json:
        """End a recurring ingestion; jobs that it started go on."""
        return self._connection.json("DELETE", f"v1/schedules/{segment(schedule_id)}")

    def executions(self, **filters: Any) -> Json:
        """A page of the recorded history, which outlives the jobs themselves."""
        return self._get("v1/executions", filters)

    def execution(self, execution_id: str) -> Json:
        """One recorded run with the attempts of its steps."""
        return self._get(f"v1/executions/{segment(execution_id)}")

    def execution_statistics(self) -> Json:
        """Totals over all recorded runs."""
        return self._get("v1/executions/statistics")

    def health(self) -> Json:
        """State per component; an unhealthy service answers too, with ``status: unhealthy``."""
        return self._connection.json("GET", "v1/ingest/health", repeatable=True, accept=(503,))

    def metrics(self) -> str:
        """The metrics in Prometheus' text format."""
        return self._connection.request("GET", "metrics", repeatable=True, headers={"accept": "text/plain"}).text

    def watch(
        self,
        job_id: str,
        *,
        after: int = 0,
        poll: timedelta = timedelta(seconds=10),
        patience: timedelta = timedelta(minutes=5),
        on_outage: Callable[[CodeStoryError], None] | None = None,
    ) -> Iterator[Watched]:
        """Yield a job's state whenever something happened to it, and every ``poll`` anyway, until it has ended.

        An outage of the service, a restart for example, is sat out for up to ``patience``; ``on_outage`` is told of
        each failed attempt. Raises ``ServiceUnavailableError`` once patience is at its end.
        """
        lost_at: float | None = None
        delay = FIRST_DELAY
        while True:
            try:
                feed = self.events(job_id, after=after, wait=poll)
                job = self.job(job_id)
            except ServiceUnavailableError as error:
                lost_at = lost_at or time.monotonic()
                if time.monotonic() - lost_at > patience.total_seconds():
                    raise
                if on_outage:
                    on_outage(error)
                time.sleep(delay)
                delay = min(LONGEST_DELAY, delay * 2)
                continue
            lost_at, delay = None, FIRST_DELAY
            events: list[Json] = feed.get("events", [])
            after = max([after, *(event["seq"] for event in events)])
            is_done = bool(feed.get("done", True)) and StepStatus(job["status"]).is_final
            yield Watched(job, events, is_done)
            if is_done:
                return
            # A job may have an event for every few files; looking this often is enough for the eye.
            time.sleep(FIRST_DELAY)

    def _get(self, path: str, params: Mapping[str, Any] | None = None, timeout: float | None = None) -> Json:
        return self._connection.json("GET", path, params=_query(params or {}), timeout=timeout, repeatable=True)

    def _post(self, path: str, body: Mapping[str, Any], *, key: str | None = None, repeatable: bool = False) -> Json:
        headers = {"idempotency-key": key} if key else {}
        return self._connection.json("POST", path, json=dict(body), headers=headers, repeatable=repeatable or bool(key))


def _query(values: Mapping[str, Any]) -> dict[str, str]:
    shown: dict[str, str] = {}
    for key, value in values.items():
        if value is None or value == []:
            continue
        shown[key] = ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return shown
