"""The worker processes as the host sees them: started, used evenly, replaced when they die."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from durabletask.internal import orchestrator_service_pb2 as pb

from ..exceptions import AppLoadError, HostError
from .frames import FrameProtocol
from .load import Costs, LoadMeter

__all__ = ["FunctionFailedError", "LogSink", "WorkerLostError", "WorkerPool", "WorkerSettings"]

_LOG = logging.getLogger("Host.Worker")
_ROOT = Path(__file__).resolve().parents[2]
_BOOT = "import sys; sys.path.append({root!r}); from functions_host.workers.main import main; main()"
_GRACE = 5.0


class LogSink:
    """Where log lines of the workers go."""

    def write(self, level: int, category: str, text: str, at: float, invocation: str | None) -> None:
        """Show one record."""
        raise NotImplementedError


class FunctionFailedError(Exception):
    """The function raised, or overran its time; ``details`` is the failure in the SDK's form."""

    def __init__(self, details: pb.TaskFailureDetails) -> None:
        super().__init__(f"{details.errorType}: {details.errorMessage}")
        self.details = details


class WorkerLostError(Exception):
    """The process died, or was ended, before the invocation was done."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How workers run: ``timeout`` in seconds or None, ``levels`` by log category, ``client`` as JSON."""

    app: Path
    script: str
    client: str
    environment: Mapping[str, str]
    levels: Mapping[str, int]
    processes: int = 1
    threads: int = 6
    timeout: float | None = None

    def to_json(self) -> str:
        """What the process reads on its standard input."""
        return json.dumps(
            {
                "app": str(self.app),
                "script": self.script,
                "client": self.client,
                "levels": dict(self.levels),
                "threads": self.threads,
                "timeout": self.timeout,
            }
        )


def _pending() -> dict[int, asyncio.Future[Any]]:
    return {}


@dataclass(slots=True, eq=False)
class _Process:
    process: asyncio.subprocess.Process
    link: FrameProtocol
    greeting: asyncio.Future[dict[str, Any]]
    meter: LoadMeter
    pending: dict[int, asyncio.Future[Any]] = field(default_factory=_pending)
    retired: bool = False


