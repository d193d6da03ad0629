"""What models have written, by what they were asked: nothing unchanged is paid for twice."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping

import msgspec

from codestory.exceptions import NotFoundError
from codestory.graph.applied import safe_name
from codestory.storage.blobs import BlobStore, delete_below

__all__ = ["BatchPack", "Entry", "SummaryCache", "request_key", "texts_of"]

_KEPT_UNUSED = 2_000
_PACKS_BEFORE_COMPACTION = 8


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A text, and the tokens it cost in this pack; both counts are 0 for a text that was taken over."""

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


class BatchPack(msgspec.Struct):
    """What one batch has done so far. ``results`` maps targets to keys of ``entries``."""

    entries: dict[str, Entry] = {}
    results: dict[str, str] = {}
    skipped: list[str] = []
    """Targets left for another job because the budget is used up."""
    refused: dict[str, str] = {}
    """Targets that the model would not summarise, and why."""
    done: bool = False

    @property
    def tokens(self) -> int:
        """All tokens that this batch paid for."""
        return sum(entry.prompt_tokens + entry.completion_tokens for entry in self.entries.values())


_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(BatchPack)


def request_key(model: str, max_tokens: int, system: str, prompt: str) -> str:
    """The key of a request: the same key means that the same model would be asked the same."""
    digest = hashlib.sha256()
    for part in (model, str(max_tokens), system, prompt):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]


class SummaryCache:
    """The packs of one repository, below ``summaries/<repository>/``.

    Every batch owns one pack, which it rewrites as it goes on, so that a batch that is killed loses at most the
    request that was under way. The packs of all earlier jobs together are the cache.
    """

    def __init__(self, blobs: BlobStore, repository: str) -> None:
        self._blobs = blobs
        self._root = self.root(repository)

    @staticmethod
    def root(repository: str) -> str:
        """Where everything of ``repository`` is."""
        return f"summaries/{safe_name(repository)}/"

    def load(self) -> dict[str, str]:
        """All texts by key."""
        return {key: entry.text for _, pack in self._packs() for key, entry in pack.entries.items() if entry.text}

    def pack(self, name: str) -> BatchPack:
        """What batch ``name`` has done so far; an empty pack if it has not begun."""
        try:
            return _decoder.decode(self._blobs.get(f"{self._root}packs/{name}"))
        except NotFoundError:
            return BatchPack()

    def save(self, name: str, pack: BatchPack) -> None:
        """Store what batch ``name`` has done so far."""
        self._blobs.put(f"{self._root}packs/{name}", _encoder.encode(pack))

    def spent(self, plan: str, before: str) -> int:
        """Tokens that batches of ``plan`` whose names sort before ``before`` have paid for."""
        prefix = f"{self._root}packs/"
        names = (name.removeprefix(prefix) for name in self._blobs.names(f"{prefix}{plan}-"))
        return sum(self.pack(name).tokens for name in names if name < before)

    def put_work(self, name: str, data: bytes) -> str:
        """Store what a batch or the end of the step needs to know; returns the reference."""
        reference = f"{self._root}work/{name}"
        self._blobs.put(reference, data)
        return reference

    def tidy(self, used: Collection[str]) -> None:
        """Forget work that is done, and put many packs together; a few thousand unused texts are kept.

        Texts that no summary uses now would be used again after a revert.
        """
        delete_below(self._blobs, f"{self._root}work/")
        packs = list(self._packs())
        if len(packs) <= _PACKS_BEFORE_COMPACTION:
            return
        merged: dict[str, Entry] = {}
        unused: dict[str, Entry] = {}
        for _, pack in packs:
            for key, entry in pack.entries.items():
                (merged if key in used else unused)[key] = Entry(entry.text)
        merged.update(list(unused.items())[-_KEPT_UNUSED:])
        data = _encoder.encode(BatchPack(entries=merged, done=True))
        name = f"{self._root}packs/all-{hashlib.sha256(data).hexdigest()[:32]}"
        self._blobs.put(name, data)
        for old, _ in packs:
            if old != name:
                self._blobs.delete(old)

    def _packs(self) -> Iterator[tuple[str, BatchPack]]:
        for name in list(self._blobs.names(f"{self._root}packs/")):
            try:
                yield name, _decoder.decode(self._blobs.get(name))
            except NotFoundError:
                continue


def texts_of(pack: BatchPack) -> Mapping[str, tuple[str, str]]:
    """Key and text by target."""
    return {target: (key, pack.entries[key].text) for target, key in pack.results.items()}
