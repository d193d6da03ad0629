"""Orchestrations in the one-argument style of the 1.x SDK."""

from __future__ import annotations

from datetime import timedelta

import azure.durable_functions as df

v1_style = df.Blueprint()


@v1_style.orchestration_trigger(context_name="context")
def v1_chain(context: df.DurableOrchestrationContext):
    first = yield context.call_activity("say_hello", context.get_input())
    results = yield context.task_all([context.call_activity("square", n) for n in range(3)])
    return {"first": first, "results": results, "id": str(context.new_guid()), "parent": context.parent_instance_id}


@v1_style.orchestration_trigger(context_name="context")
def v1_counter(context: df.DurableOrchestrationContext):
    value = (context.get_input() or 0) + 1
    if value < 5:
        context.continue_as_new(value)
        return None
    return value


@v1_style.orchestration_trigger(context_name="context")
def v1_timer(context: df.DurableOrchestrationContext):
    yield context.create_timer(context.current_utc_datetime + timedelta(milliseconds=300))
    child = yield context.call_sub_orchestrator("v1_chain", "London")
    return child["parent"] == context.instance_id


@v1_style.orchestration_trigger(context_name="context")
def v1_retry(context: df.DurableOrchestrationContext):
    options = df.RetryOptions(first_retry_interval_in_milliseconds=10, max_number_of_attempts=3)
    given = {"key": context.instance_id, "threshold": 3}
    return (yield context.call_activity_with_retry("flaky", options, given))


@v1_style.orchestration_trigger(context_name="context")
def v1_http(context: df.DurableOrchestrationContext):
    response = yield context.call_http("POST", context.get_input(), content={"asked": True})
    return {"status": response.status_code, "content": response.content}


@v1_style.orchestration_trigger(context_name="context")
def v1_entity(context: df.DurableOrchestrationContext):
    entity = df.EntityId("Counter", context.instance_id)
    context.signal_entity(entity, "add", 2)
    return (yield context.call_entity(entity, "add", 5))
