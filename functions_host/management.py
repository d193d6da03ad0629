"""The HTTP management API of Durable Functions, below ``/runtime/webhooks/durabletask``."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from aiohttp import web
from durabletask.internal import orchestrator_service_pb2 as pb
from multidict import CIMultiDict

from .exceptions import InstanceConflictError, InstanceNotFoundError, InstanceStateError, InvalidRequestError
from .links import BASE_PATH, management_urls
from .taskhub.control import Control, check_instance_id
from .taskhub.entities import signal
from .taskhub.hub import TaskHub
from .taskhub.model import RUNTIME_STATUS, Instance, NewInstance, status_name
from .taskhub.queries import InstanceFilter, Queries

__all__ = ["ManagementApi"]

_TOKEN = "x-ms-continuation-token"  # noqa: S105
_LARGEST_PAGE = 1_000_000
_STATUSES = {name.lower(): value for name, value in RUNTIME_STATUS.items()}


class ManagementApi:
    """Answers the requests whose caller is known to be allowed to make them.

    ``required`` is the query string that every URL handed out carries (hub, connection, system key).
    """

    def __init__(self, hub: TaskHub, required: str) -> None:
        self._hub = hub
        self._required = required
        self._control = Control(hub)
        self._queries = Queries(hub)

    async def handle(self, request: web.Request) -> web.Response:
        """The answer to a request below BASE_PATH."""
        path = request.rel_url.raw_path[len(BASE_PATH) :]
        parts = [unquote(part) for part in path.strip("/").split("/")]
        try:
            response = await self._route(request, request.method, parts)
        except InstanceNotFoundError:
            response = web.Response(status=404)
        except InvalidRequestError as error:
            response = _problem(400, str(error))
        await self._hub.store.committed()
        return response

    async def _route(self, request: web.Request, method: str, parts: list[str]) -> web.Response:
        match method, [parts[0].lower(), *parts[1:]]:
            case "GET", ["instances"]:
                return self._list(request)
            case "DELETE", ["instances"]:
                return self._purge_matching(request)
            case "GET", ["instances", instance_id]:
                return self._status(request, self._existing(instance_id))
            case "DELETE", ["instances", instance_id]:
                return self._purge(instance_id)
            case "POST", ["instances", instance_id, operation, name] if operation.lower() == "raiseevent":
                return await self._raise_event(request, instance_id, name)
            case "POST", ["instances", instance_id, operation]:
                return await self._operate(request, instance_id, operation.lower())
            case "POST", ["orchestrators", name]:
                return await self._start(request, name, uuid.uuid4().hex)
            case "POST", ["orchestrators", name, instance_id]:
                return await self._start(request, name, instance_id)
            case "GET", ["entities", *rest] if len(rest) < 2:
                return self._list_entities(request, rest[0] if rest else "")
            case "GET", ["entities", name, key]:
                row = self._queries.entity(f"@{name.lower()}@{key}")
                return web.Response(status=404) if row is None else _json(_value(row.state))
            case "POST" | "DELETE", ["entities", name, key]:
                return await self._signal(request, method, f"@{name.lower()}@{key}")
            case _:
                return web.Response(status=404)

    def _status(self, request: web.Request, instance: Instance, *, failure_is_error: bool = False) -> web.Response:
        query = _query(request)
        body = self._payload(instance, show_input=_flag(query, "showInput", True))
        if _flag(query, "showHistory", False):
            body["historyEvents"] = _history(
                self._hub.instances.history(instance),
                show_input=_flag(query, "showInput", True),
                show_history_output=_flag(query, "showHistoryOutput", False),
            )
        if not instance.is_terminal:
            return _json(body, 202, {"Location": str(request.url), "Retry-After": "5"})
        failed = instance.status == pb.ORCHESTRATION_STATUS_FAILED
        as_error = failed and (failure_is_error or _flag(query, "returnInternalServerErrorOnFailure", False))
        return _json(body, 500 if as_error else 200)

    def _list(self, request: web.Request) -> web.Response:
        query = _query(request)
        found, token = self._queries.instances(
            self._filter(query), _number(query, "top"), request.headers.get(_TOKEN, "")
        )
        show_input = _flag(query, "showInput", True)
        return _json([self._payload(item, show_input=show_input) for item in found], headers={_TOKEN: token})

    def _purge(self, instance_id: str) -> web.Response:
        if not instance_id.startswith("@") and not (instance := self._existing(instance_id)).is_terminal:
            return _json(
                f"Only orchestrations in a terminal state can be purged, but the orchestration with instance ID"
                f" {instance_id} has status {status_name(instance.status)}",
                412,
            )
        return _json({"instancesDeleted": self._control.purge([instance_id], recursive=False)})

    def _purge_matching(self, request: web.Request) -> web.Response:
        wanted = self._filter(_query(request))
        if wanted.created_from is None:
            return _json("Please provide value for 'createdTimeFrom' parameter.", 400)
        deleted = self._control.purge(self._queries.finished_ids(wanted), recursive=False)
        return _json({"instancesDeleted": deleted}) if deleted else web.Response(status=404)

    async def _raise_event(self, request: web.Request, instance_id: str, name: str) -> web.Response:
        if self._existing(instance_id).is_terminal:
            return web.Response(status=410)
        if request.content_type != "application/json":
            return _problem(400, "Only application/json request content is supported")
        text = await _text(request)
        if not _is_json(text):
            return _problem(400, "Invalid JSON content")
        try:
            self._control.raise_event(instance_id, name, text)
        except InstanceStateError:
            return web.Response(status=410)
        return web.Response(status=202)

    async def _operate(self, request: web.Request, instance_id: str, operation: str) -> web.Response:
        reason = _query(request).get("reason")
        operations: dict[str, Callable[[], None]] = {
            "terminate": lambda: self._control.terminate(
                instance_id, None if reason is None else json.dumps(reason), recursive=True
            ),
            "suspend": lambda: self._control.suspend(instance_id, reason),
            "resume": lambda: self._control.resume(instance_id, reason),
            "rewind": lambda: self._control.rewind(instance_id, reason),
        }
        if operation == "restart":
            return await self._restart(request, instance_id)
        if operation not in operations:
            return web.Response(status=404)
        instance = self._existing(instance_id)
        if operation == "rewind" and instance.status != pb.ORCHESTRATION_STATUS_FAILED:
            return _json(
                f"This orchestration has status {status_name(instance.status)}, but only orchestrations in the"
                ' "Failed" state can be rewound.',
                412,
            )
        try:
            operations[operation]()
        except InstanceStateError:
            return web.Response(status=410)
        return web.Response(status=202)

    async def _restart(self, request: web.Request, instance_id: str) -> web.Response:
        try:
            new_id = self._control.restart(instance_id, new_id=_flag(_query(request), "restartWithNewInstanceId", True))
        except InstanceNotFoundError as error:
            return _problem(400, f"InstanceId does not match a valid orchestration instance: {error}")
        except (InstanceStateError, InstanceConflictError) as error:
            return _problem(409, str(error))
        return await self._started(request, new_id)

    async def _start(self, request: web.Request, name: str, instance_id: str) -> web.Response:
        check_instance_id(instance_id)
        if name not in self._hub.functions.orchestrators:
            return _problem(
                400, f"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function."
            )
        text = await _text(request)
        if text and not _is_json(text):
            return _problem(400, "Invalid JSON content")
        new = NewInstance(instance_id, name, text or None, _query(request).get("version"))
        try:
            self._hub.orchestrations.start(new)
        except InstanceConflictError as error:
            return _problem(409, str(error))
        return await self._started(request, instance_id)

    async def _started(self, request: web.Request, instance_id: str) -> web.Response:
        query = _query(request)
        try:
            timeout = float(query["timeout"])
            float(query["pollingInterval"])
            instance = await self._hub.wait_for(instance_id, lambda found: found.is_terminal, timeout)
        except (KeyError, ValueError, TimeoutError):
            instance = None
        if instance is None:
            return self._check_status(request, instance_id)
        if instance.status == pb.ORCHESTRATION_STATUS_COMPLETED:
            return _json(_value(instance.output))
        return self._status(request, instance)

    def _check_status(self, request: web.Request, instance_id: str) -> web.Response:
        urls = management_urls(str(request.url.origin()), quote(instance_id, safe=""), self._required)
        headers = {"Location": urls["statusQueryGetUri"], "Retry-After": "10"}
        return _json({"id": instance_id, **urls}, 202, headers)

    def _list_entities(self, request: web.Request, name: str) -> web.Response:
        query = _query(request)
        rows, token = self._queries.entities(
            f"@{name.lower()}@" if name else "@",
            _time(query, "lastOperationTimeFrom"),
            _time(query, "lastOperationTimeTo"),
            page=_number(query, "top"),
            token=request.headers.get(_TOKEN, ""),
        )
        fetch = _flag(query, "fetchState", False)
        body: list[dict[str, Any]] = []
        for row in rows:
            _, entity, key = row.id.split("@", 2)
            item: dict[str, Any] = {"entityId": {"name": entity, "key": key}, "lastOperationTime": _iso(row.updated)}
            body.append({**item, "state": _value(row.state)} if fetch else item)
        return _json(body, headers={_TOKEN: token})

    async def _signal(self, request: web.Request, method: str, entity_id: str) -> web.Response:
        operation = "delete" if method == "DELETE" else _query(request).get("op", "")
        text = await _text(request)
        if text and request.content_type != "application/json":
            text = json.dumps(text)
        elif text and not _is_json(text):
            return _problem(400, "Could not parse JSON content")
        self._hub.deliver(entity_id, signal(entity_id, operation, text or None))
        return web.Response(status=202)

    def _existing(self, instance_id: str) -> Instance:
        instance = self._hub.instances.find(instance_id)
        if instance is None:
            raise InstanceNotFoundError(instance_id)
        return instance

    def _filter(self, query: Mapping[str, str]) -> InstanceFilter:
        names = query.get("runtimeStatus", "").lower().split(",")
        statuses = tuple(_STATUSES[name.strip()] for name in names if name.strip() in _STATUSES)
        start, end = _time(query, "createdTimeFrom"), _time(query, "createdTimeTo")
        return InstanceFilter(statuses, start, end, query.get("instanceIdPrefix", ""))

    @staticmethod
    def _payload(instance: Instance, *, show_input: bool) -> dict[str, Any]:
        return {
            "name": instance.name,
            "instanceId": instance.id,
            "runtimeStatus": status_name(instance.status),
            "input": _value(instance.input) if show_input else None,
            "customStatus": _value(instance.custom_status),
            "output": _value(instance.output),
            "createdTime": _iso(instance.created),
            "lastUpdatedTime": _iso(instance.updated),
        }


def _history(events: Sequence[pb.HistoryEvent], **shown: bool) -> list[dict[str, Any]]:
    # The SDK's own projection; it is imported here because few callers ask and it brings in the whole SDK.
    from azure.durable_functions.internal.compat.history_projection import project_history
    from durabletask import history

    converted = [history._from_protobuf(event) for event in events]  # pyright: ignore[reportPrivateUsage]
    return project_history(converted, **shown)


def _json(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response(body, status=status, headers=headers)


def _problem(status: int, message: str) -> web.Response:
    return _json({"Message": message}, status)


def _value(text: str | None) -> Any:
    """A stored payload as JSON shows it; text that is no JSON stays text."""
    if text is None or text == "":
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


async def _text(request: web.Request) -> str:
    try:
        return await request.text()
    except LookupError:
        raise InvalidRequestError(f"there is no charset {request.charset!r}; send UTF-8") from None


def _is_json(text: str) -> bool:
    """Whether ``text`` is JSON, and none that cannot be shown again because it is nested too deeply."""
    try:
        json.dumps(json.loads(text))
    except (ValueError, RecursionError):
        return False
    return True


def _query(request: web.Request) -> Mapping[str, str]:
    """The query as .NET sees it: names in any case, repeated values joined by commas."""
    query: CIMultiDict[str] = CIMultiDict()
    for name, value in request.query.items():
        query[name] = f"{query[name]},{value}" if name in query else value
    return query


def _flag(query: Mapping[str, str], name: str, default: bool) -> bool:
    return {"true": True, "false": False}.get(query.get(name, "").strip().lower(), default)


def _number(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "")
    return min(int(text), _LARGEST_PAGE) if text.isdecimal() else 0


def _time(query: Mapping[str, str], name: str) -> float | None:
    """The time a parameter states; one that cannot be read counts as missing, as in the extension."""
    # A plus sign that was not escaped arrives as a space.
    text = re.sub(r"(T.*) (\d\d:?\d\d)$", r"\1+\2", query.get(name, "").strip())
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
