"""The places that a service runs in under faults: embedded or behind a proxy, on folders, Azurite or a tiny disk."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.soak.proxy import FaultyProxy
from codestory.graph import embedded
from tests.support.azurite import Azurite
from tests.support.neo4j import Neo4jUnavailableError, neo4j_uri

__all__ = ["MODES", "Place", "place", "reachable_graph", "small_disk"]

MODES = ("embedded", "proxied", "azurite", "disk")
DISK_BYTES = 800_000_000
"""Room enough for the work, so that only the injector fills it."""

BASE = {"CODESTORY_SCHEDULER_CRON": "*/30 * * * * *", "CODESTORY_GRAPH_HEAP": "400m"}


@dataclass(frozen=True)
class Place:
    """What surrounds the service: its home, its settings, and what can be broken about them."""

    mode: str
    home: Path
    environment: dict[str, str]
    proxy: FaultyProxy | None = None
    azurite: Azurite | None = None
    disk: Path | None = None
    note: str = ""


@contextlib.contextmanager
def place(mode: str, folder: Path, *, neo4j: bool = True) -> Generator[Place]:
    """A place of kind ``mode`` in ``folder``, which is empty and private.

    ``proxied`` uses Neo4j 5 if ``neo4j`` and this machine can run it, else the embedded server by its address.
    ``disk`` needs the right to mount; without it ``note`` says so and the mode is ``embedded``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "home"
    if mode == "proxied":
        with reachable_graph(folder, neo4j=neo4j) as (target, settings, what), FaultyProxy(target) as proxy:
            settings["CODESTORY_NEO4J_URI"] = f"bolt://127.0.0.1:{proxy.port}"
            yield Place(mode, home, {**BASE, **settings}, proxy=proxy, note=what)
    elif mode == "azurite":
        with Azurite(folder / "azurite") as azurite, FaultyProxy(("127.0.0.1", azurite.port)) as proxy:
            storage = {"CODESTORY_STORAGE": azurite.connection_through(proxy.port)}
            yield Place(mode, home, {**BASE, **storage}, proxy=proxy, azurite=azurite)
    elif mode == "disk":
        with small_disk(home, DISK_BYTES) as trouble:
            if trouble:
                yield Place("embedded", home, BASE, note=f"no disk was filled: {trouble}")
            else:
                yield Place(mode, home, BASE, disk=home)
    else:
        yield Place(mode, home, BASE)


@contextlib.contextmanager
def reachable_graph(folder: Path, *, neo4j: bool) -> Generator[tuple[tuple[str, int], dict[str, str], str]]:
    """A graph database with an address: host and port, the settings apart from the URI, and what it is."""
    with contextlib.ExitStack() as stack:
        uri = ""
        if neo4j:
            with contextlib.suppress(Neo4jUnavailableError):
                uri = stack.enter_context(neo4j_uri(folder / "neo4j"))
        if uri:
            host, _, port = uri.rpartition("/")[2].partition(":")
            yield (host, int(port)), {}, "Neo4j 5"
            return
        server = embedded.ensure_running(folder / "graph", heap="400m")
        settings = {
            "CODESTORY_NEO4J_USERNAME": "root",
            "CODESTORY_NEO4J_PASSWORD": server.password,
            "CODESTORY_NEO4J_DATABASE": embedded.DATABASE,
        }
        try:
            yield ("127.0.0.1", server.port), settings, "embedded server by its address"
        finally:
            embedded.stop(folder / "graph")


@contextlib.contextmanager
def small_disk(home: Path, size: int) -> Generator[str]:
    """Mount a file system of ``size`` bytes on the new folder ``home``; yields why not, if that is not possible."""
    home.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(home)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        trouble = done.stderr.strip() if done.returncode else ""
    except OSError as error:
        trouble = str(error)
    try:
        yield trouble
    finally:
        if not trouble:
            subprocess.run(["umount", "--lazy", str(home)], check=True)
