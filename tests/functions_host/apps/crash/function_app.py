"""A job with sub-orchestrations, timers, entities and retries whose side effects are written down."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from durabletask import task
from durabletask.entities import EntityContext, EntityInstanceId

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def _note(journal: str, **entry: Any) -> None:
    line = json.dumps({**entry, "at": time.time()}) + "\n"
    file = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line.encode())
    os.close(file)


@app.route(route="start/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    body = req.get_json()
    instance_id = await client.schedule_new_orchestration(
        req.route_params["name"], input=body["input"], instance_id=body.get("id")
    )
    return client.create_check_status_response(req, instance_id)


@app.activity_trigger(input_name="given")
def work(given: dict[str, Any]) -> int:
    """Fails the first time it is run for an id, if asked to."""
    name, journal = given["id"], given["journal"]
    _note(journal, event="start", id=name)
    time.sleep(0.005)
    marker = Path(journal).with_name(f"{Path(journal).name}-{name.replace('/', '_')}")
    if given["flaky"] and not marker.exists():
        marker.touch()
        raise RuntimeError("the first attempt fails")
    _note(journal, event="end", id=name)
    return given["value"] * 2


@app.entity_trigger(context_name="context", entity_name="Tally")
def tally(ctx: EntityContext, amount: Any = None) -> Any:
    value = ctx.get_state(int, 0)
    if ctx.operation == "add":
        ctx.set_state(value + amount)
    return ctx.get_state(int, 0)


@app.orchestration_trigger(context_name="context")
def job(ctx: task.OrchestrationContext, given: dict[str, Any]):
    children = [ctx.call_sub_orchestrator("branch", input={**given, "branch": n}) for n in range(given["branches"])]
    sums = yield task.when_all(children)
    while (total := (yield ctx.call_entity(EntityInstanceId("Tally", ctx.instance_id), "get"))) < given["signals"]:
        yield ctx.create_timer(timedelta(milliseconds=50))
    return {"sums": sums, "total": total}


@app.orchestration_trigger(context_name="context")
def branch(ctx: task.OrchestrationContext, given: dict[str, Any]):
    """Some rounds of a retried activity, a timer, a call and a signal; half of it as a new generation."""
    state = given.setdefault("state", {"round": 0, "sum": 0, "root": ctx.parent_instance_id})
    entity = EntityInstanceId("Tally", state["root"])
    policy = task.RetryPolicy(first_retry_interval=timedelta(milliseconds=20), max_number_of_attempts=50)
    for _ in range(given["rounds"] // 2):
        number = state["round"] = state["round"] + 1
        one = {"id": f"{given['branch']}/{number}", "journal": given["journal"], "value": number}
        state["sum"] += yield ctx.call_activity("work", input={**one, "flaky": number % 3 == 0}, retry_policy=policy)
        yield ctx.create_timer(timedelta(milliseconds=60))
        yield ctx.call_entity(entity, "add", 1)
        ctx.signal_entity(entity, "add", 1)
    if state["round"] < given["rounds"]:
        ctx.continue_as_new({**given, "state": state})
        return None
    return state["sum"]
