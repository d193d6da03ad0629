"""One connection to the service: where it is, how patient to be, and what its refusals mean."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from codestory.exceptions import (
    AccessDeniedError,
    CodeStoryError,
    ConflictError,
    NotFoundError,
    RequestError,
    ServiceUnavailableError,
)

__all__ = ["DEFAULT_URL", "FIRST_DELAY", "LONGEST_DELAY", "Json", "ServiceConnection", "ServiceSettings", "segment"]

type Json = dict[str, Any]
"""An answer of the service; the shapes are the models of ``codestory.ingestion_pipeline`` and may gain fields."""

DEFAULT_URL = "http://127.0.0.1:7071"
URL_SETTING = "CODESTORY_SERVICE_URL"
KEY_SETTING = "CODESTORY_API_KEY"

FIRST_DELAY, LONGEST_DELAY = 0.2, 5.0
_LOOPBACK = ("localhost", "::1")


@dataclass(frozen=True)
class ServiceSettings:
    """Where the service is and how patient to be with it."""

    url: str = DEFAULT_URL
    api_key: str | None = None
    """A function key, sent as ``x-functions-key``."""
    timeout: timedelta = timedelta(seconds=30)
    attempts: int = 3
    """How often a request that may be repeated is sent before the service counts as unreachable."""

    @classmethod
    def from_environment(cls) -> ServiceSettings:
        """``CODESTORY_SERVICE_URL`` and ``CODESTORY_API_KEY``, or the local host without a key."""
        return cls(os.environ.get(URL_SETTING) or DEFAULT_URL, os.environ.get(KEY_SETTING) or None)

    @property
    def is_local(self) -> bool:
        """Whether the service runs on this machine, so that it can read this machine's paths."""
        host = urlsplit(self.url).hostname or ""
        return host in _LOOPBACK or host.startswith("127.")


class ServiceConnection:
    """Sends requests and turns what goes wrong into this package's errors."""

    def __init__(self, settings: ServiceSettings | None = None) -> None:
        self.settings = settings or ServiceSettings.from_environment()
        headers = {"accept": "application/json"}
        if self.settings.api_key:
            headers["x-functions-key"] = self.settings.api_key
        try:
            self._http = httpx.Client(
                base_url=self.settings.url.rstrip("/") + "/",
                headers=headers,
                timeout=self.settings.timeout.total_seconds(),
                # A proxy meant for the internet would be asked for this very machine.
                trust_env=not self.settings.is_local,
            )
        except httpx.InvalidURL as error:
            raise RequestError(f"service URL {self.settings.url!r} is not a URL: {error}") from None

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def json(self, method: str, path: str, **options: Any) -> Json:
        """The JSON object that the service answers; options as for ``request``."""
        response = self.request(method, path, **options)
        if not response.content:
            return {}
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise self._stranger(response)
        return answer

    def request(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool = False,
        timeout: float | None = None,
        accept: Sequence[int] = (),
        **options: Any,
    ) -> httpx.Response:
        """Send one request, ``repeatable`` ones again after a broken connection.

        ``timeout`` is in seconds, ``accept`` lists statuses that are answers although they are not 2xx; everything
        else goes to httpx.
        """
        if timeout is not None:
            options["timeout"] = timeout
        left = self.settings.attempts if repeatable else 1
        delay = FIRST_DELAY
        while True:
            left -= 1
            try:
                response = self._http.request(method, path, **options)
            except (httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
                if left <= 0:
                    raise self._unreachable(error) from None
            except httpx.TimeoutException as error:
                raise self._unreachable(error) from None
            except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError) as error:
                raise RequestError(f"service URL {self.settings.url!r} cannot be used: {error}") from None
            except UnicodeEncodeError as error:
                # Names of files and arguments may be any bytes, and Python keeps those that are no text as surrogates.
                near = error.object[max(0, error.start - 30) : error.end + 10]
                raise RequestError(
                    f"a request can only carry text, and there are bytes in {near!r} that are not UTF-8; rename it"
                ) from None
            except httpx.HTTPError as error:
                raise self._unreachable(error) from None
            else:
                if response.is_success or response.status_code in accept:
                    return response
                raise self._refused(response)
            time.sleep(delay)
            delay = min(LONGEST_DELAY, delay * 2)

    def _unreachable(self, error: httpx.HTTPError) -> ServiceUnavailableError:
        reason = str(error) or type(error).__name__
        return ServiceUnavailableError(f"The service at {self.settings.url} does not answer: {reason}.")

    def _stranger(self, response: httpx.Response) -> ServiceUnavailableError:
        kind = response.headers.get("content-type", "no content type")
        return ServiceUnavailableError(
            f"What answers at {self.settings.url} is not this service: {response.request.method}"
            f" {response.request.url.path} gave {response.status_code} with {kind}."
        )

    def _refused(self, response: httpx.Response) -> CodeStoryError:
        status = response.status_code
        if status in (401, 403):
            return AccessDeniedError(
                f"The service at {self.settings.url} answered {status}: it wants a function key."
                f" Give it with --api-key or {KEY_SETTING}."
            )
        try:
            body = response.json()
        except ValueError:
            body = None
        problem: Json = body if isinstance(body, dict) else {}
        text = str(problem.get("detail") or problem.get("title") or response.text[:300] or response.reason_phrase)
        details: Json = {"status": status, "problems": _problems(problem)}
        if status >= 500 or status == 429:
            return ServiceUnavailableError(f"The service at {self.settings.url} answered {status}: {text}", **details)
        if status == 413:
            # The host refuses it before the service sees it, and says no more than this.
            return RequestError(
                f"The service at {self.settings.url} does not take as much at once. Ingest a git URL, or leave more"
                " out by .gitignore, or raise its CODESTORY_MAX_UPLOAD_BYTES and FUNCTIONS_REQUEST_BODY_SIZE_LIMIT.",
                **details,
            )
        if not problem:
            return self._stranger(response)
        kinds: dict[int, type[CodeStoryError]] = {404: NotFoundError, 409: ConflictError}
        return kinds.get(status, RequestError)(text, **details)


def _problems(problem: Json) -> list[str]:
    found = problem.get("problems") or problem.get("errors") or []
    return [
        str(item.get("detail") or item.get("title") or item) if isinstance(item, dict) else str(item) for item in found
    ]


def segment(value: str) -> str:
    """``value`` as one part of a path; raises ``RequestError`` for an empty one, which would name something else."""
    if not value:
        raise RequestError("an id or name is empty; give the one that is meant")
    quoted = quote(value, safe="", errors="surrogateescape")
    # A part of nothing but dots would be taken out of the path on the way.
    return quoted if quoted.strip(".") else quoted.replace(".", "%2E")
