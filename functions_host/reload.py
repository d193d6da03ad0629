"""Notice when a file of the app changes."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

__all__ = ["wait_for_change"]

_PERIOD = 0.5
_SKIPPED = frozenset(("__pycache__", "node_modules", "site-packages", ".functions_host"))


async def wait_for_change(app: Path) -> None:
    """Return when a Python or JSON file below ``app`` is changed, added or removed."""
    before = await asyncio.to_thread(_times, app)
    while before == await asyncio.to_thread(_times, app):
        await asyncio.sleep(_PERIOD)


def _times(app: Path) -> dict[str, int]:
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
