"""Snapshots of git repositories over HTTP, from servers that mean well and from those that do not."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from dulwich.objects import Blob, Tag, Tree
from dulwich.repo import MemoryRepo

from codestory.exceptions import (
    EmptySourceError,
    HostileSourceError,
    SourceError,
    SourceNotFoundError,
    TransientError,
)
from codestory.sources import SourceLimits, acquire
from codestory.sources.git import github_url
from codestory.sources.git_fetch import credentials
from codestory.storage import FolderBlobStore
from tests.sources.conftest import write_files
from tests.sources.git_server import commit_files, commit_tree, serve, serve_repositories

FILE, RUN, LINK, SUBMODULE = 0o100644, 0o100755, 0o120000, 0o160000
FILES = {b"a.py": (FILE, b"a = 1\n"), b"pkg/b.py": (FILE, b"b = 2\n"), b"run": (RUN, b"#!/bin/sh\n")}


@pytest.fixture(autouse=True)
def private_hosts_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESTORY_ALLOW_PRIVATE_HOSTS", "1")
    monkeypatch.delenv("CODESTORY_GIT_TOKEN", raising=False)


@pytest.fixture
def repository() -> Generator[MemoryRepo]:
    made = MemoryRepo()
    yield made
    made.close()


def test_a_clone_is_the_snapshot_of_the_folder(tmp_path: Path, blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    commit_files(repository, FILES)
    with serve_repositories({"demo": repository}) as url:
        snapshot = acquire("git_url", f"{url}/demo", blobs=blobs)
        assert acquire("git_url", f"{url}/demo", branch="main", blobs=blobs).id == snapshot.id
    root = write_files(tmp_path / "repo", {path.decode(): content for path, (_, content) in FILES.items()})
    (root / "run").chmod(0o755)
    assert acquire("local_path", str(root), blobs=blobs).id == snapshot.id
    assert dict(snapshot.read_many(snapshot.files)) == {path.decode(): content for path, (_, content) in FILES.items()}


def test_branches_and_tags_are_found_by_name(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    main = commit_files(repository, FILES)
    commit_files(repository, {b"other": (FILE, b"x")}, b"feature/one", main)
    tag = Tag()
    tag.name, tag.tagger, tag.message = b"v1", b"A <a@example.com>", b"first"
    tag.tag_time, tag.tag_timezone = 1_700_000_000, 0
    tag.object = (type(repository[main]), main)  # type: ignore[assignment]
    repository.object_store.add_object(tag)
    repository.refs[b"refs/tags/v1"] = tag.id  # type: ignore[index]
    with serve_repositories({"demo": repository}) as url:
        assert list(acquire("git_url", f"{url}/demo", branch="feature/one", blobs=blobs).files) == ["other"]
        assert "a.py" in acquire("git_url", f"{url}/demo", branch="v1", blobs=blobs).files
        with pytest.raises(SourceNotFoundError, match="Did you mean 'feature/one'"):
            acquire("git_url", f"{url}/demo", branch="feature/on", blobs=blobs)
        with pytest.raises(SourceNotFoundError, match="no branch or tag '--upload-pack=x'"):
            acquire("git_url", f"{url}/demo", branch="--upload-pack=x", blobs=blobs)


def test_links_and_submodules_are_left_out_with_a_warning(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    commit_files(
        repository,
        {**FILES, b"link": (LINK, b"/etc/passwd"), b"pkg/up": (LINK, b"../.."), b"sub": (SUBMODULE, b"1" * 40)},
    )
    with serve_repositories({"demo": repository}) as url:
        snapshot = acquire("git_url", f"{url}/demo", blobs=blobs)
    assert list(snapshot.files) == ["a.py", "pkg/b.py", "run"]
    assert sorted(snapshot.warnings) == [
        "link is a symbolic link; links are not followed.",
        "pkg/up is a symbolic link; links are not followed.",
        "sub is a submodule; its files are not fetched.",
    ]


def test_ignore_rules_apply_to_what_is_committed(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    more = {b".gitignore": (FILE, b"*.gen\n"), b"x.gen": (FILE, b""), b"node_modules/y": (FILE, b""), b"z": (FILE, b"")}
    commit_files(repository, {**FILES, **more})
    with serve_repositories({"demo": repository}) as url:
        snapshot = acquire("git_url", f"{url}/demo", ignore=["z"], blobs=blobs)
    assert list(snapshot.files) == [".gitignore", "a.py", "pkg/b.py", "run"]


def test_history_is_not_fetched(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    import os

    old = commit_files(repository, {b"old": (FILE, os.urandom(300_000))})
    commit_files(repository, FILES, parent=old)
    with serve_repositories({"demo": repository}) as url:
        snapshot = acquire("git_url", f"{url}/demo", blobs=blobs, limits=SourceLimits(max_total_bytes=100_000))
    assert list(snapshot.files) == ["a.py", "pkg/b.py", "run"]


def test_a_large_file_is_listed_but_not_kept(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    commit_files(repository, {**FILES, b"large": (FILE, b"x" * 5000)})
    with serve_repositories({"demo": repository}) as url:
        snapshot = acquire("git_url", f"{url}/demo", blobs=blobs, limits=SourceLimits(max_file_bytes=1000))
    assert snapshot.files["large"].size == 5000
    assert "more than 1000" in snapshot.warnings[0]


def test_an_empty_repository_says_so(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    ignored = MemoryRepo()
    commit_files(ignored, {b"a.log": (FILE, b"")})
    with serve_repositories({"empty": repository, "ignored": ignored}) as url:
        for name in ("empty", "ignored"):
            with pytest.raises(EmptySourceError):
                acquire("git_url", f"{url}/{name}", blobs=blobs)
    ignored.close()


def test_a_repository_that_does_not_exist_is_not_found(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    with serve_repositories({"demo": repository}) as url, pytest.raises(SourceNotFoundError, match="not public"):
        acquire("git_url", f"{url}/none", blobs=blobs)


def test_a_transfer_beyond_the_limit_is_refused(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    import os

    commit_files(repository, {b"a": (FILE, os.urandom(200_000))})
    with (
        serve_repositories({"demo": repository}) as url,
        pytest.raises(HostileSourceError, match="CODESTORY_MAX_SOURCE_BYTES"),
    ):
        acquire("git_url", f"{url}/demo", blobs=blobs, limits=SourceLimits(max_total_bytes=100_000))


def test_objects_that_unpack_beyond_the_limit_are_refused(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    commit_files(repository, {b"zeros": (FILE, b"\0" * 5_000_000)})
    with serve_repositories({"demo": repository}) as url:
        with pytest.raises(HostileSourceError, match="unpack to more than"):
            acquire("git_url", f"{url}/demo", blobs=blobs, limits=SourceLimits(max_total_bytes=1_000_000))
        with pytest.raises(HostileSourceError, match="unpack to more than"):
            acquire("git_url", f"{url}/demo", blobs=blobs, limits=SourceLimits(max_file_bytes=1000))


def test_a_tree_that_multiplies_itself_is_refused(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    blob = Blob.from_string(b"x")
    repository.object_store.add_object(blob)
    mode, below = FILE, blob.id
    for _ in range(10):
        tree = Tree()
        for number in range(10):
            tree.add(b"%d" % number, mode, below)
        repository.object_store.add_object(tree)
        mode, below = 0o040000, tree.id
    commit_tree(repository, below)
    with (
        serve_repositories({"bomb": repository}) as url,
        pytest.raises(HostileSourceError, match="more than 5000 files"),
    ):
        acquire("git_url", f"{url}/bomb", blobs=blobs, limits=SourceLimits(max_files=5000))


def test_a_tree_that_is_too_deep_is_refused(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    commit_files(repository, {b"d/" * 300 + b"x": (FILE, b"")})
    with serve_repositories({"deep": repository}) as url, pytest.raises(HostileSourceError, match="200 directories"):
        acquire("git_url", f"{url}/deep", blobs=blobs)


@pytest.mark.parametrize("name", [b"..", b".", b"a/b", b"../../evil"])
def test_a_tree_with_an_impossible_name_is_refused(blobs: FolderBlobStore, repository: MemoryRepo, name: bytes) -> None:
    blob = Blob.from_string(b"x")
    repository.object_store.add_object(blob)
    tree = Tree()
    tree.add(name, FILE, blob.id)
    repository.object_store.add_object(tree)
    commit_tree(repository, tree.id)
    with serve_repositories({"evil": repository}) as url, pytest.raises(HostileSourceError, match="has the entry"):
        acquire("git_url", f"{url}/evil", blobs=blobs)


def test_names_that_are_no_text_are_kept_apart(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    commit_files(repository, {b"new\nline": (FILE, b"1"), b"\xff": (FILE, b"2"), b".git": (FILE, b"3")})
    with serve_repositories({"odd": repository}) as url:
        snapshot = acquire("git_url", f"{url}/odd", blobs=blobs)
    assert list(snapshot.files) == [r"\xff", r"new\x0aline"]


def answer(status: str, kind: str, body: bytes = b"", **headers: str) -> Callable[..., Iterable[bytes]]:
    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start(status, [("Content-Type", kind), *headers.items()])
        return [body]

    return application


ADVERTISEMENT = "application/x-git-upload-pack-advertisement"


@pytest.mark.parametrize(
    ("application", "error", "text"),
    [
        (answer("200 OK", "text/html", b"<html>"), SourceError, "no git repository"),
        (answer("200 OK", ADVERTISEMENT, b"garbage"), SourceError, "as git does"),
        (answer("200 OK", ADVERTISEMENT, b""), SourceError, "as git does"),
        (answer("200 OK", ADVERTISEMENT, b"001e# service=git-upload-pack\n0000"), SourceError, "as git does"),
        (answer("401 Unauthorized", "text/plain"), SourceNotFoundError, "not public"),
        (answer("403 Forbidden", "text/plain"), SourceNotFoundError, "not public"),
        (answer("418 Teapot", "text/plain"), SourceError, "HTTP 418"),
        (answer("503 Busy", "text/plain"), TransientError, "HTTP 503"),
        (answer("429 Slow down", "text/plain"), TransientError, "HTTP 429"),
        (answer("302 Found", "text/plain", Location="file:///etc/passwd"), SourceError, "git"),
    ],
)
def test_answers_that_are_not_git(
    blobs: FolderBlobStore, application: Callable[..., Iterable[bytes]], error: type[Exception], text: str
) -> None:
    with serve(application) as url, pytest.raises(error, match=text) as caught:
        acquire("git_url", f"{url}/x", blobs=blobs)
    assert not (error is SourceError and isinstance(caught.value, TransientError))


@contextmanager
def raw_server(talk: Callable[[socket.socket, threading.Event], None]) -> Generator[str]:
    """Accepts connections and lets ``talk`` do what it likes with them."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def run() -> None:
            while not done.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(5)
                    try:
                        talk(connection, done)
                    except OSError:
                        continue

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            done.set()
            thread.join()


