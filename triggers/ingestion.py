"""Starting and watching jobs: ``/v1/ingest``."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from azure.durable_functions import DurableFunctionsClient
from durabletask.client import EntityQuery, OrchestrationQuery

from codestory.exceptions import RequestError
from codestory.ingestion_pipeline.config import load_config
from codestory.ingestion_pipeline.job import IngestionJob, JobRecord
from codestory.ingestion_pipeline.requests import IngestionRequest, ListQuery, parse_request
from codestory.ingestion_pipeline.submission import accept, job_id_for
from triggers.starting import check_prerequisites, links, start, started_view
from triggers.support import (
    answers,
    entity_state,
    job_record,
    job_spec,
    job_state,
    job_view,
    json_body,
    now,
    reply,
)

__all__ = ["bp"]

bp = df.Blueprint()

MAX_WAIT_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.25


@bp.route(route="v1/ingest", methods=["POST"])
@bp.durable_client_input(client_name="client")
@answers
async def start_ingestion(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Start a job."""
    return await begin(req, client, json_body(req))


@bp.route(route="v1/ingest/plan", methods=["POST"])
@bp.durable_client_input(client_name="client")
@answers
async def plan_ingestion(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Start a job that only says what a real one would do, and why."""
    body = json_body(req)
    return await begin(req, client, {**body, "dry_run": True} if isinstance(body, dict) else body)


@bp.route(route="v1/ingest/update", methods=["POST"])
@bp.durable_client_input(client_name="client")
@answers
async def update_ingestion(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Bring the results of one step up to date without running the others."""
    body = json_body(req)
    if not isinstance(body, dict) or not isinstance(body.get("step"), str):
        raise RequestError("which step?", problems=["step: required, the name of the step to update"])
    rest = {key: value for key, value in body.items() if key != "step"}
    return await begin(req, client, {**rest, "steps": [body["step"]], "update": True})


async def begin(req: func.HttpRequest, client: DurableFunctionsClient, body: Any) -> func.HttpResponse:
    """Accept ``body`` as an ``IngestionRequest`` and start its job."""
    request = parse_request(IngestionRequest, body)
    key = req.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= 200:
        raise RequestError("an Idempotency-Key has 1 to 200 characters")
    spec = accept(
        request,
        config=load_config(),
        now=now(),
        job_id=job_id_for(key),
        correlation_id=req.headers.get("x-correlation-id", "")[:200],
    )
    await check_prerequisites(client, spec)
    spec, is_new = await start(client, spec)
    view = started_view(spec, "accepted" if is_new else "accepted before, under the same Idempotency-Key")
    return reply(view, 202, {"Location": links(spec.job_id)["self"], "Retry-After": "2"})


@bp.route(route="v1/ingest", methods=["GET"])
@bp.durable_client_input(client_name="client")
@answers
async def list_ingestions(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """One page of jobs."""
    query = parse_request(ListQuery, _query(req))
    jobs = await all_jobs(client)
    chosen = [
        job
        for job in jobs
        if (not query.status or job.status in query.status)
        and (query.repository is None or job.repository == query.repository)
        and (query.tag is None or query.tag in job.tags)
    ]
    chosen.sort(key=lambda job: (_sortable(job, query.sort_by), job.job_id), reverse=query.sort_order == "desc")
    page = chosen[query.offset : query.offset + query.limit]
    return reply(
        {
            "items": [job.model_dump(mode="json") for job in page],
            "total": len(chosen),
            "limit": query.limit,
            "offset": query.offset,
            "has_more": query.offset + len(page) < len(chosen),
        }
    )


async def all_jobs(client: DurableFunctionsClient) -> list[IngestionJob]:
    """Every job that has not been purged, as users see it."""
    states, records = await asyncio.gather(
        client.get_all_orchestration_states(OrchestrationQuery(fetch_inputs_and_outputs=True)), job_records(client)
    )
    return [job_view(state, records.get(state.instance_id), spec) for state in states if (spec := job_spec(state))]


async def job_records(client: DurableFunctionsClient) -> dict[str, JobRecord]:
    """The live record of every job that has begun to speak, by job id."""
    entities = await client.get_all_entities(
        EntityQuery(instance_id_starts_with="@job@", include_state=True, include_transient=True)
    )
    states = {entity.id.key: entity_state(entity) for entity in entities}
    return {job_id: JobRecord.model_validate(state) for job_id, state in states.items() if "job" in state}


@bp.route(route="v1/ingest/{job_id}", methods=["GET"])
@bp.durable_client_input(client_name="client")
@answers
async def show_ingestion(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """One job with the progress of its steps."""
    job_id = req.route_params["job_id"]
    state = await job_state(client, job_id)
    return reply(job_view(state, await job_record(client, job_id)))


@bp.route(route="v1/ingest/{job_id}/events", methods=["GET"])
@bp.durable_client_input(client_name="client")
@answers
async def list_events(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Events after number ``after``, waiting up to ``wait`` seconds for the next one."""
    job_id = req.route_params["job_id"]
    after = int(_number(req, "after", 0))
    deadline = time.monotonic() + min(_number(req, "wait", 0), MAX_WAIT_SECONDS)
    state = await job_state(client, job_id)
    while True:
        record = await job_record(client, job_id)
        events = [event for event in record.events if event.seq > after] if record else []
        done = job_view(state, record).status.is_final
        if events or done or time.monotonic() >= deadline:
            break
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        state = await job_state(client, job_id)
    oldest = record.events[0].seq if record and record.events else 1
    return reply(
        {
            "events": [event.model_dump(mode="json") for event in events],
            "next": events[-1].seq if events else after,
            "oldest": oldest,
            "done": done,
        }
    )


def _query(req: func.HttpRequest) -> dict[str, Any]:
    given: dict[str, Any] = {str(key): value for key, value in req.params.items() if key != "code"}
    if "status" in given:
        given["status"] = [part for part in str(given["status"]).split(",") if part]
    return given


def _number(req: func.HttpRequest, name: str, default: float) -> float:
    text = req.params.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e12:
        raise RequestError(f"query parameter {name}", problems=[f"{name}: expected a number ≥ 0, got {text!r}"])
    return value


def _sortable(job: IngestionJob, field: str) -> str:
    value = getattr(job, field)
    if field == "priority":
        return str(value.rank)
    return value.isoformat() if hasattr(value, "isoformat") else str(value or "")
