"""A worker process: it loads the function app once and runs invocations until the host goes away."""

from __future__ import annotations

import asyncio
import concurrent.futures.thread
import contextlib
import contextvars
import ctypes
import json
import logging
import os
import signal
import site
import socket
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, override

from durabletask.internal.helpers import new_failure_details

from ..exceptions import AppLoadError
from ..loglevels import level_of
from .app_loader import LoadedFunction, load_app
from .frames import FrameProtocol
from .invocation import CURRENT, Invocation, arguments, result

__all__ = ["main"]

_OUR_FILES = (__file__, concurrent.futures.thread.__file__)


class _HostHandler(logging.Handler):
    """Sends log records to the host, dropping early what host.json does not want to see."""

    def __init__(self, worker: _Worker, levels: Mapping[str, int]) -> None:
        super().__init__()
        self._worker = worker
        self._levels = levels

    @override
    def emit(self, record: logging.LogRecord) -> None:
        invocation = CURRENT.get()
        category = f"Function.{invocation.function.name}.User" if invocation else "Host.Worker"
        if record.levelno < level_of(category, self._levels):
            return
        self._worker.post(
            {
                "t": "log",
                "level": record.levelno,
                "category": category,
                "text": self.format(record),
                "time": record.created,
                "invocation": invocation.id if invocation else None,
            }
        )


class _Worker:
    """The functions of the app and the link to the host. Everything here runs on one event loop."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.functions: Mapping[str, LoadedFunction] = {}
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        threads = int(settings["threads"])
        # Activities have threads of their own: slow ones must not keep an HTTP function waiting.
        self._activity_threads = _Threads(threads, "activity")
        self._other_threads = _Threads(threads, "function")
        self._link = FrameProtocol(self._received, lambda: os._exit(0))

    async def connect(self, link: socket.socket) -> None:
        """Talk to the host over ``link``; when it goes away, so does this process."""
        await self._loop.create_connection(lambda: self._link, sock=link)

    def post(self, message: dict[str, Any]) -> None:
        """Send a message from any thread."""
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            self._link.send(message)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._link.send, message)

    def _received(self, message: dict[str, Any]) -> None:
        task = self._loop.create_task(self._run(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, message: dict[str, Any]) -> None:
        function = self.functions[message["fn"]]
        invocation = Invocation(function, message["inv"], self._settings["app"], self._settings["client"])
        CURRENT.set(invocation)
        answer: dict[str, Any] = {"t": "done", "id": message["id"], "cpu": 0.0}
        try:
            answer["out"] = await self._call(invocation, message["in"], answer)
        except _OverrunError as error:
            answer |= _failed(TimeoutError(str(error)), not function.is_async)
        except BaseException as error:  # noqa: BLE001 - whatever the app raises is the invocation's failure
            answer |= _failed(error, False)
        self._link.send(answer)

    async def _call(self, invocation: Invocation, data: Any, answer: dict[str, Any]) -> Any:
        function = invocation.function
        if function.is_async:
            given = arguments(invocation, data)
            async with self._time_limit(function.name):
                return result(invocation, await function.call(**given), given)

        def run() -> Any:
            began = time.thread_time()
            try:
                given = arguments(invocation, data)
                return result(invocation, function.call(**given), given)
            finally:
                answer["cpu"] = time.thread_time() - began

        threads = self._activity_threads if function.kind == "activity" else self._other_threads
        async with threads.free, self._time_limit(function.name):
            return await self._loop.run_in_executor(threads.pool, contextvars.copy_context().run, run)

    @contextlib.asynccontextmanager
    async def _time_limit(self, name: str) -> AsyncGenerator[None]:
        limit: float | None = self._settings["timeout"]
        timer = asyncio.timeout(limit)
        try:
            async with timer:
                yield
        except TimeoutError as error:
            if timer.expired():
                raise _OverrunError(f"Timeout value of {limit:g} s exceeded by function '{name}'") from error
            raise


class _OverrunError(Exception):
    """functionTimeout of host.json has passed."""


class _Threads:
    """A thread pool and the number of its free threads: waiting for one does not count as running."""

    def __init__(self, size: int, name: str) -> None:
        self.pool = ThreadPoolExecutor(size, thread_name_prefix=name)
        self.free = asyncio.Semaphore(size)


def _failed(error: BaseException, stuck: bool) -> dict[str, Any]:
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename in _OUR_FILES:
        frames = frames.tb_next
    error = error.with_traceback(frames)
    details = new_failure_details(error if isinstance(error, Exception) else RuntimeError(repr(error)))
    return {"t": "failed", "details": details.SerializeToString(), "stuck": stuck}


async def _serve(settings: Mapping[str, Any], link: socket.socket) -> None:
    worker = _Worker(settings)
    logging.getLogger().addHandler(_HostHandler(worker, settings["levels"]))
    await worker.connect(link)
    try:
        worker.functions = load_app(Path(settings["app"]), settings["script"])
    except AppLoadError as error:
        worker.post({"t": "broken", "text": str(error)})
    else:
        descriptions = [function.description for function in worker.functions.values()]
        worker.post({"t": "ready", "functions": descriptions})
    await asyncio.Event().wait()


def _stay(_number: int, _frame: object) -> None:
    """Outlive a signal that is meant for the host."""


def main() -> None:
    """Entry point of the process; the host passes the socket's descriptor and the settings as JSON."""
    link = socket.socket(fileno=int(sys.argv[1]))
    settings: dict[str, Any] = json.loads(sys.stdin.readline())
    if sys.platform == "linux":
        # Should the host be killed while this process is deep in foreign code, the kernel ends it.
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    for number in (signal.SIGINT, signal.SIGTERM):
        # The host says when it is over. A handler, unlike SIG_IGN, is not passed on to the app's own children.
        signal.signal(number, _stay)
    root = logging.getLogger()
    root.setLevel(min([*settings["levels"].values(), logging.WARNING]))
    for noisy in ("asyncio", "grpc", "azure.core", "azure.identity"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    sys.path.insert(0, settings["app"])
    packages = Path(settings["app"]) / ".python_packages" / "lib" / "site-packages"
    if packages.is_dir():
        sys.path.insert(1, str(packages))
    # The packages of an activated environment other than the host's own; the host's versions win.
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    environment = Path(os.environ.get("VIRTUAL_ENV") or sys.prefix)
    site.addsitedir(str(environment / "lib" / version / "site-packages"))
    os.chdir(settings["app"])
    asyncio.run(_serve(settings, link))
