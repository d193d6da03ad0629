"""A git server over HTTP on the loopback interface, and repositories made in memory for it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import BaseRepo, MemoryRepo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain

__all__ = ["commit_files", "commit_tree", "serve", "serve_repositories"]

type Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def get_stderr(self) -> Any:
        """Clients that hang up are part of the tests."""
        return _Nowhere()


class _Nowhere:
    def write(self, text: str) -> None:
        """Drop it."""

    def flush(self) -> None:
        """Nothing is held back."""


@contextmanager
def serve(application: Application, tls: ssl.SSLContext | None = None) -> Generator[str]:
    """Serve ``application``; gives the URL of the server."""
    server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def serve_repositories(repositories: Mapping[str, BaseRepo], tls: ssl.SSLContext | None = None) -> Generator[str]:
    """Serve each repository under ``/<name>``; gives the URL of the server."""
    backend = DictBackend({f"/{name}": repository for name, repository in repositories.items()})
    with serve(make_wsgi_chain(backend), tls) as url:
        yield url


def commit_files(
    repository: MemoryRepo,
    files: Mapping[bytes, tuple[int, bytes]],
    branch: bytes = b"main",
    parent: bytes | None = None,
) -> bytes:
    """Commit ``files`` (path to mode and content, or commit id for a submodule); returns the commit's id."""
    return commit_tree(repository, _tree(repository, files), branch, parent)


def commit_tree(repository: MemoryRepo, tree: bytes, branch: bytes = b"main", parent: bytes | None = None) -> bytes:
    """Commit a tree that is in the object store; returns the commit's id."""
    commit = Commit()
    commit.tree = tree  # type: ignore[assignment]
    commit.parents = [parent] if parent else []  # type: ignore[list-item]
    commit.author = commit.committer = b"A <a@example.com>"
    commit.author_time = commit.commit_time = 1_700_000_000
    commit.author_timezone = commit.commit_timezone = 0
    commit.message = b"a commit"
    repository.object_store.add_object(commit)
    repository.refs[b"refs/heads/" + branch] = commit.id  # type: ignore[index]
    if branch == b"main":
        repository.refs.set_symbolic_ref(b"HEAD", b"refs/heads/main")  # type: ignore[arg-type]
    return commit.id


def _tree(repository: MemoryRepo, files: Mapping[bytes, tuple[int, bytes]]) -> bytes:
    tree = Tree()
    folders: dict[bytes, dict[bytes, tuple[int, bytes]]] = {}
    for path, (mode, content) in files.items():
        name, slash, rest = path.partition(b"/")
        if slash:
            folders.setdefault(name, {})[rest] = (mode, content)
        elif mode == 0o160000:
            tree.add(name, mode, content)  # type: ignore[arg-type]
        else:
            blob = Blob.from_string(content)
            repository.object_store.add_object(blob)
            tree.add(name, mode, blob.id)
    for name, below in folders.items():
        tree.add(name, 0o040000, _tree(repository, below))  # type: ignore[arg-type]
    repository.object_store.add_object(tree)
    return tree.id
