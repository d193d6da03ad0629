"""The look through a git pack before it is unpacked."""

from __future__ import annotations

import io
import zlib

import pytest
from dulwich.object_format import SHA1
from dulwich.objects import Blob
from dulwich.pack import create_delta, write_pack_objects
from hypothesis import given, settings
from hypothesis import strategies as st

from codestory.exceptions import HostileSourceError, SourceError
from codestory.sources.packs import check_pack

MANY = 10**12


def header(kind: int, size: int) -> bytes:
    """The first bytes of an object in a pack."""
    result = [(kind << 4) | (size & 15)]
    size >>= 4
    while size:
        result[-1] |= 0x80
        result.append(size & 0x7F)
        size >>= 7
    return bytes(result)


def pack(*objects: bytes) -> io.BytesIO:
    return io.BytesIO(b"PACK" + (2).to_bytes(4) + len(objects).to_bytes(4) + b"".join(objects) + b"\0" * 20)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=3000), max_size=8, unique=True))
def test_a_pack_of_the_git_library_is_counted_completely(contents: list[bytes]) -> None:
    file = io.BytesIO()
    write_pack_objects(file.write, [(Blob.from_string(content), None) for content in contents], object_format=SHA1)  # type: ignore[arg-type]
    total = sum(map(len, contents))
    assert check_pack(file, "x", MANY, MANY, total) == len(contents)
    if total:
        with pytest.raises(HostileSourceError, match="unpack to more than"):
            check_pack(file, "x", MANY, MANY, total - 1)


def test_streams_that_span_many_reads_are_followed() -> None:
    import os

    objects = [header(3, 300_000) + zlib.compress(os.urandom(300_000), 0) for _ in range(3)]
    assert check_pack(pack(*objects), "x", 3, MANY, MANY) == 3


def test_more_objects_than_allowed_are_refused() -> None:
    with pytest.raises(HostileSourceError, match="sends 3 objects"):
        check_pack(pack(*[header(3, 0) + zlib.compress(b"")] * 3), "x", 2, MANY, MANY)


def test_the_size_that_an_object_declares_counts() -> None:
    with pytest.raises(HostileSourceError, match="unpack to more than"):
        check_pack(pack(header(3, 10**9) + zlib.compress(b"small")), "x", MANY, 10**8, MANY)


def test_the_size_of_what_a_delta_makes_counts() -> None:
    bomb = b"".join(create_delta(b"x", b"y" * 10))
    # Base size 1, then the size of the result: claim a gigabyte.
    bomb = b"\x01" + b"\x80\x94\xeb\xdc\x03" + bomb[2:]
    for kind, reference in ((7, b"\0" * 20), (6, b"\x0c")):
        with pytest.raises(HostileSourceError, match="unpack to more than"):
            check_pack(pack(header(kind, len(bomb)) + reference + zlib.compress(bomb)), "x", MANY, 10**8, MANY)


def test_an_impossible_size_is_refused() -> None:
    with pytest.raises(HostileSourceError, match="impossible size"):
        check_pack(pack(b"\xbf" + b"\xff" * 20), "x", MANY, MANY, MANY)


@pytest.mark.parametrize("data", [b"", b"PACK", b"<html>.......", b"KCAP\0\0\0\2\0\0\0\0"])
def test_what_is_no_pack_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="git pack"):
        check_pack(io.BytesIO(data), "x", MANY, MANY, MANY)


def test_a_pack_that_ends_too_early_is_noticed() -> None:
    whole = pack(header(3, 1000) + zlib.compress(b"a" * 1000)).getvalue()
    for length in (12, 14, 20):
        with pytest.raises(EOFError):
            check_pack(io.BytesIO(whole[:length]), "x", MANY, MANY, MANY)
