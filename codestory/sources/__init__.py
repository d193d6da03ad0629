"""Turns whatever names a repository - a folder, an archive, a git URL - into a snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codestory.exceptions import RequestError, known_values
from codestory.snapshots import Snapshot
from codestory.sources.archive import snapshot_archive
from codestory.sources.folder import snapshot_folder
from codestory.sources.git import github_url, snapshot_git
from codestory.sources.limits import SourceLimits
from codestory.storage.blobs import BlobStore

if TYPE_CHECKING:
    from codestory.ingestion_pipeline.step import Progress

__all__ = ["SOURCE_TYPES", "SourceLimits", "acquire", "snapshot_archive", "snapshot_folder", "snapshot_git"]

SOURCE_TYPES = ("local_path", "archive", "git_url", "github_url", "github_repo", "snapshot")


def acquire(
    source_type: str,
    source: str,
    *,
    branch: str | None = None,
    ignore: Sequence[str] = (),
    blobs: BlobStore,
    progress: Progress | None = None,
    limits: SourceLimits | None = None,
    name: str = "",
) -> Snapshot:
    """The snapshot of ``source``; ``ignore`` are patterns in the syntax of ``.gitignore`` on top of the others.

    ``name`` stands for an archive in messages, and tells which earlier upload it is a new version of (default: its
    path).

    ``progress.advance`` is called for every file and every piece of a transfer; what it raises ends the acquisition.

    Raises ``SourceNotFoundError``, ``EmptySourceError``, ``HostileSourceError`` or ``SourceError`` for a source that
    cannot be used, ``RequestError`` for an unknown type or a branch of something that has none, ``NotFoundError`` for
    an unknown snapshot, ``TransientError`` where a server does not answer.
    """
    if source_type not in SOURCE_TYPES:
        raise RequestError(f"Unknown source type {source_type!r}.{known_values('types', source_type, SOURCE_TYPES)}")
    if branch and source_type in ("local_path", "archive", "snapshot"):
        raise RequestError(f"A branch ({branch!r}) cannot be chosen from a source of the type {source_type!r}.")
    limits = limits or SourceLimits.from_environment()
    match source_type:
        case "local_path":
            return snapshot_folder(source, blobs, ignore, limits, progress)
        case "archive":
            return snapshot_archive(source, blobs, ignore, limits, progress, name=name)
        case "snapshot":
            return Snapshot.load(blobs, source).without(ignore).stored()
        case "git_url":
            return snapshot_git(source, blobs, branch, ignore, limits, progress)
        case _:
            return snapshot_git(github_url(source), blobs, branch, ignore, limits, progress)
