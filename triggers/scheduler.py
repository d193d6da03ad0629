"""Recurring ingestion: ``/v1/schedules`` and the timer that starts what is due."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from azure.durable_functions import DurableFunctionsClient
from durabletask.entities import EntityInstanceId

from codestory.exceptions import CodeStoryError, NotFoundError
from codestory.ingestion_pipeline.config import load_config
from codestory.ingestion_pipeline.requests import parse_request
from codestory.ingestion_pipeline.schedules import (
    Firing,
    OverlapPolicy,
    Schedule,
    ScheduleRequest,
    due,
    fire_job_id,
    stored_schedule,
)
from codestory.ingestion_pipeline.submission import accept
from triggers.starting import check_prerequisites, start
from triggers.support import answers, entity_state, job_record, job_state, job_view, json_body, now, reply, settled

__all__ = ["bp"]

bp = df.Blueprint()
_log = logging.getLogger(__name__)

REGISTRY = EntityInstanceId("schedules", "all")
TICK = os.environ.get("CODESTORY_SCHEDULER_CRON", "*/5 * * * * *")


async def _schedules(client: DurableFunctionsClient) -> dict[str, Schedule]:
    found = {name: stored_schedule(item) for name, item in (await _registry(client)).items()}
    return {name: schedule for name, schedule in found.items() if schedule is not None}


async def _registry(client: DurableFunctionsClient) -> dict[str, Any]:
    return entity_state(await client.get_entity(REGISTRY, include_state=True))


async def _change(
    client: DurableFunctionsClient, operation: str, given: dict[str, Any], done: Callable[[dict[str, Any]], bool]
) -> None:
    """Ask the registry for a change and wait until it can be read."""
    await client.signal_entity(REGISTRY, operation, given)

    async def changed() -> bool:
        return done(await _registry(client))

    await settled(changed)


async def _one(client: DurableFunctionsClient, name: str) -> Schedule:
    schedules = await _schedules(client)
    if name not in schedules:
        raise NotFoundError(f"there is no schedule {name!r}; known: {', '.join(sorted(schedules)) or 'none'}")
    return schedules[name]


@bp.route(route="v1/schedules", methods=["POST"])
@bp.durable_client_input(client_name="client")
@answers
async def create_schedule(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Create a schedule, or replace the one of the same name. Its request is checked now, not at the first firing."""
    spec = parse_request(ScheduleRequest, json_body(req))
    moment = now()
    job = accept(spec.request, config=load_config(), now=moment, job_id="check")
    await check_prerequisites(client, job)
    given = {"spec": spec.model_dump(mode="json"), "now": moment.isoformat()}
    await _change(client, "put", given, lambda found: found.get(spec.name, {}).get("spec") == given["spec"])
    shown = Schedule(spec=spec, created_at=moment, considered_until=moment)
    return reply(shown.view(moment), 201, {"Location": f"/v1/schedules/{spec.name}"})


