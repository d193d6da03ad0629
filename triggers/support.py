"""What the triggers share: bodies, answers, problem details, and the live view of a job."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

import azure.functions as func
from azure.durable_functions import DurableFunctionsClient
from durabletask.client import OrchestrationQuery, OrchestrationState, OrchestrationStatus
from durabletask.entities import EntityInstanceId, EntityMetadata
from pydantic import BaseModel, ValidationError

from codestory.exceptions import (
    CodeStoryError,
    ConflictError,
    NotFoundError,
    PermanentError,
    RequestError,
    TransientError,
)
from codestory.ingestion_pipeline.job import IngestionJob, JobRecord
from codestory.ingestion_pipeline.jobspec import JobSpec
from codestory.ingestion_pipeline.statuses import StepStatus

__all__ = [
    "MAX_BODY_BYTES",
    "Runtime",
    "answers",
    "entity_state",
    "family",
    "job_record",
    "job_spec",
    "job_state",
    "job_view",
    "json_body",
    "now",
    "reply",
    "settled",
]

_log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1_000_000
MAX_DEPTH = 50
_SETTLED = timedelta(seconds=10)
_POLL = timedelta(milliseconds=50)
ORCHESTRATION = "ingest"

Runtime = OrchestrationStatus
_RUNTIME_FINAL = (Runtime.COMPLETED, Runtime.FAILED, Runtime.TERMINATED)


def now() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)


def reply(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> func.HttpResponse:
    """``data`` (a model or plain JSON) as an answer."""
    payload = data.model_dump(mode="json") if isinstance(data, BaseModel) else data
    try:
        body = json.dumps(payload, default=str, ensure_ascii=False, allow_nan=False)
    except ValueError:
        body = json.dumps(_without_nan(payload), default=str, ensure_ascii=False)
    # Half a character, should one have got into a store, becomes its escape in JSON instead of the end of the answer.
    content = body.encode("utf-8", "backslashreplace")
    return func.HttpResponse(content, status_code=status, headers=dict(headers or {}), mimetype="application/json")


def _without_nan(value: object) -> object:
    """``value`` with the names of numbers that JSON does not have in place of them."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return value


_STATUS: list[tuple[type[CodeStoryError], int, str]] = [
    (NotFoundError, 404, "Not found"),
    (ConflictError, 409, "Conflict"),
    (RequestError, 400, "Bad request"),
    (TransientError, 503, "Temporarily unavailable"),
    (PermanentError, 400, "Bad request"),
]


def problem(error: CodeStoryError) -> func.HttpResponse:
    """RFC 9457 problem details for an error of ours."""
    status, title = next(((code, text) for kind, code, text in _STATUS if isinstance(error, kind)), (500, "Error"))
    problems = error.details.get("problems") or str(error).split("\n")
    body = {
        "type": f"urn:codestory:{type(error).__name__}",
        "title": title,
        "status": status,
        "detail": str(error),
        "problems": problems,
    }
    headers = {"Retry-After": "5"} if status == 503 else {}
    return func.HttpResponse(
        json.dumps(body, default=str), status_code=status, headers=headers, mimetype="application/problem+json"
    )


def answers[**P](handler: Callable[P, Awaitable[func.HttpResponse]]) -> Callable[P, Awaitable[func.HttpResponse]]:
    """Turn errors of ours into problem details; anything else is logged and told without its insides."""

    @wraps(handler)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> func.HttpResponse:
        try:
            return await handler(*args, **kwargs)
        except CodeStoryError as error:
            return problem(error)
        except Exception:  # noqa: BLE001 - the client must get an answer, and no stack trace
            _log.exception("%s failed", handler.__name__)
            body = {
                "type": "about:blank",
                "title": "Internal error",
                "status": 500,
                "detail": "The service failed on this request; its log says why.",
            }
            return func.HttpResponse(json.dumps(body), status_code=500, mimetype="application/problem+json")

    return guarded


def json_body(request: func.HttpRequest, *, optional: bool = False) -> Any:
    """The parsed body; raises ``RequestError`` for one that is too large, too deep, or not JSON."""
    raw = request.get_body()
    if len(raw) > MAX_BODY_BYTES:
        raise RequestError(f"the body has {len(raw)} bytes; at most {MAX_BODY_BYTES} are read")
    if optional and not raw.strip():
        return {}
    try:
        data: object = json.loads(raw)
    except RecursionError:
        raise RequestError("the body is nested too deeply") from None
    except ValueError as error:
        raise RequestError(f"the body is not valid JSON: {error}") from None
    _check_values(data)
    return data


