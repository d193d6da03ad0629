"""Writes the chunks of a first load in the order in which they come, while more of them are being made.

A thread would do, were it not for Python's interpreter lock: where rows take long to make, their maker and the thread
hold each other up, and the server waits for both. So large loads are written by a process of their own.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, override

from codestory.exceptions import GraphUnavailableError
from codestory.graph.backlog import Backlog
from codestory.graph.chunks import Chunk
from codestory.graph.places import Places
from codestory.graph.settings import GraphSettings
from codestory.graph.state import StateNode
from codestory.graph.statements import Counts
from codestory.graph.store import GraphStore
from codestory.graph.transactions import ChunkTransactions

__all__ = ["ChunkSequence", "LoadWriter", "Order", "WriterProcess", "WriterThread"]

_SWITCH_INTERVAL = 0.0005
"""Seconds a computing thread may run on while the writing thread has an answer of the server to look at. With Python's
own 5 ms these pauses, several a transaction, make a load of some size take a seventh longer."""
_WAITING_BYTES = 32 << 20
"""A repository of some 3,000 files can hand on what it knows before resolving without having to wait."""


@dataclass(frozen=True)
class Order:
    """For whom chunks are written, and where."""

    settings: GraphSettings
    repository: str
    step: str
    run: str
    epoch: int


class ChunkSequence:
    """Writes one chunk after the other, and makes the constraints of labels that are new."""

    def __init__(self, store: GraphStore, order: Order) -> None:
        self._store = store
        self._epoch = order.epoch
        state = StateNode(store, order.repository, order.step, order.run)
        self._transactions = ChunkTransactions(store, state, step=order.step, places=Places())
        self._labels: set[str] = set()

    def write(self, name: str, chunk: Chunk) -> Counts:
        """Write ``chunk``; raises what ``ChunkTransactions.write`` does."""
        new = {group.names[0] for group in chunk.groups if group.kind == "node"} - self._labels
        if new:
            self._store.ensure_schema(new)
            self._labels |= new
        return self._transactions.write(name, chunk, self._epoch)


class LoadWriter[T](ABC):
    """Takes chunks, and writes them beside whoever makes more. To be closed once it was started."""

    def __init__(self) -> None:
        self.counts = Counts()
        """What has been written, complete after ``close``."""
        self._backlog = Backlog[T](_WAITING_BYTES)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="first-load", daemon=True)

    def start(self) -> None:
        """Begin to write what will be put."""
        self._thread.start()

    def put(self, name: str, chunk: Chunk, data: bytes) -> None:
        """Have ``chunk``, whose encoding is ``data``, written; waits while too much is waiting already.

        Raises what kept an earlier one from being written.
        """
        self.raise_failure()
        self._backlog.put(self._item(name, chunk, data), len(data))

    def abandon(self) -> None:
        """Drop the chunks that wait. Those that are being written are seen through."""
        if self._failure is None:
            self._failure = RuntimeError("abandoned")

    def close(self) -> None:
        """Wait until all is written that is going to be. Another call does nothing."""
        if self._thread.is_alive():
            self._backlog.close()
            self._thread.join()

    def raise_failure(self) -> None:
        """Raise what kept a chunk from being written, if that happened."""
        if self._failure is not None:
            raise self._failure

    @abstractmethod
    def _item(self, name: str, chunk: Chunk, data: bytes) -> T:
        """What is kept of a chunk until it is its turn."""

    @abstractmethod
    def _write(self) -> None:
        """Write what ``_next`` returns until that is nothing."""

    def _next(self) -> T | None:
        item = self._backlog.get()
        return item if self._failure is None else None

    def _run(self) -> None:
        try:
            self._write()
        except BaseException as error:  # noqa: BLE001 - it is raised again where rows are given
            self._failure = self._failure or error
        while self._backlog.get() is not None:
            # Whoever makes chunks may be waiting for room.
            pass


class WriterThread(LoadWriter[tuple[str, Chunk]]):
    """Writes in a thread of this process."""

    def __init__(self, store: GraphStore, order: Order) -> None:
        super().__init__()
        self._sequence = ChunkSequence(store, order)

    @override
    def _item(self, name: str, chunk: Chunk, data: bytes) -> tuple[str, Chunk]:
        return name, chunk

    @override
    def _write(self) -> None:
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_INTERVAL))
        while (item := self._next()) is not None:
            self.counts.add(self._sequence.write(*item))


class WriterProcess(LoadWriter[tuple[str, bytes]]):
    """Writes in a process of its own, which ends when it has nothing more to read, whatever becomes of this one."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self._order = order
        self._process: subprocess.Popen[bytes] | None = None

    @override
    def start(self) -> None:
        """Raises ``OSError`` where no process can be started."""
        self._process = subprocess.Popen(
            [sys.executable or "python", "-P", "-m", "codestory.graph.load_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Whoever hosts this process may have put its packages where a new interpreter would not look.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        super().start()

    @override
    def _item(self, name: str, chunk: Chunk, data: bytes) -> tuple[str, bytes]:
        return name, data

    @override
    def _write(self) -> None:
        assert self._process is not None
        with self._process as process:
            assert process.stdin is not None
            assert process.stdout is not None
            # A process that ends early says why, so a broken pipe need not be reported.
            with suppress(BrokenPipeError):
                self._feed(process.stdin)
            with suppress(BrokenPipeError):
                process.stdin.close()
            answer = process.stdout.read()
        self.counts.add(_counts(answer, process.returncode))

    def _feed(self, stream: IO[bytes]) -> None:
        message: Order | tuple[str, bytes] | None = self._order
        while message is not None:
            pickle.dump(message, stream)
            stream.flush()
            message = self._next()


def _counts(answer: bytes, code: int) -> Counts:
    """What the process says that it has done; raises what it says that kept it from doing more."""
    try:
        # It comes from a process that was started here, and that nobody else can write to.
        outcome: Counts | BaseException = pickle.loads(answer)  # noqa: S301
    except (EOFError, pickle.UnpicklingError):
        raise GraphUnavailableError(
            f"The process that writes to the graph ended with exit code {code} before it was done. Was it killed, for"
            " want of memory perhaps?",
            exit_code=code,
        ) from None
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome
