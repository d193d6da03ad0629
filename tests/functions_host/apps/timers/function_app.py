"""Timer triggers that write down when and how they ran."""

from __future__ import annotations

import json
import os
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def _note(name: str, timer: func.TimerRequest) -> None:
    with Path(os.environ["JOURNAL"]).open("a") as journal:
        journal.write(json.dumps([name, timer.past_due]) + "\n")


@app.timer_trigger(schedule="%EVERY%", arg_name="timer")
def every_second(timer: func.TimerRequest) -> None:
    _note("every_second", timer)


@app.timer_trigger(schedule="0 0 3 1 1 *", arg_name="timer", run_on_startup=True)
@app.durable_client_input(client_name="client")
async def at_start(timer: func.TimerRequest, client: df.DurableFunctionsClient) -> None:
    await client.schedule_new_orchestration("noted", input="at_start", instance_id="from-timer")
    _note("at_start", timer)


@app.timer_trigger(schedule="0 0 3 1 1 *", arg_name="timer")
def rare(timer: func.TimerRequest) -> None:
    _note("rare", timer)
    raise RuntimeError("timers go on after a failure")


@app.orchestration_trigger(context_name="context")
def noted(context: df.DurableOrchestrationContext) -> str:
    return context.get_input()


@app.route(route="settings", methods=["GET"])
def settings(req: func.HttpRequest) -> str:
    return json.dumps([os.environ.get("ONLY_LOCAL"), os.environ.get("BOTH")])


@app.queue_trigger(arg_name="message", queue_name="q", connection="C")
def from_a_queue(message: func.QueueMessage) -> None:
    raise AssertionError("no host without storage calls this")
