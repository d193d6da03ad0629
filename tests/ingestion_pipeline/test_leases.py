from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestory.ingestion_pipeline.leases import LeaseBook, LeaseRequest
from codestory.ingestion_pipeline.requests import Priority

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def ask(name: str, priority: Priority = Priority.DEFAULT, *, wait: bool = True, seconds: float = 300) -> LeaseRequest:
    return LeaseRequest(lease_id=name, holder=f"holder-{name}", priority=priority, wait=wait, lease_seconds=seconds)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def test_tokens_go_by_priority_then_by_arrival() -> None:
    book = LeaseBook(limit=1)
    assert book.acquire(ask("first"), T0) == "granted"
    for number, (name, priority) in enumerate(
        [("low", Priority.LOW), ("default", Priority.DEFAULT), ("high", Priority.HIGH), ("high2", Priority.HIGH)]
    ):
        assert book.acquire(ask(name, priority), at(number)) == "waiting"
    order: list[str] = []
    holder = "first"
    for _ in range(4):
        book.forget(holder)
        (lease,) = book.grant(at(10))
        order.append(holder := lease.lease_id)
    assert order == ["high", "high2", "default", "low"]


def test_low_priority_is_not_starved() -> None:
    book = LeaseBook(limit=1, ageing_seconds=60)
    book.acquire(ask("holder"), T0)
    book.acquire(ask("old-low", Priority.LOW), T0)
    book.acquire(ask("new-high", Priority.HIGH), at(179))
    book.forget("holder")
    assert [lease.lease_id for lease in book.grant(at(180))] == ["old-low"]


def test_asking_again_changes_nothing() -> None:
    book = LeaseBook(limit=1)
    assert book.acquire(ask("a"), T0) == "granted"
    assert book.acquire(ask("a"), at(1)) == "granted"
    assert book.acquire(ask("b"), at(1)) == "waiting"
    assert book.acquire(ask("b"), at(2)) == "waiting"
    assert len(book.waiting) == 1
    assert book.waiting[0].since == at(1)


def test_a_dead_holder_loses_its_token_and_a_living_one_keeps_it() -> None:
    book = LeaseBook(limit=2)
    book.acquire(ask("dead", seconds=10), T0)
    book.acquire(ask("alive", seconds=10), T0)
    book.acquire(ask("next"), at(1))
    assert book.renew("alive", at(8))
    assert book.expire(at(11)) == []
    assert book.next_expiry() == at(18)
    assert book.renew("alive", at(17))
    assert [lease.lease_id for lease in book.expire(at(21))] == ["dead"]
    assert [lease.lease_id for lease in book.grant(at(21))] == ["next"]
    assert not book.renew("dead", at(22))


def test_after_an_outage_the_living_get_time_to_renew() -> None:
    book = LeaseBook(limit=1)
    book.acquire(ask("alive", seconds=10), T0)
    book.acquire(ask("next"), at(1))
    assert book.acquire(ask("newcomer"), at(5000)) == "waiting"
    assert book.renew("alive", at(5001))
    assert book.expire(at(5010)) == []
    assert list(book.leases) == ["alive"]


def test_asking_again_for_a_token_in_doubt_renews_it() -> None:
    book = LeaseBook(limit=1)
    book.acquire(ask("a", seconds=10), T0)
    book.expire(at(11))
    assert book.acquire(ask("a", seconds=10), at(12)) == "granted"
    assert book.expire(at(21)) == []
    assert list(book.leases) == ["a"]


def test_the_configured_ageing_is_the_one_that_counts() -> None:
    book = LeaseBook(limit=1)
    book.acquire(ask("holder").model_copy(update={"ageing_seconds": 1.0}), T0)
    book.acquire(ask("old-low", Priority.LOW), T0)
    book.acquire(ask("new-high", Priority.HIGH), at(3))
    book.forget("holder")
    assert [lease.lease_id for lease in book.grant(at(3))] == ["old-low"]


def test_whoever_does_not_want_to_wait_leaves_the_queue() -> None:
    book = LeaseBook(limit=1)
    book.acquire(ask("a"), T0)
    assert book.acquire(ask("b", wait=False), T0) == "exhausted"
    assert book.waiting == []


def test_resizing_takes_effect_on_the_next_grant_and_outlives_the_configuration() -> None:
    book = LeaseBook(limit=1)
    book.acquire(ask("a").model_copy(update={"limit": 1}), T0)
    book.acquire(ask("b").model_copy(update={"limit": 1}), T0)
    book.resize(2)
    assert [lease.lease_id for lease in book.grant(at(1))] == ["b"]
    book.acquire(ask("c").model_copy(update={"limit": 1}), at(2))
    assert book.limit == 2
    with pytest.raises(ValueError, match="at least 1"):
        book.resize(0)


def test_the_status_counts_free_tokens_and_lists_those_who_wait() -> None:
    book = LeaseBook(limit=1)
    book.acquire(ask("a"), T0)
    book.acquire(ask("b", Priority.HIGH), T0)
    status = book.status()
    assert (status["available_tokens"], status["max_tokens"]) == (0, 1)
    assert [item["lease_id"] for item in status["waiting"]] == ["b"]


@given(st.lists(st.tuples(st.sampled_from(["acquire", "forget", "renew", "expire"]), st.integers(0, 5)), max_size=60))
def test_no_sequence_of_calls_lends_more_tokens_than_there_are(calls: list[tuple[str, int]]) -> None:
    book = LeaseBook(limit=2)
    for second, (call, number) in enumerate(calls):
        name = f"n{number}"
        match call:
            case "acquire":
                book.acquire(ask(name, seconds=5), at(second))
            case "forget":
                book.forget(name)
                book.grant(at(second))
            case "renew":
                book.renew(name, at(second))
            case _:
                book.expire(at(second))
                book.grant(at(second))
        assert len(book.leases) <= 2
        assert not set(book.leases) & {waiter.request.lease_id for waiter in book.waiting}
