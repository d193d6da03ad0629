"""Starting a job: the same way for HTTP, schedules and retries."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from azure.durable_functions import DurableFunctionsClient

from codestory.exceptions import ConflictError, RequestError
from codestory.ingestion_pipeline.jobspec import JobSpec
from codestory.ingestion_pipeline.requests import IngestionStarted
from codestory.ingestion_pipeline.statuses import StepStatus
from triggers.support import ORCHESTRATION, job_spec

__all__ = ["check_prerequisites", "links", "start", "started_view", "stored_spec"]


def links(job_id: str) -> dict[str, str]:
    """Where to look and what to call next, relative to the service."""
    base = f"/v1/ingest/{job_id}"
    actions = ("cancel", "stop", "suspend", "resume", "retry")
    return {"self": base, "events": f"{base}/events", **{action: f"{base}/{action}" for action in actions}}


def started_view(spec: JobSpec, message: str) -> IngestionStarted:
    """The answer to a request that was accepted."""
    return IngestionStarted(
        job_id=spec.job_id,
        status=StepStatus.SCHEDULED if spec.eta else StepStatus.PENDING,
        source=spec.source,
        repository=spec.repository,
        started_at=spec.created_at,
        steps=[step.name for step in spec.pipeline.steps],
        message=message,
        eta=spec.eta,
        retry_of=spec.retry_of,
        links=links(spec.job_id),
    )


async def stored_spec(client: DurableFunctionsClient, job_id: str) -> JobSpec | None:
    """The spec that the job was started with, if there is such a job."""
    state = await client.get_orchestration_state(job_id, fetch_payloads=True)
    return job_spec(state) if state is not None else None


async def check_prerequisites(client: DurableFunctionsClient, spec: JobSpec) -> None:
    """Raise ``RequestError`` that lists every prerequisite job that does not exist."""
    found = await asyncio.gather(*(stored_spec(client, job) for job in spec.wait_for))
    missing = [job for job, known in zip(spec.wait_for, found, strict=True) if known is None]
    if missing:
        raise RequestError(
            "unknown prerequisites",
            problems=[f"dependencies: {job!r} is neither a job nor a step of this service" for job in missing],
        )


async def start(client: DurableFunctionsClient, spec: JobSpec) -> tuple[JobSpec, bool]:
    """Start the job, or find that it was started before under the same id.

    Returns the spec that counts and whether it is new. Raises ``ConflictError`` if the id was used for another
    request.
    """
    existing = await stored_spec(client, spec.job_id)
    if existing is None:
        try:
            await client.schedule_new_orchestration(
                ORCHESTRATION, input=spec.model_dump(mode="json"), instance_id=spec.job_id
            )
        except grpc.RpcError as error:
            if _code(error) is not grpc.StatusCode.ALREADY_EXISTS:
                raise
            existing = await stored_spec(client, spec.job_id)
        # Two requests may have passed the first look together; only the stored one runs.
        existing = existing or await stored_spec(client, spec.job_id)
        if existing is None or existing == spec:
            return spec, True
    if existing.request_hash != spec.request_hash:
        raise ConflictError(
            f"this Idempotency-Key was used for another request (job {existing.job_id}); use a new key",
            job_id=existing.job_id,
        )
    return existing, False


def _code(error: Any) -> object:
    return error.code() if callable(getattr(error, "code", None)) else None
