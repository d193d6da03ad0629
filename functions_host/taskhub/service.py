"""The gRPC endpoint that durable clients in the worker processes talk to."""

from __future__ import annotations

import functools
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, cast

import grpc
import grpc.aio
from durabletask.internal import orchestrator_service_pb2 as pb
from durabletask.internal import orchestrator_service_pb2_grpc as stubs
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from google.protobuf.wrappers_pb2 import BoolValue, StringValue

from ..exceptions import (
    InstanceConflictError,
    InstanceNotFoundError,
    InstanceStateError,
    InvalidRequestError,
    TaskHubError,
)
from .control import Control, check_instance_id
from .entities import signal
from .events import seconds, string, timestamp
from .hub import TaskHub
from .model import Instance, NewInstance
from .queries import EntityRow, InstanceFilter, Queries, instance_state

__all__ = ["TaskHubService", "start_service"]

type Context = grpc.aio.ServicerContext[Any, Any]

_CODES: dict[type[TaskHubError], grpc.StatusCode] = {
    InstanceConflictError: grpc.StatusCode.ALREADY_EXISTS,
    InstanceNotFoundError: grpc.StatusCode.NOT_FOUND,
    InstanceStateError: grpc.StatusCode.FAILED_PRECONDITION,
    InvalidRequestError: grpc.StatusCode.INVALID_ARGUMENT,
}
_CHUNK = 200


async def start_service(hub: TaskHub, address: str) -> grpc.aio.Server:
    """Serve ``hub`` at a gRPC address, ``unix:/path`` for example; messages may be of any size."""
    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.aio.server(options=unlimited)
    add = cast(Callable[[object, grpc.aio.Server], None], stubs.add_TaskHubSidecarServiceServicer_to_server)
    add(TaskHubService(hub), server)
    server.add_insecure_port(address)
    await server.start()
    return server


def _call[Request: Message, Reply: Message](
    method: Callable[[Any, Request], Reply],
) -> Callable[..., Coroutine[Any, Any, Reply]]:
    """Answer after the commit; a TaskHubError becomes the status code the extension uses."""

    @functools.wraps(method)
    async def answer(self: TaskHubService, request: Request, context: Context) -> Reply:
        try:
            reply = method(self, request)
        except TaskHubError as error:
            await context.abort(_CODES[type(error)], str(error))
            raise
        await self.hub.store.committed()
        return reply

    return answer


