"""Large payloads kept beside the task hub, and activities that use a durable client themselves."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Any, override

import azure.durable_functions as df
import azure.functions as func
from durabletask import task
from durabletask.entities import EntityContext, EntityInstanceId
from durabletask.payload import LargePayloadStorageOptions, PayloadStore


class FolderStore(PayloadStore):
    """Payloads over 1,000 bytes as files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    @override
    def options(self) -> LargePayloadStorageOptions:
        return LargePayloadStorageOptions(threshold_bytes=1000)

    @override
    def upload(self, data: bytes, *, instance_id: str | None = None) -> str:
        name = uuid.uuid4().hex
        (self._folder / name).write_bytes(data)
        return f"file:v1:{name}"

    @override
    async def upload_async(self, data: bytes, *, instance_id: str | None = None) -> str:
        return self.upload(data, instance_id=instance_id)

    @override
    def download(self, token: str) -> bytes:
        return (self._folder / token.removeprefix("file:v1:")).read_bytes()

    @override
    async def download_async(self, token: str) -> bytes:
        return self.download(token)

    @override
    def is_known_token(self, value: str) -> bool:
        return value.startswith("file:v1:")


app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.configure_large_payloads(payload_store=FolderStore(Path(os.environ["PAYLOADS"])))


@app.route(route="run/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def run(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    given = req.get_json()
    instance_id = await client.schedule_new_orchestration(req.route_params["name"], input=given)
    if req.route_params["name"] == "event":
        await client.raise_orchestration_event(instance_id, "payload", data=given)
    state = await client.wait_for_orchestration_completion(instance_id, timeout=30)
    assert state is not None
    return func.HttpResponse(state.serialized_output or str(state.failure_details))


@app.activity_trigger(input_name="payload")
@app.durable_client_input(client_name="client")
async def grow(payload: dict[str, Any], client: df.DurableFunctionsClient, context: func.Context) -> dict[str, Any]:
    assert json.loads((Path(context.function_directory) / "host.json").read_text())["version"] == "2.0"
    assert await client.get_orchestration_state("nobody") is None
    return {**payload, "steps": payload["steps"] + 1}


@app.durable_client_input(client_name="client")
@app.activity_trigger(input_name="payload")
def grow_in_a_thread(payload: dict[str, Any], client: df.SyncDurableFunctionsClient) -> dict[str, Any]:
    assert client.get_orchestration_state("nobody") is None
    return {**payload, "steps": payload["steps"] + 1}


@app.entity_trigger(context_name="context")
def keep(ctx: EntityContext, given: Any = None) -> Any:
    if given is not None:
        ctx.set_state(given)
    return ctx.get_state()


@app.orchestration_trigger(context_name="context")
def activities(ctx: task.OrchestrationContext, payload: dict[str, Any]):
    ctx.set_custom_status(payload)
    first = yield ctx.call_activity("grow", input=payload)
    return (yield ctx.call_activity("grow_in_a_thread", input=first))


@app.orchestration_trigger(context_name="context")
def entity(ctx: task.OrchestrationContext, payload: dict[str, Any]):
    target = EntityInstanceId("keep", ctx.instance_id)
    yield ctx.call_entity(target, "put", payload)
    return (yield ctx.call_entity(target, "get"))


@app.orchestration_trigger(context_name="context")
def event(ctx: task.OrchestrationContext, _: Any):
    return (yield ctx.wait_for_external_event("payload"))


@app.orchestration_trigger(context_name="context")
def generations(ctx: task.OrchestrationContext, payload: dict[str, Any]):
    if payload["steps"] < 2:
        ctx.continue_as_new({**payload, "steps": payload["steps"] + 1})
        return None
    return (yield ctx.call_sub_orchestrator("activities", input={**payload, "steps": 0}))
