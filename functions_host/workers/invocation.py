"""One invocation in a worker: arguments from the trigger's data, data from what was returned."""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast, override

import azure.functions as func
from azure.functions import http as func_http
from azure.functions import meta
from azure.functions import timer as func_timer

from .app_loader import LoadedFunction

__all__ = ["CURRENT", "Invocation", "InvocationContext", "arguments", "result"]

_THREAD_LOCAL = threading.local()
_NO_RETRIES = SimpleNamespace(retry_count=0, max_retry_count=0, exception=None)


@dataclass(frozen=True, slots=True)
class Invocation:
    """What runs: the function, the id of this run, the app's folder and the durable client settings."""

    function: LoadedFunction
    id: str
    directory: str
    client: str


CURRENT: ContextVar[Invocation | None] = ContextVar("current_invocation", default=None)
"""The invocation the running code belongs to; log records carry its function's name."""


@func.Context.register
@dataclass(frozen=True, slots=True)
class InvocationContext:
    """The ``context`` a function may ask for."""

    invocation_id: str
    function_name: str
    function_directory: str
    trace_context: SimpleNamespace
    retry_context: SimpleNamespace = field(default_factory=lambda: _NO_RETRIES)
    thread_local_storage: threading.local = field(default_factory=lambda: _THREAD_LOCAL)


class _Output(func.Out[Any]):
    def __init__(self) -> None:
        self._value: Any = None

    @override
    def set(self, val: Any) -> None:
        self._value = val

    @override
    def get(self) -> Any:
        return self._value


def arguments(invocation: Invocation, data: Any) -> dict[str, Any]:
    """Keyword arguments for the function; raises ValueError if its input cannot be decoded."""
    function = invocation.function
    given: dict[str, Any] = {function.trigger: _decode(function.kind, data)}
    given |= dict.fromkeys(function.clients, invocation.client)
    given |= {name: _Output() for name in function.outputs}
    if function.wants_context:
        headers = cast("Mapping[str, str]", data["headers"]) if function.kind == "http" else {}
        names = {name.lower(): value for name, value in headers.items()}
        own = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"
        parent, state = names.get("traceparent", own), names.get("tracestate", "")
        trace = SimpleNamespace(trace_parent=parent, trace_state=state, attributes={})
        given["context"] = InvocationContext(invocation.id, function.name, invocation.directory, trace)
    _THREAD_LOCAL.invocation_id = invocation.id
    return given


def result(invocation: Invocation, returned: Any, given: Mapping[str, Any]) -> Any:
    """The data that goes back to the host; raises if the function returned what it may not."""
    kind = invocation.function.kind
    if kind == "http":
        for name in invocation.function.outputs:
            returned = given[name].get() if returned is None else returned
        return _http_response(returned)
    if kind == "activity":
        return _converter("activityTrigger").encode(returned, expected_type=None).value
    if kind in ("orchestration", "entity"):
        return base64.b64decode(returned)
    return None


def _converter(trigger: str) -> Any:
    return meta.get_binding_registry().get(trigger)


def _decode(kind: str, data: Any) -> Any:
    if kind == "http":
        return func_http.HttpRequest(
            data["method"],
            data["url"],
            headers=data["headers"],
            params=data["query"],
            route_params=data["params"],
            body_type="bytes",
            body=data["body"],
        )
    if kind == "timer":
        return func_timer.TimerRequestConverter.decode(meta.Datum(data, "json"), trigger_metadata={})
    if kind == "activity":
        return _converter("activityTrigger").decode(meta.Datum(data, "json"), trigger_metadata={})
    body = meta.Datum(base64.b64encode(data).decode("ascii"), "string")
    return _converter(f"{kind}Trigger").decode(body, trigger_metadata={})


def _http_response(returned: Any) -> dict[str, Any]:
    if returned is None:
        return {"status": 204, "headers": [], "body": b""}
    if isinstance(returned, str):
        return {"status": 200, "headers": [("content-type", "text/plain; charset=utf-8")], "body": returned.encode()}
    if not isinstance(returned, func.HttpResponse):
        raise TypeError(f"an HTTP function returns HttpResponse or str, not {type(returned).__name__}")
    headers: list[tuple[str, str]] = [(str(name), str(value)) for name, value in returned.headers.items()]
    if not any(name.lower() == "content-type" for name, _ in headers):
        text = returned.mimetype.startswith("text/")
        headers.append(
            ("content-type", f"{returned.mimetype}; charset={returned.charset}" if text else returned.mimetype)
        )
    return {"status": int(returned.status_code), "headers": headers, "body": returned.get_body()}
