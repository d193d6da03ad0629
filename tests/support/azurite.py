"""Azurite, the emulator of Azure Storage, from npm: installed once per machine, started on a free port."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Self
from uuid import uuid4

from codestory.ingestion_pipeline.local_service import free_port
from codestory.storage.azure import AzureBlobStore

__all__ = ["VERSION", "Azurite", "install_azurite"]

VERSION = "3.37.0"

_ACCOUNT = "devstoreaccount1"
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
_STARTED_WITHIN = 60.0
_FLUSHED_WITHIN = 60.0


def install_azurite() -> Path:
    """The script that starts the blob service, installed with npm unless it is there; raises if that fails.

    The folder is ``$CODESTORY_TEST_CACHE/azurite-<version>`` (default: ``~/.cache/codestory``). Parallel test
    processes wait for the first one.
    """
    cache = Path(os.environ.get("CODESTORY_TEST_CACHE") or Path.home() / ".cache" / "codestory")
    folder = cache / f"azurite-{VERSION}"
    script = folder / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"azurite-{VERSION}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not script.exists():
            npm = shutil.which("npm")
            if npm is None:
                raise RuntimeError("these tests need npm, which comes with Node.js 18 or newer")
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", f"azurite@{VERSION}"]
            done = subprocess.run(command, cwd=unfinished, capture_output=True, text=True, timeout=300, check=False)
            if done.returncode != 0:
                raise RuntimeError(f"npm could not install azurite@{VERSION}:\n{done.stdout}\n{done.stderr}")
            shutil.rmtree(folder, ignore_errors=True)
            unfinished.rename(folder)
    return script


class Azurite:
    """A blob service with its data in ``folder``. It may be killed and started again: port and data stay."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._script = install_azurite()
        self.port = free_port()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        """The address of the account."""
        return f"http://127.0.0.1:{self.port}/{_ACCOUNT}"

    @property
    def connection(self) -> str:
        """The connection string."""
        return self.connection_with(key=_KEY)

    def connection_through(self, port: int) -> str:
        """The connection string for a proxy on ``port`` of this machine."""
        return self.connection.replace(f":{self.port}/", f":{port}/")

    def connection_with(self, *, key: str) -> str:
        """The connection string with another account key."""
        return f"DefaultEndpointsProtocol=http;AccountName={_ACCOUNT};AccountKey={key};BlobEndpoint={self.url};"

    def start(self) -> None:
        """Start the service and wait until it accepts connections."""
        node = shutil.which("node")
        assert node is not None, "node is missing although npm is there"
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                [
                    node,
                    str(self._script),
                    *("--blobHost", "127.0.0.1", "--blobPort", str(self.port), "--location", str(self._folder)),
                    *("--skipApiVersionCheck", "--silent", "--disableTelemetry"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + _STARTED_WITHIN
        while not self._accepts():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Azurite did not start:\n{(self._folder / 'output.log').read_text()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End the service at once, as a power failure would; nothing happens if it does not run.

        Unlike Azure, the emulator forgets what it acknowledged and has not flushed yet.
        """
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(60)

    def flush(self) -> None:
        """Wait until what was acknowledged so far is in the indexes on the disk, written every five seconds or so."""
        began, marker = time.time(), uuid4().hex
        with closing(AzureBlobStore(self.connection, "flushed")) as store:
            store.put(marker, b"x")
        blobs, extents = (self._folder / f"__azurite_db_{name}__.json" for name in ("blob", "blob_extent"))
        deadline = time.monotonic() + _FLUSHED_WITHIN
        while not (_holds(blobs, marker) and extents.stat().st_mtime >= began):
            if time.monotonic() > deadline:
                raise RuntimeError(f"Azurite has not written {blobs} for {_FLUSHED_WITHIN:g} s")
            time.sleep(0.1)

    def _accepts(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


def _holds(file: Path, text: str) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return text in file.read_text(errors="replace")
    return False
