"""Functions that take their time, to be held within limits."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from datetime import timedelta
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from durabletask import task

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
_running = 0
_most = 0
_changed = threading.Condition()


@app.route(route="start/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    body = req.get_json()
    instance_id = await client.schedule_new_orchestration(
        req.route_params["name"], input=body["input"], version=body.get("version")
    )
    return client.create_check_status_response(req, instance_id)


@app.route(route="ping", methods=["GET"])
def ping(req: func.HttpRequest) -> str:
    return str(os.getpid())


@app.route(route="overrun", methods=["GET"])
def overrun(req: func.HttpRequest) -> str:
    time.sleep(60)
    return "never"


@app.route(route="logs", methods=["GET"])
def logs(req: func.HttpRequest) -> str:
    logging.info("shown, by its category")
    return "logged"


@app.activity_trigger(input_name="company")
def counted(company: int) -> int:
    """Waits, a second at most, until so many have run at once, and a little longer; returns how many have."""
    global _running, _most
    with _changed:
        _running += 1
        _most = max(_most, _running)
        _changed.notify_all()
        _changed.wait_for(lambda: _most >= company, 1)
    time.sleep(0.02)
    with _changed:
        _running -= 1
    return _most


@app.activity_trigger(input_name="seconds")
async def asynchronous(seconds: float) -> None:
    await asyncio.sleep(seconds)


@app.activity_trigger(input_name="seconds")
def stuck(seconds: float) -> None:
    time.sleep(seconds)


@app.activity_trigger(input_name="count")
def burn(count: int) -> int:
    """Pure computation that holds the interpreter's lock."""
    end = time.monotonic() + 0.4
    while time.monotonic() < end:
        count = (count * 31 + 7) % 1_000_003
    return os.getpid()


@app.activity_trigger(input_name="seconds")
def compute(seconds: float) -> int:
    """Pure computation for a given time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return os.getpid()


@app.activity_trigger(input_name="seconds")
def wait(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


@app.orchestration_trigger(context_name="context")
def beside(ctx: task.OrchestrationContext, names: list[str]):
    """Activities that are under way, then one more: the process of each."""
    begun = [ctx.call_activity(name, input=1.5) for name in names]
    yield ctx.create_timer(timedelta(seconds=0.5))
    return [(yield ctx.call_activity("compute", input=0.1)), *(yield task.when_all(begun))]


@app.orchestration_trigger(context_name="context")
def many(ctx: task.OrchestrationContext, given: dict[str, Any]):
    tasks = [ctx.call_activity(given["activity"], input=given["each"]) for _ in range(given["count"])]
    return (yield task.when_all(tasks))


@app.orchestration_trigger(context_name="context")
def version(ctx: task.OrchestrationContext, nested: bool):
    if nested:
        return [ctx.version, (yield ctx.call_sub_orchestrator("version", input=False))]
    return ctx.version
