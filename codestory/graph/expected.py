"""Rows that are in the graph although nobody knows yet whether they belong there.

Whoever computes for a long time often has most of the result early. Written while the rest is being computed, it costs
no time of its own, and what turns out to be different is made good.
"""

from __future__ import annotations

from collections.abc import Sequence

from codestory.graph.packs import decode_rows, encode_rows
from codestory.graph.rows import EdgeKey, EdgeRow, NodeRow, UnitRows, edge_key

__all__ = ["Expected"]


class _Open:
    """What is expected of one unit, and was not given yet."""

    def __init__(self, parts: Sequence[bytes]) -> None:
        self.nodes: dict[tuple[str, str], NodeRow] = {}
        self.edges: dict[EdgeKey, EdgeRow] = {}
        for part in parts:
            rows = decode_rows(part)
            self.nodes.update(((node.label, node.id), node) for node in rows.nodes)
            self.edges.update((edge_key(edge), edge) for edge in rows.edges)


class Expected:
    """Rows by unit, all of them normalised. They are kept encoded, because there may be very many."""

    def __init__(self) -> None:
        self._parts: dict[str, list[bytes]] = {}
        self._open: dict[str, _Open] = {}

    def put(self, unit: str, rows: UnitRows) -> None:
        """Rows that ``unit`` will probably be given. They must come before any of them is given."""
        self._parts.setdefault(unit, []).append(encode_rows(rows))

    def given(self, unit: str, rows: UnitRows) -> tuple[UnitRows, UnitRows]:
        """Which of the rows that ``unit`` is given now were not expected, and which were expected to be different."""
        expected = self._opened(unit)
        if expected is None:
            return rows, UnitRows([], [])
        new, other = UnitRows([], []), UnitRows([], [])
        for node in rows.nodes:
            before = expected.nodes.pop((node.label, node.id), None)
            if before != node:
                (new if before is None else other).nodes.append(node)
        for edge in rows.edges:
            known = expected.edges.pop(edge_key(edge), None)
            if known != edge:
                (new if known is None else other).edges.append(edge)
        return new, other

    def rest(self, unit: str) -> UnitRows:
        """What ``unit`` was not given and will not be."""
        left = self._opened(unit)
        if left is None:
            return UnitRows([], [])
        del self._open[unit]
        return UnitRows(list(left.nodes.values()), list(left.edges.values()))

    def _opened(self, unit: str) -> _Open | None:
        parts = self._parts.pop(unit, None)
        if parts is not None:
            self._open[unit] = _Open(parts)
        return self._open.get(unit)
