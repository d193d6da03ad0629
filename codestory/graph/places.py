"""Where the database keeps nodes that were just created, so that relationships between them need no look-up by id.

A place is what Cypher calls the ``elementId``. It is good as long as the node exists, so it is never stored, and used
only for nodes that a run created itself, in transactions which fail once another run holds the pen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from codestory.graph.chunks import Group

__all__ = ["Places"]


class Places:
    """The places of nodes by label and id."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    def learn(self, label: str, found: Iterable[tuple[str, str]]) -> None:
        """Nodes with ``label``, each as its id and its place."""
        self._known.setdefault(label, {}).update(found)

    def of(self, group: Group) -> list[Any] | None:
        """The rows of a group of relationships with places instead of ids; ``None`` unless all are known."""
        _, source, target = group.names
        sources, targets = self._known.get(source), self._known.get(target)
        if sources is None or targets is None:
            return None
        try:
            return [[sources[ident], [[targets[link[0]], *link[1:]] for link in links]] for ident, links in group.rows]
        except KeyError:
            return None
