"""Every error that Code Story raises on purpose.

CodeStoryError
├── TransientError               worth another try: the step's retry policy applies
│   ├── GraphUnavailableError
│   ├── StorageUnavailableError
│   ├── ServiceUnavailableError
│   └── ModelUnavailableError
├── PermanentError               another try would end the same way
│   ├── ConfigurationError
│   │   ├── UnknownKeyError
│   │   └── UnknownStepError
│   ├── SourceError
│   │   ├── SourceNotFoundError
│   │   ├── EmptySourceError
│   │   └── HostileSourceError
│   ├── RequestError
│   ├── NotFoundError
│   ├── ConflictError
│   ├── AccessDeniedError
│   ├── StepFailedError
│   └── FencedError              this worker was replaced; it must not write any more
└── CancelledError               the job was cancelled while this worker was busy
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

__all__ = [
    "AccessDeniedError",
    "CancelledError",
    "CodeStoryError",
    "ConfigurationError",
    "ConflictError",
    "EmptySourceError",
    "FencedError",
    "GraphUnavailableError",
    "HostileSourceError",
    "ModelUnavailableError",
    "NotFoundError",
    "PermanentError",
    "RequestError",
    "ServiceUnavailableError",
    "SourceError",
    "SourceNotFoundError",
    "StepFailedError",
    "StorageUnavailableError",
    "TransientError",
    "UnknownKeyError",
    "UnknownStepError",
]


def known_values(kind: str, value: str, known: Iterable[str]) -> str:
    """The sentence that follows an unknown name: the nearest known one, then all of them."""
    names = sorted(known)
    near = get_close_matches(value, names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{hint} Known {kind}: {', '.join(names) or 'none'}."


class CodeStoryError(Exception):
    """Root of the hierarchy; ``details`` is JSON-serialisable and holds no secret."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class TransientError(CodeStoryError):
    """The same call may succeed later."""


class GraphUnavailableError(TransientError):
    """The graph database does not answer, or refused a transaction for a passing reason."""


class StorageUnavailableError(TransientError):
    """The blob store does not answer."""


class ServiceUnavailableError(TransientError):
    """The Code Story service does not answer, or answers that it cannot serve at the moment."""


class ModelUnavailableError(TransientError):
    """The language model does not answer or asked to wait; ``retry_after`` is in seconds."""


class PermanentError(CodeStoryError):
    """The same call would fail again."""


class ConfigurationError(PermanentError):
    """A configuration that cannot be used; ``file``, ``line`` and ``key`` tell where, if known."""


class UnknownKeyError(ConfigurationError):
    """A key that no model declares."""

    def __init__(self, key: str, known: Iterable[str], where: str) -> None:
        known = sorted(known)
        super().__init__(
            f"{where}: unknown key {key!r}.{known_values('keys', key, known)}",
            key=key,
            known=known,
            where=where,
        )


class UnknownStepError(ConfigurationError):
    """A step name that no plug-in provides."""

    def __init__(self, name: str, known: Iterable[str], where: str = "pipeline") -> None:
        known = sorted(known)
        super().__init__(
            f"{where}: unknown step {name!r}.{known_values('steps', name, known)}"
            " Install the package that provides it, or correct the name.",
            step=name,
            known=known,
        )


class SourceError(PermanentError):
    """A source that cannot be read; ``source`` is what the user gave, without credentials."""


class SourceNotFoundError(SourceError):
    """Nothing is at the given place."""


class EmptySourceError(SourceError):
    """The source holds no file once the ignore rules are applied."""


class HostileSourceError(SourceError):
    """An archive or URL that tries to leave its workspace or to exhaust the machine."""


class RequestError(PermanentError):
    """A request that does not fit; ``problems`` lists every mistake found, not just the first."""


class NotFoundError(PermanentError):
    """A job, snapshot, schedule or repository that does not exist."""


class ConflictError(PermanentError):
    """The request contradicts one accepted earlier."""


class AccessDeniedError(PermanentError):
    """The service wants a key, or another one."""


class StepFailedError(PermanentError):
    """A step that found out that it can never succeed on this input."""


class FencedError(PermanentError):
    """A newer run took over the repository, so this one may not write to the graph any more."""


class CancelledError(CodeStoryError):
    """Raised between units of work once the job's cancel flag is up."""
