"""An ASGI application served as one function."""

from __future__ import annotations

import json
from typing import Any

import azure.functions as func

_lifespan = {"started": False}


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await receive()
        _lifespan["started"] = True
        await send({"type": "lifespan.startup.complete"})
        await receive()
        return
    body = (await receive())["body"]
    answer = {"path": scope["path"], "query": scope["query_string"].decode(), "body": body.decode(), **_lifespan}
    headers = [(b"content-type", b"application/json"), (b"x-by", b"asgi")]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


app = func.AsgiFunctionApp(app=application, http_auth_level=func.AuthLevel.ANONYMOUS)
