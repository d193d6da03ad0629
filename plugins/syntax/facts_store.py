"""Where facts are kept between runs: packed, by content, with an index that the applied state names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from codestory.exceptions import NotFoundError
from codestory.graph.applied import safe_name
from codestory.storage.blobs import BlobStore, delete_below

__all__ = ["FactsIndex", "FactsStore", "Place", "UnitSummary"]

_MAX_PACKS = 40


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where the facts of a file are. ``key`` says of what: language, code, content."""

    key: str
    pack: str
    offset: int
    length: int


class UnitSummary(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of a unit's rows: enough to see that they did not change, and to add everything up."""

    digest: str
    packages: list[str]
    symbols: int
    calls: int
    external_calls: int
    unresolved_calls: int


class FactsIndex(msgspec.Struct):
    """What one run leaves for the next. ``packages`` are the properties of all external names."""

    places: dict[str, Place] = {}
    units: dict[str, UnitSummary] = {}
    packages: dict[str, dict[str, Any]] = {}


_decoder = msgspec.msgpack.Decoder(FactsIndex)
_places_decoder = msgspec.msgpack.Decoder(dict[str, Place])


class FactsStore:
    """The blobs of one repository below ``syntax/<repository>/``."""

    def __init__(self, blobs: BlobStore, repository: str) -> None:
        self._blobs = blobs
        self._root = self.root(repository)

    @staticmethod
    def root(repository: str) -> str:
        """Where everything of ``repository`` is."""
        return f"syntax/{safe_name(repository)}/"

    def load_index(self, name: str | None) -> FactsIndex:
        """The index stored as ``name``, an empty one if there is none or if it is gone or of another form."""
        if not name:
            return FactsIndex()
        try:
            return _decoder.decode(self._blobs.get(name))
        except (NotFoundError, msgspec.DecodeError):
            return FactsIndex()

    def save_index(self, index: FactsIndex) -> str:
        """Store ``index`` and return its name, which depends on its content alone."""
        data = msgspec.msgpack.encode(index)
        name = f"{self._root}indexes/{hashlib.sha256(data).hexdigest()[:32]}"
        self._blobs.put(name, data)
        return name

    def save_facts(self, facts: Mapping[str, tuple[str, bytes]]) -> dict[str, Place]:
        """Store the facts of some files (path to key and facts) as one pack."""
        body = b"".join(data for _, data in facts.values())
        name = f"{self._root}facts/{hashlib.sha256(body).hexdigest()[:32]}"
        if body:
            self._blobs.put(name, body)
        places: dict[str, Place] = {}
        offset = 0
        for path, (key, data) in facts.items():
            places[path] = Place(key, name, offset, len(data))
            offset += len(data)
        return places

    def load_facts(self, places: Mapping[str, Place]) -> Iterator[tuple[str, bytes]]:
        """The facts of these files, pack by pack; raises ``NotFoundError`` if a pack is gone."""
        packs: dict[str, list[str]] = {}
        for path, place in places.items():
            packs.setdefault(place.pack, []).append(path)
        for name in sorted(packs):
            body = memoryview(self._blobs.get(name))
            for path in packs[name]:
                place = places[path]
                yield path, bytes(body[place.offset : place.offset + place.length])

    def is_scattered(self, places: Mapping[str, Place]) -> bool:
        """Whether the facts are in so many packs that they should be packed anew."""
        return len({place.pack for place in places.values()}) > _MAX_PACKS

    def save_places(self, name: str, places: Mapping[str, Place]) -> None:
        """Leave where facts are for a later batch of the same run."""
        self._blobs.put(name, msgspec.msgpack.encode(dict(places)))

    def load_places(self, name: str) -> dict[str, Place]:
        """What ``save_places`` left; raises ``NotFoundError``."""
        return _places_decoder.decode(self._blobs.get(name))

    def tidy(self, name: str) -> None:
        """Remove everything that the index ``name`` does not need."""
        index = self.load_index(name)
        needed = {place.pack for place in index.places.values()} | {name}
        for prefix in ("indexes/", "facts/"):
            delete_below(self._blobs, self._root + prefix, needed)
