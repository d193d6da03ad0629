"""Errors of the host: those that stop it, and those a client of the task hub is told about."""

from __future__ import annotations

__all__ = [
    "AppLoadError",
    "HostError",
    "InstanceConflictError",
    "InstanceNotFoundError",
    "InstanceStateError",
    "InvalidRequestError",
    "TaskHubError",
]


class HostError(Exception):
    """The host cannot start or go on; the text is the one line the operator reads (exit code 1)."""


class AppLoadError(HostError):
    """The function app could not be imported or indexed; the text holds the app's own traceback."""


class TaskHubError(Exception):
    """A request to the task hub that cannot be carried out."""


class InvalidRequestError(TaskHubError):
    """The request itself is wrong, whatever the state of the hub: a bad instance id, for example."""


class InstanceNotFoundError(TaskHubError):
    """No orchestration instance has this id."""

    def __init__(self, instance_id: str) -> None:
        super().__init__(f"no orchestration instance with ID '{instance_id}' was found")


class InstanceConflictError(TaskHubError):
    """An instance with this id exists and may not be replaced."""

    def __init__(self, instance_id: str, status: str) -> None:
        super().__init__(f"an orchestration instance with ID '{instance_id}' already exists, its status is {status}")


class InstanceStateError(TaskHubError):
    """The operation does not apply to an instance in its present state."""

    def __init__(self, operation: str, instance_id: str, status: str) -> None:
        super().__init__(f"cannot {operation} the orchestration instance '{instance_id}': its status is {status}")
