"""Structured logging: which job, step and attempt a line belongs to, and no secret in any line."""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TextIO

from codestory.exceptions import ConfigurationError, known_values
from codestory.tracker.redaction import redact, redact_text

__all__ = ["ContextFilter", "HumanFormatter", "JsonFormatter", "configure_logging", "log_context", "protect_handlers"]

_context: ContextVar[Mapping[str, Any]] = ContextVar("codestory_log_context", default=MappingProxyType({}))
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "context"}


@contextmanager
def log_context(
    *,
    job_id: str | None = None,
    step: str | None = None,
    attempt: int | None = None,
    correlation_id: str | None = None,
) -> Generator[None]:
    """Every line logged inside the block, in this thread or task, carries these fields; blocks nest.

    The correlation id ties together everything that one request caused; it defaults to the job id.
    """
    given = {"job_id": job_id, "step": step, "attempt": attempt, "correlation_id": correlation_id}
    merged = dict(_context.get()) | {name: value for name, value in given.items() if value is not None}
    if "job_id" in merged:
        merged.setdefault("correlation_id", merged["job_id"])
    reset = _context.set(merged)
    try:
        yield
    finally:
        _context.reset(reset)


class ContextFilter(logging.Filter):
    """Adds the context to each record (attribute ``context``) and removes the secrets from its text."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record."""
        if not hasattr(record, "context"):
            record.context = dict(_context.get())
            try:
                message = record.getMessage()
            except (TypeError, ValueError):
                # A line whose arguments do not fit its format is worth showing, not worth failing for.
                message = f"{record.msg} {record.args}"
            record.msg = redact_text(message)
            record.args = None
            if record.exc_info and record.exc_info[0] is not None:
                record.exc_text = redact_text("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the context, and what was passed as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """Times are UTC, ISO 8601, with microseconds."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "context", {})
        line |= {name: redact({name: value})[name] for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_text:
            line["exception"] = record.exc_text
        return json.dumps(line, ensure_ascii=False, default=lambda value: redact_text(str(value)))


class HumanFormatter(logging.Formatter):
    """Time, level, message, then the context in brackets: ``10:00:00 INFO parsed 12 files [job=j1 step=syntax#1]``.

    Without ``stamped`` the line begins with the message, for hosts that write time and level themselves.
    """

    def __init__(self, *, stamped: bool = True) -> None:
        super().__init__()
        self._stamped = stamped

    def format(self, record: logging.LogRecord) -> str:
        """Times are local."""
        context: Mapping[str, Any] = getattr(record, "context", {})
        parts: list[str] = []
        if "job_id" in context:
            parts.append(f"job={context['job_id']}")
        if "step" in context:
            parts.append(f"step={context['step']}" + (f"#{context['attempt']}" if "attempt" in context else ""))
        if context.get("correlation_id") not in (None, context.get("job_id")):
            parts.append(f"correlation={context['correlation_id']}")
        where = f" [{' '.join(parts)}]" if parts else ""
        failure = f"\n{record.exc_text}" if record.exc_info and record.exc_text else ""
        moment = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        stamp = f"{moment} {record.levelname} " if self._stamped else ""
        return f"{stamp}{record.getMessage()}{where}{failure}"


_FORMATTERS: dict[str, type[logging.Formatter]] = {"json": JsonFormatter, "human": HumanFormatter}


def configure_logging(
    *,
    environment: Mapping[str, str] = os.environ,
    stream: TextIO | None = None,
    logger: logging.Logger | None = None,
) -> None:
    """Send the log to ``stream`` (standard error), as ``CODESTORY_LOG_FORMAT`` and ``CODESTORY_LOG_LEVEL``
    say.

    The format is ``json`` or ``human``; by default ``human`` on a terminal and ``json`` elsewhere. The level
    is a name of the logging module, ``INFO`` by default. Replaces the handler of an earlier call, leaves
    others alone. Raises ``ConfigurationError``.
    """
    output: TextIO = stream or sys.stderr
    target = logger or logging.getLogger()
    style = environment.get("CODESTORY_LOG_FORMAT", "").lower() or ("human" if output.isatty() else "json")
    if style not in _FORMATTERS:
        raise ConfigurationError(
            f"CODESTORY_LOG_FORMAT: unknown format {style!r}.{known_values('formats', style, _FORMATTERS)}",
            key="CODESTORY_LOG_FORMAT",
        )
    level = environment.get("CODESTORY_LOG_LEVEL", "INFO").upper()
    levels = logging.getLevelNamesMapping()
    if level not in levels:
        raise ConfigurationError(
            f"CODESTORY_LOG_LEVEL: unknown level {level!r}.{known_values('levels', level, levels)}",
            key="CODESTORY_LOG_LEVEL",
        )
    handler = logging.StreamHandler(output)
    handler.set_name("codestory")
    handler.setFormatter(_FORMATTERS[style]())
    handler.addFilter(ContextFilter())
    for old in [old for old in target.handlers if old.get_name() == "codestory"]:
        target.removeHandler(old)
    target.addHandler(handler)
    target.setLevel(levels[level])


def protect_handlers(*, environment: Mapping[str, str] = os.environ, logger: logging.Logger | None = None) -> None:
    """Add context and redaction to the handlers that a host has already installed on the root logger.

    A handler without a formatter of its own gets one: JSON if ``CODESTORY_LOG_FORMAT`` says so, else the message with
    its context. Levels are the host's business. Calling it again changes nothing.
    """
    as_json = environment.get("CODESTORY_LOG_FORMAT", "").lower() == "json"
    for handler in (logger or logging.getLogger()).handlers:
        if not any(isinstance(present, ContextFilter) for present in handler.filters):
            handler.addFilter(ContextFilter())
        if handler.formatter is None:
            handler.setFormatter(JsonFormatter() if as_json else HumanFormatter(stamped=False))
