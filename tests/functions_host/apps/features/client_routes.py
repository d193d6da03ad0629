"""HTTP functions with a durable client, asynchronous and synchronous."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import azure.durable_functions as df
import azure.functions as func
import grpc
from durabletask.client import OrchestrationQuery, OrchestrationStatus
from durabletask.entities import EntityInstanceId
from durabletask.scheduled import ScheduleCreationOptions, ScheduledTaskClient

client_routes = df.Blueprint()


def _json(body: object, status: int = 200) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(body), status_code=status, mimetype="application/json")


@client_routes.route(route="start/{name}", methods=["POST"])
@client_routes.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    body = req.get_json()
    delay = body.get("delay")
    instance_id = await client.schedule_new_orchestration(
        req.route_params["name"],
        input=body.get("input"),
        instance_id=body.get("id"),
        version=body.get("version"),
        tags=body.get("tags"),
        start_at=datetime.now(UTC) + timedelta(seconds=delay) if delay else None,
    )
    return client.create_check_status_response(req, instance_id)


@client_routes.route(route="start-sync/{name}", methods=["POST"])
@client_routes.durable_client_input(client_name="client")
def start_sync(req: func.HttpRequest, client: df.SyncDurableFunctionsClient) -> func.HttpResponse:
    instance_id = client.schedule_new_orchestration(req.route_params["name"], input=req.get_json().get("input"))
    state = client.wait_for_orchestration_completion(instance_id, timeout=30)
    assert state is not None
    return _json({"id": instance_id, "output": json.loads(state.serialized_output or "null")})


@client_routes.route(route="v1-start/{name}", methods=["POST"])
@client_routes.durable_client_input(client_name="client")
async def v1_start(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    instance_id = await client.start_new(req.route_params["name"], client_input=req.get_json().get("input"))
    return await client.wait_for_completion_or_create_check_status_response(req, instance_id, 20000)


@client_routes.route(route="client/{operation}/{id}", methods=["POST"])
@client_routes.durable_client_input(client_name="client")
async def operate(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Runs one client operation; an error is answered as its gRPC status."""
    target, body = req.route_params["id"], req.get_json()
    answer: object = None
    try:
        match req.route_params["operation"]:
            case "raise":
                await client.raise_orchestration_event(target, body["name"], data=body.get("data"))
            case "terminate":
                await client.terminate_orchestration(target, output=body.get("output"), recursive=body["recursive"])
            case "suspend":
                await client.suspend_orchestration(target)
            case "resume":
                await client.resume_orchestration(target)
            case "restart":
                answer = await client.restart_orchestration(target, restart_with_new_instance_id=body["new"])
            case "rewind":
                await client.rewind_orchestration(target, reason="again")
            case "purge":
                answer = (await client.purge_orchestration(target, recursive=body["recursive"])).deleted_instance_count
            case "history":
                answer = [type(event).__name__ for event in await client.get_orchestration_history(target)]
            case "state":
                state = await client.get_orchestration_state(target)
                answer = None if state is None else [state.runtime_status.name, state.serialized_output]
            case "v1-state":
                answer = (await client.get_status(target, show_history=True, show_input=True)).to_json()
            case other:
                raise AssertionError(other)
    except grpc.RpcError as error:
        return _json({"error": error.code().name}, 409)
    return _json({"answer": answer})


@client_routes.route(route="query", methods=["POST"])
@client_routes.durable_client_input(client_name="client")
async def query(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    body = req.get_json()
    states = await client.get_all_orchestration_states(
        OrchestrationQuery(
            runtime_status=[OrchestrationStatus[name] for name in body.get("status", [])] or None,
            max_instance_count=body.get("page"),
            instance_id_prefix=body.get("prefix"),
        )
    )
    return _json([state.instance_id for state in states])


@client_routes.route(route="entities/{name}/{key}/{operation}", methods=["POST"])
@client_routes.durable_client_input(client_name="client")
async def signal_entity(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    body = req.get_json()
    at = datetime.now(UTC) + timedelta(seconds=body["delay"]) if body.get("delay") else None
    entity = EntityInstanceId(req.route_params["name"], req.route_params["key"])
    await client.signal_entity(entity, req.route_params["operation"], input=body.get("input"), signal_time=at)
    return func.HttpResponse(status_code=202)


@client_routes.route(route="entities/{name}/{key}", methods=["GET"])
@client_routes.durable_client_input(client_name="client")
async def read_entity(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    found = await client.get_entity(EntityInstanceId(req.route_params["name"], req.route_params["key"]))
    return _json({"exists": found is not None, "state": found.get_typed_state() if found else None})


@client_routes.route(route="clean-entities", methods=["POST"])
@client_routes.durable_client_input(client_name="client")
async def clean_entities(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    cleaned = await client.clean_entity_storage()
    return _json({"removed": cleaned.empty_entities_removed, "released": cleaned.orphaned_locks_released})


@client_routes.route(route="schedules/{id}", methods=["POST"])
@client_routes.durable_client_input(client_name="client")
def create_schedule(req: func.HttpRequest, client: df.SyncDurableFunctionsClient) -> func.HttpResponse:
    options = ScheduleCreationOptions(
        schedule_id=req.route_params["id"],
        orchestration_name="tick",
        orchestration_input=req.route_params["id"],
        interval=timedelta(seconds=1),
    )
    created = ScheduledTaskClient(client).create_schedule(options)
    return _json({"status": created.describe().status.name})
