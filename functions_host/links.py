"""The URLs of the management API that durable clients and starters hand out."""

from __future__ import annotations

import json

__all__ = ["BASE_PATH", "client_configuration", "management_urls"]

BASE_PATH = "/runtime/webhooks/durabletask"

_PATHS = {
    "statusQueryGetUri": "?",
    "sendEventPostUri": "/raiseEvent/{eventName}?",
    "terminatePostUri": "/terminate?reason={text}&",
    "suspendPostUri": "/suspend?reason={text}&",
    "resumePostUri": "/resume?reason={text}&",
    "rewindPostUri": "/rewind?reason={text}&",
    "purgeHistoryDeleteUri": "?",
    "restartPostUri": "/restart?",
}


def management_urls(origin: str, instance_id: str, required: str) -> dict[str, str]:
    """All URLs of an instance, its id percent-encoded; ``required`` is the query each of them carries."""
    base = f"{origin}{BASE_PATH}/instances/{instance_id}"
    return {name: f"{base}{path}{required}" for name, path in _PATHS.items()}


def client_configuration(hub: str, origin: str, address: str, required: str) -> str:
    """What a durable client binding receives, as the extension writes it."""
    start = f"{origin}{BASE_PATH}/orchestrators/{{functionName}}[/{{instanceId}}]?"
    wait = "timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&"
    return json.dumps(
        {
            "taskHubName": hub,
            "connectionName": "Storage",
            "creationUrls": {
                "createNewInstancePostUri": f"{start}{required}",
                "createAndWaitOnNewInstancePostUri": f"{start}{wait}{required}",
            },
            "managementUrls": {"id": "INSTANCEID", **management_urls(origin, "INSTANCEID", required)},
            "baseUrl": f"{origin}{BASE_PATH}",
            "httpBaseUrl": f"{origin}{BASE_PATH}",
            "requiredQueryStringParameters": required,
            "rpcBaseUrl": address,
            "maxGrpcMessageSizeInBytes": 2**31 - 1,
            "grpcHttpClientTimeout": "00:01:40",
        }
    )
