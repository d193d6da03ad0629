"""A small server that speaks the OpenAI chat completions API, for tests that talk HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

__all__ = ["Behaviour", "OpenAIServer", "Request"]


@dataclass(frozen=True)
class Behaviour:
    """How the server treats one request, instead of answering it."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    error: dict[str, Any] = field(default_factory=dict[str, Any])
    delay: float = 0.0
    finish_reason: str = "stop"
    counts_tokens: bool = True


@dataclass(frozen=True)
class Request:
    """One request as it arrived."""

    path: str
    query: dict[str, str]
    authorization: str
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """The text of the last message."""
        return self.body["messages"][-1]["content"]


def answer_by_hash(prompt: str) -> str:
    return f"Summary {hashlib.sha256(prompt.encode()).hexdigest()[:8]}."


class OpenAIServer:
    """Runs in a thread of its own on a free port of 127.0.0.1.

    ``requests`` is the log of completions asked for. ``script`` holds the behaviours of the next ones; when it is
    empty they are answered by ``answer``, called with the prompt. A token is a word.
    """

    def __init__(self, *, answer: Callable[[str], str] = answer_by_hash, key: str | None = None) -> None:
        self.requests: list[Request] = []
        self.script: deque[Behaviour] = deque()
        self.answer = answer
        self.key = key
        self.refuses: frozenset[str] = frozenset()
        """Names of parameters that this model does not take."""
        self.most_at_once = 0
        self._now = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def endpoint(self) -> str:
        """What an Azure resource would call its endpoint."""
        return f"http://127.0.0.1:{self._port}"

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_post("/openai/deployments/{deployment}/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._models)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._port = runner.addresses[0][1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _models(self, request: web.Request) -> web.Response:
        if self._unauthorized(request):
            return _error(401, {"message": "Incorrect API key provided", "code": "invalid_api_key"})
        return web.json_response({"object": "list", "data": [{"id": "small", "object": "model"}]})

    async def _complete(self, request: web.Request) -> web.Response:
        body = await request.json()
        token = request.headers.get("Authorization") or request.headers.get("api-key", "")
        self.requests.append(Request(request.path, dict(request.query), token, body))
        if self._unauthorized(request):
            return _error(
                401, {"message": "Incorrect API key provided: sk-abcdefghijklmnopqrst", "code": "invalid_api_key"}
            )
        for name in self.refuses & body.keys():
            instead = " Use 'max_completion_tokens' instead." if name == "max_tokens" else ""
            message = f"Unsupported parameter: '{name}' is not supported with this model.{instead}"
            return _error(400, {"message": message, "code": "unsupported_parameter", "param": name})
        behaviour = self.script.popleft() if self.script else Behaviour()
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            if behaviour.delay:
                await asyncio.sleep(behaviour.delay)
        finally:
            self._now -= 1
        if behaviour.status != 200:
            return _error(behaviour.status, behaviour.error, behaviour.headers)
        text = self.answer(body["messages"][-1]["content"])
        answer: dict[str, Any] = {
            "id": f"chatcmpl-{len(self.requests)}",
            "object": "chat.completion",
            "created": 0,
            "model": body["model"],
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text},
                    "finish_reason": behaviour.finish_reason,
                }
            ],
        }
        if behaviour.counts_tokens:
            spent = sum(len(message["content"].split()) for message in body["messages"])
            made = len(text.split())
            answer["usage"] = {"prompt_tokens": spent, "completion_tokens": made, "total_tokens": spent + made}
        return web.json_response(answer)

    def _unauthorized(self, request: web.Request) -> bool:
        if self.key is None:
            return False
        given = {request.headers.get("Authorization", ""), f"Bearer {request.headers.get('api-key', '')}"}
        return f"Bearer {self.key}" not in given


def _error(status: int, error: dict[str, Any], headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": {"message": f"status {status}"} | error}, status=status, headers=headers or {})