def _check_values(data: object) -> None:
    """Refuse what JSON can say and no store can keep: half a character (``"\\ud800"``), and endless nesting."""
    level: list[object] = [data]
    for _ in range(MAX_DEPTH):
        following: list[object] = []
        for item in level:
            if isinstance(item, str) and not _is_text(item):
                raise RequestError(f"the body holds text that is not valid Unicode: {item[:100]!r}")
            if isinstance(item, dict):
                following.extend(item)
                following.extend(item.values())
            elif isinstance(item, list):
                following.extend(item)
        if not following:
            return
        level = following
    raise RequestError(f"the body is nested deeper than {MAX_DEPTH} levels")


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


async def job_state(client: DurableFunctionsClient, job_id: str) -> OrchestrationState:
    """The orchestration of the job; raises ``NotFoundError``."""
    state = await client.get_orchestration_state(job_id, fetch_payloads=True) if _may_be_id(job_id) else None
    if state is None or job_spec(state) is None:
        raise NotFoundError(f"there is no job {job_id!r}; GET /v1/ingest lists them", job_id=job_id)
    return state


def job_spec(state: OrchestrationState) -> JobSpec | None:
    """What the job was started with; ``None`` if this is no job.

    Whoever has the key of the runtime's own API can start an orchestration with anything as its input.
    """
    if state.name != ORCHESTRATION:
        return None
    try:
        spec = JobSpec.model_validate_json(state.serialized_input or "")
    except ValidationError:
        _log.warning("orchestration %s was not started by this service, and is not shown as a job", state.instance_id)
        return None
    return spec if spec.job_id == state.instance_id else None


async def job_record(client: DurableFunctionsClient, job_id: str) -> JobRecord | None:
    """The live record, once the orchestration has begun to speak."""
    state = entity_state(await client.get_entity(EntityInstanceId("job", job_id), include_state=True))
    return JobRecord.model_validate(state) if "job" in state else None


def entity_state(entity: EntityMetadata | None) -> dict[str, Any]:
    """The state of an entity that keeps a JSON object; empty if there is none."""
    text: str | None = entity.get_state() if entity is not None else None
    return json.loads(text) if text else {}


async def family(client: DurableFunctionsClient, job_id: str) -> list[OrchestrationState]:
    """The job's own orchestration and those of its steps."""
    found = await client.get_all_orchestration_states(OrchestrationQuery(instance_id_prefix=job_id))
    return [state for state in found if state.instance_id == job_id or state.instance_id.startswith(f"{job_id}:")]


async def settled(done: Callable[[], Awaitable[bool]]) -> None:
    """Wait until what was asked of an entity is ``done``, so that whoever asked reads what they have written.

    Signals are never lost, but may take long: after ``_SETTLED`` the change is on its way, and the wait is over.
    """
    deadline = now() + _SETTLED
    while not await done() and now() < deadline:
        await asyncio.sleep(_POLL.total_seconds())


def job_view(state: OrchestrationState, record: JobRecord | None, spec: JobSpec | None = None) -> IngestionJob:
    """What users see: the live record, set right by what the runtime knows better.

    ``state`` is that of a job; ``spec``, if it has been read already, what the job was started with.
    """
    spec = spec or job_spec(state)
    assert spec is not None
    job = record.job if record is not None else spec.initial_job()
    if job.status.is_final:
        return job
    runtime = state.runtime_status
    if runtime is Runtime.SUSPENDED:
        return job.model_copy(update={"status": StepStatus.SUSPENDED, "message": "suspended; resume it to go on"})
    if runtime in _RUNTIME_FINAL:
        # The orchestration ended without being able to say so: terminated from outside, or broken.
        ended = StepStatus.CANCELLED if runtime is Runtime.TERMINATED else StepStatus.FAILED
        told = state.failure_details.message if state.failure_details else state.serialized_output
        what = "was terminated from outside" if runtime is Runtime.TERMINATED else f"ended as {runtime.name}"
        reason = f"the orchestration {what}" + (f": {told}" if told else "")
        return job.model_copy(
            update={"status": ended, "error": reason, "completed_at": state.last_updated_at.replace(tzinfo=UTC)}
        )
    return job


def _may_be_id(job_id: str) -> bool:
    return 0 < len(job_id) <= 200 and not job_id.startswith("@") and ":" not in job_id
