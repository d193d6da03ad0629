"""A blob store, and limits small enough to be reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestory.sources import SourceLimits
from codestory.storage import FolderBlobStore


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobStore:
    return FolderBlobStore(tmp_path / "blobs")


@pytest.fixture
def tight() -> SourceLimits:
    return SourceLimits(max_file_bytes=1000, max_total_bytes=100_000, max_files=50, max_depth=8)


def write_files(root: Path, files: dict[str, bytes]) -> Path:
    """Write ``files`` below ``root``."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return root
