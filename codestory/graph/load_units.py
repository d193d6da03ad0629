"""The units of a first load, from the first rows that are given to the encoding of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from codestory.exceptions import StepFailedError
from codestory.graph.applied import Layout
from codestory.graph.packs import (
    decode_nodes,
    encode_nodes,
    join_rows,
    merge_edges,
    normalise_edges,
    normalise_nodes,
)
from codestory.graph.rows import EdgeRow, NodeRow, UnitRows, edge_key

__all__ = ["LoadUnits"]


@dataclass
class _Begun:
    """What a unit was given so far: encoded nodes, and normalised relationships."""

    nodes: list[bytes] = field(default_factory=list[bytes])
    edges: list[EdgeRow] = field(default_factory=list[EdgeRow])


class LoadUnits:
    """Which unit owns which node, and what each was given."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._owners: dict[tuple[str, str], str] = {}
        self._begun: dict[str, _Begun] = {}

    @property
    def begun(self) -> Iterable[str]:
        """The units that were begun and not ended."""
        return self._begun

    def give(self, unit: str, rows: UnitRows) -> UnitRows:
        """Add ``rows`` to ``unit`` and return them normalised.

        Raises ``StepFailedError`` for a node that another unit owns or a relationship that was given before.
        """
        given = self.normalise(unit, rows)
        begun = self._begun[unit]
        if given.nodes:
            begun.nodes.append(encode_nodes(given.nodes))
        begun.edges = merge_edges(begun.edges, given.edges)
        return given

    def normalise(self, unit: str, rows: UnitRows) -> UnitRows:
        """``rows`` as ``give`` returns them, without adding them; the nodes belong to ``unit`` from now on.

        Raises what ``give`` does.
        """
        begun = self._begun.setdefault(unit, _Begun())
        nodes = normalise_nodes(unit, rows.nodes, self._layout.repository, self._layout.step)
        self._own(unit, nodes)
        edges = normalise_edges(rows.edges, _Owned(self._owners, unit))
        _refuse_twice(unit, begun.edges, edges)
        return UnitRows(nodes, edges)

    def disown(self, nodes: Iterable[NodeRow]) -> None:
        """These nodes belong to nobody any more."""
        for node in nodes:
            del self._owners[node.label, node.id]

    def end(self, unit: str) -> bytes:
        """All rows of ``unit`` as a pack holds them."""
        begun = self._begun.pop(unit)
        return join_rows(_joined(begun.nodes), begun.edges) if begun.nodes or begun.edges else b""

    def _own(self, unit: str, nodes: Iterable[NodeRow]) -> None:
        for node in nodes:
            owner = self._owners.setdefault((node.label, node.id), unit)
            if owner != unit:
                raise StepFailedError(
                    f"Two units own the same node {node.label} {node.id!r}: {owner!r} and {unit!r}. Put what several"
                    " units share into a unit of its own."
                )


class _Owned:
    """The nodes of one unit, as a container of (label, id)."""

    def __init__(self, owners: dict[tuple[str, str], str], unit: str) -> None:
        self._owners = owners
        self._unit = unit

    def __contains__(self, key: object) -> bool:
        return self._owners.get(key) == self._unit  # pyright: ignore[reportArgumentType, reportCallIssue]


def _joined(parts: Sequence[bytes]) -> bytes:
    if len(parts) == 1:
        return parts[0]
    nodes = {(node.label, node.id): node for part in parts for node in decode_nodes(part)}
    return encode_nodes([nodes[key] for key in sorted(nodes)])


def _refuse_twice(unit: str, before: Sequence[EdgeRow], edges: Sequence[EdgeRow]) -> None:
    both = {edge.type for edge in before}.intersection(edge.type for edge in edges)
    if both:
        seen = {edge_key(edge) for edge in before if edge.type in both}
        twice = next((edge for edge in edges if edge.type in both and edge_key(edge) in seen), None)
        if twice is not None:
            raise StepFailedError(
                f"Unit {unit!r} was given the relationship {' '.join(edge_key(twice))!r} twice, and the first is"
                " written already. Give all that is known of a relationship at once."
            )
