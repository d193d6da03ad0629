"""A small real HTTP server that speaks the service's interface; jobs follow scripts, requests are recorded."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

__all__ = ["FakeService", "Recorded", "event", "job", "step"]

Json = dict[str, Any]
STAMP = "2030-01-01T12:00:{:06.3f}+00:00"


def step(name: str, status: str = "COMPLETED", progress: float = 100.0, **values: Any) -> Json:
    """The state of one step, as in ``StepProgress``."""
    return {"name": name, "status": status, "progress": progress, "retry_count": 0, "warnings": [], **values}


def job(job_id: str, status: str, progress: float, *steps: Json, **values: Any) -> Json:
    """The state of a job, as in ``IngestionJob``."""
    return {
        "job_id": job_id,
        "status": status,
        "progress": progress,
        "repository": "shop",
        "source": "/src/shop",
        "source_type": "local_path",
        "created_at": STAMP.format(0),
        "steps": {item["name"]: item for item in steps},
        "waiting_for": [],
        "warnings": [],
        **values,
    }


def event(seq: int, name: str | None, status: str, progress: float, at: float, **values: Any) -> Json:
    """One entry of the feed, as in ``JobEvent``."""
    return {
        "seq": seq,
        "job_id": "j1",
        "step": name,
        "status": status,
        "progress": progress,
        "overall_progress": progress,
        "message": None,
        "timestamp": STAMP.format(at),
        **values,
    }


@dataclass(frozen=True)
class Recorded:
    """A request that arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return json.loads(self.body)


@dataclass
class FakeService:
    """What the server answers, and what it was asked.

    ``scripts`` holds for each job the states it goes through, with the events that lead there: each look at the
    feed moves one state on. ``answers`` replaces the answer to ``METHOD /path``.
    """

    url: str = ""
    requests: list[Recorded] = field(default_factory=list)
    scripts: dict[str, list[tuple[Json, Sequence[Json]]]] = field(default_factory=dict)
    answers: dict[str, Callable[[Recorded], web.Response]] = field(default_factory=dict)
    snapshot: str = "ab" * 32
    drop_connections: int = 0
    on_events: Callable[[], None] | None = None

    def script(self, job_id: str, *frames: tuple[Json, Sequence[Json]]) -> None:
        """The states a job goes through."""
        self.scripts[job_id] = list(frames)

    def answer(self, route: str, status: int, body: Any, content_type: str = "application/json") -> None:
        """Answer ``route`` like this from now on."""
        text = body if isinstance(body, str) else json.dumps(body)
        self.answers[route] = lambda _: web.Response(status=status, text=text, content_type=content_type)

    def to(self, route: str) -> list[Recorded]:
        """The requests that went to ``METHOD /path``."""
        return [item for item in self.requests if f"{item.method} {item.path}" == route]

    @contextmanager
    def running(self) -> Iterator[FakeService]:
        """Serve on a free port of the loopback interface, from a thread."""
        loop = asyncio.new_event_loop()
        ready = threading.Event()
        stop = asyncio.Event()

        async def serve() -> None:
            app = web.Application(client_max_size=1 << 26)
            app.router.add_route("*", "/{path:.*}", self._handle)
            runner = web.AppRunner(app, shutdown_timeout=0.5)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            port = runner.addresses[0][1]
            self.url = f"http://127.0.0.1:{port}"
            ready.set()
            await stop.wait()
            await runner.cleanup()

        thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
        thread.start()
        ready.wait()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            loop.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        recorded = Recorded(
            request.method,
            request.path,
            dict(request.query),
            {key.lower(): value for key, value in request.headers.items()},
            await request.read(),
        )
        if self.drop_connections:
            self.drop_connections -= 1
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        self.requests.append(recorded)
        custom = self.answers.get(f"{recorded.method} {recorded.path}")
        return custom(recorded) if custom else self._answer(recorded)

    def _answer(self, request: Recorded) -> web.Response:
        parts = request.path.strip("/").split("/")
        match request.method, parts:
            case "POST", ["v1", "ingest"] | ["v1", "ingest", "update" | "plan"]:
                return web.json_response(self._started("j1", request.json), status=202)
            case "GET", ["v1", "ingest"]:
                items = [frames[0][0] for frames in self.scripts.values()]
                page = {"items": items, "total": len(items), "limit": 20, "offset": 0, "has_more": False}
                return web.json_response(page)
            case "GET", ["v1", "ingest", job_id]:
                return self._job(job_id, lambda frames: web.json_response(frames[0][0]))
            case "GET", ["v1", "ingest", job_id, "events"]:
                return self._job(job_id, lambda frames: self._events(frames, int(request.query["after"])))
            case "POST", ["v1", "ingest", _, "retry"]:
                return web.json_response(self._started("j2", {}) | {"retry_of": "j1"}, status=202)
            case "POST", ["v1", "ingest", job_id, action]:
                return self._job(
                    job_id, lambda frames: web.json_response(frames[0][0] | {"message": f"{action} accepted"})
                )
            case "POST", ["v1", "repositories"]:
                return web.json_response({"snapshot": self.snapshot, "files": 2}, status=201)
            case _:
                return _problem(404, "Not Found", f"nothing at {request.path}")

    def _started(self, job_id: str, body: Json) -> Json:
        return {
            "job_id": job_id,
            "status": "PENDING",
            "source": body.get("source", ""),
            "repository": body.get("repository", "shop"),
            "steps": body.get("steps", []),
            "message": "accepted",
            "links": {},
        }

    def _job(self, job_id: str, answer: Callable[[list[tuple[Json, Sequence[Json]]]], web.Response]) -> web.Response:
        frames = self.scripts.get(job_id)
        return answer(frames) if frames else _problem(404, "Not Found", f"there is no job {job_id!r}")

    def _events(self, frames: list[tuple[Json, Sequence[Json]]], after: int) -> web.Response:
        if self.on_events:
            self.on_events()
        seen = [item for item in frames[0][1] if item["seq"] <= after]
        if len(seen) == len(frames[0][1]) and len(frames) > 1:
            frames.pop(0)
        new = [item for item in frames[0][1] if item["seq"] > after]
        following = max([after, *(item["seq"] for item in new)])
        return web.json_response({"events": new, "next": following, "done": len(frames) == 1})


def _problem(status: int, title: str, detail: str) -> web.Response:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return web.json_response(body, status=status, content_type="application/problem+json")
