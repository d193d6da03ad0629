"""Takes a snapshot of a branch of a git repository on the network."""

from __future__ import annotations

import os
import re
import tempfile
import zlib
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from stat import S_ISDIR, S_ISREG
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dulwich.client import Urllib3HttpGitClient
from dulwich.errors import GitProtocolError
from dulwich.object_store import DiskObjectStore, ObjectStoreGraphWalker
from dulwich.objects import Blob, Commit, ShaFile, Tag, Tree
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
from codestory.snapshots import FileEntry, Snapshot, SnapshotBuilder
from codestory.snapshots.ignore import IgnoreRules
from codestory.sources.content import add_large
from codestory.sources.limits import SourceLimits
from codestory.sources.network import NetworkGuard, check_url
from codestory.sources.packs import check_pack
from codestory.sources.state import SourceState, load_state, store_state
from codestory.sources.tree import Directory, File, Other, chosen_files
from codestory.storage.blobs import BlobStore

if TYPE_CHECKING:
    from codestory.ingestion_pipeline.step import Progress

__all__ = ["github_url", "snapshot_git"]

_GITHUB_NAME = re.compile(r"(?P<owner>[A-Za-z0-9][A-Za-z0-9-]{0,38})/(?P<name>[A-Za-z0-9._-]{1,100}?)(?:\.git)?/?")
_LINK, _SUBMODULE = 0o120000, 0o160000
_OBJECT_FACTOR = 64
"""An object of a pack may be this many times as large as a file that is kept; larger ones are an attack."""


def github_url(repository: str) -> str:
    """The https URL for ``owner/name`` or for a URL of a GitHub page; raises ``SourceError`` for anything else."""
    path = repository
    if "://" in repository:
        parts = urlsplit(check_url(repository))
        if parts.hostname not in ("github.com", "www.github.com"):
            raise SourceError(f"{repository[:200]!r} is not on github.com; use the source type 'git_url' for it.")
        path = parts.path.lstrip("/")
    match = _GITHUB_NAME.fullmatch(path)
    if match is None or match["name"] in (".", ".."):
        raise SourceError(
            f"{repository[:200]!r} does not name a GitHub repository; 'owner/name' or 'https://github.com/owner/name'"
            " is needed. A branch is given separately.",
            source=repository[:200],
        )
    return f"https://github.com/{match['owner']}/{match['name']}.git"


