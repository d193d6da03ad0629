"""A real Neo4j 5 Community, resolved from Maven Central once per machine and started once per test session.

All test processes of a session share it: each holds a shared lock as long as it uses the server, and a supervisor
process ends the server when nobody holds that lock any more, so nothing is left behind whoever is killed. Who comes
after that starts an empty one.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from pathlib import Path

__all__ = ["VERSION", "Neo4jUnavailableError", "install_neo4j", "neo4j_uri"]

VERSION = "5.26.0"

_REGISTRY = f"https://repo.maven.apache.org/maven2/org/neo4j/neo4j/{VERSION}/neo4j-{VERSION}.pom"
_STARTED_WITHIN = 120.0
_ENDED = "ended"
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>codestory.tests</groupId><artifactId>neo4j</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>{version}</version></dependency>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{version}</version></dependency>
  </dependencies>
</project>
"""
_CONFIG = """server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.security.auth_enabled=false
dbms.usage_report.enabled=false
db.logs.query.enabled=OFF
db.tx_log.preallocate=false
server.memory.pagecache.size=64m
"""


class Neo4jUnavailableError(Exception):
    """This machine cannot run Neo4j: no Java 17, no Maven, or a registry that does not answer."""


@contextlib.contextmanager
def neo4j_uri(folder: Path) -> Generator[str]:
    """The address of a Neo4j without authentication, shared by everybody who names the same ``folder``.

    ``CODESTORY_TEST_NEO4J_URI`` names one that runs already. Raises ``Neo4jUnavailableError`` where there can be
    none, and ``RuntimeError`` where there should be one but it does not start.
    """
    given = os.environ.get("CODESTORY_TEST_NEO4J_URI")
    if given:
        yield given
        return
    jars = install_neo4j()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield _shared_server(folder, jars)


def install_neo4j() -> Path:
    """The folder with Neo4j's jars, filled by Maven unless it is there (``$CODESTORY_TEST_CACHE/neo4j-<version>``)."""
    java, maven = shutil.which("java"), shutil.which("mvn")
    if java is None:
        raise Neo4jUnavailableError("these tests need Java 17 or newer, or CODESTORY_TEST_NEO4J_URI")
    version = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    major = re.search(r'version "(\d+)', version)
    if major is None or int(major[1]) < 17:
        raise Neo4jUnavailableError(f"Neo4j {VERSION} needs Java 17 or newer, found: {version.splitlines()[:1]}")
    cache = Path(os.environ.get("CODESTORY_TEST_CACHE") or Path.home() / ".cache" / "codestory")
    folder = cache / f"neo4j-{VERSION}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"neo4j-{VERSION}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            if maven is None:
                raise Neo4jUnavailableError("these tests need Maven to resolve Neo4j, or CODESTORY_TEST_NEO4J_URI")
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            pom = unfinished / "pom.xml"
            pom.write_text(_POM.format(version=VERSION))
            command = [maven, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", "-DincludeScope=runtime"]
            command.append(f"-DoutputDirectory={unfinished}")
            done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
            if done.returncode != 0:
                _require_registry()
                raise RuntimeError(f"Maven could not resolve Neo4j {VERSION}:\n{done.stdout}\n{done.stderr}")
            unfinished.rename(folder)
    return folder


def _require_registry() -> None:
    try:
        with urllib.request.urlopen(_REGISTRY, timeout=20):
            pass
    except urllib.error.HTTPError:
        return
    except OSError as error:
        raise Neo4jUnavailableError(f"Maven Central does not answer: {error}") from error


def _shared_server(folder: Path, jars: Path) -> str:
    with (folder / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        described = folder / "server.json"
        if (folder / _ENDED).exists():
            _clear(folder)
        if not described.exists():
            # Here, because in the supervisor, which is this file as a program, "neo4j" would be this file, too.
            from codestory.ingestion_pipeline.local_service import free_port

            port = free_port()
            (folder / "conf").mkdir()
            (folder / "conf" / "neo4j.conf").write_text(_CONFIG.format(port=port))
            subprocess.run([sys.executable, __file__, str(folder), str(jars)], check=True, timeout=60)
            _await(folder, port)
            described.write_text(json.dumps({"port": port}))
        return f"bolt://127.0.0.1:{json.loads(described.read_text())['port']}"


def _clear(folder: Path) -> None:
    """Remove all that a server which has ended left behind, but the locks."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.suffix != ".lock":
            path.unlink()


def _await(folder: Path, port: int) -> None:
    deadline = time.monotonic() + _STARTED_WITHIN
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if (folder / _ENDED).exists():
            break
        time.sleep(0.1)
    output = (folder / "output.log").read_text() if (folder / "output.log").exists() else ""
    raise RuntimeError(f"Neo4j {VERSION} did not start:\n{output[-2000:]}")


def _supervise(folder: Path, jars: Path) -> None:
    """Run the server until the lock of its users is free; called in a detached process."""
    opened = ["java.nio", "java.io", "sun.nio.ch", "java.util.concurrent"]
    with (folder / "output.log").open("wb") as output:
        server = subprocess.Popen(
            [
                "java",
                # Short tests profit more from a quick start than from the best machine code.
                *("-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in opened),
                *("-cp", f"{jars}/*", "org.neo4j.server.CommunityEntryPoint"),
                *(f"--home-dir={folder}", f"--config-dir={folder / 'conf'}"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    with (folder / "users.lock").open("w") as users:
        while server.poll() is None:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(0.5)
        # Still under the lock: the next user must not be given the address of a server that is about to end.
        server.kill()
        server.wait()
        (folder / _ENDED).touch()


def _main(arguments: list[str]) -> None:
    folder, jars = map(Path, arguments)
    if os.fork() > 0:
        return
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    _supervise(folder, jars)


if __name__ == "__main__":
    _main(sys.argv[1:])
