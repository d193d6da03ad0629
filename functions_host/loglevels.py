"""Log levels as host.json states them: by category, the longest prefix wins."""

from __future__ import annotations

import logging
from collections.abc import Mapping

__all__ = ["DEFAULT_LEVELS", "LEVEL_NAMES", "level_of"]

LEVEL_NAMES: Mapping[str, int] = {
    "trace": 5,
    "debug": logging.DEBUG,
    "information": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
    "none": 100,
}
"""The names host.json uses, in lower case, and what they are in Python."""

DEFAULT_LEVELS: Mapping[str, int] = {"default": logging.INFO}


def level_of(category: str, levels: Mapping[str, int]) -> int:
    """The least level that is shown for ``category``; ``levels`` is keyed by category prefix in lower case."""
    parts = category.lower().split(".")
    for size in range(len(parts), 0, -1):
        level = levels.get(".".join(parts[:size]))
        if level is not None:
            return level
    return levels.get("default", logging.INFO)
