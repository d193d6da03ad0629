"""The answers of models, kept by what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from codestory.storage import FolderBlobStore
from plugins.summarizer.cache import BatchPack, Entry, SummaryCache, request_key


@pytest.fixture
def blobs(tmp_path: Path) -> Iterator[FolderBlobStore]:
    blobs = FolderBlobStore(tmp_path)
    yield blobs
    blobs.close()


def test_the_key_changes_with_everything_that_is_asked() -> None:
    keys = {
        request_key("openai/small", 100, "system", "prompt"),
        request_key("openai/large", 100, "system", "prompt"),
        request_key("openai/small", 101, "system", "prompt"),
        request_key("openai/small", 100, "syste", "mprompt"),
        request_key("openai/small", 100, "system", "prompt\udcff"),
    }
    assert len(keys) == 5
    assert request_key("m", 1, "s", "p") == request_key("m", 1, "s", "p")


def test_a_pack_that_was_not_begun_is_empty(blobs: FolderBlobStore) -> None:
    cache = SummaryCache(blobs, "shop")
    assert cache.pack("p-00-0000") == BatchPack()
    cache.save("p-00-0000", BatchPack(entries={"k": Entry("Text.", 10, 2)}, results={"t": "k"}))
    assert cache.pack("p-00-0000").tokens == 12
    assert cache.load() == {"k": "Text."}
    assert SummaryCache(blobs, "other").load() == {}


def test_what_earlier_stages_of_the_plan_spent_is_summed(blobs: FolderBlobStore) -> None:
    cache = SummaryCache(blobs, "shop")
    for name in ("plan-00-0000", "plan-00-0001", "plan-01-0000", "other-00-0000"):
        cache.save(name, BatchPack(entries={name: Entry("Text.", 10, 2)}))
    assert cache.spent("plan", "plan-00") == 0
    assert cache.spent("plan", "plan-01") == 24
    assert cache.spent("plan", "plan-02") == 36


def test_many_packs_are_put_together_without_losing_what_is_used(blobs: FolderBlobStore) -> None:
    cache = SummaryCache(blobs, "shop")
    cache.put_work("w", b"work")
    for number in range(12):
        entries = {f"{number}-{index}": Entry(f"Text {number}-{index}.", 5, 5) for index in range(300)}
        cache.save(f"plan-{number:02}-0000", BatchPack(entries=entries, done=True))
    used = {f"{number}-{index}" for number in range(12) for index in range(0, 300, 3)}
    cache.tidy(used)
    assert len(list(blobs.names("summaries/"))) == 1
    left = cache.load()
    assert used <= left.keys()
    assert len(left) == len(used) + 2000
    assert left["3-3"] == "Text 3-3."
    cache.tidy(used)
    assert cache.load() == left


def test_an_empty_answer_is_never_reused(blobs: FolderBlobStore) -> None:
    cache = SummaryCache(blobs, "shop")
    cache.save("p-00-0000", BatchPack(entries={"k": Entry("", 10, 0)}))
    assert cache.load() == {}
