"""Source distributions from PyPI, downloaded once and kept in the user's cache."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

CACHE = Path.home() / ".cache" / "codestory" / "sdists"


def sdist(name: str, version: str) -> dict[str, bytes]:
    """The files of a source distribution by path; skips the test where PyPI cannot be reached."""
    archive = CACHE / f"{name}-{version}.tar.gz"
    if not archive.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(CACHE)]
        done = subprocess.run([*command, f"{name}=={version}"], capture_output=True, text=True, check=False)
        if done.returncode or not archive.exists():
            pytest.skip(f"{name} {version} cannot be downloaded: {done.stderr[-300:]}")
    files: dict[str, bytes] = {}
    with tarfile.open(archive) as opened:
        for member in opened:
            content = opened.extractfile(member) if member.isfile() else None
            if content is not None:
                files[member.name.partition("/")[2]] = content.read()
    return files
