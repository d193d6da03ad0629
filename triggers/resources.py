"""The tokens that limit how many steps run at once: ``/v1/ingest/resource_status``."""

from __future__ import annotations

import asyncio
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from azure.durable_functions import DurableFunctionsClient
from durabletask.client import EntityQuery
from durabletask.entities import EntityInstanceId
from pydantic import BaseModel, ConfigDict, Field

from codestory.exceptions import NotFoundError, known_values
from codestory.ingestion_pipeline.config import DEFAULT_POOL, REPOSITORY_POOLS, load_config
from codestory.ingestion_pipeline.history import open_tracker
from codestory.ingestion_pipeline.leases import LeaseBook
from codestory.ingestion_pipeline.requests import parse_request
from triggers.support import answers, entity_state, json_body, reply, settled

__all__ = ["bp", "pools"]

bp = df.Blueprint()


class Resize(BaseModel):
    """The body of ``PUT /v1/ingest/resource_status``."""

    model_config = ConfigDict(extra="forbid")

    max_tokens: int = Field(ge=1, le=10_000)
    pool: str = Field(default=DEFAULT_POOL, min_length=1, max_length=100)


async def pools(client: DurableFunctionsClient) -> dict[str, LeaseBook]:
    """The books of all pools that have been used or configured, the repositories' own locks left out."""
    limits = load_config().resources
    books = {DEFAULT_POOL: LeaseBook(limit=limits.resource_max_tokens)}
    books |= {name: LeaseBook(limit=limit) for name, limit in limits.pools.items()}
    entities = await client.get_all_entities(
        EntityQuery(instance_id_starts_with="@throttle@", include_state=True, include_transient=True)
    )
    for entity in entities:
        state = entity_state(entity)
        if state and not entity.id.key.startswith(REPOSITORY_POOLS):
            books[entity.id.key] = LeaseBook.model_validate(state["book"])
    return books


@bp.route(route="v1/ingest/resource_status", methods=["GET"])
@bp.durable_client_input(client_name="client")
@answers
async def resource_status(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Free and taken tokens, who holds them, who waits, and what steps have needed so far."""
    return reply(await _status(client))


@bp.route(route="v1/ingest/resource_status", methods=["PUT"])
@bp.durable_client_input(client_name="client")
@answers
async def resize_resources(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
    """Change the number of tokens of a pool while jobs run."""
    wish = parse_request(Resize, json_body(req))
    known = await pools(client)
    if wish.pool not in known:
        raise NotFoundError(f"there is no pool {wish.pool!r}.{known_values('pools', wish.pool, known)}")
    pool = EntityInstanceId("throttle", wish.pool)
    await client.signal_entity(pool, "resize", {"max_tokens": wish.max_tokens})

    async def resized() -> bool:
        state = entity_state(await client.get_entity(pool, include_state=True))
        return bool(state) and LeaseBook.model_validate(state["book"]).limit == wish.max_tokens

    await settled(resized)
    return reply({"pool": wish.pool, "max_tokens": wish.max_tokens, "message": "resizing"}, 202)


async def _status(client: DurableFunctionsClient) -> dict[str, Any]:
    books = await pools(client)
    tracker = open_tracker()
    metrics = await asyncio.to_thread(tracker.resource_metrics) if tracker else {}
    main = books[DEFAULT_POOL].status()
    return {
        "available_tokens": main["available_tokens"],
        "max_tokens": main["max_tokens"],
        "tokens": {name: book.status() for name, book in sorted(books.items())},
        "metrics": metrics,
        "waiting": main["waiting"],
    }
