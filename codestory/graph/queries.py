"""What is in the graph, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codestory.exceptions import NotFoundError, known_values
from codestory.graph.schema import BOOKKEEPING_LABELS, quote
from codestory.graph.store import GraphStore

__all__ = ["GraphStats", "graph_stats", "labels_of", "repositories_of", "require_repository", "steps_of"]


@dataclass(frozen=True)
class GraphStats:
    """Counts by node label and by relationship type."""

    nodes: Mapping[str, int]
    relationships: Mapping[str, int]

    @property
    def total_nodes(self) -> int:
        """All nodes together."""
        return sum(self.nodes.values())

    @property
    def total_relationships(self) -> int:
        """All relationships together."""
        return sum(self.relationships.values())


def labels_of(store: GraphStore) -> list[str]:
    """Labels that may have nodes, without those of bookkeeping, in order."""
    labels = {row["label"] for row in store.read("CALL db.labels() YIELD label RETURN label")}
    return sorted(labels - BOOKKEEPING_LABELS)


def repositories_of(store: GraphStore) -> list[str]:
    """Names of the repositories that have anything recorded, in order."""
    rows = store.read("MATCH (s:StepState) RETURN DISTINCT s.repository AS repository ORDER BY repository")
    return [row["repository"] for row in rows]


def require_repository(store: GraphStore, repository: str) -> None:
    """Raise ``NotFoundError`` with the known names unless anything is recorded for ``repository``."""
    known = repositories_of(store)
    if repository not in known:
        raise NotFoundError(
            f"The graph has no repository {repository!r}.{known_values('repositories', repository, known)}"
        )


def steps_of(store: GraphStore, repository: str) -> list[str]:
    """Names of the steps that have anything recorded for ``repository``, in order."""
    rows = store.read(
        "MATCH (s:StepState {repository: $repository}) RETURN s.step AS step ORDER BY step", repository=repository
    )
    return [row["step"] for row in rows]


def graph_stats(store: GraphStore, repository: str | None = None) -> GraphStats:
    """Counts of ``repository``, or of the whole graph; labels and types without any are left out."""
    where = "" if repository is None else " WHERE a.repository = $repository"
    nodes: dict[str, int] = {}
    links: dict[str, int] = {}
    for label in labels_of(store):
        found = store.read(f"MATCH (a:{quote(label)}){where} RETURN count(a) AS count", repository=repository)
        if found[0]["count"]:
            nodes[label] = found[0]["count"]
        for row in store.read(
            f"MATCH (a:{quote(label)})-[r]->(){where} RETURN type(r) AS type, count(r) AS count",
            repository=repository,
        ):
            links[row["type"]] = links.get(row["type"], 0) + row["count"]
    return GraphStats(nodes, dict(sorted(links.items())))
