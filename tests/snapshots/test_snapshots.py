"""What a snapshot keeps, how little a second one stores, and how it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestory.exceptions import NotFoundError, PermanentError
from codestory.snapshots import Snapshot, SnapshotBuilder
from codestory.snapshots import builder as builder_module
from codestory.snapshots.paths import path_text
from codestory.storage import FolderBlobStore


class CountingStore(FolderBlobStore):
    """Counts requests and bytes."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.reads = 0
        self.written: list[str] = []

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        self.reads += 1
        return super().get_range(name, offset, length)

    def put(self, name: str, data: bytes) -> None:
        self.written.append(name)
        super().put(name, data)

    def put_if_absent(self, name: str, data: bytes) -> bool:
        self.written.append(name)
        return super().put_if_absent(name, data)


@pytest.fixture
def blobs(tmp_path: Path) -> CountingStore:
    return CountingStore(tmp_path / "blobs")


def build(
    blobs: FolderBlobStore, files: Mapping[str, bytes], base: Snapshot | None = None, mode: int = 0o100644
) -> Snapshot:
    builder = SnapshotBuilder(blobs, base)
    for path, content in files.items():
        builder.add(path, content, mode)
        while "/" in path:
            path = path.rpartition("/")[0]
            builder.add_directory(path)
    return builder.finish()


FILES = {"README": b"hello\n", "src/a.py": b"a = 1\n", "src/empty": b"", "src/copy.py": b"a = 1\n"}


def test_what_was_added_is_read(blobs: CountingStore) -> None:
    snapshot = Snapshot.load(blobs, build(blobs, FILES).id)
    assert {path: snapshot.read(path) for path in snapshot.files} == FILES
    assert dict(snapshot.read_many(FILES)) == FILES
    assert list(snapshot.files) == sorted(FILES)
    assert list(snapshot.directories) == ["src"]
    assert snapshot.files["src/a.py"].sha256 == hashlib.sha256(b"a = 1\n").hexdigest()
    assert snapshot.head("README", 3) == b"hel"


@settings(max_examples=60, deadline=None)
@given(
    files=st.dictionaries(st.text("abc", min_size=1, max_size=3), st.binary(max_size=300), min_size=1, max_size=12),
    edits=st.dictionaries(st.text("abc", min_size=1, max_size=3), st.binary(max_size=300), max_size=6),
)
def test_a_snapshot_on_top_of_another_reads_like_one_made_from_nothing(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], edits: dict[str, bytes]
) -> None:
    store = FolderBlobStore(tmp_path_factory.mktemp("blobs"))
    base = build(store, files)
    after = files | edits
    on_top, alone = build(store, after, base), build(FolderBlobStore(store.root / "other"), after)
    assert on_top.id == alone.id
    assert dict(on_top.read_many(after)) == dict(alone.read_many(after)) == after


def test_the_order_in_which_files_come_does_not_matter(blobs: CountingStore) -> None:
    assert build(blobs, FILES).id == build(blobs, dict(reversed(FILES.items()))).id


@pytest.mark.parametrize(
    "files", [{**FILES, "README": b"bye"}, {**FILES, "more": b""}, {"README": b"hello\n"}, {**FILES, "src/b/x": b""}]
)
def test_any_difference_makes_another_snapshot(blobs: CountingStore, files: dict[str, bytes]) -> None:
    assert build(blobs, files).id != build(blobs, FILES).id


def test_modes_and_empty_directories_make_a_difference_and_warnings_none(blobs: CountingStore) -> None:
    plain = build(blobs, FILES)
    assert build(blobs, FILES, mode=0o100755).id != plain.id
    builder = SnapshotBuilder(blobs, plain)
    for path, content in FILES.items():
        builder.add(path, content, 0o100644)
    builder.add_directory("src")
    builder.warn("something was left out")
    warned = builder.finish()
    assert warned.id == plain.id
    assert Snapshot.load(FolderBlobStore(blobs.root), plain.id).warnings == ["something was left out"]
    builder.add_directory("nothing-inside")
    assert builder.finish().id != plain.id


def test_the_same_again_stores_nothing(blobs: CountingStore) -> None:
    first = build(blobs, FILES)
    blobs.written.clear()
    assert build(blobs, FILES, first) is first
    assert blobs.written == []


def test_an_edit_stores_only_what_is_new(blobs: CountingStore) -> None:
    files = {f"f{number}": b"%d" % number * 1000 for number in range(100)}
    base = build(blobs, files)
    blobs.written.clear()
    edited = build(blobs, {**files, "f7": b"new"}, base)
    packs = [name for name in blobs.written if name.startswith("packs/")]
    assert [blobs.get(name) for name in packs] == [b"new"]
    assert edited.read("f7") == b"new"


def test_a_thousand_files_are_read_with_few_requests(blobs: CountingStore) -> None:
    files = {f"d{number % 10}/f{number:04d}": b"%04d" % number * 250 for number in range(1000)}
    snapshot = build(blobs, files)
    blobs.reads = 0
    assert dict(snapshot.read_many(files)) == files
    assert blobs.reads <= 2


