"""Reading the graph over HTTP: ``/v1/graph``."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from codestory.graph.digest import digest
from codestory.graph.stats import stats
from pydantic import BaseModel, ConfigDict, Field

from codestory.exceptions import RequestError
from codestory.graph import open_store
from codestory.ingestion_pipeline.requests import parse_request
from triggers.support import answers, json_body, reply

__all__ = ["bp"]

bp = df.Blueprint()


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
        lambda: open_store().query_readonly(
            wish.query, wish.parameters, limit=wish.limit, timeout=timedelta(seconds=wish.timeout)
        )
    )
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    return reply({"columns": result.columns, "rows": rows, "row_count": len(rows), "has_more": result.truncated})


@bp.route(route="v1/graph/stats", methods=["GET"])
@answers
async def graph_stats(req: func.HttpRequest) -> func.HttpResponse:
    """Counts by label and relationship type, of one repository or of all."""
    repository = req.params.get("repository")
    found = await asyncio.to_thread(lambda: stats(open_store(), repository))
    return reply(found.to_json())


@bp.route(route="v1/graph/digest", methods=["GET"])
@answers
async def graph_digest(req: func.HttpRequest) -> func.HttpResponse:
    """The digest of one repository's graph: equal graphs, equal digests."""
    repository = req.params.get("repository")
    if not repository:
        raise RequestError("which repository?", problems=["repository: required query parameter"])
    value = await asyncio.to_thread(lambda: digest(open_store(), repository))
    return reply({"repository": repository, "digest": str(value)})