class TaskHubService(stubs.TaskHubSidecarServiceServicer):
    """The client half of ``TaskHubSidecarService``; work items go to workers in another way."""

    def __init__(self, hub: TaskHub) -> None:
        self.hub = hub
        self._control = Control(hub)
        self._queries = Queries(hub)

    @_call
    def Hello(self, request: Empty) -> Empty:
        return request

    @_call
    def StartInstance(self, request: pb.CreateInstanceRequest) -> pb.CreateInstanceResponse:
        check_instance_id(request.instanceId)
        new = NewInstance(
            id=request.instanceId or uuid.uuid4().hex,
            name=request.name,
            input=_text(request, "input"),
            version=_text(request, "version"),
            tags=dict(request.tags),
            scheduled=_time(request, "scheduledStartTimestamp"),
            trace=request.parentTraceContext if request.HasField("parentTraceContext") else None,
        )
        existing = self.hub.instances.find(new.id)
        if request.HasField("orchestrationIdReusePolicy") and existing is not None:
            allowed = existing.status in request.orchestrationIdReusePolicy.replaceableStatus
            if not allowed:
                raise InstanceConflictError(new.id, pb.OrchestrationStatus.Name(existing.status))
            self.hub.orchestrations.start(new, replace_running=True)
        else:
            self.hub.orchestrations.start(new)
        return pb.CreateInstanceResponse(instanceId=new.id)

    @_call
    def GetInstance(self, request: pb.GetInstanceRequest) -> pb.GetInstanceResponse:
        return _found(self.hub.instances.find(request.instanceId), request)

    async def WaitForInstanceStart(self, request: pb.GetInstanceRequest, context: Context) -> pb.GetInstanceResponse:
        pending = pb.ORCHESTRATION_STATUS_PENDING
        return await self._wait(request, context, lambda instance: instance.status != pending)

    async def WaitForInstanceCompletion(
        self, request: pb.GetInstanceRequest, context: Context
    ) -> pb.GetInstanceResponse:
        return await self._wait(request, context, lambda instance: instance.is_terminal)

    async def _wait(
        self, request: pb.GetInstanceRequest, context: Context, reached: Callable[[Instance], bool]
    ) -> pb.GetInstanceResponse:
        try:
            instance = await self.hub.wait_for(request.instanceId, reached, context.time_remaining())
        except TimeoutError:
            await context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, f"still waiting for '{request.instanceId}'")
            raise
        return _found(instance, request)

    @_call
    def RaiseEvent(self, request: pb.RaiseEventRequest) -> pb.RaiseEventResponse:
        self._control.raise_event(request.instanceId, request.name, _text(request, "input"))
        return pb.RaiseEventResponse()

    @_call
    def TerminateInstance(self, request: pb.TerminateRequest) -> pb.TerminateResponse:
        self._control.terminate(request.instanceId, _text(request, "output"), recursive=request.recursive)
        return pb.TerminateResponse()

    @_call
    def SuspendInstance(self, request: pb.SuspendRequest) -> pb.SuspendResponse:
        self._control.suspend(request.instanceId, _text(request, "reason"))
        return pb.SuspendResponse()

    @_call
    def ResumeInstance(self, request: pb.ResumeRequest) -> pb.ResumeResponse:
        self._control.resume(request.instanceId, _text(request, "reason"))
        return pb.ResumeResponse()

    @_call
    def RestartInstance(self, request: pb.RestartInstanceRequest) -> pb.RestartInstanceResponse:
        new_id = self._control.restart(request.instanceId, new_id=request.restartWithNewInstanceId)
        return pb.RestartInstanceResponse(instanceId=new_id)

    @_call
    def RewindInstance(self, request: pb.RewindInstanceRequest) -> pb.RewindInstanceResponse:
        self._control.rewind(request.instanceId, _text(request, "reason"))
        return pb.RewindInstanceResponse()

    @_call
    def PurgeInstances(self, request: pb.PurgeInstancesRequest) -> pb.PurgeInstancesResponse:
        match request.WhichOneof("request"):
            case "instanceId":
                wanted = [request.instanceId]
            case "instanceBatch":
                wanted = list(request.instanceBatch.instanceIds)
            case _:
                given = request.purgeInstanceFilter
                wanted = self._queries.finished_ids(
                    InstanceFilter(
                        tuple(given.runtimeStatus), _time(given, "createdTimeFrom"), _time(given, "createdTimeTo")
                    )
                )
        deleted = self._control.purge(wanted, recursive=request.recursive)
        return pb.PurgeInstancesResponse(deletedInstanceCount=deleted, isComplete=BoolValue(value=True))

    @_call
    def QueryInstances(self, request: pb.QueryInstancesRequest) -> pb.QueryInstancesResponse:
        query = request.query
        wanted = InstanceFilter(
            tuple(query.runtimeStatus),
            _time(query, "createdTimeFrom"),
            _time(query, "createdTimeTo"),
            query.instanceIdPrefix.value,
        )
        found, token = self._queries.instances(wanted, query.maxInstanceCount, query.continuationToken.value)
        states = [instance_state(instance, payloads=query.fetchInputsAndOutputs) for instance in found]
        return pb.QueryInstancesResponse(orchestrationState=states, continuationToken=_token(token))

    async def StreamInstanceHistory(
        self, request: pb.StreamInstanceHistoryRequest, context: Context
    ) -> AsyncIterator[pb.HistoryChunk]:
        instance = self.hub.instances.find(request.instanceId)
        if instance is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, str(InstanceNotFoundError(request.instanceId)))
            return
        events = self.hub.instances.history(instance)
        await self.hub.store.committed()
        for start in range(0, len(events), _CHUNK):
            yield pb.HistoryChunk(events=events[start : start + _CHUNK])

    @_call
    def SignalEntity(self, request: pb.SignalEntityRequest) -> pb.SignalEntityResponse:
        message = signal(request.instanceId, request.name, _text(request, "input"), request.requestId)
        self.hub.deliver_at(_time(request, "scheduledTime"), request.instanceId, message)
        return pb.SignalEntityResponse()

    @_call
    def GetEntity(self, request: pb.GetEntityRequest) -> pb.GetEntityResponse:
        row = self._queries.entity(request.instanceId)
        if row is None:
            return pb.GetEntityResponse(exists=False)
        return pb.GetEntityResponse(exists=True, entity=_entity(row, state=request.includeState))

    @_call
    def QueryEntities(self, request: pb.QueryEntitiesRequest) -> pb.QueryEntitiesResponse:
        query = request.query
        rows, token = self._queries.entities(
            query.instanceIdStartsWith.value,
            _time(query, "lastModifiedFrom"),
            _time(query, "lastModifiedTo"),
            transient=query.includeTransient,
            page=query.pageSize.value,
            token=query.continuationToken.value,
        )
        entities = [_entity(row, state=query.includeState) for row in rows]
        return pb.QueryEntitiesResponse(entities=entities, continuationToken=_token(token))

    @_call
    def CleanEntityStorage(self, request: pb.CleanEntityStorageRequest) -> pb.CleanEntityStorageResponse:
        removed, released = self._queries.clean_entities(
            empty=request.removeEmptyEntities, locks=request.releaseOrphanedLocks
        )
        return pb.CleanEntityStorageResponse(emptyEntitiesRemoved=removed, orphanedLocksReleased=released)


def _found(instance: Instance | None, request: pb.GetInstanceRequest) -> pb.GetInstanceResponse:
    if instance is None:
        return pb.GetInstanceResponse(exists=False)
    state = instance_state(instance, payloads=request.getInputsAndOutputs)
    return pb.GetInstanceResponse(exists=True, orchestrationState=state)


def _entity(row: EntityRow, *, state: bool) -> pb.EntityMetadata:
    return pb.EntityMetadata(
        instanceId=row.id,
        lastModifiedTime=timestamp(row.updated),
        backlogQueueSize=row.backlog,
        lockedBy=string(row.locked_by),
        serializedState=string(row.state) if state else None,
    )


def _text(message: Message, field: str) -> str | None:
    return getattr(message, field).value if message.HasField(field) else None


def _time(message: Message, field: str) -> float | None:
    return seconds(getattr(message, field)) if message.HasField(field) else None


def _token(token: str) -> StringValue | None:
    return string(token or None)
