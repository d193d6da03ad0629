"""Snapshots of local folders: what is in them, what is left out, and that nothing is read twice."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pytest

from codestory.exceptions import (
    CancelledError,
    EmptySourceError,
    NotFoundError,
    RequestError,
    SourceError,
    SourceNotFoundError,
)
from codestory.snapshots import Snapshot, SnapshotBuilder
from codestory.sources import SourceLimits, acquire, snapshot_folder
from codestory.storage import FolderBlobStore
from tests.sources.conftest import write_files
from tests.support.privileges import without_privileges
from tests.support.sdists import sdist
from tests.support.step_driver import RecordingProgress

LONG_AGO = 1_500_000_000


def age(root: Path) -> None:
    """Make everything look as if it had been left alone for years (as far as that can be faked)."""
    for path in root.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO), follow_symlinks=False)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths whose contents were read and handed to a snapshot."""
    log: list[str] = []
    add = SnapshotBuilder.add

    def logged(self: SnapshotBuilder, path: str, content: bytes, mode: int) -> object:
        log.append(path)
        return add(self, path, content, mode)

    monkeypatch.setattr(SnapshotBuilder, "add", logged)
    return log


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as settled as soon as they are written: the time of a status change cannot be faked."""
    monkeypatch.setattr("codestory.sources.folder._RACY_NANOSECONDS", -3600 * 10**9)


def test_files_and_empty_directories_are_taken_with_their_modes(tmp_path: Path, blobs: FolderBlobStore) -> None:
    root = write_files(tmp_path / "repo", {"a.py": b"a", "pkg/b.py": b"b", "run": b"#!"})
    (root / "empty").mkdir()
    (root / "run").chmod(0o700)
    snapshot = snapshot_folder(root, blobs)
    assert dict(snapshot.read_many(snapshot.files)) == {"a.py": b"a", "pkg/b.py": b"b", "run": b"#!"}
    assert list(snapshot.directories) == ["empty", "pkg"]
    assert oct(snapshot.files["run"].mode) == "0o100755"
    assert oct(snapshot.files["a.py"].mode) == "0o100644"
    assert list(snapshot.warnings) == []


def test_ignored_files_are_left_out_at_every_level(tmp_path: Path, blobs: FolderBlobStore) -> None:
    root = write_files(
        tmp_path / "repo",
        {
            ".gitignore": b"/secret\n*.gen\n!keep.gen\n",
            "secret": b"",
            "a.gen": b"",
            "keep.gen": b"",
            "lib/.gitignore": b"!b.gen\nsecret\n",
            "lib/b.gen": b"",
            "lib/secret": b"",
            "lib/deep/secret": b"",
            "node_modules/x/index.js": b"",
            "docs/x.md": b"",
            ".git/config": b"",
        },
    )
    snapshot = snapshot_folder(root, blobs, ["docs/"])
    assert list(snapshot.files) == [".gitignore", "keep.gen", "lib/.gitignore", "lib/b.gen"]
    assert list(snapshot.directories) == ["lib", "lib/deep"]


def test_an_unchanged_folder_is_not_read_again(
    tmp_path: Path, blobs: FolderBlobStore, reads: list[str], settled: None
) -> None:
    root = write_files(tmp_path / "repo", {f"d/f{number}": b"%d" % number for number in range(20)})
    first = snapshot_folder(root, blobs)
    assert len(reads) == 20
    reads.clear()
    assert snapshot_folder(root, blobs).id == first.id
    assert reads == []


def test_only_what_changed_is_read_again(
    tmp_path: Path, blobs: FolderBlobStore, reads: list[str], settled: None
) -> None:
    root = write_files(tmp_path / "repo", {"a": b"1", "b": b"2", "c": b"3", "d": b"4"})
    snapshot_folder(root, blobs)
    reads.clear()
    (root / "a").write_bytes(b"5")
    (root / "b").rename(root / "e")
    (root / "c").unlink()
    (root / "d").chmod(0o755)
    snapshot = snapshot_folder(root, blobs)
    assert dict(snapshot.read_many(snapshot.files)) == {"a": b"5", "e": b"2", "d": b"4"}
    assert sorted(reads) == ["a", "d", "e"]
    assert snapshot.files["d"].mode == 0o100755


def test_a_file_that_changed_within_the_resolution_of_the_clock_is_read_again(
    tmp_path: Path, blobs: FolderBlobStore, reads: list[str]
) -> None:
    root = write_files(tmp_path / "repo", {"a": b"1", "b": b"2"})
    first = snapshot_folder(root, blobs)
    stamp = (root / "a").stat()
    # Same size, same inode, same times: nothing but the content tells.
    (root / "a").write_bytes(b"9")
    os.utime(root / "a", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    reads.clear()
    second = snapshot_folder(root, blobs)
    assert sorted(reads) == ["a", "b"]
    assert second.id != first.id
    assert second.read("a") == b"9"


def test_contents_whose_pack_is_gone_are_read_again(
    tmp_path: Path, blobs: FolderBlobStore, reads: list[str], settled: None
) -> None:
    root = write_files(tmp_path / "repo", {"a": b"1"})
    snapshot_folder(root, blobs)
    for name in list(blobs.names("packs/")):
        blobs.delete(name)
    assert snapshot_folder(root, blobs).read("a") == b"1"
    assert reads == ["a", "a"]


def test_a_memory_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, blobs: FolderBlobStore) -> None:
    root = write_files(tmp_path / "repo", {"a": b"1"})
    first = snapshot_folder(root, blobs)
    (state,) = blobs.names("sources/")
    blobs.put(state, b"\xc1 nonsense")
    assert snapshot_folder(root, blobs).id == first.id


def test_links_are_never_followed_and_loops_do_no_harm(tmp_path: Path, blobs: FolderBlobStore) -> None:
    root = write_files(tmp_path / "repo", {"a": b"1", "d/b": b"2"})
    (tmp_path / "outside").write_bytes(b"secret")
    (root / "loop").symlink_to(root)
    (root / "d" / "up").symlink_to("..")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "broken").symlink_to("nowhere")
    (root / "self").symlink_to("self")
    snapshot = snapshot_folder(root, blobs)
    assert list(snapshot.files) == ["a", "d/b"]
    assert sorted(warning.split()[0] for warning in snapshot.warnings) == ["broken", "d/up", "loop", "out", "self"]


def test_a_linked_gitignore_is_not_read(tmp_path: Path, blobs: FolderBlobStore) -> None:
    root = write_files(tmp_path / "repo", {"a": b"1"})
    (tmp_path / "rules").write_bytes(b"a\n")
    (root / ".gitignore").symlink_to(tmp_path / "rules")
    assert list(snapshot_folder(root, blobs).files) == ["a"]


def test_pipes_and_sockets_are_left_out_without_waiting(tmp_path: Path, blobs: FolderBlobStore) -> None:
    root = write_files(tmp_path / "r", {"a": b"1"})
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "sock"))
        snapshot = snapshot_folder(root, blobs)
    assert list(snapshot.files) == ["a"]
    assert list(snapshot.warnings) == ["pipe is a named pipe and was left out.", "sock is a socket and was left out."]


def test_what_cannot_be_read_is_warned_about() -> None:
    # Pytest keeps its own folders to itself, so this one is elsewhere.
    with TemporaryDirectory() as folder:
        check_warnings_about_what_cannot_be_read(Path(folder))


def check_warnings_about_what_cannot_be_read(base: Path) -> None:
    root = write_files(base / "repo", {"a": b"1", "locked": b"2", "dir/c": b"3", "sub/.gitignore": b"x", "sub/x": b""})
    blobs = FolderBlobStore(base / "blobs")
    blobs.check()
    for path in (base, *base.rglob("*")):
        path.chmod(0o777)
    (root / "locked").chmod(0)
    (root / "dir").chmod(0)
    (root / "sub" / ".gitignore").chmod(0)
    with without_privileges():
        snapshot = snapshot_folder(root, blobs)
    assert list(snapshot.files) == ["a", "sub/x"]
    assert sorted(snapshot.warnings) == [
        "dir/ cannot be read: Permission denied.",
        "locked cannot be read: Permission denied.",
        "sub/.gitignore cannot be read: Permission denied.",
        "sub/.gitignore cannot be read: Permission denied.",
    ]
    (root / "dir").chmod(0o777)


def test_a_large_file_is_listed_but_not_kept(tmp_path: Path, blobs: FolderBlobStore, settled: None) -> None:
    root = write_files(tmp_path / "repo", {"a": b"1"})
    with (root / "huge.bin").open("wb") as file:
        file.write(b"begin")
        file.truncate(50 * 1024 * 1024)
    for _ in range(2):
        snapshot = snapshot_folder(root, blobs)
        assert snapshot.files["huge.bin"].size == 50 * 1024 * 1024
        assert not snapshot.has_content("huge.bin")
        assert snapshot.head("huge.bin", 5) == b"begin"
        assert dict(snapshot.read_many(snapshot.files)) == {"a": b"1"}
        (warning,) = snapshot.warnings
        assert warning.startswith("huge.bin has 52428800 bytes, more than 10485760")
    assert sum(len(blobs.get(name)) for name in blobs.names("packs/")) < 100_000


def test_raising_the_limit_brings_the_content_in(tmp_path: Path, blobs: FolderBlobStore, settled: None) -> None:
    root = write_files(tmp_path / "repo", {"large": b"x" * 200_000})
    assert not snapshot_folder(root, blobs, limits=SourceLimits(max_file_bytes=100_000)).has_content("large")
    assert snapshot_folder(root, blobs, limits=SourceLimits(max_file_bytes=300_000)).read("large") == b"x" * 200_000


def test_names_that_are_no_text_are_kept_apart(tmp_path: Path, blobs: FolderBlobStore) -> None:
    root = write_files(tmp_path / "repo", {})
    root.mkdir()
    for name in (b"new\nline", b"\xff\xfe", b"\\xff\\xfe", "\N{RIGHT-TO-LEFT OVERRIDE}x".encode(), b"tab\there"):
        (root / os.fsdecode(name)).write_bytes(name)
    snapshot = snapshot_folder(root, blobs)
    assert len(snapshot.files) == 5
    assert snapshot.read(r"new\x0aline") == b"new\nline"
    assert snapshot.read(r"\xff\xfe") == b"\xff\xfe"
    assert snapshot.read(r"\x5cxff\x5cxfe") == b"\\xff\\xfe"
    assert len(snapshot.warnings) == 4


def test_thousands_of_nested_folders_are_cut_off(tmp_path: Path, blobs: FolderBlobStore) -> None:
    root = write_files(tmp_path / "repo", {"a": b"1"})
    here = os.open(root, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    snapshot = snapshot_folder(root, blobs)
    assert len(snapshot.directories) == 200
    assert len(snapshot.warnings) == 1
    assert "nested more than 200 directories deep" in snapshot.warnings[0]


def test_more_files_than_allowed_are_refused(tmp_path: Path, blobs: FolderBlobStore, tight: SourceLimits) -> None:
    root = write_files(tmp_path / "repo", {f"f{number}": b"" for number in range(60)})
    with pytest.raises(SourceError, match="more than 50 files"):
        snapshot_folder(root, blobs, limits=tight)


def test_an_overlong_gitignore_is_not_applied(tmp_path: Path, blobs: FolderBlobStore) -> None:
    root = write_files(tmp_path / "repo", {".gitignore": b"a\n" * 100_000, "a": b""})
    snapshot = snapshot_folder(root, blobs)
    assert list(snapshot.files) == [".gitignore", "a"]
    assert "was not applied" in snapshot.warnings[0]


def test_a_missing_folder_is_named_in_full_with_the_nearest_that_exists(
    tmp_path: Path, blobs: FolderBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceNotFoundError) as caught:
        acquire("local_path", "not/here", blobs=blobs)
    assert f"no folder {tmp_path}/not/here; the nearest that exists is {tmp_path}" in str(caught.value)
    assert caught.value.details["source"] == f"{tmp_path}/not/here"


def test_a_file_is_no_folder(tmp_path: Path, blobs: FolderBlobStore) -> None:
    write_files(tmp_path, {"a.zip": b"PK"})
    with pytest.raises(SourceError, match="'archive'"):
        snapshot_folder(tmp_path / "a.zip", blobs)


@pytest.mark.parametrize("files", [{}, {".git/config": b""}, {"a.log": b"", "node_modules/x": b""}])
def test_a_folder_without_files_of_its_own_is_empty(
    tmp_path: Path, blobs: FolderBlobStore, files: dict[str, bytes]
) -> None:
    (tmp_path / "repo").mkdir()
    write_files(tmp_path / "repo", files)
    with pytest.raises(EmptySourceError, match="holds no file"):
        snapshot_folder(tmp_path / "repo", blobs)


def test_unknown_types_and_branches_of_folders_are_bad_requests(tmp_path: Path, blobs: FolderBlobStore) -> None:
    with pytest.raises(RequestError, match="Did you mean 'local_path'"):
        acquire("localpath", str(tmp_path), blobs=blobs)
    with pytest.raises(RequestError, match="branch"):
        acquire("local_path", str(tmp_path), branch="main", blobs=blobs)


def test_a_snapshot_is_a_source_too(tmp_path: Path, blobs: FolderBlobStore) -> None:
    first = acquire("local_path", str(write_files(tmp_path / "r", {"a": b"1", "b": b"2"})), blobs=blobs)
    assert acquire("snapshot", first.id, blobs=blobs).id == first.id
    part = acquire("snapshot", first.id, ignore=["b"], blobs=blobs)
    assert list(Snapshot.load(blobs, part.id).files) == ["a"]
    with pytest.raises(NotFoundError):
        acquire("snapshot", "f" * 64, blobs=blobs)


def test_counts_of_a_real_repository_equal_those_of_an_independent_walk(tmp_path: Path, blobs: FolderBlobStore) -> None:
    root = sdist("flask==3.1.0")
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "git")], check=True)
    listed = subprocess.run(
        ["git", f"--git-dir={tmp_path}/git/.git", f"--work-tree={root}", "ls-files", "-z", "-o", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    # The built-in rules that matter here.
    left_out = re.compile(r"(^|/)(build|dist|__pycache__|\.vscode|\.idea)/|\.(pyc|log|tmp)$")
    files = {path for path in listed.stdout.decode().split("\0") if path and not left_out.search(path)}
    directories = {parent.as_posix() for path in files for parent in PurePosixPath(path).parents} - {"."}
    snapshot = snapshot_folder(root, blobs)
    assert set(snapshot.files) == files
    assert set(snapshot.directories) == directories
    assert len(files) > 200
    with tarfile.open(tmp_path / "flask.tar.gz", "w:gz") as archive:
        archive.add(root, "flask-3.1.0")
    assert acquire("archive", str(tmp_path / "flask.tar.gz"), blobs=blobs).id == snapshot.id


def test_the_state_of_code_story_inside_the_folder_is_not_a_part_of_it(tmp_path: Path) -> None:
    root = write_files(tmp_path / "repo", {"a": b"1", "state/graph/data": b"2"})
    blobs = FolderBlobStore(root / "state" / "blobs")
    first = snapshot_folder(root, blobs)
    assert list(first.files) == ["a"]
    assert list(first.directories) == []
    assert snapshot_folder(root, blobs).id == first.id
    beside = snapshot_folder(root, FolderBlobStore(root / "blobs"))
    assert not any(path.startswith("blobs") for path in (*beside.files, *beside.directories))


def test_more_bytes_than_allowed_are_refused(tmp_path: Path, blobs: FolderBlobStore, tight: SourceLimits) -> None:
    root = write_files(tmp_path / "repo", {f"f{number}": b"x" * 1000 for number in range(40)})
    snapshot_folder(root, blobs, limits=tight)
    write_files(root, {"large": b"x" * 90_000})
    snapshot_folder(root, blobs, limits=tight)
    with pytest.raises(SourceError, match="CODESTORY_MAX_SOURCE_BYTES"):
        snapshot_folder(root, blobs, limits=SourceLimits(max_file_bytes=1000, max_total_bytes=39_999))


def test_an_acquisition_ends_when_its_progress_says_so(tmp_path: Path, blobs: FolderBlobStore) -> None:
    class Cancelled(RecordingProgress):
        def advance(self, units: int = 1) -> None:
            raise CancelledError("cancelled")

    root = write_files(tmp_path / "repo", {"a": b"1"})
    with pytest.raises(CancelledError):
        acquire("local_path", str(root), blobs=blobs, progress=Cancelled())
    counted = RecordingProgress()
    acquire("local_path", str(root), blobs=blobs, progress=counted)
    assert counted.units == 1


def test_simultaneous_snapshots_of_one_folder_agree(tmp_path: Path, blobs: FolderBlobStore) -> None:
    files = {f"d{number % 7}/f{number}": b"%d" % number * 100 for number in range(200)}
    root = write_files(tmp_path / "repo", files)
    with ThreadPoolExecutor(4) as pool:
        snapshots = list(pool.map(lambda _: snapshot_folder(root, blobs), range(8)))
    assert len({snapshot.id for snapshot in snapshots}) == 1
    assert all(dict(snapshot.read_many(files)) == files for snapshot in snapshots)
