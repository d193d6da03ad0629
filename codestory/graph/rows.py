"""What a step wants to see in the graph: nodes and relationships, grouped by the unit that owns them.

A *unit* is the smallest thing that becomes stale on its own, normally a file; its key is the path inside the
repository. Things that belong to no single file hang on a key that no path can have, such as ``@packages``.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import msgspec

__all__ = ["EdgeKey", "EdgeRow", "NodeRow", "Scalar", "UnitRows", "edge_key"]

type Scalar = str | int | float | bool | list[str] | list[int] | None
"""What a property may hold: what Neo4j stores without conversion. ``None`` means: no such property."""


class NodeRow(msgspec.Struct, frozen=True, array_like=True):
    """One node. ``id`` is ``<repository>:<path>#<qualified name>``, unique in its label."""

    label: str
    id: str
    properties: dict[str, Any]


class EdgeRow(msgspec.Struct, frozen=True, array_like=True):
    """One relationship; there is at most one of a type between two nodes.

    ``target_required`` is false where the target belongs to another step and may not exist (yet): such a
    relationship is kept by the synchroniser and written as soon as both ends are there.
    """

    type: str
    source_label: str
    source: str
    target_label: str
    target: str
    properties: dict[str, Any] = {}
    target_required: bool = True


type EdgeKey = tuple[str, str, str, str, str]

edge_key: Callable[[EdgeRow], EdgeKey] = attrgetter("type", "source_label", "source", "target_label", "target")
"""What makes a relationship the same one; relationships of a unit are stored in this order."""


class UnitRows(msgspec.Struct, frozen=True, array_like=True):
    """Everything that one unit owns in the graph."""

    nodes: list[NodeRow]
    edges: list[EdgeRow]
