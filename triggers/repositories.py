"""Uploading a repository as an archive: ``POST /v1/repositories``."""

from __future__ import annotations

import asyncio
import io
import os

import azure.durable_functions as df
import azure.functions as func

from codestory.exceptions import RequestError
from codestory.ingestion_pipeline.requests import repository_problem
from codestory.sources import snapshot_archive
from codestory.storage import open_blob_store
from triggers.support import answers, reply

__all__ = ["bp"]

bp = df.Blueprint()

LIMIT_SETTING = "CODESTORY_MAX_UPLOAD_BYTES"
DEFAULT_LIMIT = 100_000_000
"""Just below what a function host takes in one request, unless FUNCTIONS_REQUEST_BODY_SIZE_LIMIT says otherwise."""
MAX_WARNINGS = 100


@bp.route(route="v1/repositories", methods=["POST"])
@answers
async def upload_repository(req: func.HttpRequest) -> func.HttpResponse:
    """Store the archive in the body (zip or tar) as a snapshot; its id is a source of type ``snapshot``.

    ``?name=`` is the name of the repository: it is returned as ``repository``, and a later upload under the same name
    stores only what has changed.
    """
    name = req.params.get("name")
    problem = repository_problem(name) if name is not None else None
    if problem:
        raise RequestError("query parameter name", problems=[f"name: {problem} (got {name!r})"])
    body = req.get_body()
    limit = int(os.environ.get(LIMIT_SETTING) or DEFAULT_LIMIT)
    if not body:
        raise RequestError("the body is empty", problems=["body: send a zip or tar archive"])
    if len(body) > limit:
        raise RequestError(f"the archive has {len(body)} bytes; at most {limit} are accepted ({LIMIT_SETTING})")
    return reply(await asyncio.to_thread(_store, body, name or ""), 201)


def _store(body: bytes, name: str) -> dict[str, object]:
    snapshot = snapshot_archive(io.BytesIO(body), open_blob_store(), name=name)
    return {
        "snapshot": snapshot.id,
        "source_type": "snapshot",
        "source": snapshot.id,
        "repository": name or None,
        "files": len(snapshot.files),
        "bytes": sum(entry.size for entry in snapshot.files.values()),
        "warnings": list(snapshot.warnings)[:MAX_WARNINGS],
    }
