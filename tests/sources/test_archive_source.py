"""Snapshots of archives: the formats, and everything that an archive may try."""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codestory.exceptions import CodeStoryError, EmptySourceError, HostileSourceError, SourceError, SourceNotFoundError
from codestory.snapshots import Snapshot
from codestory.sources import SourceLimits, acquire, snapshot_archive
from codestory.storage import FolderBlobStore
from tests.sources.conftest import write_files

FILES = {"repo/a.py": b"a = 1\n", "repo/pkg/b.py": b"", "repo/pkg/c.bin": b"\0" * 5000}


def zip_bytes(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tar_bytes(files: Mapping[str, bytes], kind: str = "") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{kind}") as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def tar_of(*members: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for info in members:
            archive.addfile(info, io.BytesIO(b"x" * info.size))
    return buffer.getvalue()


def tar_member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, target, size
    return info


def zip_member(name: str, mode: int, content: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = mode << 16
        archive.writestr(info, content)
    return buffer.getvalue()


def take(data: bytes, blobs: FolderBlobStore, limits: SourceLimits | None = None, **options: object) -> Snapshot:
    return snapshot_archive(io.BytesIO(data), blobs, limits=limits, **options)  # type: ignore[arg-type]


def contents(snapshot: Snapshot) -> dict[str, bytes]:
    return dict(snapshot.read_many(snapshot.files))


@pytest.mark.parametrize(
    "make",
    [
        zip_bytes,
        lambda files: zip_bytes(files, zipfile.ZIP_LZMA),
        tar_bytes,
        lambda files: tar_bytes(files, "gz"),
        lambda files: tar_bytes(files, "bz2"),
        lambda files: tar_bytes(files, "xz"),
    ],
    ids=["zip", "zip-lzma", "tar", "gz", "bz2", "xz"],
)
def test_every_format_gives_the_snapshot_of_the_folder(
    tmp_path: Path, blobs: FolderBlobStore, make: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    (tmp_path / "archive").write_bytes(make(FILES))
    snapshot = acquire("archive", str(tmp_path / "archive"), blobs=blobs)
    assert contents(snapshot) == {path.removeprefix("repo/"): content for path, content in FILES.items()}
    folder = acquire("local_path", str(write_files(tmp_path, dict(FILES)) / "repo"), blobs=blobs)
    assert snapshot.id == folder.id


def test_only_a_single_folder_that_holds_everything_is_stripped(blobs: FolderBlobStore) -> None:
    assert list(take(zip_bytes({"a/x": b"1", "b": b"2"}), blobs).files) == ["a/x", "b"]
    assert list(take(zip_bytes({"a/b/x": b"1"}), blobs).files) == ["b/x"]
    assert list(take(zip_bytes({"x": b"1"}), blobs).files) == ["x"]


def test_ignore_rules_apply_inside_archives(blobs: FolderBlobStore) -> None:
    files = {"r/z": b"", "r/a.log": b"", "r/.gitignore": b"*.gen\n", "r/x.gen": b"", "r/d/.gitignore": b"!x.gen\n"}
    files |= {"r/d/x.gen": b"", "r/node_modules/m": b"", "r/skip/me": b""}
    for data in (zip_bytes(files), tar_bytes(files, "gz"), tar_bytes(dict(reversed(files.items())))):
        snapshot = take(data, blobs, ignore=["skip/"])
        assert list(snapshot.files) == [".gitignore", "d/.gitignore", "d/x.gen", "z"]


def test_a_new_version_stores_only_what_is_new(blobs: FolderBlobStore) -> None:
    take(zip_bytes({"r/a": b"a" * 5000, "r/b": b"b"}), blobs, name="upload")
    stored = set(blobs.names("packs/"))
    take(zip_bytes({"r/a": b"a" * 5000, "r/b": b"c"}), blobs, name="upload")
    (new,) = set(blobs.names("packs/")) - stored
    assert blobs.get(new) == b"c"


def test_executable_bits_are_kept(blobs: FolderBlobStore) -> None:
    runnable = tar_member("r/run")
    runnable.mode = 0o755
    snapshot = take(tar_of(runnable, tar_member("r/plain")), blobs)
    assert {path: oct(entry.mode) for path, entry in snapshot.files.items()} == {
        "plain": "0o100644",
        "run": "0o100755",
    }
    assert take(zip_member("r/run", stat.S_IFREG | 0o755), blobs).files["run"].mode == 0o100755


@pytest.mark.parametrize(
    "name",
    ["../evil", "r/../../evil", "/etc/passwd", "r/..", "C:/evil", "c:evil", "..\\evil", "r\\..\\..\\evil", "\\evil"],
)
def test_a_name_that_leads_out_is_refused_and_named(blobs: FolderBlobStore, name: str) -> None:
    with pytest.raises(HostileSourceError, match="refused") as caught:
        take(zip_bytes({"r/fine": b"", name: b""}), blobs)
    assert (
        "evil" in caught.value.details["entry"]
        or ".." in caught.value.details["entry"]
        or "passwd" in str(caught.value)
    )
    if "\\" not in name:
        with pytest.raises(HostileSourceError, match="refused"):
            take(tar_of(tar_member(name)), blobs)
    assert list(blobs.names("")) == []


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd", "..", "x/../../..", "\\\\server\\share", "C:/x"])
def test_a_link_that_escapes_is_refused(blobs: FolderBlobStore, target: str) -> None:
    with pytest.raises(HostileSourceError, match=r"entry 'link' is a link"):
        take(tar_of(tar_member("link", tarfile.SYMTYPE, target)), blobs)
    with pytest.raises(HostileSourceError, match=r"entry 'link' is a link"):
        take(zip_member("link", stat.S_IFLNK | 0o777, target.encode()), blobs)


def test_a_link_inside_is_left_out_with_a_warning(blobs: FolderBlobStore) -> None:
    link = tar_member("r/d/link", tarfile.SYMTYPE, "../file")
    snapshot = take(tar_of(tar_member("r/file", size=3), link), blobs)
    assert list(snapshot.files) == ["file"]
    assert list(snapshot.warnings) == ["d/link is a symbolic link; links are not followed."]


def test_nothing_is_written_through_a_link(blobs: FolderBlobStore) -> None:
    members = [tar_member("r/d", tarfile.SYMTYPE, "e"), tar_member("r/d/file", size=3)]
    with pytest.raises(HostileSourceError, match="to be a directory"):
        take(tar_of(*members), blobs)


def test_hard_links_are_files_with_the_same_content(blobs: FolderBlobStore) -> None:
    members = [tar_member("r/a", size=3), tar_member("r/b", tarfile.LNKTYPE, "r/a"), tar_member("r/z")]
    assert contents(take(tar_of(*members), blobs)) == {"a": b"xxx", "b": b"xxx", "z": b""}
    ignored = take(tar_of(*members), blobs, ignore=["a"])
    assert contents(ignored) == {"b": b"xxx", "z": b""}


@pytest.mark.parametrize("target", ["r/later", "../../etc/passwd", "/etc/passwd", "r/link"])
def test_a_hard_link_to_anything_but_an_earlier_file_is_refused(blobs: FolderBlobStore, target: str) -> None:
    with pytest.raises(HostileSourceError, match="hard link"):
        take(tar_of(tar_member("r/link", tarfile.LNKTYPE, target), tar_member("r/later")), blobs)


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_and_pipes_are_refused(blobs: FolderBlobStore, kind: bytes) -> None:
    with pytest.raises(HostileSourceError, match="entry 'dev/sda' is a device"):
        take(tar_of(tar_member("dev/sda", kind)), blobs)


def test_a_device_in_a_zip_file_is_refused(blobs: FolderBlobStore) -> None:
    with pytest.raises(HostileSourceError, match="entry 'dev/sda' is a device"):
        take(zip_member("dev/sda", stat.S_IFBLK | 0o600), blobs)


def test_a_bomb_is_refused_by_its_ratio(blobs: FolderBlobStore) -> None:
    bomb = {"r/zeros": b"\0" * (80 * 1024 * 1024)}
    for data in (zip_bytes(bomb), tar_bytes(bomb, "gz"), tar_bytes(bomb, "xz")):
        assert len(data) < 500_000
        with pytest.raises(HostileSourceError, match="CODESTORY_MAX_ARCHIVE_RATIO"):
            take(data, blobs)
    assert list(blobs.names("packs/")) == []


def test_limits_on_size_count_and_depth(blobs: FolderBlobStore, tight: SourceLimits) -> None:
    too_large = {f"r/{number}": b"x" * 900 for number in range(49)} | {"r/more": b"x" * 70_000}
    too_many = {f"r/{number}": b"" for number in range(51)}
    too_deep = {"r/" + "d/" * 8 + "x": b""}
    for files, why in ((too_large, "more than 100000 bytes"), (too_many, "50 entries"), (too_deep, "8 directories")):
        for data in (zip_bytes(files), tar_bytes(files, "gz")):
            with pytest.raises(HostileSourceError, match=why):
                take(data, blobs, tight)


def test_thousands_of_nested_folders_are_refused(blobs: FolderBlobStore) -> None:
    with pytest.raises(HostileSourceError, match="200 directories deep"):
        take(tar_bytes({"d/" * 5000 + "x": b""}), blobs)
    with pytest.raises(HostileSourceError, match="200 directories deep"):
        take(zip_bytes({"d/" * 5000 + "x": b""}), blobs)


def test_a_header_that_claims_gigabytes_costs_nothing(blobs: FolderBlobStore) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 4 * 1024**3
    data = gzip.compress(header.tobuf(tarfile.GNU_FORMAT) + b"\0" * 4096)
    with pytest.raises(HostileSourceError, match="claims to be"):
        take(data, blobs)


def test_a_large_file_in_an_archive_is_listed_but_not_kept(blobs: FolderBlobStore, tight: SourceLimits) -> None:
    for data in (zip_bytes({"r/large": b"y" * 5000}), tar_bytes({"r/large": b"y" * 5000})):
        snapshot = take(data, blobs, tight)
        assert snapshot.files["large"].size == 5000
        assert "more than 1000" in snapshot.warnings[0]


def test_what_is_twice_in_an_archive_counts_as_it_was_last(blobs: FolderBlobStore) -> None:
    snapshot = take(tar_of(tar_member("r/a", size=1), tar_member("r/a", size=2), tar_member("r/b")), blobs)
    assert contents(snapshot) == {"a": b"xx", "b": b""}
    assert "more than once" in snapshot.warnings[0]


def test_a_name_that_is_file_and_directory_is_refused(blobs: FolderBlobStore) -> None:
    for names in (["r/a", "r/a/b"], ["r/a/b", "r/a"]):
        with pytest.raises(HostileSourceError, match=r"directory"):
            take(tar_of(*map(tar_member, names)), blobs)


def test_names_that_are_no_text_are_kept_apart(blobs: FolderBlobStore) -> None:
    names = [b"r/new\nline", b"r/\xff", "r/é".encode()]
    tarred = take(tar_of(*(tar_member(name.decode("utf-8", "surrogateescape")) for name in names)), blobs)
    assert list(tarred.files) == [r"\xff", r"new\x0aline", "é"]


def test_names_from_windows_and_without_the_utf8_flag_are_understood(blobs: FolderBlobStore) -> None:
    assert list(take(zip_bytes({"r\\d\\a.txt": b"", "r\\d\\": b""}), blobs).files) == ["d/a.txt"]
    data = zip_bytes({"r/\N{LATIN SMALL LETTER E WITH ACUTE}": b""}).replace(b"\x00\x08", b"\x00\x00")
    assert list(take(data, blobs).files) in (["é"], [r"\xc3\xa9"])


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04 not really", b"\x1f\x8b\x08 broken", b"BZh9 broken"])
def test_what_is_no_archive_is_refused(blobs: FolderBlobStore, data: bytes) -> None:
    with pytest.raises(SourceError, match="archive"):
        take(data, blobs)


@pytest.mark.parametrize("kind", ["", "gz", "bz2", "xz"])
def test_a_truncated_archive_is_refused(blobs: FolderBlobStore, kind: str) -> None:
    files = {f"r/{number}": bytes(range(256)) * 8 for number in range(20)}
    data = tar_bytes(files, kind)
    for length in (len(data) // 3, len(data) // 2 + 100):
        with pytest.raises(SourceError, match="damaged"):
            take(data[:length], blobs)
    with pytest.raises(SourceError):
        take(zip_bytes(files)[:-100], blobs)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.floats(0, 1), change=st.binary(min_size=1, max_size=6), kind=st.sampled_from(["zip", "tar", "gz"]))
def test_damage_anywhere_is_either_harmless_or_refused(
    blobs: FolderBlobStore, position: float, change: bytes, kind: str
) -> None:
    data = bytearray(zip_bytes(FILES) if kind == "zip" else tar_bytes(FILES, "gz" if kind == "gz" else ""))
    start = int(position * (len(data) - len(change)))
    data[start : start + len(change)] = change
    try:
        snapshot = take(bytes(data), blobs)
    except CodeStoryError as error:
        assert isinstance(error, SourceError)
    else:
        assert all(not path.startswith("/") and ".." not in path.split("/") for path in snapshot.files)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.text("ab./\\\n\x00é", min_size=1, max_size=12),
            st.sampled_from([tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE]),
            st.text("ab./", max_size=8),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_is_in_an_archive_nothing_escapes(
    blobs: FolderBlobStore, members: list[tuple[str, bytes, str]]
) -> None:
    try:
        snapshot = take(tar_of(*(tar_member(name, kind, target) for name, kind, target in members)), blobs)
    except SourceError:
        return
    for path in (*snapshot.files, *snapshot.directories):
        parts = path.split("/")
        assert not {"", ".", ".."} & set(parts)
        assert path.splitlines() == [path]


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_headers_about_headers_without_end_are_damage(blobs: FolderBlobStore, kind: bytes) -> None:
    content = b"name\0" if kind == tarfile.GNUTYPE_LONGNAME else b"6 a=b\n"
    header = tar_member("about", kind, size=len(content)).tobuf() + content.ljust(tarfile.BLOCKSIZE, b"\0")
    with pytest.raises(SourceError, match="damaged"):
        take(header * 2_000 + tar_of(tar_member("r/a", size=1)), blobs)


def test_hard_links_count_as_the_files_that_they_are(blobs: FolderBlobStore) -> None:
    limits = SourceLimits(max_total_bytes=100_000)
    first = tar_member("r/a", size=10_000)
    links = [tar_member(f"r/b{number}", tarfile.LNKTYPE, "r/a") for number in range(10)]
    with pytest.raises(HostileSourceError, match=r"b9.*hard link too many.*CODESTORY_MAX_SOURCE_BYTES"):
        snapshot_archive(io.BytesIO(tar_of(first, *links)), blobs, limits=limits)
    assert len(snapshot_archive(io.BytesIO(tar_of(first, *links[:9])), blobs, limits=limits).files) == 10


@pytest.mark.parametrize("hidden_by", ["nothing", "a zip64 record", "a second end"])
def test_entries_of_a_zip_file_are_counted_before_they_are_read(
    blobs: FolderBlobStore, monkeypatch: pytest.MonkeyPatch, hidden_by: str
) -> None:
    data = zip_bytes({"r/a": b"x"})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = data[start:end] * 1_001
    sizes = struct.pack("<2Q", len(entries), start)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entries), start, 0)
    if hidden_by == "a zip64 record":
        record = struct.pack("<4sQ2H2L2Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1_001, 1_001) + sizes
        locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + len(entries), 1)
        tail = record + locator + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 1, 1, 0)
    elif hidden_by == "a second end":
        tail = struct.pack("<4s4s2H2LH", b"PK\x05\x06", b"PK\x05\x06", 1, 1, len(entries), start, 0)

    def read(file: object) -> None:
        pytest.fail("the directory is read although it is too long")

    monkeypatch.setattr(zipfile, "ZipFile", read)
    with pytest.raises(HostileSourceError, match="more than 1000 entries"):
        snapshot_archive(io.BytesIO(data[:start] + entries + tail), blobs, limits=SourceLimits(max_files=1_000))


