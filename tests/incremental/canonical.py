"""The rows of a repository in the graph, in a form that two copies of the same source have in common.

Written without ``codestory.graph.digest``, so that what a digest leaves out by mistake is seen here, and the other
way round: a test compares both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codestory.graph.digest import graph_digest
from codestory.graph.schema import BOOKKEEPING_LABELS
from codestory.graph.store import GraphStore

__all__ = ["Graph", "canonical_rows", "describe_difference", "difference", "graph_of"]

_SHOWN = 8
"""Differing rows in a message, of each side."""

type Rows = dict[str, str]


@dataclass(frozen=True)
class Graph:
    """A repository in the graph: its digest, and the rows that it is a digest of."""

    digest: str
    rows: Rows


def canonical_rows(store: GraphStore, repository: str) -> Rows:
    """Properties as JSON by what they belong to: ``Label id`` or ``id -TYPE-> id``, the repository's name cut off."""
    prefix = f"{repository}:"

    def local(ident: str) -> str:
        return "." if ident == repository else ident.removeprefix(prefix)

    def properties(values: dict[str, Any], *without: str) -> str:
        skipped = {"id", "repository", *without}
        return json.dumps({k: v for k, v in values.items() if k not in skipped and v is not None}, sort_keys=True)

    rows: Rows = {}
    for label, ident, values in store.stream(
        "MATCH (n) WHERE n.repository = $r RETURN labels(n)[0], n.id, properties(n)", r=repository
    ):
        if label not in BOOKKEEPING_LABELS:
            own_name = ("name", "target_name") if local(ident) in (".", "@summary") else ()
            _put(rows, f"{label} {local(ident)}", properties(values, *own_name))
    for source_label, source, kind, target_label, target, values in store.stream(
        "MATCH (a)-[e]->(b) WHERE a.repository = $r OR b.repository = $r"
        " RETURN labels(a)[0], a.id, type(e), labels(b)[0], b.id, properties(e)",
        r=repository,
    ):
        key = f"{source_label} {local(source)} -{kind}-> {target_label} {local(target)}"
        _put(rows, key, properties(values))
    return rows


def _put(rows: Rows, key: str, properties: str) -> None:
    assert key not in rows, f"the graph holds {key!r} twice"
    rows[key] = properties


def difference(updated: Rows, fresh: Rows) -> list[str]:
    """One line per row that is not the same in both, in order: ``-`` missing, ``+`` too much, ``!`` other values."""
    return list(_lines(updated, fresh))


def _lines(updated: Rows, fresh: Rows) -> Iterator[str]:
    for key in sorted(updated.keys() | fresh.keys()):
        if key not in updated:
            yield f"- {key} {fresh[key]}"
        elif key not in fresh:
            yield f"+ {key} {updated[key]}"
        elif updated[key] != fresh[key]:
            yield f"! {key}\n    is        {updated[key]}\n    should be {fresh[key]}"


def graph_of(store: GraphStore, repository: str) -> Graph:
    """What two copies of the same source have in common."""
    return Graph(graph_digest(store, repository), canonical_rows(store, repository))


def describe_difference(updated: Graph, fresh: Graph) -> str:
    """``""`` if both graphs are the same, by their digests and row by row; else the first rows that tell them apart."""
    lines = difference(updated.rows, fresh.rows)
    same_digest = updated.digest == fresh.digest
    if same_digest and not lines:
        return ""
    if not lines:
        return "the digests differ although all rows are the same"
    shown = [line if len(line) < 1200 else line[:1200] + "…" for line in lines[:_SHOWN]]
    more = f"\n({len(lines) - _SHOWN} more rows differ)" if len(lines) > _SHOWN else ""
    return f"digests {'equal' if same_digest else 'differ'}:\n" + "\n".join(shown) + more
