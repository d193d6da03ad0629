"""Changing the course of a job: cancel, stop, suspend, resume, retry."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from azure.durable_functions import DurableFunctionsClient

from codestory.exceptions import ConflictError
from codestory.ingestion_pipeline.cancellation import raise_flag
from codestory.ingestion_pipeline.job import IngestionJob
from codestory.ingestion_pipeline.requests import RetryRequest, parse_request
from codestory.ingestion_pipeline.statuses import StepStatus
from codestory.ingestion_pipeline.submission import job_id_for, retry_spec
from codestory.storage import open_blob_store
from triggers.starting import links, start, started_view, stored_spec
from triggers.support import Runtime, answers, family, job_record, job_state, job_view, json_body, now, reply

__all__ = ["bp"]

bp = df.Blueprint()

CONTROL_EVENT = "control"
ANSWER_PATIENCE_SECONDS = 2.0


async def _shown(client: DurableFunctionsClient, job_id: str) -> IngestionJob:
    return job_view(await job_state(client, job_id), await job_record(client, job_id))


async def _resume(client: DurableFunctionsClient, job_id: str) -> None:
    await asyncio.gather(
        *(
            client.resume_orchestration(state.instance_id)
            for state in await family(client, job_id)
            if state.runtime_status is Runtime.SUSPENDED
        )
    )


async def _suspend(client: DurableFunctionsClient, job_id: str) -> None:
    active = (Runtime.RUNNING, Runtime.PENDING)
    await asyncio.gather(
        *(
            client.suspend_orchestration(state.instance_id)
            for state in await family(client, job_id)
            if state.runtime_status in active
        )
    )


async def _ask(client: DurableFunctionsClient, job_id: str, wish: str) -> None:
    # A suspended orchestration hears nothing.
    await _resume(client, job_id)
    await client.raise_orchestration_event(job_id, CONTROL_EVENT, data=wish)


async def _cancel(client: DurableFunctionsClient, job_id: str) -> None:
    # The flag goes up first: workers see it even while the orchestration is busy elsewhere.
    await asyncio.to_thread(raise_flag, open_blob_store(), job_id, "cancelled by the user")
    await _ask(client, job_id, "cancel")


async def _stop(client: DurableFunctionsClient, job_id: str) -> None:
    await _ask(client, job_id, "stop")


type Action = Callable[[DurableFunctionsClient, str], Coroutine[Any, Any, None]]


async def _act(req: func.HttpRequest, client: DurableFunctionsClient, action: Action) -> func.HttpResponse:
    """Apply ``action`` to a job that has not ended; one that has is shown as it is."""
    job_id = req.route_params["job_id"]
    job = await _shown(client, job_id)
    if job.status.is_final:
        return reply(job)
    await action(client, job_id)
    # Orchestrations hear of it in their own time, normally at once; the answer should already show it.
    deadline = time.monotonic() + ANSWER_PATIENCE_SECONDS
    while not (shows_it := _shows(action, job := await _shown(client, job_id))) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    if not shows_it:
        job = job.model_copy(update={"message": f"asked to {action.__name__.strip('_')}; that takes a moment"})
    return reply(job, 202, {"Location": links(job_id)["self"]})


def _shows(action: Action, job: IngestionJob) -> bool:
    if job.status.is_final:
        return True
    if action is _cancel:
        return job.status is StepStatus.CANCELLING
    if action is _suspend:
        return job.status is StepStatus.SUSPENDED
    # What is stopped goes on to the end of its steps.
    return action is _stop or job.status is not StepStatus.SUSPENDED


@bp.route(route="v1/ingest/{job_id}/cancel", methods=["POST"])
@bp.durable_client_input(client_name="client")
@answers
async def cancel_ingestion(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """End the job as soon as possible."""
    return await _act(req, client, _cancel)


@bp.route(route="v1/ingest/{job_id}/stop", methods=["POST"])
@bp.durable_client_input(client_name="client")
@answers
async def stop_ingestion(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Let what runs finish, skip the rest."""
    return await _act(req, client, _stop)


@bp.route(route="v1/ingest/{job_id}/suspend", methods=["POST"])
@bp.durable_client_input(client_name="client")
@answers
async def suspend_ingestion(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Start nothing new until the job is resumed."""
    return await _act(req, client, _suspend)


@bp.route(route="v1/ingest/{job_id}/resume", methods=["POST"])
@bp.durable_client_input(client_name="client")
@answers
async def resume_ingestion(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Go on after a suspension."""
    return await _act(req, client, _resume)


@bp.route(route="v1/ingest/{job_id}/retry", methods=["POST"])
@bp.durable_client_input(client_name="client")
@answers
async def retry_ingestion(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Run a finished job again, whole or in part, as a new job linked to it."""
    job_id = req.route_params["job_id"]
    wish = parse_request(RetryRequest, json_body(req, optional=True))
    key = req.headers.get("Idempotency-Key")
    job = await _shown(client, job_id)
    if not job.status.is_final:
        raise ConflictError(f"job {job_id} is {job.status}; cancel it or wait for its end before you retry it")
    original = await stored_spec(client, job_id)
    assert original is not None
    statuses = {name: StepStatus(step.status) for name, step in job.steps.items()}
    spec = retry_spec(
        original,
        statuses,
        job_id=job_id_for(f"retry of {job_id}: {key}" if key else None),
        now=now(),
        snapshot=job.snapshot,
        step=wish.step,
        from_step=wish.from_step,
    )
    spec, _ = await start(client, spec)
    view = started_view(spec, f"retry of job {job_id}")
    return reply(view, 202, {"Location": links(spec.job_id)["self"], "Retry-After": "2"})
