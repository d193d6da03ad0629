"""The process that writes the chunks of a large first load: an order and chunks come in, what was done goes out.

Both are pickled, which is for one process and the one that started it. When nothing more can be read, because all was
sent or because the other process is gone, what was read is written and the process ends.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from codestory.exceptions import GraphUnavailableError
from codestory.graph.chunks import Chunk, load_chunk
from codestory.graph.load_writer import ChunkSequence, Order
from codestory.graph.statements import Counts
from codestory.graph.store import GraphStore

__all__ = ["main", "pickled"]

_READ_AHEAD = 4
"""Chunks that are decoded while another one is being written."""

type _Item = tuple[str, Chunk] | BaseException | None
"""A chunk and its name, what kept the next one from being read, or nothing after the last one."""


def main() -> None:
    """Read from standard input, and answer on standard output with ``Counts`` or with an exception."""
    # Ctrl-C is for the process that sends the chunks, which then stops sending.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    source = sys.stdin.buffer
    # What anybody prints must not get into the answer.
    answer = os.dup(1)
    os.dup2(2, 1)
    outcome: Counts | BaseException
    try:
        outcome = _write_all(source)
    except BaseException as error:  # noqa: BLE001 - it is raised again by the other process
        outcome = error
    # Where the other process is gone, nobody wants to know.
    with suppress(BrokenPipeError), os.fdopen(answer, "wb") as stream:
        stream.write(pickled(outcome))
    # After a failure the thread that reads may still be waiting for more, and nothing else would end it.
    os._exit(0)


def _write_all(source: IO[bytes]) -> Counts:
    counts = Counts()
    messages = _received(source)
    order: Order | None = next(messages, None)
    if order is None:
        return counts
    waiting = queue.Queue[_Item](_READ_AHEAD)
    threading.Thread(target=_read_all, args=(messages, waiting), name="reader", daemon=True).start()
    with GraphStore(order.settings) as store:
        sequence = ChunkSequence(store, order)
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            counts.add(sequence.write(*item))
    return counts


def _read_all(messages: Iterator[tuple[str, bytes]], waiting: queue.Queue[_Item]) -> None:
    try:
        for name, data in messages:
            waiting.put((name, load_chunk(data)))
        waiting.put(None)
    except BaseException as error:  # noqa: BLE001 - it is raised again where chunks are taken
        waiting.put(error)


def _received(source: IO[bytes]) -> Iterator[Any]:
    """What the other process sends, until all was sent or it died, in the middle of a message perhaps."""
    with suppress(EOFError, pickle.UnpicklingError):
        while True:
            yield pickle.load(source)  # noqa: S301


def pickled(outcome: Counts | BaseException) -> bytes:
    """``outcome`` in a form that the other process can read, if need be as a ``GraphUnavailableError`` of its text."""
    try:
        data = pickle.dumps(outcome)
        pickle.loads(data)  # noqa: S301
    except (pickle.PicklingError, AttributeError, TypeError):
        # An exception that holds what cannot be sent, or whose arguments are not what it was made of.
        return pickle.dumps(GraphUnavailableError(f"{type(outcome).__name__}: {outcome}"))
    return data


if __name__ == "__main__":
    main()
