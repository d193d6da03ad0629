"""Source distributions as files in memory."""

from __future__ import annotations

from tests.support import sdists


def sdist(name: str, version: str) -> dict[str, bytes]:
    """The files of a source distribution by path."""
    root = sdists.sdist(f"{name}=={version}")
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
