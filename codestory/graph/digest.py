"""The digest of a repository's graph: equal graphs, equal digests, on whatever store and in whatever order made.

A node contributes its label and its properties, a relationship its type, its ends and its properties. Left out are
bookkeeping nodes, everything that tells when and by which run something was made, and the repository's name, so that
two copies of the same source compare equal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from codestory.graph.schema import BOOKKEEPING_LABELS
from codestory.graph.store import GraphStore

__all__ = ["VOLATILE_PROPERTIES", "graph_digest"]

VOLATILE_PROPERTIES: frozenset[str] = frozenset(
    {"created_at", "indexed_at", "ingested_at", "job_id", "repository", "run", "updated_at"}
)
"""Properties that differ between two runs over the same source."""

_NAMES = frozenset({"name", "target_name"})
"""Where the repository's own name stands as a value, in the Repository node and in what is said about it. A folder in
it that happens to have the same name keeps its own."""

_encoder = msgspec.msgpack.Encoder(order="deterministic")


def graph_digest(store: GraphStore, repository: str) -> str:
    """SHA-256 over the sorted canonical rows of ``repository``, as 64 hexadecimal digits.

    Reads the graph once, row by row; holds 16 bytes per node and relationship.
    """
    rows = [hashlib.blake2b(row, digest_size=16).digest() for row in _canonical_rows(store, repository)]
    rows.sort()
    total = hashlib.sha256()
    for row in rows:
        total.update(row)
    return total.hexdigest()


def _canonical_rows(store: GraphStore, repository: str) -> Iterator[bytes]:
    prefix = f"{repository}:"

    def local(ident: Any) -> Any:
        if not isinstance(ident, str):
            return ident
        return "" if ident == repository else ident.removeprefix(prefix)

    nodes = store.stream(
        "MATCH (n) WHERE n.repository = $repository RETURN labels(n)[0], n.id, properties(n)", repository=repository
    )
    for label, ident, properties in nodes:
        if label not in BOOKKEEPING_LABELS:
            about = properties.get("target_type") if label == "Summary" else label
            left_out = _NAMES if about == "Repository" else frozenset[str]()
            yield _encoder.encode(["n", label, local(ident), _canonical(properties, left_out)])
    edges = store.stream(
        "MATCH (a)-[r]->(b) WHERE a.repository = $repository"
        " RETURN labels(a)[0], a.id, type(r), labels(b)[0], b.id, properties(r)",
        repository=repository,
    )
    for source_label, source, kind, target_label, target, properties in edges:
        if not BOOKKEEPING_LABELS.intersection((source_label, target_label)):
            ends = [source_label, local(source), target_label, local(target)]
            yield _encoder.encode(["r", kind, *ends, _canonical(properties)])


def _canonical(properties: dict[str, Any], left_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {
        key: _number(value)
        for key, value in properties.items()
        if key != "id" and value is not None and key not in VOLATILE_PROPERTIES and key not in left_out
    }


def _number(value: Any) -> Any:
    if isinstance(value, float):
        # Stores disagree on whether 1.0 comes back as 1 or 1.0, and on the sign of zero.
        return int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [_number(item) for item in value]
    return value
