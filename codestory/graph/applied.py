"""What a step has in the graph: the stored states that StepState nodes refer to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote as quote_name

import msgspec

from codestory.graph.packs import UnitRecord
from codestory.graph.rows import EdgeRow
from codestory.storage.blobs import BlobStore

__all__ = ["AppliedState", "Layout", "StoredPlan", "StoredState"]


@dataclass(frozen=True)
class AppliedState:
    """What the graph holds for a step of a repository."""

    units: Mapping[str, UnitRecord] = field(default_factory=dict[str, UnitRecord])
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    is_dirty: bool = False
    """An earlier run died between its first write and its commit; ``units`` are what was applied before it."""

    @property
    def is_empty(self) -> bool:
        """Whether no unit is in the graph."""
        return not self.units


class StoredState(msgspec.Struct):
    """The blob that a StepState names as ``applied`` or ``target``."""

    units: dict[str, UnitRecord]
    metadata: dict[str, Any]


class StoredPlan(msgspec.Struct):
    """The blob that a StepState names as ``plan``.

    ``created`` lists the (label, id) of nodes that were not in the graph before, as far as anybody may have been
    waiting for them; ``None`` means that all of the step's nodes are new.
    """

    chunks: int
    created: list[tuple[str, str]] | None
    loaded: bool = False
    """All chunks were written before the target was announced, see ``FirstLoad``."""
    labels: list[str] | None = None
    """Those of the nodes that were written; ``None`` in the plan of a version that did not say."""


@dataclass(frozen=True)
class Layout:
    """Names of the blobs of one step of one repository, below ``graph/<repository>/<step>/``."""

    repository: str
    step: str

    @property
    def root(self) -> str:
        """The prefix of everything that belongs to the step."""
        return f"{repository_root(self.repository)}{safe_name(self.step)}/"

    def packs(self, run: str) -> str:
        """The prefix of the packs that ``run`` stores."""
        return f"{self.root}packs/{safe_name(run)}-"

    def plan(self, run: str, epoch: int) -> str:
        """The prefix of a plan's chunks."""
        return f"{self.root}plans/{epoch:06d}-{safe_name(run)}/"

    @property
    def loads(self) -> str:
        """The prefix of what is announced while nobody knows yet which state is going to be reached."""
        return f"{self.root}loads/"

    def load(self, run: str, epoch: int) -> str:
        """The target that a first load announces until it knows its state; there is no such blob."""
        return f"{self.loads}{epoch:06d}-{safe_name(run)}"

    def state(self, run: str, state: StoredState) -> str:
        """The name of ``state`` as stored by ``run``; the same content has the same name."""
        digest = hashlib.sha256(_encoder.encode(state)).hexdigest()[:32]
        return f"{self.root}states/{safe_name(run)}-{digest}"


def repository_root(repository: str) -> str:
    """The prefix of everything that belongs to a repository."""
    return f"graph/{safe_name(repository)}/"


def safe_name(name: str) -> str:
    """``name`` as one path segment of a blob name that every store takes, whatever characters it has."""
    quoted = quote_name(name, safe="", errors="backslashreplace").replace("%", "=")
    if len(quoted) > 80 or not quoted.strip("."):
        return f"{quoted[:40].strip('.')}={hashlib.sha256(name.encode('utf-8', 'backslashreplace')).hexdigest()[:32]}"
    return quoted


_encoder = msgspec.msgpack.Encoder(order="deterministic")
_state_decoder = msgspec.msgpack.Decoder(StoredState)
_plan_decoder = msgspec.msgpack.Decoder(StoredPlan)
_links_decoder = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])
_edges_decoder = msgspec.msgpack.Decoder(list[EdgeRow])


def save_state(blobs: BlobStore, name: str, state: StoredState) -> None:
    """Store ``state`` as ``name``."""
    blobs.put(name, _encoder.encode(state))


def load_state(blobs: BlobStore, name: str) -> StoredState:
    """The state stored as ``name``, an empty one for ``""``; raises ``NotFoundError`` if it is gone."""
    return _state_decoder.decode(blobs.get(name)) if name else StoredState({}, {})


def save_plan(blobs: BlobStore, prefix: str, plan: StoredPlan) -> None:
    """Store ``plan`` beside its chunks."""
    blobs.put(f"{prefix}plan", _encoder.encode(plan))


def load_plan(blobs: BlobStore, prefix: str) -> StoredPlan:
    """The plan stored beside its chunks; raises ``NotFoundError`` if it is gone."""
    return _plan_decoder.decode(blobs.get(f"{prefix}plan"))


def save_links(blobs: BlobStore, state: str, links: Mapping[str, msgspec.Raw | list[EdgeRow]]) -> None:
    """Store the relationships of a state that may lack an end, by unit."""
    blobs.put(f"{state}.links", _encoder.encode(dict(sorted(links.items()))))


def load_links(blobs: BlobStore, state: str) -> dict[str, msgspec.Raw]:
    """The encoded relationships of a state that may lack an end, by unit."""
    return _links_decoder.decode(blobs.get(f"{state}.links")) if state else {}


def iterate_links(links: Mapping[str, msgspec.Raw]) -> Iterator[EdgeRow]:
    """All relationships of ``load_links``."""
    for encoded in links.values():
        yield from _edges_decoder.decode(encoded)
