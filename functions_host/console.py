"""What the operator sees: log lines of the host and its functions, coloured on a terminal."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO, override

from .loglevels import level_of
from .workers.pool import LogSink

__all__ = ["Console"]

_COLOURS = {logging.DEBUG: "\033[90m", logging.INFO: "", logging.WARNING: "\033[33m", logging.ERROR: "\033[31m"}
_FLUSH_AFTER = 0.02


class Console(LogSink):
    """Writes ``[time] text`` lines, or one JSON object per line, filtered by host.json's levels."""

    def __init__(self, levels: Mapping[str, int], *, as_json: bool = False, stream: TextIO | None = None) -> None:
        self._levels = levels
        self._json = as_json
        self._stream = stream or sys.stdout
        self._colour = not as_json and self._stream.isatty()
        self._lines: list[str] = []

    def shows(self, level: int, category: str) -> bool:
        """Whether a record would be shown."""
        return level >= level_of(category, self._levels)

    @override
    def write(self, level: int, category: str, text: str, at: float, invocation: str | None) -> None:
        if self.shows(level, category):
            self._emit(level, category, text, at, invocation)

    def _emit(self, level: int, category: str, text: str, at: float, invocation: str | None) -> None:
        stamp = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if self._json:
            name = logging.getLevelName(level).lower()
            body = {"time": stamp, "level": name, "category": category, "message": text, "invocation": invocation}
            self._add(json.dumps(body, ensure_ascii=False))
            return
        colour = _COLOURS.get(min(level, logging.ERROR) // 10 * 10, "") if self._colour else ""
        self._add(f"[{stamp}] {colour}{text}{'\033[0m' if colour else ''}")

    def plain(self, text: str) -> None:
        """Write a line without a time, as the start-up banner does; left out of JSON logs."""
        if not self._json:
            self._add(text)

    def announce(self, text: str) -> None:
        """Write a line that no log level hides: that the host is ready."""
        self._emit(logging.INFO, "Host.Startup", text, time.time(), None)

    def flush(self) -> None:
        """Write out what is waiting."""
        lines, self._lines = self._lines, []
        if lines:
            self._stream.write("\n".join(lines) + "\n")
            self._stream.flush()

    def _add(self, line: str) -> None:
        self._lines.append(line)
        if len(self._lines) == 1:
            try:
                asyncio.get_running_loop().call_later(_FLUSH_AFTER, self.flush)
            except RuntimeError:
                self.flush()

    def attach(self) -> None:
        """Show the records of the host's own loggers, named ``Host...``."""
        logger = logging.getLogger("Host")
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.handlers[:] = [_Handler(self)]


class _Handler(logging.Handler):
    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if self._console.shows(record.levelno, record.name):
            self._console.write(record.levelno, record.name, self.format(record), record.created, None)
            if record.levelno >= logging.CRITICAL:
                self._console.flush()
