"""Takes a snapshot of a branch of a git repository on the network."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dulwich.errors import GitProtocolError
from dulwich.object_store import DiskObjectStore
from dulwich.objects import Blob, Commit, ShaFile, Tag, Tree

from codestory.exceptions import (
    EmptySourceError,
    HostileSourceError,
    SourceError,
)
from codestory.snapshots import FileEntry, Snapshot, SnapshotBuilder
from codestory.snapshots.ignore import IgnoreRules
from codestory.sources.content import add_large
from codestory.sources.git_fetch import fetch_commit, guarded
from codestory.sources.limits import SourceLimits
from codestory.sources.network import NetworkGuard, check_url
from codestory.sources.state import SourceState, load_state, store_state
from codestory.sources.tree import Directory, File, Other, chosen_files
from codestory.storage.blobs import BlobStore

if TYPE_CHECKING:
    from codestory.ingestion_pipeline.step import Progress

__all__ = ["github_url", "snapshot_git"]

_GITHUB_NAME = re.compile(r"(?P<owner>[A-Za-z0-9][A-Za-z0-9-]{0,38})/(?P<name>[A-Za-z0-9._-]{1,100}?)(?:\.git)?/?")
_LINK, _SUBMODULE = 0o120000, 0o160000


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
    with tempfile.TemporaryDirectory(prefix="codestory-clone-") as folder, guarded(url, limits) as guard:
        store = DiskObjectStore.init(os.path.join(folder, "objects"))  # noqa: PTH118
        try:
            commit = fetch_commit(url, branch, store, limits, guard, progress)
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
