"""Removes snapshots that nobody needs any more, and contents that are in no snapshot any more.

A snapshot is needed by the jobs that ran on it, as long as they are remembered, and by its source, whose next snapshot
builds on it. Others may still be: an uploaded one waits for its job. So what is not needed is written down, with the
time when that was first seen, and goes when it was not needed all the while.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from codestory.exceptions import NotFoundError
from codestory.snapshots.manifest import Manifest, manifest_name, pack_name
from codestory.sources.state import states
from codestory.storage.blobs import BlobStore

__all__ = ["Removed", "remove_unused"]

_LEDGER = "retention/unused"
_LONGEST_PAUSE = timedelta(days=1)


@dataclass(frozen=True)
class Removed:
    """How many blobs were removed."""

    snapshots: int = 0
    packs: int = 0


class _Ledger(msgspec.Struct):
    looked_at: datetime
    unused_since: dict[str, datetime] = {}


_ledgers = msgspec.json.Decoder(_Ledger)


def remove_unused(
    blobs: BlobStore, in_use: Set[str], *, now: datetime, unused_for: timedelta, quiet: bool
) -> Removed | None:
    """Remove snapshots and packs of contents that were unused for that long; ``in_use`` are ids of snapshots of jobs.

    Every manifest is read, so this looks around once a day at most, or four times in ``unused_for`` if that is less,
    and returns ``None`` in between. Packs stay unless it is ``quiet``: a job that is just storing a snapshot may
    rely on one that no manifest names yet.
    """
    pause = min(_LONGEST_PAUSE, unused_for / 4)
    ledger = _load(blobs)
    if ledger is not None and now - ledger.looked_at < pause:
        return None
    known = ledger.unused_since if ledger is not None else {}
    needed = {manifest_name(state.snapshot) for state in states(blobs)} | set(map(manifest_name, in_use))
    manifests = set(blobs.names("snapshots/"))
    unused = {name: known.get(name, now) for name in sorted(manifests - needed)}
    old = [name for name, since in unused.items() if now - since >= unused_for]
    for name in old:
        blobs.delete(name)
        del unused[name]
    packs = 0
    listed = set(_packs(blobs, manifests - set(old)))
    for name in list(blobs.names("packs/")):
        if name in listed:
            continue
        since = known.get(name, now)
        if quiet and now - since >= pause:
            blobs.delete(name)
            packs += 1
        else:
            unused[name] = since
    blobs.put(_LEDGER, msgspec.json.encode(_Ledger(now, unused)))
    return Removed(len(old), packs)


def _load(blobs: BlobStore) -> _Ledger | None:
    try:
        return _ledgers.decode(blobs.get(_LEDGER))
    except (NotFoundError, msgspec.DecodeError):
        return None


def _packs(blobs: BlobStore, manifests: Iterable[str]) -> Iterator[str]:
    """The names of all packs that these manifests list."""
    for name in manifests:
        try:
            manifest = Manifest.decode(blobs.get(name))
        except NotFoundError:
            continue
        yield from map(pack_name, manifest.packs)
