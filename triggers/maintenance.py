"""Keeping house: old runs and unused snapshots are purged, books of jobs that were ended from outside are closed, their
dependants freed."""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import timedelta

import azure.durable_functions as df
import azure.functions as func
from azure.durable_functions import DurableFunctionsClient
from durabletask.client import OrchestrationQuery
from durabletask.entities import EntityInstanceId
from pydantic import BaseModel, ConfigDict, Field

from codestory.ingestion_pipeline.cancellation import clear_flags, raise_flag
from codestory.ingestion_pipeline.history import open_tracker
from codestory.ingestion_pipeline.job import IngestionJob, JobUpdate
from codestory.ingestion_pipeline.requests import parse_request
from codestory.ingestion_pipeline.statuses import StepStatus
from codestory.sources.retention import remove_unused
from codestory.storage import open_blob_store
from triggers.ingestion import all_jobs, job_records
from triggers.support import Runtime, answers, family, json_body, now, reply

__all__ = ["bp"]

bp = df.Blueprint()
_log = logging.getLogger(__name__)

MAINTENANCE = os.environ.get("CODESTORY_MAINTENANCE_CRON", "0 17 * * * *")
RETENTION_SETTING = "CODESTORY_RETENTION_DAYS"
DEFAULT_RETENTION_DAYS = 30.0
MESSENGER_RETENTION = timedelta(minutes=10)
FINAL_RUNTIME = [Runtime.COMPLETED, Runtime.FAILED, Runtime.TERMINATED]


class PurgeRequest(BaseModel):
    """The body of ``POST /v1/ingest/purge``."""

    model_config = ConfigDict(extra="forbid")

    older_than_days: float = Field(ge=0, le=3660)


def retention() -> timedelta:
    """How long finished runs are kept."""
    return timedelta(days=float(os.environ.get(RETENTION_SETTING) or DEFAULT_RETENTION_DAYS))


@bp.route(route="v1/ingest/purge", methods=["POST"])
@bp.durable_client_input(client_name="client")
@answers
async def purge_ingestions(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Remove finished jobs that ended longer ago than the given age, with their history."""
    wish = parse_request(PurgeRequest, json_body(req))
    return reply(await _purge(client, timedelta(days=wish.older_than_days)))


@bp.timer_trigger(schedule=MAINTENANCE, arg_name="timer", use_monitor=False)
@bp.durable_client_input(client_name="client")
async def keep_house(timer: func.TimerRequest, client: DurableFunctionsClient) -> None:
    """Purge by age; close the books of jobs that ended without doing so, and free those who wait for them."""
    closed = await _close_books(client)
    freed = await _free_waiting(client)
    purged = await _purge(client, retention()) | await _remove_snapshots(client, retention())
    if any(purged.values()) or freed or closed:
        _log.info("purged %s, closed the books of %d jobs, set %d waiting jobs free", purged, closed, freed)


async def _purge(client: DurableFunctionsClient, age: timedelta) -> dict[str, int]:
    jobs = [job for job in await all_jobs(client) if job.status.is_final]
    old = [job.job_id for job in jobs if now() - (job.completed_at or job.updated_at) >= age]
    purged = 0
    for job_id in old:
        states = await family(client, job_id)
        if any(state.instance_id == job_id and state.runtime_status not in FINAL_RUNTIME for state in states):
            # It has told its end, and still has to come to it; without its record it would look like a new job.
            continue
        purged += 1
        for state in states:
            await client.purge_orchestration(state.instance_id)
        await client.signal_entity(EntityInstanceId("job", job_id), "delete")
        await asyncio.to_thread(clear_flags, open_blob_store(), job_id)
    messengers = await _purge_messengers(client)
    await client.clean_entity_storage(remove_empty_entities=True, release_orphaned_locks=True)
    tracker = open_tracker()
    recorded = await asyncio.to_thread(tracker.purge, age) if tracker is not None else 0
    return {"jobs": purged, "messengers": messengers, "history": recorded}


async def _remove_snapshots(client: DurableFunctionsClient, age: timedelta) -> dict[str, int]:
    jobs = await all_jobs(client)
    removed = await asyncio.to_thread(
        remove_unused,
        open_blob_store(),
        {job.snapshot for job in jobs if job.snapshot},
        now=now(),
        unused_for=age,
        quiet=all(job.status.is_final for job in jobs),
    )
    return {} if removed is None else {"snapshots": removed.snapshots, "packs": removed.packs}


async def _purge_messengers(client: DurableFunctionsClient) -> int:
    """Event messengers are finished at once and of no interest afterwards."""
    query = OrchestrationQuery(runtime_status=FINAL_RUNTIME, created_time_to=now() - MESSENGER_RETENTION)
    names = [s.instance_id for s in await client.get_all_orchestration_states(query) if s.name == "deliver_event"]
    for instance_id in names:
        await client.purge_orchestration(instance_id)
    return len(names)


async def _close_books(client: DurableFunctionsClient) -> int:
    """Write down the end of jobs that were terminated from outside or broke, which could not do it themselves."""
    records = await job_records(client)
    ended = [job for job in await all_jobs(client) if job.status.is_final]
    closed = 0
    for job in ended:
        record = records.get(job.job_id)
        if record is None or record.job.status.is_final:
            continue
        # Its workers may not have noticed yet.
        await asyncio.to_thread(raise_flag, open_blob_store(), job.job_id, "the orchestration was ended from outside")
        moment = job.completed_at or now()
        values = {"status": job.status, "error": job.error, "message": job.error, "completed_at": moment}
        for step in [None, *(name for name, step in job.steps.items() if not step.status.is_final)]:
            update = JobUpdate(source=f"outside/{step or ''}", number=1, at=moment, step=step, values=values)
            await client.signal_entity(EntityInstanceId("job", job.job_id), "update", update.model_dump(mode="json"))
        await asyncio.to_thread(_record_end, job)
        closed += 1
    return closed


def _record_end(job: IngestionJob) -> None:
    tracker = open_tracker()
    if tracker is not None and not job.dry_run:
        tracker.record_execution(
            job.job_id,
            status=job.status,
            repository=job.repository,
            created_at=job.created_at,
            started_at=job.started_at,
            completed_at=job.completed_at,
            error_message=job.error,
        )


async def _free_waiting(client: DurableFunctionsClient) -> int:
    jobs = {job.job_id: job for job in await all_jobs(client)}
    freed = 0
    for job in jobs.values():
        for name in job.waiting_for if job.status is StepStatus.WAITING else ():
            other = jobs.get(name)
            if other is None or other.status.is_final:
                status = other.status if other is not None else StepStatus.UNKNOWN
                await client.raise_orchestration_event(job.job_id, f"finished/{name}", data=str(status))
                freed += 1
    return freed