@bp.route(route="v1/schedules", methods=["GET"])
@bp.durable_client_input(client_name="client")
@answers
async def list_schedules(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """All schedules."""
    schedules = await _schedules(client)
    items = [schedules[name].view(now()) for name in sorted(schedules)]
    return reply({"items": items, "total": len(items)})


@bp.route(route="v1/schedules/{name}", methods=["GET"])
@bp.durable_client_input(client_name="client")
@answers
async def show_schedule(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """One schedule with its latest firings."""
    return reply((await _one(client, req.route_params["name"])).view(now()))


@bp.route(route="v1/schedules/{name}", methods=["DELETE"])
@bp.durable_client_input(client_name="client")
@answers
async def delete_schedule(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Forget a schedule; jobs it has started go on."""
    name = req.route_params["name"]
    if name not in await _registry(client):
        await _one(client, name)
    await _change(client, "delete_schedule", {"name": name}, lambda found: name not in found)
    return func.HttpResponse(status_code=204)


@bp.route(route="v1/schedules/{name}/pause", methods=["POST"])
@bp.durable_client_input(client_name="client")
@answers
async def pause_schedule(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Start nothing until the schedule is resumed."""
    return await _set_paused(req, client, paused=True)


@bp.route(route="v1/schedules/{name}/resume", methods=["POST"])
@bp.durable_client_input(client_name="client")
@answers
async def resume_schedule(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Go on with the next moment; what passed during the pause is not made up for."""
    return await _set_paused(req, client, paused=False)


async def _set_paused(req: func.HttpRequest, client: DurableFunctionsClient, *, paused: bool) -> func.HttpResponse:
    schedule = await _one(client, req.route_params["name"])
    name = schedule.spec.name
    given = {"name": name, "paused": paused, "now": now().isoformat()}
    await _change(client, "pause", given, lambda found: name not in found or found[name]["spec"]["paused"] is paused)
    schedule.spec = schedule.spec.model_copy(update={"paused": paused})
    return reply(schedule.view(now()), 202)


@bp.timer_trigger(schedule=TICK, arg_name="timer", use_monitor=False)
@bp.durable_client_input(client_name="client")
async def run_schedules(timer: func.TimerRequest, client: DurableFunctionsClient) -> None:
    """Start what is due. Running twice for one moment starts one job, because the job's id names the moment."""
    moment = now()
    for name, schedule in (await _schedules(client)).items():
        firings = await _fire(client, schedule, moment)
        if firings:
            given = {"name": name, "firings": [firing.model_dump(mode="json") for firing in firings]}
            await client.signal_entity(REGISTRY, "fired", given)


async def _fire(client: DurableFunctionsClient, schedule: Schedule, moment: datetime) -> list[Firing]:
    moments, missed = due(schedule, moment)
    waiting = None if schedule.spec.paused else schedule.buffered
    if not moments and waiting is None:
        return []
    firings: list[Firing] = []
    if missed:
        _log.warning("schedule %s missed %d firings beyond its catch-up limit", schedule.spec.name, missed)
        text = f"{missed} moments passed while the service was down; catch_up_limit is {schedule.spec.catch_up_limit}"
        # Before the first moment that is acted on, so that this is noted first.
        before = moments[0] - timedelta(milliseconds=1)
        firings.append(Firing(at=before, outcome="missed", count=missed, message=text))
    last_job, policy = schedule.last_job, schedule.spec.overlap
    busy = await _is_busy(client, last_job)
    buffered = waiting is not None
    if waiting is not None and not busy:
        firings.append(await _start(client, schedule, waiting))
        busy, last_job, buffered = firings[-1].outcome == "started", firings[-1].job_id or last_job, False
    for at in moments:
        if busy and policy is OverlapPolicy.SKIP:
            firings.append(Firing(at=at, outcome="skipped", message=f"job {last_job} is still busy"))
        elif busy and policy is OverlapPolicy.BUFFER_ONE:
            outcome = "skipped" if buffered else "buffered"
            firings.append(Firing(at=at, outcome=outcome, message=f"job {last_job} is still busy"))
            buffered = True
        else:
            firings.append(await _start(client, schedule, at))
            busy, last_job = firings[-1].outcome == "started", firings[-1].job_id
    return firings


async def _start(client: DurableFunctionsClient, schedule: Schedule, at: datetime) -> Firing:
    job_id = fire_job_id(schedule.spec.name, at)
    try:
        spec = accept(
            schedule.spec.request, config=load_config(), now=now(), job_id=job_id, schedule=schedule.spec.name
        )
        await start(client, spec)
    except CodeStoryError as error:
        _log.warning("schedule %s cannot start its job: %s", schedule.spec.name, error)
        return Firing(at=at, outcome="failed", message=str(error)[:500])
    return Firing(at=at, outcome="started", job_id=job_id)


async def _is_busy(client: DurableFunctionsClient, job_id: str | None) -> bool:
    if job_id is None:
        return False
    try:
        state = await job_state(client, job_id)
    except NotFoundError:
        return False
    return not job_view(state, await job_record(client, job_id)).status.is_final
