"""What is timed: activities one after the other, and all at once."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from durabletask import task


def sequence(ctx: task.OrchestrationContext, count: int) -> Generator[task.Task[Any], Any, int]:
    total = 0
    for number in range(count):
        total += yield ctx.call_activity("echo", input=number)
    return total


def fan_out(ctx: task.OrchestrationContext, count: int) -> Generator[task.Task[Any], Any, int]:
    results = yield task.when_all([ctx.call_activity("echo", input=number) for number in range(count)])
    return sum(results)
