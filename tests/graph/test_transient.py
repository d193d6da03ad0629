"""Errors of a real Neo4j that pass: deadlocks, and transactions that an operator ended."""

from __future__ import annotations

import threading
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta

import neo4j
import pytest

from codestory.exceptions import GraphUnavailableError, PermanentError
from codestory.graph.store import GraphStore
from tests.graph.harness import MemoryBlobs, Workbench


@pytest.fixture
def bench(neo4j_store: GraphStore, request: pytest.FixtureRequest) -> Workbench:
    return Workbench(neo4j_store, MemoryBlobs(), f"transient-{request.node.name}")


def test_a_transaction_that_lost_a_deadlock_is_tried_again(bench: Workbench) -> None:
    store, repository = bench.store, bench.repository
    ids = [f"{repository}:{name}" for name in "ab"]
    store.write("UNWIND $ids AS id CREATE (:Class {id: id, repository: $r, n: 0})", ids=ids, r=repository)
    met = threading.Barrier(2)
    tries: list[str] = []

    def cross(first: str, second: str) -> None:
        own_tries: list[str] = []

        def work(tx: neo4j.ManagedTransaction) -> None:
            own_tries.append(first)
            tries.append(first)
            tx.run("MATCH (n:Class {id: $id}) SET n.n = n.n + 1", id=first).consume()
            if len(own_tries) == 1:
                met.wait(30)
            tx.run("MATCH (n:Class {id: $id}) SET n.n = n.n + 1", id=second).consume()

        store.transaction(work)

    others = [threading.Thread(target=cross, args=pair) for pair in (ids, ids[::-1])]
    for other in others:
        other.start()
    for other in others:
        other.join(60)

    assert len(tries) == 3
    rows = store.read("MATCH (n:Class {repository: $r}) RETURN n.n AS n", r=repository)
    assert rows == [{"n": 2}, {"n": 2}]


def test_a_transaction_that_an_operator_ended_is_tried_again(bench: Workbench) -> None:
    store, repository = bench.store, bench.repository
    tries: list[int] = []

    def work(tx: neo4j.ManagedTransaction) -> None:
        tries.append(1)
        tx.run("CREATE (:Class {id: $id, repository: $r})", id=f"{repository}:x", r=repository).consume()
        if len(tries) == 1:
            tx.run("CALL tx.setMetaData({test: $r})", r=repository).consume()
            _end(store, repository)
        tx.run("MATCH (n:Class {repository: $r}) SET n.done = true", r=repository).consume()

    store.transaction(work)

    assert len(tries) == 2
    assert store.read("MATCH (n:Class {repository: $r}) RETURN n.done AS done", r=repository) == [{"done": True}]


def test_a_statement_that_is_to_blame_is_not_tried_again(bench: Workbench) -> None:
    tries: list[int] = []

    def work(tx: neo4j.ManagedTransaction) -> None:
        tries.append(1)
        tx.run("RETURN 1 / 0").consume()

    with pytest.raises(PermanentError, match="refuses a statement"):
        bench.store.transaction(work)
    assert len(tries) == 1


def test_who_finds_no_free_connection_asks_again_until_patience_ends(neo4j_store: GraphStore) -> None:
    settings = replace(neo4j_store.settings, patience=timedelta(seconds=2.4))
    with GraphStore(settings) as store, ExitStack() as taken:
        for _ in range(100):
            rows = taken.enter_context(closing(store.stream("UNWIND range(1, 5000) AS n RETURN n")))
            next(rows)
        with pytest.raises(GraphUnavailableError, match="no connection to spare"):
            store.read("RETURN 1 AS x")

        # Longer than one attempt to get a connection takes.
        release = threading.Timer(1.0, taken.close)
        release.start()
        try:
            rows = store.transaction(
                lambda tx: tx.run("RETURN 1 AS x").data(), read=True, patience=timedelta(minutes=1)
            )
            assert rows == [{"x": 1}]
        finally:
            release.join()


def _end(store: GraphStore, marked: str) -> None:
    shown = store.read("SHOW TRANSACTIONS YIELD transactionId, metaData RETURN transactionId AS id, metaData AS data")
    (own,) = [row["id"] for row in shown if row["data"].get("test") == marked]
    (ended,) = store.read("TERMINATE TRANSACTIONS $id YIELD message RETURN message", id=own)
    assert ended["message"] == "Transaction terminated."


def test_an_index_that_a_broken_attempt_at_a_constraint_left_is_no_obstacle(neo4j_store: GraphStore) -> None:
    label = "LeftBehind"
    shown = "SHOW CONSTRAINTS YIELD name, labelsOrTypes WHERE labelsOrTypes = [$label] RETURN name"
    with GraphStore(neo4j_store.settings) as first:
        first.ensure_schema([label])
        (constraint,) = first.read(shown, label=label)
        first.write(f"DROP CONSTRAINT {constraint['name']}")
        first.write(f"CREATE INDEX {constraint['name']} FOR (n:{label}) ON (n.id)")

    with GraphStore(neo4j_store.settings) as second:
        second.ensure_schema([label])
        assert second.read(shown, label=label) == [constraint]
        second.write(f"DROP CONSTRAINT {constraint['name']}")


def test_an_index_of_somebody_else_is_left_alone_and_named(neo4j_store: GraphStore) -> None:
    with GraphStore(neo4j_store.settings) as store:
        store.write("CREATE INDEX mine FOR (n:Foreign) ON (n.id)")
        try:
            with pytest.raises(PermanentError, match="Foreign"):
                store.ensure_schema(["Foreign"])
            assert store.read("SHOW INDEXES YIELD name WHERE name = 'mine' RETURN name") == [{"name": "mine"}]
        finally:
            store.write("DROP INDEX mine")
