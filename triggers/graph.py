"""The graph over HTTP: ``/v1/graph``."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from azure.durable_functions import DurableFunctionsClient
from pydantic import BaseModel, ConfigDict, Field

from codestory.exceptions import ConflictError, RequestError
from codestory.graph import open_store
from codestory.graph.digest import graph_digest
from codestory.graph.queries import graph_stats, require_repository
from codestory.graph.settings import GraphSettings
from codestory.graph.store import GraphStore
from codestory.ingestion_pipeline.removal import remove_repository
from codestory.ingestion_pipeline.requests import parse_request
from codestory.storage import open_blob_store
from triggers.ingestion import all_jobs
from triggers.support import answers, json_body, reply

__all__ = ["bp"]

bp = df.Blueprint()

_PATIENCE = timedelta(seconds=10)
"""Who waits for an answer wants to hear soon that there is no graph; jobs go on trying for longer."""


class CypherQuery(BaseModel):
    """The body of ``POST /v1/graph/query``; ``timeout`` is in seconds."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(min_length=1, max_length=20_000)
    parameters: dict[str, Any] = Field(default_factory=dict[str, Any])
    timeout: float = Field(default=30, ge=1, le=300)
    limit: int = Field(default=1000, ge=1, le=10_000)


@bp.route(route="v1/graph/query", methods=["POST"])
@answers
async def query_graph(req: func.HttpRequest) -> func.HttpResponse:
    """Run a Cypher statement that only reads."""
    wish = parse_request(CypherQuery, json_body(req))
    result = await asyncio.to_thread(
        lambda: _store().query_readonly(
            wish.query, wish.parameters, limit=wish.limit, timeout=timedelta(seconds=wish.timeout)
        )
    )
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    return reply({"columns": result.columns, "rows": rows, "row_count": len(rows), "has_more": result.truncated})


@bp.route(route="v1/graph/stats", methods=["GET"])
@answers
async def count_graph(req: func.HttpRequest) -> func.HttpResponse:
    """Counts by label and relationship type, of one repository or of all."""
    repository = req.params.get("repository")
    store = _store()
    if repository is not None:
        await asyncio.to_thread(require_repository, store, repository)
    found = await asyncio.to_thread(graph_stats, store, repository)
    return reply(
        {
            "repository": repository,
            "nodes": found.nodes,
            "relationships": found.relationships,
            "total_nodes": found.total_nodes,
            "total_relationships": found.total_relationships,
        }
    )


@bp.route(route="v1/graph/digest", methods=["GET"])
@answers
async def digest_graph(req: func.HttpRequest) -> func.HttpResponse:
    """The digest of one repository's graph: equal graphs, equal digests."""
    repository = _repository(req)
    store = _store()
    await asyncio.to_thread(require_repository, store, repository)
    return reply({"repository": repository, "digest": await asyncio.to_thread(graph_digest, store, repository)})


@bp.route(route="v1/graph", methods=["DELETE"])
@bp.durable_client_input(client_name="client")
@answers
async def remove_from_graph(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Remove one repository, or with ``?step=`` what one step has of it. Refused while a job works on it."""
    repository, step = _repository(req), req.params.get("step")
    busy = [job for job in await all_jobs(client) if job.repository == repository and not job.status.is_final]
    if busy:
        raise ConflictError(
            f"job {busy[0].job_id} of repository {repository!r} is {busy[0].status};"
            " wait for its end or cancel it, then try again"
        )
    removal = await asyncio.to_thread(remove_repository, open_store(), open_blob_store(), repository, step)
    return reply({"repository": repository, "steps": removal.steps, "nodes": removal.nodes})


def _store() -> GraphStore:
    settings = GraphSettings.from_environment()
    return open_store(replace(settings, patience=min(settings.patience, _PATIENCE)))


def _repository(req: func.HttpRequest) -> str:
    repository = req.params.get("repository")
    if not repository:
        raise RequestError("which repository?", problems=["repository: required query parameter"])
    return repository
