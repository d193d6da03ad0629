"""Blobs that the step keeps from run to run: parsed documents and what it read of the code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from codestory.exceptions import NotFoundError
from codestory.storage.blobs import BlobStore, delete_below
from plugins.documentation_grapher.facts import DocumentFacts
from plugins.documentation_grapher.sources import Sources

__all__ = ["Cache", "Parsed"]


class Parsed(msgspec.Struct, array_like=True):
    """The facts of one document, still encoded, the key of what they were read from, and the words of its
    references."""

    key: str
    facts: msgspec.Raw
    words: list[str]

    def decode(self) -> DocumentFacts:
        """The facts; raises ``msgspec.MsgspecError`` if the blob is damaged."""
        return _facts.decode(self.facts)


_encoder = msgspec.msgpack.Encoder()
_parsed = msgspec.msgpack.Decoder(dict[str, Parsed])
_facts = msgspec.msgpack.Decoder(DocumentFacts)


class Cache:
    """Everything below ``documentation/<repository>/``. What cannot be read any more is made again, never an error."""

    def __init__(self, blobs: BlobStore, repository: str) -> None:
        self._blobs = blobs
        self._root = self.root(repository)

    @staticmethod
    def root(repository: str) -> str:
        """Where everything of ``repository`` is."""
        return f"documentation/{hashlib.sha256(repository.encode()).hexdigest()[:24]}/"

    def name(self, kind: str, run: str, part: str = "") -> str:
        """Where ``run`` keeps its ``kind`` of facts."""
        run_id = hashlib.sha256(run.encode()).hexdigest()[:24]
        return f"{self._root}{run_id}/{kind}{part}"

    def save_parsed(self, name: str, parsed: Mapping[str, Parsed]) -> None:
        """Store parsed documents by path."""
        self._blobs.put(name, _encoder.encode(dict(parsed)))

    def load_parsed(self, names: Iterable[str]) -> dict[str, Parsed]:
        """The parsed documents of all these blobs; later ones win."""
        found: dict[str, Parsed] = {}
        for name in names:
            try:
                found.update(_parsed.decode(self._blobs.get(name)))
            except (NotFoundError, msgspec.MsgspecError):
                continue
        return found

    def save_sources(self, name: str, sources: Sources) -> None:
        """Store what was read of the code."""
        self._blobs.put(name, sources.encode())

    def load_sources(self, name: str | None) -> Sources | None:
        """What was read of the code, or ``None``."""
        if not name:
            return None
        try:
            return Sources.decode(self._blobs.get(name))
        except (NotFoundError, msgspec.MsgspecError):
            return None

    def forget_others(self, kept: Iterable[str]) -> None:
        """Delete what no later run will ask for."""
        delete_below(self._blobs, self._root, set(kept))
