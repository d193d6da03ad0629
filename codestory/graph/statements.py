"""Executes write chunks: one Cypher statement per group of rows."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import neo4j

from codestory.graph.chunks import Group
from codestory.graph.places import Places
from codestory.graph.schema import quote

__all__ = ["Counts", "Found", "run_groups"]


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


type Found = dict[str, list[tuple[str, str]]]
"""Label to the id and the place of nodes that were created."""


def run_groups(
    tx: neo4j.ManagedTransaction,
    groups: Sequence[Group],
    *,
    fresh: bool,
    step: str,
    unlinked: bool = False,
    places: Places | None = None,
    found: Found | None = None,
) -> Counts:
    """Execute ``groups`` inside ``tx``. With ``fresh`` rows are created without looking whether they exist.

    Optional relationships, which the other end's step may have written on behalf of this one, are looked for all the
    same, unless ``unlinked`` says that it did not. Ends of new relationships are looked up by id unless ``places``
    knows where they are; ``found`` takes the places of new nodes, which hold once ``tx`` is committed.
    """
    counts = Counts()
    for group in groups:
        new = fresh and (unlinked or not group.optional)
        placed = places.of(group) if new and places is not None and group.kind == "edge" else None
        locate = new and found is not None and group.kind == "node"
        statement = _statement(group, fresh=new, placed=placed is not None, locate=locate)
        rows = group.rows if placed is None else placed
        record = tx.run(statement, rows=rows, step=step).single()  # pyright: ignore[reportArgumentType]
        done = record[0] if record is not None else 0
        if found is not None and locate and record is not None:
            found.setdefault(group.names[0], []).extend(map(tuple, record[1]))
        match group.kind:
            case "node":
                counts.nodes += done
            case "edge":
                counts.relationships += done
                if not group.optional:
                    counts.missing += group.size - done
            case _:
                counts.deleted += done
    return counts


def _statement(group: Group, *, fresh: bool, placed: bool = False, locate: bool = False) -> str:
    names = [quote(name) for name in group.names]
    match group.kind:
        case "node":
            values = _values(group, "row", 0)
            # Properties given at creation spare the server a second update of the same record.
            write = f"CREATE (n:{names[0]} {values})" if fresh else _merge_node(names[0], values)
            where = ", collect([n.id, elementId(n)])" if locate else ""
            return f"UNWIND $rows AS row {write} RETURN count(*){where}"
        case "edge":
            values = _values(group, "link", 1)
            if fresh:
                write = f"CREATE (a)-[r:{names[0]} {values}]->(b)"
            else:
                write = f"MERGE (a)-[r:{names[0]}]->(b) SET r = {values}"
            if placed:
                source, target = "(a) WHERE elementId(a) = row[0]", "(b) WHERE elementId(b) = link[0]"
            else:
                source, target = f"(a:{names[1]} {{id: row[0]}})", f"(b:{names[2]} {{id: link[0]}})"
            return f"UNWIND $rows AS row MATCH {source} UNWIND row[1] AS link MATCH {target} {write} RETURN count(*)"
        case "delete_edge":
            path = f"(a:{names[1]} {{id: row[0]}})-[r:{names[0]}]->(b:{names[2]} {{id: row[1]}})"
            # All are found before the first is deleted: the embedded engine loses its place among the relationships of
            # a node while they are taken from under it.
            return (
                f"UNWIND $rows AS row MATCH {path} WITH collect(r) AS found UNWIND found AS r DELETE r RETURN count(*)"
            )
        case "delete_node":
            return (
                f"UNWIND $rows AS row MATCH (n:{names[0]} {{id: row}}) WHERE n.step = $step"
                " DETACH DELETE n RETURN count(*)"
            )
        case _:
            raise AssertionError(group.kind)


def _merge_node(label: str, values: str) -> str:
    return f"MERGE (n:{label} {{id: row[0]}}) SET n = {values}"


def _values(group: Group, row: str, first: int) -> str:
    return "{" + ", ".join(f"{quote(key)}: {row}[{n}]" for n, key in enumerate(group.keys, start=first)) + "}"
