"""What the library logs, as a user of the command line should see it."""

from __future__ import annotations

import logging
import os
import sys

__all__ = ["LEVEL_SETTING", "show_warnings"]

LEVEL_SETTING = "CODESTORY_LOG_LEVEL"


class _Brief(logging.Formatter):
    """One line: a traceback is for whoever asks for debug output."""

    def format(self, record: logging.LogRecord) -> str:
        text = f"{record.levelname.lower()}: {record.getMessage()}"
        error = record.exc_info[1] if record.exc_info else None
        return f"{text}: {error}" if error else text


class _Stderr(logging.Handler):
    """Writes to standard error as it is at the moment, not as it was when the handler was made."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except (OSError, ValueError):
            self.handleError(record)


def show_warnings() -> None:
    """Print the library's warnings on standard error; ``CODESTORY_LOG_LEVEL=DEBUG`` shows everything, with tracebacks.

    May be called more than once.
    """
    level = os.environ.get(LEVEL_SETTING, "WARNING").upper()
    logger = logging.getLogger("codestory")
    for handler in [handler for handler in logger.handlers if isinstance(handler, _Stderr)]:
        logger.removeHandler(handler)
    handler = _Stderr()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s") if level == "DEBUG" else _Brief())
    number = logging.getLevelNamesMapping().get(level, logging.WARNING)
    handler.setLevel(number)
    logger.addHandler(handler)
    if number < logging.WARNING:
        logger.setLevel(number)
