"""A TCP proxy that misbehaves on request: latency, cut connections, answers that get lost."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from types import TracebackType
from typing import Self

__all__ = ["FaultyProxy"]

_CHUNK = 1 << 16


class FaultyProxy:
    """Forwards a free port of 127.0.0.1 to ``target``; runs in a thread of its own.

    ``delay`` is the time in seconds that every chunk of bytes is held back, in both directions. While ``refusing``,
    new connections are reset at once.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self._losing = False
        self.delay = 0.0
        self.refusing = False
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(60):
            raise RuntimeError("the proxy did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)

    def cut(self) -> int:
        """Reset every connection now; returns how many there were."""
        return asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(60)

    def lose_answers(self, seconds: float) -> int:
        """Let requests through but not their answers, then reset: what was committed is not known to the client."""
        return asyncio.run_coroutine_threadsafe(self._lose(seconds), self._loop).result(60 + seconds)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        await self._cut()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _cut(self) -> int:
        writers = list(self._open)
        for writer in writers:
            writer.transport.abort()
        return len(writers) // 2

    async def _lose(self, seconds: float) -> int:
        self._losing = True
        await asyncio.sleep(seconds)
        count = await self._cut()
        self._losing = False
        return count

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        try:
            await asyncio.gather(
                self._pump(reader, far_writer, answers=False), self._pump(far_reader, writer, answers=True)
            )
        finally:
            self._open -= {writer, far_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if answers and self._losing:
                    continue
                writer.write(data)
                await writer.drain()
        writer.close()
