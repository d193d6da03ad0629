"""Messages between host and worker: length-prefixed MessagePack over a socket pair."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, override

import msgspec

__all__ = ["FrameProtocol"]

_DECODE = msgspec.msgpack.Decoder(dict[str, Any])
_ENCODE = msgspec.msgpack.Encoder()


class FrameProtocol(asyncio.Protocol):
    """Calls ``on_message`` for each message received and ``on_lost`` once the other side is gone."""

    def __init__(self, on_message: Callable[[dict[str, Any]], None], on_lost: Callable[[], None]) -> None:
        self._on_message = on_message
        self._on_lost = on_lost
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._outgoing: list[bytes] = []

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        start = 0
        while len(self._buffer) - start >= 4:
            end = start + 4 + int.from_bytes(self._buffer[start : start + 4])
            if len(self._buffer) < end:
                break
            message = _DECODE.decode(memoryview(self._buffer)[start + 4 : end].tobytes())
            start = end
            self._on_message(message)
        del self._buffer[:start]

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._on_lost()

    def send(self, message: dict[str, Any]) -> None:
        """Send a message; silently nothing once the other side is gone (``on_lost`` has told so)."""
        body = _ENCODE.encode(message)
        self._outgoing += (len(body).to_bytes(4), body)
        if len(self._outgoing) == 2:
            # What is sent during one turn of the loop goes out in one write.
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        outgoing, self._outgoing = self._outgoing, []
        if self._transport is not None:
            self._transport.write(b"".join(outgoing))

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()
