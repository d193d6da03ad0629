"""The host put together: settings, state, workers, task hub, timers and the HTTP front."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import re
import socket
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .console import Console
from .exceptions import HostError
from .hostjson import HostConfiguration
from .http_server import HttpServer
from .keys import SYSTEM_KEY, KeyRing
from .links import client_configuration
from .loglevels import LEVEL_NAMES
from .management import ManagementApi
from .routing import Route, RouteTable
from .runner import FunctionRunner
from .sdk import differences
from .settings import AppSettings
from .taskhub.dispatcher import Dispatcher
from .taskhub.hub import TaskHub
from .taskhub.model import FunctionNames
from .taskhub.service import start_service
from .taskhub.store import Store
from .timers import Schedule, TimerFunction, TimerTriggers
from .workers.pool import WorkerPool, WorkerSettings

__all__ = ["HostOptions", "bind", "serve"]

_LOG = logging.getLogger("Host.Startup")
_BODY_LIMIT = 100 * 1024 * 1024
_LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True, slots=True)
class HostOptions:
    """What the command line says. ``grace`` is in seconds; ``keys`` None means that keys are off."""

    app: Path
    state: Path
    host: str = "127.0.0.1"
    port: int | None = None
    keys: Path | None = None
    verbose: bool = False
    json_logs: bool = False
    full_sync: bool = False
    grace: float = 5.0


def bind(host: str, port: int) -> socket.socket:
    """A socket bound but not yet listening; raises HostError in one line if the port is not to be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise _cannot_listen(host, port, error) from None
    return listener


def _cannot_listen(host: str, port: int, error: OSError | OverflowError) -> HostError:
    problem = getattr(error, "strerror", None) or str(error)
    return HostError(f"cannot listen on {host}, port {port}: {problem}; choose another with --port")


async def serve(options: HostOptions, stop: asyncio.Event) -> None:
    """Run a host until ``stop`` is set. Raises HostError if it cannot start."""
    settings = AppSettings.load(options.app)
    configuration = HostConfiguration.load(options.app, settings, full_sync=options.full_sync)
    if options.verbose:
        levels = {**configuration.levels, "default": LEVEL_NAMES["debug"]}
        configuration = replace(configuration, levels=levels)
    console = Console(configuration.levels, as_json=options.json_logs)
    console.attach()
    keys = KeyRing.load(options.keys) if options.keys is not None else KeyRing()
    async with AsyncExitStack() as stack:
        stack.callback(console.flush)
        listener = bind(options.host, settings.port if options.port is None else options.port)
        stack.callback(listener.close)
        port: int = listener.getsockname()[1]
        store = Store(options.state, configuration.hub.name, full_sync=configuration.hub.full_sync)
        stack.callback(store.close)
        socket_file = _socket_file(options.state)
        stack.callback(_remove_socket, socket_file, options.state)
        address = f"unix:{socket_file}"
        required = _required_query(configuration.hub.name, keys)
        name = "localhost" if options.host in ("127.0.0.1", "0.0.0.0", "::", "::1") else options.host  # noqa: S104
        origin = f"http://{name}:{port}"
        pool = WorkerPool(_worker_settings(options, settings, configuration, origin, address, required), console)
        stack.push_async_callback(pool.stop)
        descriptions = _usable(await pool.start(), settings)
        routes = [
            Route(
                d["name"],
                settings.expand(d["route"] if d["route"] is not None else d["name"]),
                frozenset(d["methods"]),
                d["auth"],
            )
            for d in descriptions
            if d["kind"] == "http"
        ]
        timer_functions = {
            d["name"]: TimerFunction(
                d["name"], Schedule.for_app(d["schedule"], settings), d["run_on_startup"], d["use_monitor"]
            )
            for d in descriptions
            if d["kind"] == "timer"
        }
        hub = TaskHub(store, configuration.hub, _function_names(descriptions))
        stack.callback(hub.timers.close)
        service = await start_service(hub, address)
        stack.push_async_callback(service.stop, 0.2)
        # The folder may be one that was there before, and the user's mask may let others in.
        socket_file.chmod(0o600)
        runner = FunctionRunner(pool, console)
        dispatcher = Dispatcher(hub, runner)
        stack.push_async_callback(dispatcher.stop, options.grace)
        timers = TimerTriggers(timer_functions, runner, store)
        server = HttpServer(
            *(keys, ManagementApi(hub, required), runner, timers, descriptions),
            RouteTable(routes, configuration.route_prefix),
            body_limit=settings.number("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", _BODY_LIMIT, most=1 << 40),
        )
        stack.push_async_callback(server.stop)
        try:
            await server.start(listener)
        except OSError as error:
            raise _cannot_listen(options.host, port, error) from None
        hub.recover()
        dispatcher.pump()
        for difference in differences():
            _LOG.warning("This host is not tested with %s.", difference)
        timers.start()
        stack.push_async_callback(timers.stop)
        _banner(console, origin, configuration, descriptions, routes, options)
        await stop.wait()
        _LOG.info("The host is stopping.")


