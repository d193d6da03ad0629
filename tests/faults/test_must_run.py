"""Where this machine can get the real parts, tests on them fail rather than skip."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.support import neo4j
from tests.support.neo4j import Neo4jUnavailableError, install_neo4j


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of tools that is the whole PATH, with a Java 17 that cannot run, and an empty cache."""
    folder = tmp_path / "bin"
    folder.mkdir()
    _tool(folder, "java", "echo 'openjdk version \"17.0.1\"' >&2")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("CODESTORY_TEST_CACHE", str(tmp_path / "cache"))
    return folder


def _tool(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A registry that answers, if only that it has nothing."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Empty)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/neo4j.pom"
    monkeypatch.setattr(neo4j, "_REGISTRY", url)
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


def test_jars_that_cannot_be_resolved_although_the_registry_answers_are_a_failure(tools: Path, registry: str) -> None:
    _tool(tools, "mvn", "echo broken; exit 1")

    with pytest.raises(RuntimeError, match=r"(?s)Maven could not resolve Neo4j.*broken"):
        install_neo4j()


def test_without_a_registry_there_is_nothing_to_run(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _tool(tools, "mvn", "exit 1")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setattr(neo4j, "_REGISTRY", f"http://127.0.0.1:{unused.getsockname()[1]}/neo4j.pom")

        with pytest.raises(Neo4jUnavailableError, match="does not answer"):
            install_neo4j()


def test_without_maven_or_java_there_is_nothing_to_run(tools: Path) -> None:
    with pytest.raises(Neo4jUnavailableError, match="need Maven"):
        install_neo4j()
    (tools / "java").unlink()
    with pytest.raises(Neo4jUnavailableError, match="need Java 17"):
        install_neo4j()


def test_jars_that_were_resolved_before_need_no_maven(tools: Path, tmp_path: Path) -> None:
    jars = tmp_path / "cache" / f"neo4j-{neo4j.VERSION}"
    jars.mkdir(parents=True)

    assert install_neo4j() == jars


def test_a_server_that_does_not_start_although_its_jars_are_there_is_a_failure(
    tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache" / f"neo4j-{neo4j.VERSION}").mkdir(parents=True)
    monkeypatch.delenv("CODESTORY_TEST_NEO4J_URI", raising=False)

    with pytest.raises(RuntimeError, match="did not start"), neo4j.neo4j_uri(tmp_path / "server"):
        pass


LISTENING = """case "$*" in *-version) echo 'openjdk version "17.0.1"' >&2; exit;; esac
exec '{python}' -c '
import pathlib, re, socket, sys, time
home = next(word for word in sys.argv if word.startswith("--home-dir=")).partition("=")[2]
port = int(re.search(r"bolt.listen_address=127.0.0.1:(\\d+)", pathlib.Path(home, "conf/neo4j.conf").read_text())[1])
server = socket.create_server(("127.0.0.1", port))
time.sleep(600)
' "$@"
"""


def test_who_comes_after_the_last_user_is_given_a_server_that_lives(
    tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tool(tools, "java", LISTENING.format(python=sys.executable))
    (tmp_path / "cache" / f"neo4j-{neo4j.VERSION}").mkdir(parents=True)
    monkeypatch.delenv("CODESTORY_TEST_NEO4J_URI", raising=False)
    folder = tmp_path / "server"

    with neo4j.neo4j_uri(folder) as first, neo4j.neo4j_uri(folder) as same:
        assert _answers(first)
        assert first == same
    while _answers(first):
        time.sleep(0.05)
    with neo4j.neo4j_uri(folder) as second:
        assert _answers(second)


def _answers(uri: str) -> bool:
    host, port = uri.removeprefix("bolt://").split(":")
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
        return True
    return False
