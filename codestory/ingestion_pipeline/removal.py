"""Takes a repository, or what one step knows of it, out of the graph and out of the storage."""

from __future__ import annotations

from dataclasses import dataclass

from codestory.exceptions import NotFoundError, known_values
from codestory.graph.queries import require_repository, steps_of
from codestory.graph.removal import delete_repository
from codestory.graph.store import GraphStore
from codestory.ingestion_pipeline.registry import step_classes
from codestory.storage.blobs import BlobStore, delete_below

__all__ = ["Removal", "remove_repository", "steps_to_remove"]


@dataclass(frozen=True)
class Removal:
    """What was removed: ``steps`` are those that had anything in the graph, ``nodes`` how many nodes."""

    repository: str
    steps: tuple[str, ...]
    nodes: int


def remove_repository(store: GraphStore, blobs: BlobStore, repository: str, step: str | None = None) -> Removal:
    """Remove ``repository``, or what ``step`` has of it: nodes, relationships, records, and facts kept for updates.

    Snapshots stay as long as jobs remember them. A job that is writing fails. Killed in the middle, it leaves enough
    to be called again. Raises what ``steps_to_remove`` does.
    """
    steps = steps_to_remove(store, repository, step)
    classes = step_classes()
    for one in steps:
        for prefix in classes[one].keeps(repository) if one in classes else ():
            delete_below(blobs, prefix)
    return Removal(repository, steps, delete_repository(store, blobs, repository, step))


def steps_to_remove(store: GraphStore, repository: str, step: str | None = None) -> tuple[str, ...]:
    """The steps of which something would be removed; raises ``NotFoundError`` if there is nothing."""
    require_repository(store, repository)
    there = steps_of(store, repository)
    if step is not None and step not in there:
        raise NotFoundError(
            f"Step {step!r} has nothing of {repository!r} in the graph.{known_values('steps', step, there)}"
        )
    return tuple(there) if step is None else (step,)
