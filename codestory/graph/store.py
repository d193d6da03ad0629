"""The graph database, whichever it is: Neo4j, Aura, or the embedded server. They all speak Bolt and Cypher."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, LiteralString, cast

import neo4j

from codestory.exceptions import PermanentError
from codestory.graph.connection import Connection
from codestory.graph.read_only import QueryResult, run_read_only
from codestory.graph.schema import all_labels, constraint_statement, quote
from codestory.graph.settings import GraphSettings

__all__ = ["Capabilities", "GraphHealth", "GraphSettings", "GraphStore", "QueryResult", "shared_store"]

_ATTEMPTS_TO_CONSTRAIN = 5
_INDEX_IN_THE_WAY = frozenset(
    {"Neo.ClientError.Schema.IndexAlreadyExists", "Neo.ClientError.Schema.IndexWithNameAlreadyExists"}
)

type Work[T] = Callable[[neo4j.ManagedTransaction], T]


@dataclass(frozen=True)
class Capabilities:
    """What the database can do beyond plain Cypher."""

    vector: bool
    """Vector indexes can be made with ``CREATE VECTOR INDEX``."""

    fulltext: bool
    """Full-text indexes can be made with ``CREATE FULLTEXT INDEX``."""

    parallel_writers: bool
    """Several writing transactions at once are faster than one after the other."""


@dataclass(frozen=True)
class GraphHealth:
    """Result of a round trip: what answered, and after how long."""

    server: str
    latency: timedelta


class GraphStore:
    """Reads and writes with Cypher. Cheap to construct: nothing is connected before the first use.

    May be shared by threads and survives a fork. Every method raises ``GraphUnavailableError`` (transient) when the
    database does not answer or keeps refusing a transaction for a passing reason, and ``PermanentError`` when it
    refuses a statement. Of the embedded server only the path is known, so it is started by whoever needs it first.
    """

    def __init__(self, settings: GraphSettings | None = None) -> None:
        self.settings = settings or GraphSettings.from_environment()
        self._connection = Connection(self.settings)
        self._lock = threading.Lock()
        self._constrained: set[str] = set()
        self._seen_generation = 0
        self._agent = ""

    def read(self, cypher: str, /, **params: Any) -> list[dict[str, Any]]:
        """The rows of a reading statement."""
        return self.transaction(lambda tx: _rows(tx, cypher, params), read=True)

    def write(self, cypher: str, /, **params: Any) -> list[dict[str, Any]]:
        """The rows of a writing statement, run in a transaction of its own, possibly more than once."""
        return self.transaction(lambda tx: _rows(tx, cypher, params))

    def transaction[T](self, work: Work[T], *, read: bool = False, patience: timedelta | None = None) -> T:
        """Run ``work`` in one transaction and return its result.

        ``work`` is called again after a conflict, a constraint violation or a lost connection, so it must be a pure
        function of the database. A transaction whose commit was not confirmed may have been committed.
        """
        if read:
            return self._connection.run(lambda session: session.execute_read(work), write=False, patience=patience)
        return self._connection.run(lambda session: session.execute_write(work), write=True, patience=patience)

    def stream(self, cypher: str, /, **params: Any) -> Generator[neo4j.Record]:
        """The rows of a reading statement one by one, without holding them all.

        Not tried again once rows were handed out; close the iterator to let go of the connection.
        """
        yield from self._connection.stream(cypher, params)

    def query_readonly(
        self,
        cypher: str,
        params: Mapping[str, Any] | None = None,
        *,
        limit: int = 1000,
        timeout: timedelta = timedelta(seconds=30),
    ) -> QueryResult:
        """Run a user's query and return at most ``limit`` rows of plain JSON values.

        Raises ``RequestError`` for a query that is not read-only, that the database does not understand, or that
        takes longer than ``timeout``, ``GraphUnavailableError`` also for one that ended the database twice. Nothing it
        does is ever committed.
        """
        return run_read_only(self._connection, cypher, params or {}, limit, timeout)

    def check(self, timeout: timedelta = timedelta(seconds=5)) -> GraphHealth:
        """Prove with a round trip that the database answers within ``timeout``; raises ``GraphUnavailableError``."""
        begin = time.monotonic()
        self._agent = self._connection.run(
            lambda session: session.execute_read(_agent), write=False, patience=timeout, limit=timeout
        )
        return GraphHealth(self._agent, timedelta(seconds=time.monotonic() - begin))

    @property
    def capabilities(self) -> Capabilities:
        """What this database can do; asks it once."""
        if self.settings.embedded:
            return Capabilities(vector=False, fulltext=False, parallel_writers=False)
        if not self._agent:
            self.check(self.settings.patience)
        if "ArcadeDB" in self._agent:
            return Capabilities(vector=False, fulltext=False, parallel_writers=False)
        return Capabilities(vector=_version(self._agent) >= (5, 13), fulltext=True, parallel_writers=True)

    def ensure_schema(self, labels: Iterable[str] = ()) -> None:
        """Make the unique constraints of the known labels and of ``labels``; those that exist are left alone."""
        if self._seen_generation != self._connection.generation:
            self._constrained.clear()
        missing = [label for label in all_labels(labels) if label not in self._constrained]
        if not missing:
            return
        existing = {
            label
            for row in self.read("SHOW CONSTRAINTS")
            if row.get("properties") == ["id"] and "UNIQUENESS" in str(row.get("type"))
            for label in row.get("labelsOrTypes") or ()
        }
        with self._lock:
            for label in missing:
                if label not in existing:
                    self._constrain(label)
                self._constrained.add(label)
            self._seen_generation = self._connection.generation

    def _constrain(self, label: str) -> None:
        """Make the constraint of ``label``, and make room for it where a broken attempt left its index behind.

        Neo4j builds the index first. If the client is cut off meanwhile, the index may stay without its constraint,
        and is in the way of every later attempt.
        """
        for _ in range(_ATTEMPTS_TO_CONSTRAIN - 1):
            try:
                self.write(constraint_statement(label))
                return
            except PermanentError as error:
                if error.details.get("code") not in _INDEX_IN_THE_WAY:
                    raise
            left = self.read(
                "SHOW INDEXES YIELD name, labelsOrTypes, properties, owningConstraint"
                " WHERE labelsOrTypes = [$label] AND properties = ['id'] AND owningConstraint IS NULL"
                " AND name STARTS WITH 'constraint_' RETURN name",
                label=label,
            )
            for row in left:
                self.write(f"DROP INDEX {quote(row['name'])} IF EXISTS")
            # Somebody else may be making the same constraint just now.
            time.sleep(0.1)
        self.write(constraint_statement(label))

    def close(self) -> None:
        """Let go of all connections; using the store again connects anew. The embedded server keeps running."""
        self._connection.close()

    def __enter__(self) -> GraphStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _rows(tx: neo4j.ManagedTransaction, cypher: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    # The driver wants literals because of injection; what arrives here is built from constants and quoted names.
    return tx.run(cast("LiteralString", cypher), dict(params)).data()


def _agent(tx: neo4j.ManagedTransaction) -> str:
    return tx.run("RETURN 1").consume().server.agent


def _version(agent: str) -> tuple[int, int]:
    found = re.search(r"/(\d+)\.(\d+)", agent)
    return (int(found[1]), int(found[2])) if found else (0, 0)


_shared: dict[tuple[int, GraphSettings], GraphStore] = {}
_shared_lock = threading.Lock()


def shared_store(settings: GraphSettings | None = None) -> GraphStore:
    """The store of this process for ``settings``; see ``codestory.graph.open_store``."""
    settings = settings or GraphSettings.from_environment()
    with _shared_lock:
        key = (os.getpid(), settings)
        if key not in _shared:
            _shared[key] = GraphStore(settings)
        return _shared[key]
