"""Keeps web pages away from a host that asks nobody for a key.

Such a host listens on loopback, where every page in a browser of the machine can send requests: to its address, and,
by a name of its own that is made to stand for 127.0.0.1 (DNS rebinding), even so that it may read the answers. A
browser says in ``Origin`` which page sends a request that may change something, and in ``Host`` under which name it
knows the server, and no page can make it say anything else.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

__all__ = ["refusal"]


def refusal(headers: Mapping[str, str]) -> str | None:
    """Why a request with these headers is not answered without a key; ``None`` if it is."""
    host, origin = headers.get("Host"), headers.get("Origin")
    if host is not None and not _is_this_machine(f"//{host}"):
        return f"This host asks for no keys, so it answers to localhost and 127.0.0.1, but not to the name {host!r}."
    if origin is not None and not _is_this_machine(origin):
        return f"This host asks for no keys, so it answers no web page of another machine, such as one of {origin!r}."
    return None


def _is_this_machine(url: str) -> bool:
    try:
        name = urlsplit(url).hostname or ""
        return name == "localhost" or name.endswith(".localhost") or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
