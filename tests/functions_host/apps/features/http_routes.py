"""HTTP functions: routes, bodies, headers, auth levels, failures."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from pathlib import Path

import azure.functions as func

http_routes = func.Blueprint()
_polls = {"count": 0}


@http_routes.route(route="ping", methods=["GET"])
def ping(req: func.HttpRequest) -> str:
    return "pong"


@http_routes.route(route="echo/{word}/{number:int?}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def echo(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    body = {
        "method": req.method,
        "url": req.url,
        "params": dict(req.params),
        "route": dict(req.route_params),
        "header": req.headers.get("X-Given"),
        "body": req.get_body().decode("latin-1"),
        "function": context.function_name,
        "local": context.thread_local_storage.invocation_id == context.invocation_id,
    }
    return func.HttpResponse(
        json.dumps(body), status_code=418, headers={"X-Answer": "yes"}, mimetype="application/json"
    )


@http_routes.route(route="bytes", methods=["POST"])
async def reversed_bytes(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(req.get_body()[::-1], mimetype="application/octet-stream")


@http_routes.route(route="files/{*path}", methods=["GET"])
def files(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(req.route_params["path"])


@http_routes.route(route="cookies", methods=["GET"])
def cookies(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse("ok")
    response.headers.add("Set-Cookie", "a=1")
    response.headers.add("Set-Cookie", "b=2")
    return response


@http_routes.route(route="die/{times:int}", methods=["GET", "POST"])
def die(req: func.HttpRequest) -> str:
    """Kills its own process the first ``times`` times."""
    file = Path(req.params["file"])
    with file.open("a") as count:
        count.write("x")
    if len(file.read_text()) <= int(req.route_params["times"]):
        os._exit(3)
    return "alive"


@http_routes.route(route="crash", methods=["GET"])
def crash(req: func.HttpRequest) -> func.HttpResponse:
    raise RuntimeError("a secret in /some/path")


@http_routes.route(route="nothing", methods=["GET"])
def nothing(req: func.HttpRequest) -> None:
    return None


@http_routes.route(route="log", methods=["GET"])
def log(req: func.HttpRequest) -> str:
    logging.info("a line of the function")
    logging.debug("a line nobody asked for")
    return threading.current_thread().name


@http_routes.route(route="trace", methods=["GET"])
def trace(req: func.HttpRequest, context: func.Context) -> str:
    return context.trace_context.trace_parent


@http_routes.route(route="slow", methods=["GET"])
def slow(req: func.HttpRequest) -> str:
    time.sleep(float(req.params["seconds"]))
    return "slept"


@http_routes.route(route="secret", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
def secret(req: func.HttpRequest) -> str:
    return "for key holders"


@http_routes.route(route="admin-only", methods=["GET"], auth_level=func.AuthLevel.ADMIN)
def admin_only(req: func.HttpRequest) -> str:
    return "for the master key"


@http_routes.route(route="operation", methods=["POST", "GET"])
def operation(req: func.HttpRequest) -> func.HttpResponse:
    """Accepted twice, then done: what a durable HTTP call polls."""
    _polls["count"] += 1
    if _polls["count"] % 3:
        return func.HttpResponse(status_code=202, headers={"Location": req.url, "Retry-After": "0"})
    return func.HttpResponse("done")


@http_routes.route(route="out", methods=["GET"], binding_arg_name="response")
def through_an_output(req: func.HttpRequest, response: func.Out[func.HttpResponse]) -> None:
    response.set(func.HttpResponse("set", status_code=203))
