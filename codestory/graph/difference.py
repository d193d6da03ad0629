"""The difference between what the graph holds and what a step wants, as write chunks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched

from codestory.exceptions import StepFailedError
from codestory.graph.chunks import ChunkWriter
from codestory.graph.packs import PackReader, UnitRecord
from codestory.graph.rows import EdgeKey, EdgeRow, NodeRow, UnitRows, edge_key
from codestory.graph.schema import validate_label, validate_type
from codestory.storage.blobs import BlobStore

__all__ = ["Difference", "changed_units", "write_difference"]

_UNITS_AT_ONCE = 500
"""How many units' rows are held in memory, before and after."""

type Units = Mapping[str, UnitRecord]
type NodeKey = tuple[str, str]


@dataclass
class Difference:
    """Names of the chunks of each stage, and what the synchroniser needs to know about them."""

    nodes: list[str] = field(default_factory=list[str])
    edges: list[str] = field(default_factory=list[str])
    deletes: list[str] = field(default_factory=list[str])
    labels: set[str] = field(default_factory=set[str])
    created: list[NodeKey] | None = None
    links: dict[str, list[EdgeRow]] = field(default_factory=dict[str, list[EdgeRow]])
    """Relationships that may lack an end, of the changed units only."""

    @property
    def chunks(self) -> int:
        """How many transactions it takes."""
        return len(self.nodes) + len(self.edges) + len(self.deletes)


def changed_units(target: Units, sources: Sequence[Units]) -> list[str]:
    """Units whose rows are not the same in ``target`` and in every one of ``sources``, in order."""
    names = set(target).union(*sources)
    return sorted(unit for unit in names if any(_digest(one, unit) != _digest(target, unit) for one in sources))


def write_difference(
    blobs: BlobStore, prefix: str, target: Units, sources: Sequence[Units], *, rewrite: bool
) -> Difference:
    """Store the chunks that turn ``sources`` into ``target`` below ``prefix``.

    With one source and not ``rewrite`` only rows that differ are written. With ``rewrite``, where nobody knows which
    of the sources the graph shows, every row of a changed unit is. Raises ``StepFailedError`` if two units own the
    same node or relationship, because then neither could be removed without hurting the other.
    """
    fresh = not rewrite and all(not source for source in sources)
    differ = _Differ(blobs, prefix, fresh=fresh)
    changed = changed_units(target, sources)
    reader = PackReader(blobs)
    if fresh:
        for unit, rows in reader.read((unit, target[unit]) for unit in changed):
            differ.add(unit, rows, None)
        return differ.finish(removals=False, created=None)
    for part in batched(changed, _UNITS_AT_ONCE, strict=False):
        wanted = dict(reader.read((unit, target[unit]) for unit in part if unit in target))
        before: dict[str, list[UnitRows]] = {unit: [] for unit in part}
        records = [(unit, source[unit]) for source in sources for unit in part if unit in source]
        for unit, rows in reader.read(_distinct(records)):
            before[unit].append(rows)
            differ.had(rows)
        for unit in part:
            differ.add(unit, wanted.get(unit, UnitRows([], [])), None if rewrite else before[unit])
    return differ.finish(removals=True, created="all" if rewrite else "new")


class _Differ:
    def __init__(self, blobs: BlobStore, prefix: str, *, fresh: bool) -> None:
        self._nodes = ChunkWriter(blobs, f"{prefix}n", fresh=fresh)
        self._edges = ChunkWriter(blobs, f"{prefix}e", fresh=fresh)
        self._deletes = ChunkWriter(blobs, f"{prefix}d", fresh=False)
        self._new_nodes: dict[NodeKey, str] = {}
        self._new_edges: dict[EdgeKey, str] | None = None if fresh else {}
        self._optional_edges: dict[EdgeKey, str] = {}
        self._old_nodes: set[NodeKey] = set()
        self._old_edges: set[EdgeKey] = set()
        self._links: dict[str, list[EdgeRow]] = {}
        self._names: set[str] = set()

    def had(self, rows: UnitRows) -> None:
        """``rows`` may be in the graph now."""
        self._old_nodes.update((node.label, node.id) for node in rows.nodes)
        self._old_edges.update(edge_key(edge) for edge in rows.edges)

    def add(self, unit: str, rows: UnitRows, before: list[UnitRows] | None) -> None:
        """Write ``rows``, but none that is the same in ``before`` (``None``: write them all)."""
        known_nodes = {(n.label, n.id): n for one in before or () for n in one.nodes}
        known_edges = {edge_key(e): e for one in before or () for e in one.edges}
        for node in rows.nodes:
            key = (node.label, node.id)
            self._own(self._new_nodes, key, unit)
            if known_nodes.get(key) != node:
                self._write_node(node)
        links: list[EdgeRow] = []
        for edge in rows.edges:
            key = edge_key(edge)
            if self._new_edges is not None:
                self._own(self._new_edges, key, unit)
            elif not edge.target_required:
                # The source of any other is a node of the unit itself.
                self._own(self._optional_edges, key, unit)
            if known_edges.get(key) != edge:
                self._write_edge(edge)
            if not edge.target_required:
                links.append(edge)
        if links:
            self._links[unit] = links

    def finish(self, *, removals: bool, created: str | None) -> Difference:
        """Store the rest and report; ``created`` is ``new``, ``all`` (that were written) or ``None``."""
        if removals:
            gone = self._old_nodes.difference(self._new_nodes)
            kept: Mapping[EdgeKey, str] = self._new_edges or {}
            for key in sorted(self._old_edges.difference(kept)):
                # Deleting a node takes its relationships with it.
                if (key[1], key[2]) not in gone and (key[3], key[4]) not in gone:
                    self._deletes.delete_edge(EdgeRow(*key))
            for label, ident in sorted(gone):
                self._deletes.delete_node(label, ident)
        made = None
        if created is not None:
            made = sorted(key for key in self._new_nodes if created == "all" or key not in self._old_nodes)
        return Difference(
            nodes=self._nodes.finish(),
            edges=self._edges.finish(),
            deletes=self._deletes.finish(),
            labels=self._nodes.labels,
            created=made,
            links=self._links,
        )

    def _write_node(self, node: NodeRow) -> None:
        if node.label not in self._names:
            self._names.add(validate_label(node.label))
        self._nodes.node(node)

    def _write_edge(self, edge: EdgeRow) -> None:
        if edge.type not in self._names:
            self._names.add(validate_type(edge.type))
        self._edges.edge(edge)

    @staticmethod
    def _own[K: tuple[str, ...]](owners: dict[K, str], key: K, unit: str) -> None:
        other = owners.setdefault(key, unit)
        if other != unit:
            raise StepFailedError(
                f"Two units own the same row {' '.join(key)!r}: {other!r} and {unit!r}. Put what several units share"
                " into a unit of its own."
            )


def _digest(units: Units, unit: str) -> str | None:
    record = units.get(unit)
    return None if record is None or not record.pack else record.rows_digest


def _distinct(records: Sequence[tuple[str, UnitRecord]]) -> list[tuple[str, UnitRecord]]:
    seen: dict[tuple[str, str], tuple[str, UnitRecord]] = {}
    for unit, record in records:
        seen.setdefault((unit, record.rows_digest), (unit, record))
    return list(seen.values())