def test_a_pipe_is_no_archive_and_nobody_waits_for_it(tmp_path: Path, blobs: FolderBlobStore) -> None:
    os.mkfifo(tmp_path / "a.tar")
    for path in (tmp_path / "a.tar", Path("/dev/null"), Path("/dev/zero")):
        with pytest.raises(SourceError, match="not an archive"):
            acquire("archive", str(path), blobs=blobs)


def test_an_encrypted_zip_file_says_so(blobs: FolderBlobStore) -> None:
    data = bytearray(zip_bytes({"r/a": b"secret"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    with pytest.raises(SourceError, match="encrypted"):
        take(bytes(data), blobs)


def test_an_archive_of_ignored_files_is_empty(blobs: FolderBlobStore) -> None:
    for data in (zip_bytes({"r/a.log": b"", "r/.git/config": b""}), zip_bytes({}), tar_of()):
        with pytest.raises(EmptySourceError):
            take(data, blobs)


def test_a_missing_archive_and_a_folder_are_told_apart(tmp_path: Path, blobs: FolderBlobStore) -> None:
    with pytest.raises(SourceNotFoundError, match=f"no archive {tmp_path}/none"):
        acquire("archive", str(tmp_path / "none"), blobs=blobs)
    with pytest.raises(SourceError, match="local_path"):
        acquire("archive", str(tmp_path), blobs=blobs)
