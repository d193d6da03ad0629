"""Runs other people's queries so that they can read everything and change nothing."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as day_time
from typing import Any, LiteralString, cast

import neo4j
from neo4j import exceptions as driver_errors
from neo4j import graph as driver_graph

from codestory.exceptions import GraphUnavailableError, RequestError
from codestory.graph.connection import Connection
from codestory.graph.cypher_guard import require_read_only

__all__ = ["QueryResult", "plain_value", "run_read_only"]

_LOSSES = 2
"""A query that ends the server must not end it again and again, for all others' sake."""


@dataclass(frozen=True)
class QueryResult:
    """A table of plain JSON values. ``truncated`` tells that there were more rows than asked for."""

    columns: list[str]
    rows: list[list[Any]]
    truncated: bool = False


def run_read_only(
    connection: Connection, cypher: str, params: Mapping[str, Any], limit: int, timeout: timedelta
) -> QueryResult:
    """See ``GraphStore.query_readonly``."""
    if limit < 0:
        raise RequestError(f"limit must not be negative, but is {limit}", problems=[f"limit: {limit}"])
    require_read_only(cypher)
    expired = threading.Event()
    losses = 0

    def work(session: neo4j.Session) -> QueryResult:
        nonlocal losses
        transaction = session.begin_transaction(timeout=timeout.total_seconds())

        def expire() -> None:
            # Not every server honours the time limit of a transaction; cutting the connection always ends the wait.
            expired.set()
            _cut(transaction)

        watch = threading.Timer(timeout.total_seconds() + 1.0, expire)
        watch.daemon = True
        watch.start()
        try:
            result = transaction.run(cast("LiteralString", cypher), dict(params))
            columns = list(result.keys())
            rows: list[list[Any]] = []
            truncated = False
            for record in result:
                if len(rows) == limit:
                    truncated = True
                    break
                rows.append([plain_value(value) for value in record.values()])
            return QueryResult(columns, rows, truncated)
        except driver_errors.Neo4jError as error:
            if error.is_retryable() and "Timed" not in (error.code or ""):
                raise
            raise _refusal(error, timeout) from error
        except (OverflowError, UnicodeEncodeError) as error:
            text = f"A value cannot be sent to the graph database: {error}. Whole numbers may have 64 bits."
            raise RequestError(text, problems=[text]) from None
        except (driver_errors.DriverError, OSError) as error:
            if expired.is_set():
                raise _too_slow(timeout) from error
            losses += 1
            if losses < _LOSSES:
                raise
            raise GraphUnavailableError(
                f"{connection.settings.place} went away {_LOSSES} times while it worked on this query. If it does so"
                " for no other one, the query needs more memory than the server has (CODESTORY_GRAPH_HEAP for the"
                " embedded one): let it collect less.",
                place=connection.settings.place,
            ) from error
        finally:
            watch.cancel()
            transaction.close()

    return connection.run(work, write=False)


def plain_value(value: Any) -> Any:
    """``value`` in terms of JSON: nodes and relationships become mappings, dates and times ISO 8601 text."""
    match value:
        case driver_graph.Node():
            return {"labels": sorted(value.labels), "properties": plain_value(dict(value.items()))}
        case driver_graph.Relationship():
            return {
                "type": value.type,
                "source": _end(value.start_node),
                "target": _end(value.end_node),
                "properties": plain_value(dict(value.items())),
            }
        case driver_graph.Path():
            return {
                "nodes": [plain_value(node) for node in value.nodes],
                "relationships": [plain_value(link) for link in value.relationships],
            }
        case Mapping():
            return {str(key): plain_value(item) for key, item in cast("Mapping[Any, Any]", value).items()}
        case list() | tuple() | set() | frozenset():
            return [plain_value(item) for item in cast("list[Any]", value)]
        case bytes() | bytearray():
            return value.hex()
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date() | day_time():
            return value.isoformat()
        case _:
            return value.iso_format() if hasattr(value, "iso_format") else str(value)


def _end(node: driver_graph.Node | None) -> Any:
    return None if node is None else node.get("id", node.element_id)


def _refusal(error: driver_errors.Neo4jError, timeout: timedelta) -> RequestError:
    code = error.code or ""
    if "TimedOut" in code or "Timeout" in code:
        return _too_slow(timeout)
    message = error.message or str(error)
    return RequestError(f"The graph database refuses the query: {message}", problems=[message], code=code)


def _too_slow(timeout: timedelta) -> RequestError:
    text = f"The query took longer than {timeout.total_seconds():g} s. Narrow it down, or allow it more time."
    return RequestError(text, problems=[text])


def _cut(transaction: neo4j.Transaction) -> None:
    connection = getattr(transaction, "_connection", None)
    if connection is not None:
        connection.kill()
