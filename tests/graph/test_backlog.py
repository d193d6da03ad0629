"""Chunks between whoever makes rows and the thread that writes them."""

from __future__ import annotations

import threading

import pytest

from codestory.graph.backlog import Backlog


def take_all(backlog: Backlog[str]) -> list[str]:
    names: list[str] = []
    while (item := backlog.get()) is not None:
        names.append(item)
    return names


def test_chunks_come_out_in_order_until_the_queue_is_closed() -> None:
    backlog = Backlog[str](100)
    for name in ("a", "b", "c"):
        backlog.put(name, 10)
    backlog.close()

    assert take_all(backlog) == ["a", "b", "c"]
    assert backlog.get() is None


@pytest.mark.parametrize(("most", "size", "waiting"), [(30, 10, 3), (30, 20, 2), (1, 500, 1)])
def test_whoever_makes_chunks_waits_while_too_many_bytes_wait(most: int, size: int, waiting: int) -> None:
    backlog = Backlog[str](most)
    taken = 0
    ahead: list[int] = []

    def make() -> None:
        for number in range(20):
            backlog.put(str(number), size)
            ahead.append(number + 1 - taken)
        backlog.close()

    thread = threading.Thread(target=make)
    thread.start()
    while backlog.get() is not None:
        taken += 1
    thread.join()

    assert taken == 20
    # One more may have been taken out and not been counted yet.
    assert max(ahead) <= waiting + 1


def test_an_empty_queue_takes_a_chunk_of_any_size() -> None:
    backlog = Backlog[str](1)
    backlog.put("large", 1_000)
    backlog.close()

    assert take_all(backlog) == ["large"]
