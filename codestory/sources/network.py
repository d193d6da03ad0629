"""Connections that a URL from outside may open: to public addresses only, and no longer than allowed."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import threading
from collections.abc import Generator
from datetime import timedelta
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from codestory.exceptions import HostileSourceError, SourceError

__all__ = ["NetworkGuard", "check_url", "is_public"]

_ALLOW = "CODESTORY_ALLOW_PRIVATE_HOSTS"
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


def is_public(address: str) -> bool:
    """Whether this IP address is on the internet: neither private, loopback, link-local, shared, multicast nor
    reserved, and no IPv6 form of such an address (mapped, 6to4, Teredo, NAT64)."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return is_public(str(parsed.ipv4_mapped))
        inner = parsed.teredo[1] if parsed.teredo is not None else parsed.sixtofour
        if inner is None and (any(parsed in network for network in _NAT64) or int(parsed) >> 32 == 0):
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None and not is_public(str(inner)):
            return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def check_url(url: str) -> str:
    """Return ``url`` if it is a plain http or https URL without credentials; raises ``SourceError`` otherwise.

    The address that the host stands for is checked later, at the moment of each connection, because a name may stand
    for another address then, and because of redirects.
    """
    if any(character <= " " or character == "\x7f" or character == "\\" for character in url):
        raise SourceError("The git URL has a space, a backslash or a control character in it.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise SourceError(f"The git URL cannot be understood: {error}.") from None
    if parts.username is not None or parts.password is not None:
        raise SourceError(
            f"The URL of {host} has credentials in it, which would end up in logs and in the graph. Leave them out and"
            " set CODESTORY_GIT_TOKEN (and CODESTORY_GIT_TOKEN_HOST, default github.com) instead."
        )
    if parts.scheme not in ("http", "https"):
        hint = {
            "file": " A folder of this machine is given by the source type 'local_path'.",
            "ssh": " Use the https URL of the same repository.",
            "git": " Use the https URL of the same repository.",
        }.get(parts.scheme, "")
        raise SourceError(f"{url[:200]!r} is not an https or http URL of a git repository.{hint}", source=url[:200])
    if not host or host.startswith(("-", ".")) or "%" in host:
        raise HostileSourceError(f"{url[:200]!r} has no proper host name.", source=url[:200])
    if not parts.path.strip("/"):
        raise SourceError(f"{url[:200]!r} names a host, but no repository on it.", source=url[:200])
    return url


class NetworkGuard:
    """Opens the connections of one clone, and cuts them when its time is over."""

    def __init__(self, timeout: timedelta, *, allow_private: bool | None = None) -> None:
        self._timeout = timeout
        self._allow_private = os.environ.get(_ALLOW, "") == "1" if allow_private is None else allow_private
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._expired = threading.Event()

    @property
    def expired(self) -> bool:
        """Whether the time is over."""
        return self._expired.is_set()

    @contextlib.contextmanager
    def pool_manager(self) -> Generator[urllib3.PoolManager]:
        """The HTTP client whose connections go through this guard; usable until the end of the block."""
        guard = self

        class PlainConnection(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return guard.connect(self)

        class SecureConnection(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return guard.connect(self)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = PlainConnection  # pyright: ignore[reportAssignmentType]

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = SecureConnection  # pyright: ignore[reportAssignmentType]

        seconds = self._timeout.total_seconds()
        manager = urllib3.PoolManager(
            headers={"User-Agent": "git/codestory"},
            # Where the time for all is short, the timer below shall be the first, because it knows what is over.
            timeout=urllib3.Timeout(connect=min(15.0, seconds + 5), read=min(60.0, seconds + 5)),
            retries=urllib3.Retry(total=5, connect=1, read=0, redirect=4, other=0),
        )
        classes: dict[str, type[HTTPConnectionPool | HTTPSConnectionPool]] = {"http": PlainPool, "https": SecurePool}
        manager.pool_classes_by_scheme = classes  # pyright: ignore[reportAttributeAccessIssue]
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield manager
        finally:
            timer.cancel()
            manager.clear()
            with self._lock:
                for opened in self._sockets:
                    opened.close()

    def connect(self, connection: HTTPConnection) -> socket.socket:
        """A socket to an allowed address of the host; raises ``HostileSourceError`` if it has any other."""
        host, port = connection.host, connection.port
        try:
            found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise NameResolutionError(host, connection, socket.gaierror(str(error))) from error
        for *_, address in found:
            if not self._allow_private and not is_public(str(address[0])):
                raise HostileSourceError(
                    f"{host} is {address[0]}, which is not a public address. Repositories inside your network are"
                    f" only fetched if {_ALLOW}=1 is set where the ingestion runs.",
                    source=host,
                )
        problem: OSError | None = None
        timeout = connection.timeout if isinstance(connection.timeout, int | float) else 15.0
        for family, kind, protocol, _, address in found:
            opened = socket.socket(family, kind, protocol)
            try:
                opened.settimeout(timeout)
                opened.connect(address)
            except OSError as error:
                opened.close()
                problem = error
                continue
            with self._lock:
                # The TLS layer takes the descriptor over; a duplicate lets the guard cut the connection all the same.
                self._sockets.append(opened.dup())
            return opened
        if isinstance(problem, TimeoutError):
            raise ConnectTimeoutError(connection, f"{host} does not answer") from problem
        raise NewConnectionError(connection, f"{host} cannot be reached: {problem}") from problem

    def _cut(self) -> None:
        self._expired.set()
        with self._lock:
            for opened in self._sockets:
                with contextlib.suppress(OSError):
                    opened.shutdown(socket.SHUT_RDWR)
