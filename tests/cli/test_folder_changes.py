"""Waiting for what changes in a folder."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from codestory.cli.folder_changes import FolderChanges
from codestory.exceptions import SourceNotFoundError
from tests.sources.conftest import write_files

SETTLE = timedelta(milliseconds=50)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_files(tmp_path / "repo", {"a.py": b"", ".gitignore": b"/out\n", "sub/.gitignore": b"*.gen\n"})


def told(changes: FolderChanges, *paths: str) -> set[str]:
    """What is told until ``paths`` are among it: at once, or in parts on a machine that is slow to change them."""
    found: set[str] = set()
    while not found.issuperset(paths):
        found.update(changes.wait())
    return found


def test_changes_are_kept_for_whoever_waits_later(folder: Path) -> None:
    with FolderChanges(folder, settle=SETTLE) as changes:
        (folder / "a.py").write_bytes(b"x = 1")
        (folder / "sub" / "b.py").write_bytes(b"")
        assert told(changes, "a.py", "sub/b.py") == {"a.py", "sub/b.py"}
        (folder / "a.py").rename(folder / "c.py")
        assert told(changes, "a.py", "c.py") == {"a.py", "c.py"}
        (folder / "sub" / "b.py").unlink()
        assert changes.wait() == ["sub/b.py"]


def test_what_a_snapshot_would_leave_out_does_not_count(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    kept = folder / "state"
    with FolderChanges(folder, settle=SETTLE, kept=[kept]) as changes:
        ignored = (".git/index", "__pycache__/a.pyc", "out/x.py", "out/deep/x.py", "sub/x.gen", "x.log", "state/blob")
        write_files(folder, dict.fromkeys(ignored, b""))
        (folder / "link" / "x.py").write_bytes(b"")
        (folder / "other").symlink_to("a.py")
        (folder / "sub" / "x.py").write_bytes(b"")
        assert changes.wait() == ["sub/x.py"]


def test_rules_that_change_are_in_force_at_once(folder: Path) -> None:
    # What is written into a new folder before that is watched would be told as the folder alone.
    write_files(folder, {"later/old.py": b"", "out/old.py": b""})
    with FolderChanges(folder, settle=SETTLE) as changes:
        (folder / ".gitignore").write_bytes(b"/later\n")
        assert changes.wait() == [".gitignore"]
        write_files(folder, {"later/x.py": b"", "out/x.py": b""})
        assert told(changes, "out/x.py") == {"out/x.py"}


def test_a_new_folder_is_told_with_or_without_what_is_in_it_already(folder: Path) -> None:
    with FolderChanges(folder, settle=SETTLE) as changes:
        write_files(folder, {"new/x.py": b""})
        assert {"new"} <= told(changes, "new") <= {"new", "new/x.py"}


def test_a_folder_that_disappears_ends_the_waiting(folder: Path) -> None:
    with FolderChanges(folder, settle=SETTLE) as changes:
        folder.rename(folder.with_name("moved"))
        with pytest.raises(SourceNotFoundError, match=r"repo is gone"):
            while True:
                changes.wait()


def test_a_folder_that_is_not_there_cannot_be_watched(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match="nowhere"), FolderChanges(tmp_path / "nowhere", settle=SETTLE):
        pass
