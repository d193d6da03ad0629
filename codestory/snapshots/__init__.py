"""Frozen states of repositories, stored by content: what workers read instead of the original source."""

from __future__ import annotations

from codestory.snapshots.builder import SnapshotBuilder
from codestory.snapshots.manifest import FileEntry
from codestory.snapshots.snapshot import Snapshot

__all__ = ["FileEntry", "Snapshot", "SnapshotBuilder"]
