"""Runs functions in the workers and writes the two log lines each invocation has."""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any

from .console import Console
from .workers.pool import FunctionFailedError, WorkerLostError, WorkerPool

__all__ = ["FunctionRunner"]


class FunctionRunner:
    """``run`` adds ``Executing`` and ``Executed`` lines, with the duration, to an invocation."""

    def __init__(self, pool: WorkerPool, console: Console) -> None:
        self._pool = pool
        self._console = console

    async def run(self, function: str, data: Any, reason: str) -> Any:
        """The function's result; raises FunctionFailedError or WorkerLostError."""
        category, invocation = f"Function.{function}", str(uuid.uuid4())
        shown = self._console.shows(logging.INFO, category)
        started = time.time()
        if shown:
            text = f"Executing 'Functions.{function}' (Reason='{reason}', Id={invocation})"
            self._console.write(logging.INFO, category, text, started, invocation)
        try:
            outcome = await self._pool.submit(function, data, invocation)
        except FunctionFailedError as error:
            stack = error.details.stackTrace.value.rstrip()
            self._failed(category, invocation, started, f"{error}{chr(10) if stack else ''}{stack}")
            raise
        except WorkerLostError as error:
            self._failed(category, invocation, started, str(error))
            raise
        if shown:
            self._executed(logging.INFO, category, invocation, started, "Succeeded")
        return outcome

    def _failed(self, category: str, invocation: str, started: float, text: str) -> None:
        self._executed(logging.ERROR, category, invocation, started, "Failed")
        self._console.write(logging.ERROR, category, text, time.time(), invocation)

    def _executed(self, level: int, category: str, invocation: str, started: float, outcome: str) -> None:
        now = time.time()
        name = category.removeprefix("Function.")
        text = f"Executed 'Functions.{name}' ({outcome}, Id={invocation}, Duration={(now - started) * 1000:.0f}ms)"
        self._console.write(level, category, text, now, invocation)
