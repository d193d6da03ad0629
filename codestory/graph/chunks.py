"""Write chunks: rows that go to the graph in one transaction, grouped by the statement that writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

import msgspec

from codestory.exceptions import StepFailedError
from codestory.graph.rows import EdgeRow, NodeRow
from codestory.storage.blobs import BlobStore

__all__ = ["ROWS_PER_CHUNK", "Chunk", "ChunkWriter", "Group", "Sink", "edge_group", "load_chunk"]

ROWS_PER_CHUNK = 2_000
"""Little more is gained by less on the embedded server, and chunks are blobs; see docs/graph-stores.md."""

_MAX_BYTES = 8 << 20
"""Half of the 16 MiB that the embedded server accepts in one message; beyond that it falls silent."""


class Group(msgspec.Struct, array_like=True):
    """Rows that one statement writes.

    ``names`` are the label of nodes, or the type, the source's and the target's label of relationships. ``optional``
    says that ends may be missing. What a row is depends on ``kind``:

    ``node``          the values of ``keys``, of which ``id`` is the first
    ``edge``          the source's id and a list of [target's id, values of ``keys``...]
    ``delete_edge``   the source's id and the target's id
    ``delete_node``   the id
    """

    kind: str
    names: tuple[str, ...]
    keys: tuple[str, ...]
    optional: bool
    rows: list[Any]
    size: int
    """How many nodes or relationships there are."""


class Chunk(msgspec.Struct, array_like=True):
    """The work of one transaction. ``fresh``: nothing of it can be in the graph yet."""

    fresh: bool
    groups: list[Group]


type _Key = tuple[Any, ...]
"""What ``Group`` calls kind, each of the names, and optional."""
type _Part = tuple[_Key, Sequence[Any]]

_chunk_decoder = msgspec.msgpack.Decoder(Chunk)
_encoder = msgspec.msgpack.Encoder()


type Sink = Callable[[str, Chunk, bytes], None]
"""Takes the name of a chunk, the chunk, and its encoding."""


class ChunkWriter:
    """Collects rows of one stage and hands them on as chunks ``<prefix><n>`` of bounded size, by default to blobs."""

    def __init__(self, sink: Sink | BlobStore, prefix: str, *, fresh: bool) -> None:
        self._sink = sink if callable(sink) else _blob_sink(sink)
        self._prefix = prefix
        self._fresh = fresh
        self._buffers: dict[_Key, list[Any]] = {}
        self.labels: set[str] = set()
        self.names: list[str] = []

    def node(self, row: NodeRow) -> None:
        """Have ``row`` created, or replaced where it exists."""
        self.labels.add(row.label)
        self._add(("node", row.label, False), row.properties)

    def edge(self, row: EdgeRow) -> None:
        """Have ``row`` created, or replaced where it exists."""
        self._add(("edge", row.type, row.source_label, row.target_label, not row.target_required), row)

    def edges(self, rows: Iterable[EdgeRow]) -> None:
        """Do what ``edge`` does for each of ``rows``."""
        for row in rows:
            self.edge(row)

    def delete_edge(self, row: EdgeRow) -> None:
        """Have the relationship removed if it is there."""
        self._add(("delete_edge", row.type, row.source_label, row.target_label, True), [row.source, row.target])

    def delete_node(self, label: str, ident: str) -> None:
        """Have the node removed, with everything attached to it."""
        self._add(("delete_node", label, True), ident)

    def holds(self, label: str) -> bool:
        """Whether nodes with ``label`` wait for company."""
        return bool(self._buffers.get(("node", label, False)))

    def finish(self) -> list[str]:
        """Hand on what is left, several groups to a chunk, and return the names of all chunks in order."""
        pending: list[_Part] = []
        size = 0
        for key in sorted(self._buffers):
            rows = self._buffers[key]
            if size + len(rows) > ROWS_PER_CHUNK:
                self._store(pending)
                pending, size = [], 0
            if rows:
                pending.append((key, rows))
                size += len(rows)
        self._store(pending)
        self._buffers.clear()
        return self.names

    def _add(self, key: _Key, row: Any) -> None:
        rows = self._buffers.get(key)
        if rows is None:
            rows = self._buffers[key] = []
        rows.append(row)
        if len(rows) >= ROWS_PER_CHUNK:
            self._store([(key, rows)])
            self._buffers[key] = []

    def _store(self, parts: Sequence[_Part]) -> None:
        if not parts:
            return
        chunk = Chunk(self._fresh, [_group(key, rows) for key, rows in parts])
        data = _encoder.encode(chunk)
        if len(data) > _MAX_BYTES:
            for half in _halves(parts):
                self._store(half)
            return
        name = f"{self._prefix}{len(self.names):05d}"
        self._sink(name, chunk, data)
        self.names.append(name)


def _blob_sink(blobs: BlobStore) -> Sink:
    def store(name: str, _: Chunk, data: bytes) -> None:
        blobs.put(name, data)

    return store


def load_chunk(data: bytes) -> Chunk:
    """The chunk that a blob holds."""
    return _chunk_decoder.decode(data)


def edge_group(names: tuple[str, ...], optional: bool, edges: Sequence[EdgeRow]) -> Group:
    """``edges`` of one type between two labels, gathered by source, which is looked up but once."""
    forms, keys = _keys(edge.properties for edge in edges)
    by_source: dict[str, list[list[Any]]] = {}
    for edge in edges:
        properties = edge.properties
        # Where all have the same properties in the same order, the values need not be looked up.
        values = properties.values() if forms == 1 else map(properties.get, keys)
        links = by_source.get(edge.source)
        if links is None:
            links = by_source[edge.source] = []
        links.append([edge.target, *values])
    return Group("edge", names, keys, optional, [list(item) for item in by_source.items()], len(edges))


def _keys(rows: Iterable[dict[str, Any]], *first: str) -> tuple[int, tuple[str, ...]]:
    """How many forms the rows have, and the names of all their properties, beginning with ``first``."""
    forms = dict.fromkeys(map(tuple, rows))
    return len(forms), tuple(dict.fromkeys(chain(first, *forms)))


def _group(key: _Key, rows: Sequence[Any]) -> Group:
    kind, *labels, optional = key
    names = tuple(labels)
    if kind == "edge":
        return edge_group(names, optional, rows)
    if kind == "node":
        return _node_group(names, rows)
    return Group(kind, names, (), optional, list(rows), len(rows))


def _node_group(names: tuple[str, ...], nodes: Sequence[dict[str, Any]]) -> Group:
    # A value that a row lacks is sent as null, which is no property at all; so one statement serves all rows.
    _, keys = _keys(nodes, "id")
    return Group("node", names, keys, False, [list(map(node.get, keys)) for node in nodes], len(nodes))


def _halves(parts: Sequence[_Part]) -> tuple[Sequence[_Part], Sequence[_Part]]:
    if len(parts) > 1:
        middle = len(parts) // 2
        return parts[:middle], parts[middle:]
    key, rows = parts[0]
    if len(rows) == 1:
        raise StepFailedError(
            f"One {'/'.join(key[1:-1])} row has more than {_MAX_BYTES >> 20} MiB of properties, which no graph server"
            f" takes in one message: {str(rows[0])[:200]}"
        )
    middle = len(rows) // 2
    return [(key, rows[:middle])], [(key, rows[middle:])]
