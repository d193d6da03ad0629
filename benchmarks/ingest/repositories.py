"""What is ingested: source distributions from the package index."""

from __future__ import annotations

from pathlib import Path

from tests.support.sdists import sdist

__all__ = ["DJANGO", "FLASK", "copy_of", "python_lines"]

FLASK = "flask==3.1.0"
DJANGO = "django==5.2.8"


def copy_of(requirement: str, folder: Path) -> Path:
    """A private copy that may be edited."""
    import shutil

    source = sdist(requirement)
    target = folder / source.name
    shutil.copytree(source, target, symlinks=True)
    return target


def python_lines(root: Path) -> tuple[int, int]:
    """Python files below ``root`` and their lines."""
    files = list(root.rglob("*.py"))
    return len(files), sum(file.read_bytes().count(b"\n") for file in files)
