"""Asks the embedded graph server for a sign of life: a greeting over Bolt, and a small write that is committed."""

from __future__ import annotations

import base64
import enum
import http.client
import socket
from datetime import timedelta

import msgspec

from codestory.graph.embedded import CHECK_TYPE, DATABASE, EmbeddedServer

__all__ = ["Health", "probe"]

_GREETING = bytes.fromhex("6060b017" + "00000404" + "00000304" + "00000004" + "00000003")
"""Bolt's magic number and the four versions 4.4, 4.3, 4.0 and 3; the server answers with four bytes."""

_WRITE = ";".join((f"DELETE FROM {CHECK_TYPE}", f"INSERT INTO {CHECK_TYPE} SET at = sysdate()", ""))  # noqa: S608
"""Replaces one document of a type that no node or relationship shares, so it conflicts with no transaction."""

_PASSING = ("NeedRetryException", "ConcurrentModificationException", "TimeoutException", "DuplicatedKeyException")
"""What the engine answers when two probes meet: it works."""


class Health(enum.Enum):
    """What a probe found."""

    WELL = "well"
    BROKEN = "broken"
    """It answers, but its database refuses a small write: it was closed, or fenced off after a failed commit."""
    SILENT = "silent"
    """It does not answer in time. It may be frozen, or busy."""


class _Refusal(msgspec.Struct):
    exception: str = ""
    detail: str = ""


_refusals = msgspec.json.Decoder(_Refusal)


def probe(server: EmbeddedServer, timeout: timedelta) -> tuple[Health, str]:
    """The health of ``server`` and, unless it is well, what was found. Each answer may take ``timeout``."""
    seconds = timeout.total_seconds()
    try:
        _greet(server, seconds)
        return _write(server, seconds)
    except (OSError, http.client.HTTPException) as error:
        return Health.SILENT, f"no answer within {seconds:g} s ({error!r})"


def _greet(server: EmbeddedServer, seconds: float) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as link:
        link.sendall(_GREETING)
        if not link.recv(4):
            raise ConnectionResetError("hung up")


def _write(server: EmbeddedServer, seconds: float) -> tuple[Health, str]:
    link = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=seconds)
    try:
        link.request(
            "POST",
            f"/api/v1/command/{DATABASE}",
            msgspec.json.encode({"language": "sqlscript", "command": _WRITE}),
            {
                "Authorization": "Basic " + base64.b64encode(f"root:{server.password}".encode()).decode(),
                "Content-Type": "application/json",
            },
        )
        answer = link.getresponse()
        body = answer.read()
    finally:
        link.close()
    if answer.status < 500:
        # Also a refusal of the credentials or of the statement is a sign of life; nothing is known to be broken.
        return Health.WELL, ""
    try:
        refusal = _refusals.decode(body)
    except msgspec.DecodeError:
        refusal = _Refusal()
    if refusal.exception.endswith(_PASSING):
        return Health.WELL, ""
    return Health.BROKEN, refusal.detail or refusal.exception or f"HTTP {answer.status}"
