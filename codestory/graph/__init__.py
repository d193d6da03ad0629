"""The graph layer: a store behind Bolt, and the synchroniser that keeps what steps want in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codestory.graph.store import GraphSettings, GraphStore

__all__ = ["open_store"]


def open_store(settings: GraphSettings | None = None) -> GraphStore:
    """The process's store for these settings (default: from the environment), made once and shared.

    Nothing is connected or started before the store is first used. Raises ``ConfigurationError`` for settings that
    contradict each other.
    """
    # The driver takes a while to import, which the command line need not pay for when it only prints its help.
    from codestory.graph.store import shared_store

    return shared_store(settings)