def snapshot_git(
    url: str,
    blobs: BlobStore,
    branch: str | None = None,
    ignore: Sequence[str] = (),
    limits: SourceLimits | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """Snapshot the newest commit of ``branch``, which may be a tag too (default: the default branch).

    One commit is fetched, nothing is checked out, no hook or filter runs, submodules and links are left out with a
    warning. Raises ``SourceNotFoundError``, ``EmptySourceError``, ``HostileSourceError`` for addresses that are not
    public and for packs beyond the limits, ``TransientError`` where the server does not answer, ``SourceError``.
    """
    url = check_url(url)
    limits = limits or SourceLimits.from_environment()
    key = f"{url}#{branch or ''}"
    with tempfile.TemporaryDirectory(prefix="codestory-clone-") as folder, _translated(url, limits) as guard:
        store = DiskObjectStore.init(os.path.join(folder, "objects"))  # noqa: PTH118
        try:
            commit = _fetch(url, branch, store, limits, guard, progress)
            previous, base = load_state(blobs, "git", key)
            builder = SnapshotBuilder(blobs, base)
            root = _GitTree(store, _tree_of(store, commit, url), url)
            _add_files(root, builder, IgnoreRules.create(ignore), limits, guard, progress)
        finally:
            store.close()
        if not builder.file_count:
            raise EmptySourceError(f"{url} holds no file that is not ignored.", source=url)
        snapshot = builder.finish()
    if previous is None or previous.snapshot != snapshot.id:
        store_state(blobs, "git", key, SourceState(snapshot.id))
    return snapshot


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


def _fetch(
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
        client = _Client(url, pool_manager, limits.max_total_bytes, quiet=True, **_credentials(url))
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


def _credentials(url: str) -> dict[str, str]:
    """A token goes to the host that it is meant for, and only over TLS."""
    token = os.environ.get("CODESTORY_GIT_TOKEN", "")
    parts = urlsplit(url)
    host = os.environ.get("CODESTORY_GIT_TOKEN_HOST", "") or "github.com"
    if token and parts.scheme == "https" and parts.hostname == host.lower():
        return {"username": "x-access-token", "password": token}
    return {}


def _tree_of(store: DiskObjectStore, commit: bytes, url: str) -> bytes:
    for _ in range(10):
        found: ShaFile = store[commit]  # pyright: ignore[reportArgumentType]
        if isinstance(found, Tag):
            commit = found.object[1]
        elif isinstance(found, Commit):
            return found.tree
        else:
            break
    raise SourceError(f"{url}: what was asked for is not a commit.", source=url)


@dataclass(frozen=True)
class _GitFile(File):
    store: DiskObjectStore
    sha: bytes
    mode: int

    def gitignore(self) -> bytes:
        return self.content()

    def content(self) -> bytes:
        kind, data = self.store.get_raw(self.sha)  # pyright: ignore[reportArgumentType]
        if kind != Blob.type_num:
            raise GitProtocolError(f"object {self.sha.decode('ascii', 'replace')} is not a file")
        return data


@dataclass(frozen=True)
class _GitTree(Directory[_GitFile]):
    store: DiskObjectStore
    sha: bytes
    url: str

    def entries(self) -> Iterable[tuple[bytes, _GitTree | _GitFile | Other]]:
        tree: ShaFile = self.store[self.sha]  # pyright: ignore[reportArgumentType]
        if not isinstance(tree, Tree):
            raise GitProtocolError(f"object {self.sha.decode('ascii', 'replace')} is not a tree")
        for entry in tree.iteritems():
            name, mode, sha = entry.path, entry.mode, entry.sha
            assert name is not None and mode is not None and sha is not None
            if not name or name in (b".", b"..") or b"/" in name or b"\0" in name:
                raise HostileSourceError(f"{self.url} is refused: a tree has the entry {name!r}.", source=self.url)
            if S_ISDIR(mode):
                yield name, _GitTree(self.store, sha, self.url)
            elif mode & 0o170000 == _LINK:
                yield name, Other("a symbolic link; links are not followed.")
            elif mode & 0o170000 == _SUBMODULE:
                yield name, Other("a submodule; its files are not fetched.")
            elif S_ISREG(mode):
                yield name, _GitFile(self.store, sha, mode)
            else:
                yield name, Other("of a kind that git does not have.")


def _add_files(
    root: _GitTree,
    builder: SnapshotBuilder,
    rules: IgnoreRules,
    limits: SourceLimits,
    guard: NetworkGuard,
    progress: Progress | None,
) -> None:
    done: dict[bytes, FileEntry] = {}
    total = 0
    for path, file in chosen_files(root, rules, limits, builder, root.url):
        mode = 0o100755 if file.mode & 0o100 else 0o100644
        same = done.get(file.sha)
        if same is not None:
            builder.add_known(path, same.sha256, same.size, mode)
        else:
            content = file.content()
            if len(content) > limits.max_file_bytes:
                done[file.sha] = add_large(builder, path, BytesIO(content), mode, limits)
            else:
                done[file.sha] = builder.add(path, content, mode)
        total += done[file.sha].size
        if total > limits.max_total_bytes:
            raise HostileSourceError(
                f"{root.url} is refused: it holds more than {limits.max_total_bytes} bytes"
                " (CODESTORY_MAX_SOURCE_BYTES).",
                source=root.url,
            )
        if guard.expired:
            raise TimeoutError
        if progress is not None:
            progress.advance()


@contextmanager
def _translated(url: str, limits: SourceLimits) -> Generator[NetworkGuard]:
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
