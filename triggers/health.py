"""Whether the service works: ``/v1/ingest/health`` and ``/metrics``."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from azure.durable_functions import DurableFunctionsClient

from codestory.graph import embedded, open_store
from codestory.graph.settings import GraphSettings
from codestory.ingestion_pipeline.config import DEFAULT_POOL
from codestory.ingestion_pipeline.history import open_tracker
from codestory.ingestion_pipeline.leases import Waiter
from codestory.models import ModelSettings, open_model
from codestory.storage import open_blob_store
from codestory.telemetry.metrics import CONTENT_TYPE, LiveGauges, render
from codestory.tracker import redact_text
from triggers.resources import pools
from triggers.support import answers, reply

__all__ = ["bp"]

bp = df.Blueprint()
_log = logging.getLogger(__name__)

TIME_LIMIT_SECONDS = 10.0
START_PATIENCE_SECONDS = 8.0
START_LIMIT = timedelta(seconds=90)
ESSENTIAL = ("storage", "task_hub", "graph")

_background: set[asyncio.Task[str]] = set()


@bp.route(route="v1/ingest/health", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@bp.durable_client_input(client_name="client")
@answers
async def health(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """200 if jobs can run, if need be without history or model, or once the graph is up; 503 if they cannot."""
    checks: dict[str, Callable[[], Awaitable[str | None]]] = {
        "storage": lambda: asyncio.to_thread(_storage),
        "task_hub": lambda: _task_hub(client),
        "graph": _graph,
        "history": lambda: asyncio.to_thread(_history),
        "model": lambda: asyncio.to_thread(_model),
    }
    found = await asyncio.gather(*(_checked(check) for check in checks.values()))
    components = dict(zip(checks, found, strict=True))
    bad = {name for name, state in components.items() if state["status"] == "unhealthy"}
    short = {name for name, state in components.items() if state["status"] != "healthy"}
    overall = "unhealthy" if bad.intersection(ESSENTIAL) else "degraded" if short else "healthy"
    return reply({"status": overall, "components": components}, 503 if overall == "unhealthy" else 200)


@bp.route(route="metrics", methods=["GET"])
@bp.durable_client_input(client_name="client")
@answers
async def metrics(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Prometheus text."""
    book = (await pools(client))[DEFAULT_POOL]
    waiting: dict[str, int] = {}
    for waiter in book.waiting:
        waiting[_priority(waiter)] = waiting.get(_priority(waiter), 0) + 1
    live = LiveGauges(available_tokens=max(0, book.limit - len(book.leases)), max_tokens=book.limit, waiting=waiting)
    body = await asyncio.to_thread(render, open_tracker(), live)
    return func.HttpResponse(body, headers={"Content-Type": CONTENT_TYPE})


def _priority(waiter: Waiter) -> str:
    return str(waiter.request.priority)


async def _checked(check: Callable[[], Awaitable[str | None]]) -> dict[str, Any]:
    began = time.perf_counter()
    try:
        detail = await asyncio.wait_for(check(), TIME_LIMIT_SECONDS)
        status = "healthy"
    except _Starting as starting:
        detail, status = str(starting), "starting"
    except TimeoutError:
        detail, status = f"no answer within {TIME_LIMIT_SECONDS:g} s", "unhealthy"
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a component, the others must be reported too
        _log.warning("health: %s", redact_text(str(error)))
        # The answer goes to anybody who asks; only the first line, which names the problem.
        detail, status = redact_text(str(error).partition("\n")[0]) or type(error).__name__, "unhealthy"
    return {"status": status, "detail": detail, "duration_ms": round(1000 * (time.perf_counter() - began), 1)}


def _storage() -> None:
    open_blob_store().check()


async def _task_hub(client: DurableFunctionsClient) -> None:
    await client.get_orchestration_state("health-probe", fetch_payloads=False)


class _Starting(Exception):
    """The component is on its way up; jobs that need it wait for it."""


async def _graph() -> str:
    if await asyncio.to_thread(_graph_is_down_but_ours):
        # It is started on demand; whoever asks after its health is somebody who will want it.
        starting = asyncio.create_task(asyncio.to_thread(_check_graph, START_LIMIT))
        _background.add(starting)
        starting.add_done_callback(_background.discard)
        done, _ = await asyncio.wait([starting], timeout=START_PATIENCE_SECONDS)
        if not done:
            starting.add_done_callback(lambda task: task.exception())  # seen, so that nobody complains
            raise _Starting("the embedded graph is starting")
        return starting.result()
    return await asyncio.to_thread(_check_graph, timedelta(seconds=TIME_LIMIT_SECONDS - 1))


def _graph_is_down_but_ours() -> bool:
    settings = GraphSettings.from_environment()
    return settings.embedded and embedded.running(settings.folder) is None


def _check_graph(timeout: timedelta) -> str:
    return open_store().check(timeout).server


def _history() -> str | None:
    tracker = open_tracker()
    if tracker is None:
        return "switched off"
    tracker.db.check()
    return None


def _model() -> str:
    settings = ModelSettings.from_environment()
    if settings is None:
        return "none configured; the extractive summariser needs none"
    with closing(open_model(settings)) as model:
        model.check()
    return settings.provider
