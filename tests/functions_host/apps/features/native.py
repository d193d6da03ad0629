"""Orchestrations and activities in the SDK's own two-argument style."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
from durabletask import task
from durabletask.entities import EntityInstanceId

native = df.Blueprint()
_attempts: dict[str, int] = {}


@native.activity_trigger(input_name="name")
def say_hello(name: str) -> str:
    return f"Hello {name}!"


@native.activity_trigger(input_name="value")
async def square(value: int) -> int:
    return value * value


@native.activity_trigger(input_name="gate")
def wait_at(gate: str) -> int:
    wait_until_open(gate)
    return os.getpid()


def wait_until_open(gate: str) -> None:
    """Return once the file ``gate`` exists, after two minutes at most."""
    end = time.monotonic() + 120
    while not Path(gate).exists() and time.monotonic() < end:
        time.sleep(0.01)


@native.activity_trigger(input_name="message")
def always_fail(message: str) -> None:
    raise ValueError(message)


@native.activity_trigger(input_name="given")
def fail_until(given: dict[str, Any]) -> int:
    """Fails until the file ``given["gate"]`` exists, counting its attempts in ``given["count"]``."""
    with Path(given["count"]).open("a") as count:
        count.write("x")
    if not Path(given["gate"]).exists():
        raise RuntimeError("the gate is closed")
    return len(Path(given["count"]).read_text())


@native.activity_trigger(input_name="given")
def flaky(given: dict[str, Any]) -> int:
    _attempts[given["key"]] = _attempts.get(given["key"], 0) + 1
    if _attempts[given["key"]] < given["threshold"]:
        raise RuntimeError("not yet")
    return _attempts[given["key"]]


@native.activity_trigger(input_name="file")
def append_line(file: str) -> None:
    append_line_to(file)


def append_line_to(file: str) -> None:
    with Path(file).open("a") as target:
        target.write("line\n")


@native.activity_trigger(input_name="given")
def die_until(given: dict[str, Any]) -> str:
    """Kills its own process the first ``given["times"]`` times."""
    with Path(given["file"]).open("a") as count:
        count.write("x")
    if len(Path(given["file"]).read_text()) <= given["times"]:
        os._exit(3)
    return "alive"


@native.orchestration_trigger(context_name="context")
def chain(ctx: task.OrchestrationContext, _: Any):
    first = yield ctx.call_activity("say_hello", input="Tokyo")
    second = yield ctx.call_activity("say_hello", input="Seattle")
    return [first, second]


@native.orchestration_trigger(context_name="context")
def fan_out(ctx: task.OrchestrationContext, count: int):
    ctx.set_custom_status({"planned": count})
    results = yield task.when_all([ctx.call_activity("square", input=n) for n in range(count)])
    return sum(results)


@native.orchestration_trigger(context_name="context")
def gated(ctx: task.OrchestrationContext, given: dict[str, Any]):
    pids = yield task.when_all([ctx.call_activity("wait_at", input=given["gate"]) for _ in range(given["count"])])
    return sorted(set(pids))


@native.orchestration_trigger(context_name="context")
def child(ctx: task.OrchestrationContext, given: Any):
    yield ctx.create_timer(timedelta(milliseconds=10))
    return {"parent": ctx.parent_instance_id, "me": ctx.instance_id, "given": given, "version": ctx.version}


@native.orchestration_trigger(context_name="context")
def parent(ctx: task.OrchestrationContext, given: Any):
    return (yield ctx.call_sub_orchestrator("child", input=given))


@native.orchestration_trigger(context_name="context")
def failing_child(ctx: task.OrchestrationContext, _: Any):
    yield ctx.call_activity("always_fail", input="the child's reason")


@native.orchestration_trigger(context_name="context")
def parent_of_failing(ctx: task.OrchestrationContext, _: Any):
    try:
        yield ctx.call_sub_orchestrator("failing_child")
    except task.TaskFailedError as error:
        return {"message": str(error), "type": error.details.error_type}
    return "no failure"


@native.orchestration_trigger(context_name="context")
def waits_in_child(ctx: task.OrchestrationContext, _: Any):
    return (yield ctx.call_sub_orchestrator("wait_for_go", instance_id=f"{ctx.instance_id}-child"))


@native.orchestration_trigger(context_name="context")
def wait_for_go(ctx: task.OrchestrationContext, _: Any):
    ctx.set_custom_status("waiting")
    data = yield ctx.wait_for_external_event("Go")
    ctx.set_custom_status("gone")
    return data


@native.orchestration_trigger(context_name="context")
def event_or_timeout(ctx: task.OrchestrationContext, seconds: float):
    event = ctx.wait_for_external_event("go")
    timeout = ctx.create_timer(timedelta(seconds=seconds))
    winner = yield task.when_any([event, timeout])
    return "event" if winner == event else "timeout"


@native.orchestration_trigger(context_name="context")
def collect_events(ctx: task.OrchestrationContext, state: dict[str, Any]):
    """One event per generation; those that came early are carried over."""
    data = yield ctx.wait_for_external_event("item")
    state["seen"].append(data)
    if len(state["seen"]) < state["wanted"]:
        ctx.continue_as_new(state, save_events=True)
        return None
    return state["seen"]


@native.orchestration_trigger(context_name="context")
def retried(ctx: task.OrchestrationContext, given: dict[str, Any]):
    policy = task.RetryPolicy(first_retry_interval=timedelta(milliseconds=10), max_number_of_attempts=given["attempts"])
    return (yield ctx.call_activity("flaky", input=given, retry_policy=policy))


@native.orchestration_trigger(context_name="context")
def unhandled(ctx: task.OrchestrationContext, _: Any):
    yield ctx.call_activity("always_fail", input="boom")


@native.orchestration_trigger(context_name="context")
def calls_unknown(ctx: task.OrchestrationContext, _: Any):
    yield ctx.call_activity("no_such_activity", input=1)


@native.orchestration_trigger(context_name="context")
def sends_event(ctx: task.OrchestrationContext, target: str):
    ctx.send_event(target, "Go", data={"from": ctx.instance_id})
    return "sent"
    yield


@native.orchestration_trigger(context_name="context")
def counter_calls(ctx: task.OrchestrationContext, key: str):
    entity = EntityInstanceId("Counter", key)
    yield ctx.call_entity(entity, "add", 5)
    ctx.signal_entity(entity, "add", 3)
    return (yield ctx.call_entity(entity, "get"))


@native.orchestration_trigger(context_name="context")
def transfer(ctx: task.OrchestrationContext, given: dict[str, Any]):
    """Moves an amount between two accounts under a lock; optionally fails while holding it."""
    source, target = (EntityInstanceId("Account", given[name]) for name in ("source", "target"))
    with (yield ctx.lock_entities([source, target])):
        balance = yield ctx.call_entity(source, "balance")
        if given.get("fail"):
            raise RuntimeError("failed under the lock")
        yield ctx.call_entity(source, "deposit", -given["amount"])
        yield ctx.call_entity(target, "deposit", given["amount"])
    return balance


@native.orchestration_trigger(context_name="context")
def entity_failure(ctx: task.OrchestrationContext, key: str):
    try:
        yield ctx.call_entity(EntityInstanceId("Counter", key), "fail", "no way")
    except task.TaskFailedError as error:
        return str(error)
    return "no failure"


@native.orchestration_trigger(context_name="context")
def step_through_gate(ctx: task.OrchestrationContext, given: dict[str, Any]):
    yield ctx.call_activity("append_line", input=given["done"])
    return (yield ctx.call_activity("fail_until", input=given))


@native.orchestration_trigger(context_name="context")
def gate_in_child(ctx: task.OrchestrationContext, given: dict[str, Any]):
    yield ctx.call_activity("append_line", input=given["done"])
    return (yield ctx.call_sub_orchestrator("step_through_gate", input=given))


@native.orchestration_trigger(context_name="context")
def survive(ctx: task.OrchestrationContext, given: dict[str, Any]):
    return (yield ctx.call_activity("die_until", input=given))


@native.orchestration_trigger(context_name="context")
def tick(ctx: task.OrchestrationContext, key: str):
    ctx.signal_entity(EntityInstanceId("Counter", key), "add", 1)
    return key
    yield


@native.activity_trigger(input_name="given")
def append_and_wait(given: dict[str, Any]) -> None:
    append_line_to(given["file"])
    wait_until_open(given["gate"])


@native.orchestration_trigger(context_name="context")
def append_then_wait(ctx: task.OrchestrationContext, given: dict[str, Any]):
    yield ctx.call_activity("append_and_wait", input=given)
