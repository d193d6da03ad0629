"""Folders that are made once per machine, whoever needs them first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from codestory.graph.file_lock import FileLock

__all__ = ["made_once"]


def made_once(folder: Path, make: Callable[[], None]) -> Path:
    """The folder, with what ``make`` puts into it; what an attempt that failed has left is removed before."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    complete = folder / ".complete"
    with FileLock(folder.with_name(f"{folder.name}.lock")).held():
        if not complete.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make()
            complete.touch()
    return folder
