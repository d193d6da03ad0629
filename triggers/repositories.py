"""Uploading a repository as an archive: ``POST /v1/repositories``."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func

from codestory.exceptions import RequestError
from codestory.sources import acquire
from codestory.storage import open_blob_store
from triggers.support import answers, reply

__all__ = ["bp"]

bp = df.Blueprint()

LIMIT_SETTING = "CODESTORY_MAX_UPLOAD_BYTES"
DEFAULT_LIMIT = 200_000_000
_SIGNATURES = ((b"PK\x03\x04", ".zip"), (b"PK\x05\x06", ".zip"), (b"\x1f\x8b", ".tar.gz"), (b"BZh", ".tar.bz2"),
               (b"\xfd7zXZ\x00", ".tar.xz"))  # fmt: skip


@bp.route(route="v1/repositories", methods=["POST"])
@answers
async def upload_repository(req: func.HttpRequest) -> func.HttpResponse:
    """Store the archive in the body (zip or tar) as a snapshot; its id is a source of type ``snapshot``."""
    body = req.get_body()
    limit = int(os.environ.get(LIMIT_SETTING) or DEFAULT_LIMIT)
    if not body:
        raise RequestError("the body is empty", problems=["body: send a zip or tar archive"])
    if len(body) > limit:
        raise RequestError(f"the archive has {len(body)} bytes; at most {limit} are accepted ({LIMIT_SETTING})")
    return reply(await asyncio.to_thread(_store, body), 201)


def _store(body: bytes) -> dict[str, object]:
    suffix = next((ending for start, ending in _SIGNATURES if body.startswith(start)), ".tar")
    with tempfile.TemporaryDirectory(prefix="codestory-upload-") as folder:
        file = Path(folder) / f"upload{suffix}"
        file.write_bytes(body)
        snapshot = acquire("archive", str(file), branch=None, ignore=[], blobs=open_blob_store())
    return {
        "snapshot": snapshot.id,
        "source_type": "snapshot",
        "source": snapshot.id,
        "files": len(snapshot.files),
        "bytes": sum(entry.size for entry in snapshot.files.values()),
        "warnings": list(snapshot.warnings)[:100],
    }
