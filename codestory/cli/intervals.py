"""Durations as people type them."""

from __future__ import annotations

import re

from codestory.exceptions import RequestError

__all__ = ["parse_interval"]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_interval(text: str) -> float:
    """``90``, ``90s``, ``15m``, ``2h``, ``1d`` or ``1h30m`` in seconds; raises ``RequestError`` for anything else."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    if not re.fullmatch(r"(\d+(\.\d+)?[smhd])+", text):
        raise RequestError(f"{text!r} is not an interval; for example 90s, 15m, 2h, 1d or 1h30m")
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"([\d.]+)([smhd])", text))
