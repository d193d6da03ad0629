"""Snapshots that nobody needs any more go, with their contents; all others stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from codestory.exceptions import NotFoundError
from codestory.snapshots import Snapshot, SnapshotBuilder
from codestory.sources.retention import Removed, remove_unused
from codestory.sources.state import SourceState, store_state
from codestory.storage import FolderBlobStore

START = datetime(2026, 1, 1, tzinfo=UTC)
MONTH = timedelta(days=30)


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobStore:
    return FolderBlobStore(tmp_path / "blobs")


def snapshot(blobs: FolderBlobStore, text: str, base: Snapshot | None = None) -> Snapshot:
    builder = SnapshotBuilder(blobs, base)
    for path, content in {"same": b"always the same", "other": text.encode()}.items():
        builder.add(path, content, 0o100644)
    return builder.finish()


def look(
    blobs: FolderBlobStore, day: float, *needed: Snapshot, quiet: bool = True, unused_for: timedelta = MONTH
) -> Removed | None:
    return remove_unused(
        blobs, {one.id for one in needed}, now=START + timedelta(days=day), unused_for=unused_for, quiet=quiet
    )


def readable(blobs: FolderBlobStore, one: Snapshot) -> bool:
    try:
        found = Snapshot.load(FolderBlobStore(blobs.root), one.id)
        return [content for _, content in found.read_many(list(found.files))] != []
    except NotFoundError:
        return False


def test_a_snapshot_goes_once_nobody_has_needed_it_for_the_whole_time(blobs: FolderBlobStore) -> None:
    old, new = snapshot(blobs, "old"), snapshot(blobs, "new")
    assert look(blobs, 0, old, new) == Removed()
    assert look(blobs, 1, new) == Removed()
    assert look(blobs, 30.9, new) == Removed()
    assert readable(blobs, old)
    assert look(blobs, 32, new) == Removed(snapshots=1)
    assert look(blobs, 33, new) == Removed(packs=1)
    assert not readable(blobs, old)
    assert readable(blobs, new)
    assert len(list(blobs.names("packs/"))) == len(new.manifest.packs)


def test_what_is_needed_again_meanwhile_stays(blobs: FolderBlobStore) -> None:
    one = snapshot(blobs, "one")
    assert look(blobs, 0) == Removed()
    assert look(blobs, 20, one) == Removed()
    assert look(blobs, 40) == Removed()
    assert look(blobs, 60) == Removed()
    assert readable(blobs, one)
    assert look(blobs, 70) == Removed(snapshots=1)


def test_the_last_snapshot_of_a_source_stays_with_all_that_it_took_over(blobs: FolderBlobStore) -> None:
    first = snapshot(blobs, "first")
    last = snapshot(blobs, "last", base=first)
    store_state(blobs, "folder", "/here", SourceState(last.id))
    look(blobs, 0)
    assert look(blobs, 31) == Removed(snapshots=1)
    look(blobs, 33)
    assert not readable(blobs, first)
    assert readable(blobs, last)


def test_contents_stay_while_jobs_run_because_one_may_rely_on_them(blobs: FolderBlobStore) -> None:
    one = snapshot(blobs, "one")
    look(blobs, 0)
    look(blobs, 30, quiet=False)
    assert look(blobs, 32, quiet=False) == Removed()
    again = snapshot(blobs, "one")
    assert again.id == one.id
    assert readable(blobs, again)
    assert look(blobs, 34, again) == Removed()
    assert readable(blobs, again)


def test_it_looks_around_once_a_day(blobs: FolderBlobStore) -> None:
    assert look(blobs, 0) == Removed()
    assert look(blobs, 0.5) is None
    assert look(blobs, 1.1) == Removed()
    assert look(blobs, 1.2, unused_for=timedelta(minutes=1)) == Removed()


def test_a_ledger_that_cannot_be_read_begins_anew(blobs: FolderBlobStore) -> None:
    one = snapshot(blobs, "one")
    look(blobs, 0)
    blobs.put("retention/unused", b"{broken")
    assert look(blobs, 40) == Removed()
    assert readable(blobs, one)
