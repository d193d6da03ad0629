"""Fetches one commit of a git repository over HTTP, from servers that nobody vouches for."""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dulwich.client import Urllib3HttpGitClient
from dulwich.errors import GitProtocolError
from dulwich.object_store import DiskObjectStore, ObjectStoreGraphWalker
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError, LocationValueError

from codestory.exceptions import (
    EmptySourceError,
    HostileSourceError,
    SourceError,
    SourceNotFoundError,
    TransientError,
    known_values,
)
from codestory.sources.limits import SourceLimits
from codestory.sources.network import NetworkGuard
from codestory.sources.packs import check_pack

if TYPE_CHECKING:
    from codestory.ingestion_pipeline.step import Progress

__all__ = ["credentials", "fetch_commit", "guarded"]

_OBJECT_FACTOR = 64
"""An object of a pack may be this many times as large as a file that is kept; larger ones are an attack."""


@contextmanager
def guarded(url: str, limits: SourceLimits) -> Generator[NetworkGuard]:
    """The guard of one clone; what the git library and the network raise inside becomes an error of ours."""
    guard = NetworkGuard(limits.timeout)
    seconds = int(limits.timeout.total_seconds())
    late = f"{url} was not fetched within {seconds} seconds (CODESTORY_CLONE_TIMEOUT)."
    try:
        yield guard
    except (HTTPError, OSError, EOFError) as error:
        raise TransientError(late if guard.expired else f"{url} cannot be fetched: {error}.", source=url) from error
    except (GitProtocolError, AssertionError, KeyError, ValueError, zlib.error) as error:
        if guard.expired:
            raise TransientError(late, source=url) from error
        cause = error.__cause__
        if "CERTIFICATE_VERIFY_FAILED" in str(cause):
            raise SourceError(f"{url} has no certificate that this machine trusts: {error}.", source=url) from error
        if isinstance(cause, HTTPError) and not isinstance(cause, LocationValueError):
            raise TransientError(f"{url} cannot be fetched: {error}.", source=url) from error
        raise SourceError(f"{url} does not answer as git does: {error}.", source=url) from error


def fetch_commit(
    url: str,
    branch: str | None,
    store: DiskObjectStore,
    limits: SourceLimits,
    guard: NetworkGuard,
    progress: Progress | None,
) -> bytes:
    """Fetch one commit with its tree into ``store``; return its id."""
    wanted: list[bytes] = []

    def choose(refs: Mapping[bytes, bytes], **_: Any) -> list[bytes]:
        wanted.append(_choose(refs, branch, url))
        return wanted

    def receive(data: bytes) -> int:
        if progress is not None:
            progress.advance(0)
        return pack.write(data)

    with tempfile.TemporaryFile(prefix="codestory-pack-") as pack, guard.pool_manager() as pool_manager:
        client = _Client(url, pool_manager, limits.max_total_bytes, quiet=True, **credentials(url))
        client.fetch_pack(
            urlsplit(url).path,
            choose,  # pyright: ignore[reportArgumentType]
            ObjectStoreGraphWalker([], lambda _: []),
            receive,
            depth=1,
        )
        max_object_bytes = limits.max_file_bytes * _OBJECT_FACTOR
        if check_pack(pack, url, 2 * limits.max_files, max_object_bytes, limits.max_total_bytes):
            _store_pack(pack, store)
    return wanted[0]


class _Client(Urllib3HttpGitClient):
    """Speaks only the smart protocol, and stops reading at the limit."""

    def __init__(self, url: str, pool_manager: PoolManager, max_bytes: int, **options: Any) -> None:
        super().__init__(url, pool_manager=pool_manager, **options)
        self._left = max_bytes
        self._url = url

    def _http_request(self, url: str, headers: Any = None, data: Any = None, raise_for_status: bool = True) -> Any:
        del raise_for_status
        response, read = super()._http_request(url, headers, data, raise_for_status=False)
        kind = response.headers.get("Content-Type") or ""
        if response.status != 200 or not kind.startswith("application/x-git-"):
            response.close()
            raise _refused(self._url, response.status, kind)

        def counted(size: int) -> bytes:
            data = read(size)
            self._left -= len(data)
            if self._left < 0:
                raise HostileSourceError(
                    f"{self._url} is refused: it sends more than is allowed (CODESTORY_MAX_SOURCE_BYTES).",
                    source=self._url,
                )
            return data

        return response, counted


def _refused(url: str, status: int, kind: str) -> SourceError | TransientError:
    if status in (401, 403, 404, 410):
        return SourceNotFoundError(
            f"{url} does not exist, or is not public (HTTP {status}). For a private repository set CODESTORY_GIT_TOKEN"
            " (and CODESTORY_GIT_TOKEN_HOST, default github.com) where the ingestion runs.",
            source=url,
        )
    if status in (408, 429) or status >= 500:
        return TransientError(f"{url} answers with HTTP {status} for now.", source=url)
    return SourceError(
        f"{url} is no git repository: it answers with HTTP {status}, {kind[:80] or 'no content type'!r}.", source=url
    )


def _store_pack(pack: IO[bytes], store: DiskObjectStore) -> None:
    pack.seek(0)
    target, commit, abort = store.add_pack()
    try:
        while chunk := pack.read(1024 * 1024):
            target.write(chunk)
    except BaseException:
        abort()
        raise
    commit()


def _choose(refs: Mapping[bytes, bytes], branch: str | None, url: str) -> bytes:
    if not any(name.startswith(b"refs/heads/") for name in refs):
        raise EmptySourceError(f"{url} has no branch yet.", source=url)
    if not branch:
        if b"HEAD" in refs:
            return refs[b"HEAD"]
        raise SourceNotFoundError(f"{url} has no default branch; name one.{_branches(refs, '')}", source=url)
    for prefix in ("refs/heads/", "refs/tags/", ""):
        found = refs.get(f"{prefix}{branch}".encode("utf-8", "surrogateescape"))
        if found is not None:
            return found
    raise SourceNotFoundError(f"{url} has no branch or tag {branch!r}.{_branches(refs, branch)}", source=url)


def _branches(refs: Iterable[bytes], wanted: str) -> str:
    names = [
        name.decode("utf-8", "replace").removeprefix("refs/heads/") for name in refs if name[:11] == b"refs/heads/"
    ]
    return known_values("branches", wanted, sorted(names)[:30])


def credentials(url: str) -> dict[str, str]:
    """A token goes to the host that it is meant for, and only over TLS."""
    token = os.environ.get("CODESTORY_GIT_TOKEN", "")
    parts = urlsplit(url)
    host = os.environ.get("CODESTORY_GIT_TOKEN_HOST", "") or "github.com"
    if token and parts.scheme == "https" and parts.hostname == host.lower():
        return {"username": "x-access-token", "password": token}
    return {}
