"""The dotted names by which source files are known as modules."""

from __future__ import annotations

import posixpath
from collections.abc import Container

__all__ = ["ModuleNames"]


class ModuleNames:
    """The dotted names of source files. ``files`` are the paths that tell which folders are packages."""

    def __init__(self, files: Container[str]) -> None:
        self._files = files
        self._tops: dict[str, int] = {}

    def module(self, path: str) -> str:
        """The absolute dotted name of the module that a source file is."""
        return self.module_and_root(path)[0]

    def module_and_root(self, path: str) -> tuple[str, str]:
        """(dotted name from the source root, dotted path of the source root)."""
        stem, suffix = posixpath.splitext(path)
        parts = stem.split("/")
        top = 0
        if suffix in (".py", ".pyi"):
            top = self._top(path.rpartition("/")[0], len(parts) - 1)
            if parts[-1] == "__init__":
                parts.pop()
        elif parts[-1] == "index":
            parts.pop()
        return ".".join(parts[top:]), ".".join(parts[:top])

    def _top(self, folder: str, depth: int) -> int:
        """How many folders above a file in ``folder`` are no part of its module's name."""
        known = self._tops.get(folder)
        if known is None:
            known = depth
            while known and "/".join([*folder.split("/")[:known], "__init__.py"]) in self._files:
                known -= 1
            self._tops[folder] = known
        return known
