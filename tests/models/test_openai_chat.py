"""The client of the chat completions API, against a real server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import formatdate
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from codestory.exceptions import ConfigurationError, ModelUnavailableError, RequestError
from codestory.models import Message, ModelSettings, OpenAIChatModel, RequestPacer
from tests.support.openai_server import Behaviour, OpenAIServer

ASK = [Message("system", "You summarise code."), Message("user", "def add(a, b): return a + b")]


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model(server: OpenAIServer, clock: Clock) -> Iterator[OpenAIChatModel]:
    model = OpenAIChatModel(settings(server), sleep=clock.sleep)
    yield model
    model.close()


def settings(server: OpenAIServer, **known: Any) -> ModelSettings:
    return ModelSettings(**({"provider": "openai", "model": "small", "base_url": server.base_url} | known))


def test_a_completion_brings_text_and_token_counts(server: OpenAIServer, model: OpenAIChatModel) -> None:
    completion = model.complete(ASK, max_tokens=50)
    assert completion.text == server.answer(ASK[1].content)
    assert (completion.prompt_tokens, completion.completion_tokens, completion.truncated) == (10, 2, False)
    (request,) = server.requests
    assert request.body["model"] == "small"
    assert (request.body["max_tokens"], request.body["temperature"]) == (50, 0)
    assert [message["role"] for message in request.body["messages"]] == ["system", "user"]
    assert model.name == "openai/small"


def test_a_server_that_does_not_count_tokens_is_estimated(server: OpenAIServer, model: OpenAIChatModel) -> None:
    server.script.append(Behaviour(counts_tokens=False, finish_reason="length"))
    completion = model.complete(ASK, max_tokens=50)
    assert completion.prompt_tokens == 12
    assert completion.truncated


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after-ms": "250", "Retry-After": "9"}, 0.25),
        ({"Retry-After": "soon"}, 1.0),
        ({}, 1.0),
    ],
)
def test_a_429_is_waited_out_as_long_as_the_server_asks(
    server: OpenAIServer, model: OpenAIChatModel, clock: Clock, headers: dict[str, str], waits: float
) -> None:
    server.script.append(Behaviour(429, headers))
    assert model.complete(ASK, max_tokens=5).text.startswith("Summary")
    assert clock.slept == [waits]
    assert len(server.requests) == 2


def test_retry_after_may_be_a_date(server: OpenAIServer, model: OpenAIChatModel, clock: Clock) -> None:
    server.script.append(Behaviour(429, {"Retry-After": formatdate(time.time() + 40, usegmt=True)}))
    model.complete(ASK, max_tokens=5)
    assert 30 < clock.slept[0] <= 40


def test_a_wait_beyond_the_bound_is_left_to_the_caller(
    server: OpenAIServer, model: OpenAIChatModel, clock: Clock
) -> None:
    server.script.extend([Behaviour(429, {"Retry-After": "20"}), Behaviour(429, {"Retry-After": "45"})])
    with pytest.raises(ModelUnavailableError) as caught:
        model.complete(ASK, max_tokens=5)
    assert caught.value.details["retry_after"] == 45
    assert clock.slept == [20]


def test_server_errors_are_tried_again_with_growing_waits(
    server: OpenAIServer, model: OpenAIChatModel, clock: Clock
) -> None:
    server.script.extend([Behaviour(500), Behaviour(503), Behaviour(502)])
    model.complete(ASK, max_tokens=5)
    assert clock.slept == [1, 2, 4]
    server.script.extend([Behaviour(500)] * 5)
    with pytest.raises(ModelUnavailableError, match="status 500"):
        model.complete(ASK, max_tokens=5)
    assert len(server.requests) == 4 + 5


def test_a_slow_answer_is_a_transient_failure(server: OpenAIServer) -> None:
    slow = settings(server, timeout=timedelta(milliseconds=100), max_wait=timedelta(0))
    model = OpenAIChatModel(slow)
    server.script.append(Behaviour(delay=1.0))
    with pytest.raises(ModelUnavailableError, match="does not answer"):
        model.complete(ASK, max_tokens=5)
    model.close()


def test_a_server_that_is_away_is_a_transient_failure() -> None:
    model = OpenAIChatModel(ModelSettings("openai", "small", base_url="http://127.0.0.1:1/v1", max_wait=timedelta(0)))
    with pytest.raises(ModelUnavailableError):
        model.complete(ASK, max_tokens=5)
    with pytest.raises(ModelUnavailableError):
        model.check()
    model.close()


@pytest.mark.parametrize(
    ("status", "error", "key"),
    [
        (401, {"message": "bad key sk-abcdefghijklmnopqrst"}, "CODESTORY_OPENAI_API_KEY"),
        (403, {}, "CODESTORY_OPENAI_API_KEY"),
        (404, {"code": "model_not_found"}, "CODESTORY_OPENAI_MODEL"),
        (429, {"code": "insufficient_quota"}, "CODESTORY_OPENAI_API_KEY"),
    ],
)
def test_what_no_retry_can_help_names_the_setting(
    server: OpenAIServer, model: OpenAIChatModel, clock: Clock, status: int, error: dict[str, Any], key: str
) -> None:
    server.script.append(Behaviour(status, error=error))
    with pytest.raises(ConfigurationError, match=key) as caught:
        model.complete(ASK, max_tokens=5)
    assert caught.value.details["key"] == key
    assert "sk-abc" not in caught.value.message
    assert clock.slept == []


def test_a_refused_conversation_is_told_from_a_refused_caller(server: OpenAIServer, model: OpenAIChatModel) -> None:
    server.script.append(Behaviour(400, error={"message": "too long", "code": "context_length_exceeded"}))
    with pytest.raises(RequestError, match="too long") as caught:
        model.complete(ASK, max_tokens=5)
    assert caught.value.details["problems"] == ["context_length_exceeded"]
    server.script.append(Behaviour(finish_reason="content_filter"))
    with pytest.raises(RequestError, match="filtered"):
        model.complete(ASK, max_tokens=5)


def test_a_model_that_takes_other_parameters_is_asked_with_those(server: OpenAIServer, model: OpenAIChatModel) -> None:
    server.refuses = frozenset({"max_tokens", "temperature"})
    model.complete(ASK, max_tokens=5)
    model.complete(ASK, max_tokens=6)
    assert len(server.requests) == 3 + 1
    assert server.requests[-1].body["max_completion_tokens"] == 6
    assert "temperature" not in server.requests[-1].body


def test_requests_are_spaced_to_the_rate(server: OpenAIServer, clock: Clock) -> None:
    pacer = RequestPacer(30, clock=lambda: clock.now, sleep=clock.sleep)
    model = OpenAIChatModel(settings(server), pacer=pacer, sleep=clock.sleep)
    for _ in range(3):
        model.complete(ASK, max_tokens=5)
    clock.now += 10
    model.complete(ASK, max_tokens=5)
    assert clock.slept == [2, 2]
    model.close()
    with pytest.raises(ValueError, match="positive"):
        RequestPacer(0)


def test_the_key_is_sent_and_checked(server: OpenAIServer) -> None:
    server.key = "right"
    good, bad = (OpenAIChatModel(settings(server, api_key=key)) for key in ("right", "wrong"))
    good.check()
    good.complete(ASK, max_tokens=5)
    with pytest.raises(ConfigurationError):
        bad.check()
    good.close()
    bad.close()


@pytest.mark.parametrize("status", [400, 401, 404, 418, 429])
def test_a_key_that_the_server_repeats_is_not_told_on(server: OpenAIServer, clock: Clock, status: int) -> None:
    key = "any words the operator likes"
    server.script += [Behaviour(status, error={"message": f"{key!r} is not allowed"})] * 5
    model = OpenAIChatModel(settings(server, api_key=key), sleep=clock.sleep)
    with pytest.raises((ConfigurationError, ModelUnavailableError, RequestError)) as caught:
        model.complete(ASK, max_tokens=5)
    model.close()
    assert "is not allowed" in str(caught.value)
    assert key not in f"{caught.value} {caught.value.details}"


class Identity:
    """A credential that hands out one token, or none."""

    def __init__(self, token: str | None) -> None:
        self._token = token
        self.scopes: list[str] = []

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.scopes += scopes
        if self._token is None:
            raise ClientAuthenticationError("DefaultAzureCredential failed to retrieve a token")
        return AccessToken(self._token, int(time.time()) + 3600)


def test_azure_is_asked_for_the_deployment_with_the_token_of_the_identity(server: OpenAIServer) -> None:
    server.key = "entra-token"
    azure = settings(server, provider="azure_openai", base_url=server.endpoint, model="gpt", api_version="2024-10-21")
    identity = Identity("entra-token")
    model = OpenAIChatModel(azure, credential=identity)
    model.complete(ASK, max_tokens=5)
    model.complete(ASK, max_tokens=5)
    request = server.requests[0]
    assert request.path == "/openai/deployments/gpt/chat/completions"
    assert request.query == {"api-version": "2024-10-21"}
    assert request.authorization == "Bearer entra-token"
    assert identity.scopes == ["https://cognitiveservices.azure.com/.default"]
    model.check()
    model.close()


def test_azure_takes_a_key_instead(server: OpenAIServer) -> None:
    server.key = "azure-key"
    model = OpenAIChatModel(settings(server, provider="azure_openai", base_url=server.endpoint, api_key="azure-key"))
    assert model.complete(ASK, max_tokens=5).text
    model.close()


@pytest.mark.parametrize(("token", "hint"), [(None, "az login"), ("other", "Cognitive Services OpenAI User")])
def test_an_identity_that_may_not_use_the_model_is_told_what_to_do(
    server: OpenAIServer, token: str | None, hint: str
) -> None:
    server.key = "entra-token"
    model = OpenAIChatModel(
        settings(server, provider="azure_openai", base_url=server.endpoint), credential=Identity(token)
    )
    with pytest.raises(ConfigurationError, match=hint) as caught:
        model.complete(ASK, max_tokens=5)
    assert caught.value.details["key"] == "AZURE_CLIENT_ID"
    model.close()
