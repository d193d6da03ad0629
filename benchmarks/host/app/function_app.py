"""The orchestrations that are timed on the host; ``workload`` holds the same ones for the bare engine."""

from __future__ import annotations

from typing import Any

import azure.durable_functions as df
import azure.functions as func
import workload
from durabletask import task

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.activity_trigger(input_name="value")
def echo(value: int) -> int:
    return value


@app.orchestration_trigger(context_name="context")
def sequence(ctx: task.OrchestrationContext, count: int) -> Any:
    return (yield from workload.sequence(ctx, count))


@app.orchestration_trigger(context_name="context")
def fan_out(ctx: task.OrchestrationContext, count: int) -> Any:
    return (yield from workload.fan_out(ctx, count))