class WorkerPool:
    """``processes`` workers; an invocation goes to the one that is least busy, of equals to that with the fewest."""

    def __init__(self, settings: WorkerSettings, sink: LogSink) -> None:
        self._settings = settings
        self._sink = sink
        self._workers: list[_Process] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ids = itertools.count(1)
        self._costs = Costs()
        self._available = asyncio.Event()
        self._closing = False

    async def start(self) -> list[dict[str, Any]]:
        """Start all workers; returns the descriptions of the app's functions, raises AppLoadError."""
        workers = await asyncio.gather(*(self._spawn() for _ in range(self._settings.processes)))
        greetings = [await self._greeted(worker) for worker in workers]
        for worker in workers:
            self._use(worker)
        return greetings[0]["functions"]

    async def submit(self, function: str, data: Any, invocation: str) -> Any:
        """Run a function. Raises FunctionFailedError or WorkerLostError."""
        while not self._workers:
            if self._closing:
                raise WorkerLostError("the host is stopping")
            await self._available.wait()
        worker = min(self._workers, key=lambda candidate: (candidate.meter.load, len(candidate.pending)))
        key = next(self._ids)
        done = asyncio.get_running_loop().create_future()
        worker.pending[key] = done
        worker.meter.begin(key, function)
        worker.link.send({"id": key, "fn": function, "inv": invocation, "in": data})
        return await done

    async def stop(self) -> None:
        """End all workers; what is still running in them is lost."""
        self._closing = True
        self._available.set()
        workers = [*self._workers]
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in workers:
            self._end(worker)
        await asyncio.gather(*(worker.process.wait() for worker in workers))

    async def _spawn(self) -> _Process:
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-c", _BOOT.format(root=str(_ROOT)), str(theirs.fileno())),
                stdin=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                cwd=self._settings.app,
                env={**os.environ, **self._settings.environment},
            )
        assert process.stdin is not None
        process.stdin.write(self._settings.to_json().encode() + b"\n")
        process.stdin.close()
        loop = asyncio.get_running_loop()
        greeting: asyncio.Future[dict[str, Any]] = loop.create_future()
        worker = _Process(
            process,
            FrameProtocol(lambda message: self._received(worker, message), lambda: self._lost(worker)),
            greeting,
            LoadMeter(process.pid, self._costs),
        )
        await loop.create_connection(lambda: worker.link, sock=ours)
        self._in_background(self._watch(worker))
        return worker

    async def _greeted(self, worker: _Process) -> dict[str, Any]:
        greeting = await worker.greeting
        if greeting["t"] == "broken":
            raise AppLoadError(greeting["text"])
        return greeting

    def _use(self, worker: _Process) -> None:
        if not worker.retired:
            self._workers.append(worker)
            self._available.set()

    def _received(self, worker: _Process, message: dict[str, Any]) -> None:
        match message["t"]:
            case "done" | "failed":
                done = worker.pending.pop(message["id"], None)
                worker.meter.end(message["id"], message["cpu"])
                if message.get("stuck"):
                    _LOG.warning("a function overran its time in worker %d, which is replaced", worker.process.pid)
                    self._replace(worker)
                if done is None or done.done():
                    return
                if message["t"] == "done":
                    done.set_result(message["out"])
                else:
                    details = pb.TaskFailureDetails.FromString(message["details"])
                    done.set_exception(FunctionFailedError(details))
            case "log":
                self._sink.write(
                    message["level"], message["category"], message["text"], message["time"], message["invocation"]
                )
            case _:
                worker.greeting.set_result(message)

    def _replace(self, worker: _Process) -> None:
        """Take a worker out of use and end it when what it still runs is done, or after a while."""
        if worker not in self._workers or self._closing:
            return
        self._workers.remove(worker)
        if not self._workers:
            self._available.clear()
        worker.retired = True
        self._in_background(self._successor())
        self._in_background(self._drain(worker))

    async def _successor(self) -> None:
        delay = 0.5
        while True:
            worker = await self._spawn()
            try:
                await self._greeted(worker)
            except HostError as error:
                _LOG.error("a worker process could not be started: %s", error)
                self._end(worker)
                await worker.process.wait()
                await asyncio.sleep(delay)
                delay = min(delay * 2, 30.0)
            except asyncio.CancelledError:
                self._end(worker)
                await worker.process.wait()
                raise
            else:
                return self._use(worker)

    async def _drain(self, worker: _Process) -> None:
        try:
            async with asyncio.timeout(_GRACE):
                await asyncio.gather(*worker.pending.values(), return_exceptions=True)
        except TimeoutError:
            _LOG.warning("worker %d is ended with %d invocations in it", worker.process.pid, len(worker.pending))
        finally:
            self._end(worker)
            await worker.process.wait()

    def _lost(self, worker: _Process) -> None:
        """The process died, or it was ended."""
        lost = WorkerLostError("the worker process ended")
        if not worker.greeting.done():
            worker.greeting.set_result({"t": "broken", "text": "the worker process died while it loaded the app"})
        pending, worker.pending = worker.pending, {}
        if worker in self._workers and not self._closing:
            _LOG.error("worker %d died with %d invocations in it", worker.process.pid, len(pending))
            self._workers.remove(worker)
            if not self._workers:
                self._available.clear()
            worker.retired = True
            self._in_background(self._successor())
        for done in pending.values():
            if not done.done():
                done.set_exception(lost)

    async def _watch(self, worker: _Process) -> None:
        # The connection alone does not tell: a child that the app forked may hold it open.
        await worker.process.wait()
        self._lost(worker)

    def _end(self, worker: _Process) -> None:
        worker.link.close()
        if worker.process.returncode is None:
            worker.process.kill()

    def _in_background(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