def _socket_file(state: Path) -> Path:
    """Where clients reach the hub: a socket file, which no other user of the machine can connect to."""
    file = state / "hub.sock"
    if len(bytes(file)) > _LONGEST_SOCKET_PATH or not re.fullmatch(r"[\w./+-]+", str(file), re.ASCII):
        name = hashlib.sha256(bytes(state)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"functions-host-{os.getuid()}-{name}"
        file = folder / "hub.sock"
        if len(bytes(file)) > _LONGEST_SOCKET_PATH:
            raise HostError(f"the paths {state} and {folder.parent} are too long for a socket; give a shorter --state")
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise HostError(f"the folder {folder} belongs to someone else; give a --state with a shorter path")
    file.unlink(missing_ok=True)
    return file


def _remove_socket(file: Path, state: Path) -> None:
    """Leave nothing behind: neither the socket file nor the folder that was made because its path would be long."""
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
        if file.parent != state:
            file.parent.rmdir()


def _worker_settings(
    options: HostOptions,
    settings: AppSettings,
    configuration: HostConfiguration,
    origin: str,
    address: str,
    required: str,
) -> WorkerSettings:
    cores = os.process_cpu_count() or 1
    return WorkerSettings(
        app=options.app,
        script=settings.values.get("PYTHON_SCRIPT_FILE_NAME") or "function_app.py",
        client=client_configuration(configuration.hub.name, origin, address, required),
        environment={
            **settings.local,
            "PYTHONUNBUFFERED": "1",
            "AZURE_FUNCTIONS_ENVIRONMENT": settings.values.get("AZURE_FUNCTIONS_ENVIRONMENT", "Development"),
            "FUNCTIONS_WORKER_RUNTIME": "python",
        },
        levels=configuration.levels,
        processes=settings.number("FUNCTIONS_WORKER_PROCESS_COUNT", 1, most=64),
        threads=settings.number("PYTHON_THREADPOOL_THREAD_COUNT", min(32, cores + 4), most=1024),
        timeout=configuration.timeout,
    )


def _required_query(hub: str, keys: KeyRing) -> str:
    query = f"taskHub={hub}&connection=Storage"
    return f"{query}&code={quote(keys.system[SYSTEM_KEY], safe='')}" if keys.enabled else query


def _usable(descriptions: Sequence[Mapping[str, Any]], settings: AppSettings) -> list[Mapping[str, Any]]:
    usable: list[Mapping[str, Any]] = []
    for item in descriptions:
        if item["unsupported"]:
            kinds = ", ".join(item["unsupported"])
            _LOG.warning("Function %s is left out: this host does not serve the binding %s.", item["name"], kinds)
        elif settings.is_disabled(item["name"]):
            _LOG.info("Function %s is disabled.", item["name"])
        else:
            usable.append(item)
    return usable


def _function_names(descriptions: Sequence[Mapping[str, Any]]) -> FunctionNames:
    def names(kind: str) -> dict[str, str]:
        found = {item["name"]: item["name"] for item in descriptions if item["kind"] == kind}
        return found | {item["alias"]: item["name"] for item in descriptions if item["kind"] == kind}

    entities = {name.lower(): function for name, function in names("entity").items()}
    return FunctionNames(names("orchestration"), names("activity"), entities)


def _banner(
    console: Console,
    origin: str,
    configuration: HostConfiguration,
    descriptions: Sequence[Mapping[str, Any]],
    routes: Sequence[Route],
    options: HostOptions,
) -> None:
    console.plain("\nFunctions:\n")
    for route in sorted(routes, key=lambda route: route.function):
        path = "/".join(part for part in (configuration.route_prefix, route.template.strip("/")) if part)
        methods = ",".join(sorted(route.methods)) or "any"
        console.plain(f"        {route.function}: [{methods}] {origin}/{path}\n")
    for item in sorted(descriptions, key=lambda item: item["name"]):
        if item["kind"] != "http" and not item["name"].startswith("BuiltIn__"):
            console.plain(f"        {item['name']}: {item['kind']}Trigger\n")
    if options.keys is not None:
        console.plain(f"Keys are on; they are in {options.keys}\n")
    console.announce(f"Host started: {origin}, task hub {configuration.hub.name}, state in {options.state}")