def test_packs_scattered_by_many_edits_are_gathered_again(blobs: CountingStore) -> None:
    files = {f"f{number}": b"%d" % number * 50 for number in range(80)}
    snapshot = build(blobs, files)
    for number in range(70):
        files[f"f{number}"] = b"edit %d" % number
        snapshot = build(blobs, files, snapshot)
        assert len(snapshot.manifest.packs) <= builder_module._MAX_PACKS + 1
    assert dict(snapshot.read_many(files)) == files


def test_a_deleted_pack_is_made_again(blobs: CountingStore) -> None:
    first = build(blobs, FILES)
    for name in list(blobs.names("packs/")):
        blobs.delete(name)
    again = build(blobs, FILES, first)
    assert dict(again.read_many(FILES)) == FILES


def test_a_damaged_pack_is_noticed(blobs: CountingStore) -> None:
    snapshot = build(blobs, FILES)
    (name,) = blobs.names("packs/")
    blobs.put(name, b"x" * len(blobs.get(name)))
    with pytest.raises(PermanentError, match="'README' is damaged"):
        snapshot.read("README")
    with pytest.raises(PermanentError, match="damaged"):
        list(snapshot.read_many(["README"]))


def test_unknown_paths_and_snapshots_are_not_found(blobs: CountingStore) -> None:
    snapshot = build(blobs, FILES)
    with pytest.raises(NotFoundError, match="no file 'src'"):
        snapshot.read("src")
    with pytest.raises(NotFoundError, match="no file 'b'"):
        list(snapshot.read_many(["README", "b"]))
    with pytest.raises(NotFoundError, match="no snapshot"):
        Snapshot.load(blobs, "0" * 64)
    with pytest.raises(NotFoundError, match="not the id of a snapshot"):
        Snapshot.load(blobs, "../../etc/passwd")


def test_ignored_paths_are_left_out_of_a_filtered_view(blobs: CountingStore) -> None:
    snapshot = build(
        blobs,
        {"a.py": b"1", "a.md": b"2", "docs/b.md": b"3", "docs/keep.md": b"4", "gen/x.py": b"5", "gen/y/z.py": b""},
    )
    view = snapshot.without(["*.md", "!keep.md", "gen/"])
    assert list(view.files) == ["a.py", "docs/keep.md"]
    assert list(view.directories) == ["docs"]
    assert dict(view.read_many(view.files)) == {"a.py": b"1", "docs/keep.md": b"4"}
    assert view.id == build(blobs, {"a.py": b"1", "docs/keep.md": b"4"}).id
    assert snapshot.without([]) is snapshot
    assert Snapshot.load(blobs, snapshot.without(["gen/"]).stored().id).read("a.py") == b"1"


def test_a_snapshot_can_be_written_out(blobs: CountingStore, tmp_path: Path) -> None:
    builder = SnapshotBuilder(blobs)
    builder.add_directory("bin")
    builder.add_directory("empty")
    builder.add("bin/run", b"#!/bin/sh\n", 0o100755)
    large = builder.add("gone", b"x", 0o100644).__class__("large", "0" * 64, 5000, 0o100644)
    builder.add_beginning(large, b"begin")
    target = tmp_path / "out"
    target.mkdir()
    snapshot = builder.finish()
    assert snapshot.write_to(target) == ["large"]
    assert (target / "bin" / "run").read_bytes() == b"#!/bin/sh\n"
    assert (target / "bin" / "run").stat().st_mode & 0o111 == 0o111
    assert (target / "empty").is_dir()
    assert not snapshot.has_content("large")
    assert snapshot.head("large", 100) == b"begin"
    with pytest.raises(NotFoundError, match="too large"):
        snapshot.read("large")
    assert [path for path, _ in snapshot.read_many(snapshot.files)] == ["bin/run", "gone"]


def test_warnings_beyond_the_limit_are_counted(blobs: CountingStore) -> None:
    builder = SnapshotBuilder(blobs)
    builder.add("a", b"", 0o100644)
    for number in range(builder_module.MAX_WARNINGS + 5):
        builder.warn(f"warning {number}")
    warnings = builder.finish().warnings
    assert len(warnings) == builder_module.MAX_WARNINGS + 1
    assert warnings[-1] == "5 more warnings are not listed."


@given(st.lists(st.binary(min_size=1, max_size=12), unique=True, max_size=20))
def test_different_names_have_different_texts_that_are_safe(names: list[bytes]) -> None:
    texts = [path_text(name) for name in names]
    assert len(set(texts)) == len(names)
    for text in texts:
        assert text.encode().decode() == text
        assert len(text.splitlines()) == 1
        assert text.isprintable() or not any(ord(character) < 32 or ord(character) == 127 for character in text)


@pytest.mark.parametrize(
    ("name", "text"),
    [(b"plain.py", "plain.py"), ("é".encode(), "é"), (b"a\nb", r"a\x0ab"), (b"\xff", r"\xff"), (b"a\\b", r"a\x5cb")],
)
def test_names_keep_their_form_where_they_can(name: bytes, text: str) -> None:
    assert path_text(name) == text
