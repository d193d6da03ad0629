"""The HTTP front: functions by route, the management API, the admin endpoints, limits and keys."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from .keys import KeyRing
from .links import BASE_PATH
from .management import ManagementApi
from .routing import Route, RouteTable
from .runner import FunctionRunner
from .timers import TimerTriggers
from .web_pages import refusal
from .workers.pool import FunctionFailedError, WorkerLostError

__all__ = ["HttpServer"]

_LOG = logging.getLogger("Host.Http")
_REASON = "This function was programmatically called via the host APIs."
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_MOST_ATTEMPTS = 3
_OURS = frozenset(("content-length", "transfer-encoding", "connection", "server", "date"))


class HttpServer:
    """Serves a bound socket. ``descriptions`` are those of the app's functions."""

    def __init__(
        self,
        keys: KeyRing,
        management: ManagementApi,
        runner: FunctionRunner,
        timers: TimerTriggers,
        descriptions: Sequence[Mapping[str, Any]],
        routes: RouteTable,
        *,
        body_limit: int,
    ) -> None:
        self._keys = keys
        self._management = management
        self._runner = runner
        self._timers = timers
        self._descriptions = descriptions
        self._routes = routes
        self._started = time.time()
        application = web.Application(client_max_size=body_limit)
        application.router.add_route("*", "/{tail:.*}", self._handle)
        self._web = web.AppRunner(
            application, access_log=None, handle_signals=False, shutdown_timeout=1.0, auto_decompress=False
        )

    async def start(self, listener: socket.socket) -> None:
        """Begin to answer requests on ``listener``."""
        await self._web.setup()
        await web.SockSite(self._web, listener).start()

    async def stop(self) -> None:
        """Take no more requests."""
        await self._web.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            response = await self._answer(request)
        except web.HTTPRequestEntityTooLarge:
            response = web.Response(status=413)
        except (ValueError, UnicodeDecodeError) as error:
            _LOG.info("a request to %s could not be read: %s", request.rel_url.raw_path, error)
            response = web.Response(status=400)
        response.headers["Server"] = "functions-host"
        return response

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.rel_url.raw_path
        if not self._keys.enabled and (why := refusal(request.headers)) is not None:
            return web.Response(status=403, text=f"{why} Start it with --auth to have it ask for keys instead.\n")
        if path.startswith("/admin/"):
            return await self._admin(request, path.removeprefix("/admin/").strip("/").split("/"))
        if path == BASE_PATH or path.startswith(BASE_PATH + "/"):
            if not self._keys.allows_system(_key(request)):
                return web.Response(status=401)
            return await self._management.handle(request)
        found = self._routes.find(request.method, path)
        if found is None:
            if path == "/":
                return web.Response(text="The functions host is running.\n")
            return web.Response(status=404)
        route, parameters = found
        if not self._keys.allows(route.auth, route.function, _key(request)):
            return web.Response(status=401)
        return await self._call(request, route, parameters)

    async def _call(self, request: web.Request, route: Route, parameters: dict[str, str]) -> web.Response:
        query: dict[str, str] = {}
        for name, value in request.query.items():
            query[name] = f"{query[name]},{value}" if name in query else value
        headers: dict[str, str] = {}
        for name, value in request.headers.items():
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        data = {
            "method": request.method,
            "url": str(request.url),
            "headers": headers,
            "query": query,
            "params": parameters,
            "body": await request.read(),
        }
        try:
            answer = await self._run(route.function, data, attempts=_MOST_ATTEMPTS if request.method in _SAFE else 1)
        except FunctionFailedError:
            return web.Response(status=500)
        except WorkerLostError:
            return web.Response(status=503, headers={"Retry-After": "1"})
        kept = CIMultiDict((name, value) for name, value in answer["headers"] if name.lower() not in _OURS)
        return web.Response(status=answer["status"], headers=kept, body=answer["body"])

    async def _run(self, function: str, data: Mapping[str, Any], *, attempts: int) -> Any:
        """Run a function, and again in another worker if its worker dies: only for what may be done twice."""
        while True:
            attempts -= 1
            try:
                return await self._runner.run(function, data, _REASON)
            except WorkerLostError:
                if attempts <= 0:
                    raise

    async def _admin(self, request: web.Request, parts: list[str]) -> web.Response:
        match request.method, parts:
            case "GET", ["host", "status"]:
                uptime = int((time.time() - self._started) * 1000)
                return web.json_response({"id": "functions-host", "state": "Running", "processUptime": uptime})
            case "GET" | "POST", ["host", "ping"]:
                return web.Response()
            case _ if not self._keys.allows("admin", "", _key(request)):
                return web.Response(status=401)
            case "GET", ["functions"]:
                return web.json_response([{"name": item["name"], "kind": item["kind"]} for item in self._descriptions])
            case "POST", ["functions", name] if any(
                item["name"] == name and item["kind"] == "timer" for item in self._descriptions
            ):
                await self._timers.run(name, _REASON)
                return web.Response(status=202)
            case _:
                return web.Response(status=404)


def _key(request: web.Request) -> str | None:
    return request.headers.get("x-functions-key") or request.query.get("code")
