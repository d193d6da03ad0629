"""Notice when a file of the app changes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

__all__ = ["snapshot", "wait_for_change"]

_PERIOD = 0.5
_SKIPPED = frozenset(("__pycache__", "node_modules", "site-packages", ".functions_host"))


async def wait_for_change(app: Path, before: Mapping[str, int]) -> None:
    """Return when Python, JSON or YAML files below ``app`` were changed, added or removed since ``before``."""
    while before == await asyncio.to_thread(snapshot, app):
        await asyncio.sleep(_PERIOD)


def snapshot(app: Path) -> dict[str, int]:
    """When the files below ``app`` were last changed. To be taken before they are read: what changes later counts."""
    times: dict[str, int] = {}
    for folder, folders, files in os.walk(app):
        folders[:] = [name for name in folders if name not in _SKIPPED and not name.startswith(".")]
        for name in files:
            if name.endswith((".py", ".json", ".yml")):
                path = Path(folder, name)
                try:
                    times[str(path)] = path.stat().st_mtime_ns
                except FileNotFoundError:
                    continue
    return times
