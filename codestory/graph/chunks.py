"""Write chunks: rows that go to the graph in one transaction, grouped by the statement that writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import neo4j

from codestory.exceptions import StepFailedError
from codestory.graph.rows import EdgeRow, NodeRow
from codestory.graph.schema import quote
from codestory.storage.blobs import BlobStore

__all__ = ["Chunk", "ChunkWriter", "Counts", "Group", "run_chunk"]

ROWS_PER_CHUNK = 5_000
"""Fastest on the embedded server, see docs/graph-stores.md."""

_MAX_BYTES = 8 << 20
"""Half of the 16 MiB that the embedded server accepts in one message; beyond that it falls silent."""


class Counts(msgspec.Struct):
    """What a chunk did."""

    nodes: int = 0
    relationships: int = 0
    deleted: int = 0
    missing: int = 0
    """Relationships that were not written because an end that must exist does not."""

    def add(self, other: Counts) -> None:
        """Add ``other`` to these counts."""
        self.nodes += other.nodes
        self.relationships += other.relationships
        self.deleted += other.deleted
        self.missing += other.missing


class Group(msgspec.Struct, array_like=True):
    """Rows that one statement writes.

    ``kind`` is ``node``, ``edge``, ``delete_edge`` or ``delete_node``; ``names`` are the label, or the type with the
    source's and the target's label; ``keys`` name the properties of a relationship, whose values follow the two ends
    in each row; ``optional`` says that ends may be missing.
    """

    kind: str
    names: tuple[str, ...]
    keys: tuple[str, ...]
    optional: bool
    rows: list[Any]

    @classmethod
    def for_edge(cls, edge: EdgeRow) -> Group:
        """An empty group that ``edge`` belongs to."""
        names = (edge.type, edge.source_label, edge.target_label)
        return cls("edge", names, tuple(edge.properties), not edge.target_required, [])


class Chunk(msgspec.Struct, array_like=True):
    """The work of one transaction. ``fresh``: nothing of it can be in the graph yet."""

    fresh: bool
    groups: list[Group]


_chunk_decoder = msgspec.msgpack.Decoder(Chunk)
_encoder = msgspec.msgpack.Encoder()


type _GroupKey = tuple[str, tuple[str, ...], tuple[str, ...], bool]


class ChunkWriter:
    """Collects rows of one stage and stores them as chunk blobs ``<prefix><n>`` of bounded size."""

    def __init__(self, blobs: BlobStore, prefix: str, *, fresh: bool) -> None:
        self._blobs = blobs
        self._prefix = prefix
        self._fresh = fresh
        self._buffers: dict[_GroupKey, list[Any]] = {}
        self.labels: set[str] = set()
        self.names: list[str] = []

    def node(self, row: NodeRow) -> None:
        """Have ``row`` created, or replaced where it exists."""
        self.labels.add(row.label)
        self._add("node", (row.label,), (), False, row.properties)

    def edge(self, row: EdgeRow) -> None:
        """Have ``row`` created, or replaced where it exists."""
        names = (row.type, row.source_label, row.target_label)
        self._add("edge", names, tuple(row.properties), not row.target_required, edge_values(row))

    def delete_edge(self, row: EdgeRow) -> None:
        """Have the relationship removed if it is there."""
        names = (row.type, row.source_label, row.target_label)
        self._add("delete_edge", names, (), True, [row.source, row.target])

    def delete_node(self, label: str, ident: str) -> None:
        """Have the node removed, with everything attached to it."""
        self._add("delete_node", (label,), (), True, ident)

    def finish(self) -> list[str]:
        """Store what is left, several groups to a chunk, and return the names of all chunks in order."""
        pending: list[Group] = []
        size = 0
        for key in sorted(self._buffers):
            rows = self._buffers[key]
            if not rows:
                continue
            if size + len(rows) > ROWS_PER_CHUNK:
                self._store(pending)
                pending, size = [], 0
            pending.append(Group(*key, rows))
            size += len(rows)
        self._store(pending)
        self._buffers.clear()
        return self.names

    def _add(self, kind: str, names: tuple[str, ...], keys: tuple[str, ...], optional: bool, row: Any) -> None:
        key = (kind, names, keys, optional)
        rows = self._buffers.setdefault(key, [])
        rows.append(row)
        if len(rows) >= ROWS_PER_CHUNK:
            self._store([Group(*key, rows)])
            self._buffers[key] = []

    def _store(self, groups: list[Group]) -> None:
        if not groups:
            return
        data = _encoder.encode(Chunk(self._fresh, groups))
        if len(data) > _MAX_BYTES:
            for half in _halves(groups):
                self._store(half)
            return
        name = f"{self._prefix}{len(self.names):05d}"
        self._blobs.put(name, data)
        self.names.append(name)


def _halves(groups: list[Group]) -> tuple[list[Group], list[Group]]:
    if len(groups) > 1:
        middle = len(groups) // 2
        return groups[:middle], groups[middle:]
    only = groups[0]
    if len(only.rows) == 1:
        raise StepFailedError(
            f"One {'/'.join(only.names)} row has more than {_MAX_BYTES >> 20} MiB of properties, which no graph"
            f" server takes in one message: {str(only.rows[0])[:200]}"
        )
    middle = len(only.rows) // 2
    return (
        [Group(only.kind, only.names, only.keys, only.optional, only.rows[:middle])],
        [Group(only.kind, only.names, only.keys, only.optional, only.rows[middle:])],
    )


def edge_values(edge: EdgeRow) -> list[Any]:
    """``edge`` as a row of its group."""
    return [edge.source, edge.target, *edge.properties.values()]


def load_chunk(data: bytes) -> Chunk:
    """The chunk that a blob holds."""
    return _chunk_decoder.decode(data)


def run_chunk(tx: neo4j.ManagedTransaction, groups: Sequence[Group], *, fresh: bool, step: str) -> Counts:
    """Execute ``groups`` inside ``tx``. With ``fresh`` rows are created without looking whether they exist."""
    counts = Counts()
    for group in groups:
        # An optional relationship may have been written already on behalf of this step by the other end's.
        statement = _statement(group, fresh=fresh and not group.optional)
        found = tx.run(statement, rows=group.rows, step=step).single()  # pyright: ignore[reportArgumentType]
        done = found[0] if found is not None else 0
        match group.kind:
            case "node":
                counts.nodes += done
            case "edge":
                counts.relationships += done
                if not group.optional:
                    counts.missing += len(group.rows) - done
            case _:
                counts.deleted += done
    return counts


def _statement(group: Group, *, fresh: bool) -> str:
    names = [quote(name) for name in group.names]
    match group.kind:
        case "node":
            write = f"CREATE (n:{names[0]})" if fresh else f"MERGE (n:{names[0]} {{id: row.id}})"
            return f"UNWIND $rows AS row {write} SET n = row RETURN count(*)"
        case "edge":
            ends = f"MATCH (a:{names[1]} {{id: row[0]}}), (b:{names[2]} {{id: row[1]}})"
            values = ", ".join(f"{quote(key)}: row[{index}]" for index, key in enumerate(group.keys, start=2))
            if fresh:
                # Properties given at creation spare the server a second update of the same record.
                write = f"CREATE (a)-[r:{names[0]} {{{values}}}]->(b)"
            else:
                write = f"MERGE (a)-[r:{names[0]}]->(b) SET r = {{{values}}}"
            return f"UNWIND $rows AS row {ends} {write} RETURN count(*)"
        case "delete_edge":
            path = f"(a:{names[1]} {{id: row[0]}})-[r:{names[0]}]->(b:{names[2]} {{id: row[1]}})"
            return f"UNWIND $rows AS row MATCH {path} DELETE r RETURN count(*)"
        case "delete_node":
            return (
                f"UNWIND $rows AS row MATCH (n:{names[0]} {{id: row}}) WHERE n.step = $step"
                " DETACH DELETE n RETURN count(*)"
            )
        case _:
            raise AssertionError(group.kind)