def say_nothing(connection: socket.socket, done: threading.Event) -> None:
    connection.recv(65536)
    done.wait(20)


def drip(connection: socket.socket, done: threading.Event) -> None:
    connection.recv(65536)
    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {ADVERTISEMENT}\r\n\r\n001e".encode())
    while not done.wait(0.05):
        connection.sendall(b"#")


@pytest.mark.parametrize("talk", [say_nothing, drip])
def test_a_server_that_takes_for_ever_is_given_up(
    blobs: FolderBlobStore, talk: Callable[[socket.socket, threading.Event], None]
) -> None:
    limits = SourceLimits(timeout=timedelta(seconds=1))
    with raw_server(talk) as url, pytest.raises(TransientError, match="within 1 seconds"):
        acquire("git_url", f"{url}/x", blobs=blobs, limits=limits)


def test_a_server_that_is_not_there_is_worth_another_try(blobs: FolderBlobStore) -> None:
    # Taken, so that nobody else gets it, and not listened on.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(TransientError, match="cannot be fetched"):
            acquire("git_url", f"http://127.0.0.1:{taken.getsockname()[1]}/x", blobs=blobs)


def test_a_private_address_is_refused_unless_allowed(
    blobs: FolderBlobStore, repository: MemoryRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CODESTORY_ALLOW_PRIVATE_HOSTS")
    commit_files(repository, FILES)
    with serve_repositories({"demo": repository}) as url:
        port = url.rpartition(":")[2]
        for host in (
            "127.0.0.1",
            "localhost",
            "2130706433",
            "0x7f.1",
            "127.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
        ):
            with pytest.raises(HostileSourceError, match="CODESTORY_ALLOW_PRIVATE_HOSTS"):
                acquire("git_url", f"http://{host}:{port}/demo", blobs=blobs)
    assert list(blobs.names("")) == []


def test_a_redirect_to_a_private_address_is_refused(blobs: FolderBlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CODESTORY_ALLOW_PRIVATE_HOSTS")
    monkeypatch.setattr("codestory.sources.network.is_public", lambda address: address == "127.0.0.1")
    target = "http://127.0.0.2:1/x/info/refs?service=git-upload-pack"
    with (
        serve(answer("302 Found", "text/plain", Location=target)) as url,
        pytest.raises(HostileSourceError, match=r"127\.0\.0\.2, which is not a public address"),
    ):
        acquire("git_url", f"{url}/x", blobs=blobs)


def test_a_name_that_stands_for_a_private_address_is_refused(
    blobs: FolderBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CODESTORY_ALLOW_PRIVATE_HOSTS")

    def resolve(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        # One public address does not excuse the other.
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("93.184.216.34", "10.0.0.5")
        ]

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    with pytest.raises(HostileSourceError, match=r"rebound\.example is 10\.0\.0\.5"):
        acquire("git_url", "https://rebound.example/x", blobs=blobs)


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A server context with a certificate for ``name``, which is left as ``trusted.pem``."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1000, now - timedelta(1), now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "trusted.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "trusted.pem", folder / "key.pem")
    return context


def test_certificates_are_checked(
    tmp_path: Path, blobs: FolderBlobStore, repository: MemoryRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit_files(repository, FILES)
    with serve_repositories({"demo": repository}, certificate(tmp_path, "localhost")) as url:
        port = url.rpartition(":")[2]
        with pytest.raises(SourceError, match="no certificate that this machine trusts"):
            acquire("git_url", f"https://localhost:{port}/demo", blobs=blobs)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
        assert "a.py" in acquire("git_url", f"https://localhost:{port}/demo", blobs=blobs).files
        with pytest.raises(SourceError, match="no certificate that this machine trusts"):
            acquire("git_url", f"https://127.0.0.1:{port}/demo", blobs=blobs)


def test_a_second_clone_stores_only_what_is_new(blobs: FolderBlobStore, repository: MemoryRepo) -> None:
    first = commit_files(repository, FILES)
    with serve_repositories({"demo": repository}) as url:
        acquire("git_url", f"{url}/demo", blobs=blobs)
        stored = set(blobs.names("packs/"))
        commit_files(repository, {**FILES, b"new": (FILE, b"news")}, parent=first)
        acquire("git_url", f"{url}/demo", blobs=blobs)
    (new,) = set(blobs.names("packs/")) - stored
    assert blobs.get(new) == b"news"


def test_a_token_goes_to_its_host_alone_and_only_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESTORY_GIT_TOKEN", "secret")
    assert credentials("https://github.com/a/b") == {"username": "x-access-token", "password": "secret"}
    for other in ("http://github.com/a/b", "https://github.com.evil.example/a/b", "https://gitlab.com/a/b"):
        assert credentials(other) == {}
    monkeypatch.setenv("CODESTORY_GIT_TOKEN_HOST", "gitlab.com")
    assert credentials("https://gitlab.com/a/b")
    assert credentials("https://github.com/a/b") == {}


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("pallets/flask", "https://github.com/pallets/flask.git"),
        ("https://github.com/pallets/flask", "https://github.com/pallets/flask.git"),
        ("https://github.com/pallets/flask.git", "https://github.com/pallets/flask.git"),
        ("https://www.github.com/a/b.c/", "https://github.com/a/b.c.git"),
    ],
)
def test_github_repositories_have_one_url(given: str, url: str) -> None:
    assert github_url(given) == url


@pytest.mark.parametrize(
    "given",
    [
        *("flask", "a/b/c", "../x", "-a/b", "a/..", "a/b;rm", "a b/c", "a/b?x", "é/b", "", "https://github.com/a"),
        *("https://gitlab.com/a/b", "https://github.com@evil.example/a/b", "https://github.com/a/b/../../c"),
        "file:///github.com/a/b",
    ],
)
def test_what_is_no_github_repository_is_refused(blobs: FolderBlobStore, given: str) -> None:
    with pytest.raises(SourceError):
        acquire("github_repo", given, blobs=blobs)


def test_limits_come_from_the_environment() -> None:
    limits = SourceLimits.from_environment({"CODESTORY_MAX_FILE_BYTES": "5", "CODESTORY_CLONE_TIMEOUT": "7"})
    assert limits == replace(SourceLimits(), max_file_bytes=5, timeout=timedelta(seconds=7))
