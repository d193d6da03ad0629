"""Run history: ``/v1/executions``."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from pydantic import BaseModel, ConfigDict, Field

from codestory.exceptions import NotFoundError
from codestory.ingestion_pipeline.history import open_tracker
from codestory.ingestion_pipeline.requests import parse_request
from codestory.tracker import ExecutionTracker
from triggers.support import answers, reply

__all__ = ["bp"]

bp = df.Blueprint()


class HistoryQuery(BaseModel):
    """The query of ``GET /v1/executions``."""

    model_config = ConfigDict(extra="forbid")

    status: list[str] | None = None
    repository: str | None = None
    step: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    sort_by: str = "created_at"
    sort_order: str = "desc"
    limit: int = Field(default=20, ge=1, le=100)
    offset: int = Field(default=0, ge=0, le=2**31)


def _tracker() -> ExecutionTracker:
    tracker = open_tracker()
    if tracker is None:
        raise NotFoundError("this service keeps no run history; set CODESTORY_DATABASE_URL to a database")
    return tracker


@bp.route(route="v1/executions", methods=["GET"])
@answers
async def list_executions(req: func.HttpRequest) -> func.HttpResponse:
    """One page of executions, newest first."""
    given: dict[str, Any] = {str(key): value for key, value in req.params.items() if key != "code"}
    if "status" in given:
        given["status"] = [part for part in str(given["status"]).split(",") if part]
    query = parse_request(HistoryQuery, given)
    page = await asyncio.to_thread(lambda: _tracker().executions(**query.model_dump()))
    return reply(page.to_json())


@bp.route(route="v1/executions/statistics", methods=["GET"])
@answers
async def execution_statistics(req: func.HttpRequest) -> func.HttpResponse:
    """Totals over all executions."""
    return reply(await asyncio.to_thread(lambda: _tracker().statistics()))


@bp.route(route="v1/executions/{execution_id}", methods=["GET"])
@answers
async def show_execution(req: func.HttpRequest) -> func.HttpResponse:
    """One execution with every attempt of every step."""
    execution_id = req.route_params["execution_id"]
    return reply(await asyncio.to_thread(lambda: _tracker().execution(execution_id)))
