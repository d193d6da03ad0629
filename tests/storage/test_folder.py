"""What only a folder has to care for: several processes, killed writers, missing rights, full disks."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codestory.exceptions import ConfigurationError, StorageUnavailableError
from codestory.storage import FolderBlobStore, StorageSettings, close_blob_stores, open_blob_store
from tests.support.privileges import without_privileges

WRITER = """
import sys
from codestory.storage import FolderBlobStore
store = FolderBlobStore(sys.argv[1])
wins = sum(store.put_if_absent(f"shared/{n}", sys.argv[2].encode() * 1000) for n in range(60))
print(wins)
"""

ENDLESS_WRITER = """
import sys
from codestory.storage import FolderBlobStore
store = FolderBlobStore(sys.argv[1])
print("ready", flush=True)
while True:
    for letter in b"ab":
        store.put("flip", bytes([letter]) * 2_000_000)
"""


def test_every_blob_is_won_by_exactly_one_of_several_processes(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], stdout=subprocess.PIPE, text=True)
        for name in ("one", "two", "six")
    ]
    wins = [int(process.communicate(timeout=60)[0]) for process in processes]
    assert sum(wins) == 60
    store = FolderBlobStore(tmp_path)
    assert all(store.get(name) in (b"one" * 1000, b"two" * 1000, b"six" * 1000) for name in store.names("shared/"))


def test_a_killed_writer_leaves_no_half_blob(tmp_path: Path) -> None:
    store = FolderBlobStore(tmp_path)
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", ENDLESS_WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            while not store.exists("flip"):
                time.sleep(0.001)
            process.kill()
        data = store.get("flip")
        assert len(data) == 2_000_000
        assert len(set(data)) == 1
        assert list(store.names("")) == ["flip"]


def test_what_killed_writers_left_is_swept_after_a_day(tmp_path: Path) -> None:
    FolderBlobStore(tmp_path).put("a", b"")
    old, young = tmp_path / ".scratch" / "old", tmp_path / ".scratch" / "young"
    for file in (old, young):
        file.write_bytes(b"half")
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    FolderBlobStore(tmp_path).put("b", b"")
    assert not old.exists()
    assert young.exists()


def test_a_folder_without_the_right_to_write_is_a_configuration_error(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir(mode=0o500)
    with without_privileges(), pytest.raises(ConfigurationError, match=r"Permission denied.*CODESTORY_HOME"):
        FolderBlobStore(folder).put("a", b"")


def test_a_full_disk_is_worth_another_try(tmp_path: Path) -> None:
    program = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from codestory.exceptions import StorageUnavailableError\n"
        "from codestory.storage import FolderBlobStore\n"
        "store = FolderBlobStore(sys.argv[1])\n"
        "store.put('a', b'small')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    store.put('a', b'x' * 5000)\n"
        "except StorageUnavailableError as error:\n"
        "    print(error)\n"
        "print(store.get('a'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert "failed on 'a': File too large" in done.stdout
    assert "b'small'" in done.stdout
    assert not list((tmp_path / ".scratch").iterdir())


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    settings = StorageSettings.from_environment({"CODESTORY_HOME": str(tmp_path)})
    store = open_blob_store(settings)
    assert isinstance(store, FolderBlobStore)
    assert store.root == tmp_path / "blobs"
    assert open_blob_store(settings) is store
    close_blob_stores()
    assert open_blob_store(settings) is not store
    close_blob_stores()


def test_the_connection_is_not_shown_with_the_settings() -> None:
    settings = StorageSettings.from_environment({"CODESTORY_STORAGE": "AccountKey=secret"})
    assert settings.connection == "AccountKey=secret"
    assert "secret" not in repr(settings)


def test_a_disk_that_fails_is_worth_another_try(tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "loop.blob").symlink_to(tmp_path / "blobs" / "loop.blob")
    with pytest.raises(StorageUnavailableError, match="symbolic links"):
        FolderBlobStore(tmp_path / "blobs").get("loop")
