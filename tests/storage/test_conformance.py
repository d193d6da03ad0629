"""What every blob store promises, tried on a folder and on Azurite."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codestory.exceptions import NotFoundError, PermanentError
from codestory.storage.names import check_name
from tests.storage.conftest import Store

SEGMENTS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="/\\"), min_size=1, max_size=12
).filter(lambda text: text.strip(".") == text and text.strip() == text)
NAMES = st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join)


def test_what_was_put_is_got(store: Store) -> None:
    store.put("a/b/c", b"first")
    store.put("a/b/c", b"second")
    assert store.get("a/b/c") == b"second"
    assert store.exists("a/b/c")


def test_an_empty_blob_is_a_blob(store: Store) -> None:
    store.put("empty", b"")
    assert store.get("empty") == b""
    assert store.get_range("empty", 0, 10) == b""
    assert store.exists("empty")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, data=st.binary(max_size=200))
def test_any_proper_name_can_be_stored_and_listed(store: Store, name: str, data: bytes) -> None:
    store.put(name, data)
    assert store.get(name) == data
    assert name in list(store.names(name))
    store.delete(name)
    assert not store.exists(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "..",
        "../a",
        "a/../b",
        "a/.",
        ".a",
        "a.",
        "a\\b",
        "a\nb",
        "a\0b",
        "\ud800",
        "x" * 901,
        "y" * 241,
    ],
)
def test_a_name_that_could_leave_the_store_is_refused_by_every_method(store: Store, name: str) -> None:
    for call in (
        lambda: store.put(name, b""),
        lambda: store.put_if_absent(name, b""),
        lambda: store.get(name),
        lambda: store.get_range(name, 0, 1),
        lambda: store.exists(name),
        lambda: store.delete(name),
    ):
        with pytest.raises(PermanentError, match="cannot be the name"):
            call()


@pytest.mark.parametrize("prefix", ["/", "../", "a/../", "a//", ".", "a\\"])
def test_a_prefix_that_could_leave_the_store_is_refused(store: Store, prefix: str) -> None:
    with pytest.raises(PermanentError, match="cannot be the name"):
        list(store.names(prefix))


def test_a_missing_blob_is_not_found(store: Store) -> None:
    store.put("present", b"")
    for call in (lambda: store.get("absent"), lambda: store.get_range("absent", 0, 5)):
        with pytest.raises(NotFoundError, match="absent"):
            call()
    assert not store.exists("absent")
    store.delete("absent")


def test_a_store_that_nobody_wrote_to_is_empty(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.get("a")
    with pytest.raises(NotFoundError):
        store.get_range("a", 0, 0)
    assert not store.exists("a")
    assert list(store.names("")) == []
    store.delete("a")


def test_the_first_write_may_be_conditional(store: Store) -> None:
    assert store.put_if_absent("fresh/a", b"1")
    assert store.get("fresh/a") == b"1"


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [(0, 4, b"0123"), (3, 3, b"345"), (8, 100, b"89"), (10, 1, b""), (50, 5, b""), (4, 0, b"")],
)
def test_a_range_is_cut_at_the_end(store: Store, offset: int, length: int, expected: bytes) -> None:
    store.put("digits", b"0123456789")
    assert store.get_range("digits", offset, length) == expected


def test_names_come_in_order_and_by_prefix(store: Store) -> None:
    names = ["a", "a-b", "a.b/c", "a/b", "a/b/c", "a/b-c", "a/z", "b/a", "ab"]
    for name in names:
        store.put(name, b"")
    assert list(store.names("")) == sorted(names)
    assert list(store.names("a/")) == ["a/b", "a/b-c", "a/b/c", "a/z"]
    assert list(store.names("a/b")) == ["a/b", "a/b-c", "a/b/c"]
    assert list(store.names("c")) == []


def test_a_blob_and_the_folder_of_others_may_share_a_name(store: Store) -> None:
    names = sorted(["a", "a/b", "a/b/c", "a.blob", "a.blob/x", "a.blob_", "a.blob_/y"])
    for name in names:
        store.put(name, name.encode())
    assert list(store.names("")) == names
    assert [store.get(name).decode() for name in names] == names


def test_many_blobs_are_listed_completely(store: Store) -> None:
    names = [f"many/{number:04d}" for number in range(120)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: store.put(name, b"x"), names))
    assert list(store.names("many/")) == names


def test_of_many_racing_writers_one_wins_and_its_bytes_stay(store: Store) -> None:
    barrier = Barrier(8)

    def race(writer: int) -> bool:
        barrier.wait()
        return store.put_if_absent("race/prize", b"%d" % writer * 1000)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(race, range(8)))
    assert won.count(True) == 1
    assert store.get("race/prize") == b"%d" % won.index(True) * 1000
    assert not store.put_if_absent("race/prize", b"late")


def test_a_reader_never_sees_half_a_blob(store: Store) -> None:
    versions = [bytes([letter]) * 300_000 for letter in b"ab"]
    store.put("flip", versions[0])

    def write(_: int) -> None:
        for version in versions:
            store.put("flip", version)

    with ThreadPoolExecutor(3) as pool:
        writers = pool.map(write, range(3))
        for _ in range(12):
            assert store.get("flip") in versions
        list(writers)


def test_a_large_blob_comes_back_as_it_was(store: Store) -> None:
    data = b"".join(hashlib.sha256(b"%d" % block).digest() * 32768 for block in range(64))
    store.put("large", data)
    assert hashlib.sha256(store.get("large")).digest() == hashlib.sha256(data).digest()
    assert store.get_range("large", 40_000_000, 20_000_000) == data[40_000_000:60_000_000]
    assert not store.put_if_absent("large", data)


def test_the_check_writes_reads_and_leaves_nothing(store: Store) -> None:
    store.check()
    assert list(store.names("")) == []


def test_names_of_the_greatest_length_are_stored(store: Store) -> None:
    name = check_name("/".join(["z" * 240, "y" * 240, "x" * 240]))
    store.put(name, b"1")
    assert list(store.names("z")) == [name]
