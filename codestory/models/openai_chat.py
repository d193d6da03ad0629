"""Azure OpenAI and every server that speaks the OpenAI chat completions API."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NoReturn

from codestory.exceptions import ConfigurationError, ModelUnavailableError, RequestError
from codestory.models.base import Completion, Message
from codestory.models.pacing import RequestPacer
from codestory.models.settings import ModelSettings
from codestory.tracker.redaction import REDACTED, redact_text

if TYPE_CHECKING:
    import openai
    from azure.core.credentials import TokenCredential

__all__ = ["OpenAIChatModel", "open_model"]

_SCOPE = "https://cognitiveservices.azure.com/.default"
_CHECK_SECONDS = 5.0
_MAX_TRIES = 5
_FIRST_BACK_OFF = 1.0
_MAX_BACK_OFF = 60.0
_MAX_ERROR_TEXT = 400


def open_model(
    settings: ModelSettings,
    *,
    requests_per_minute: float | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> OpenAIChatModel:
    """The model behind ``settings``, paced if a rate is given. ``sleep`` may raise to end a wait early."""
    pacer = RequestPacer(requests_per_minute, sleep=sleep) if requests_per_minute else None
    return OpenAIChatModel(settings, pacer=pacer, sleep=sleep)


class OpenAIChatModel:
    """Chat completions over HTTP.

    Waits as long as the provider asks (429 or 503 with ``Retry-After``), backs off from 1 to 60 seconds where it does
    not say, and gives up with ``ModelUnavailableError`` after five tries or once ``max_wait`` would be exceeded.
    """

    def __init__(
        self,
        settings: ModelSettings,
        *,
        credential: TokenCredential | None = None,
        pacer: RequestPacer | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings
        self._credential = credential
        self._pacer = pacer
        self._sleep = sleep
        self._lock = threading.Lock()
        self._client: openai.OpenAI | None = None
        # Reasoning models refuse these two parameters; which ones a model takes is learnt from its first answer.
        self._limit_parameter = "max_tokens"
        self._sends_temperature = True

    @property
    def name(self) -> str:
        """``<provider>/<model>``."""
        return f"{self.settings.provider}/{self.settings.model}"

    def complete(self, messages: Sequence[Message], *, max_tokens: int) -> Completion:
        """See ``ChatModel.complete``."""
        import openai

        waited = 0.0
        tries = 0
        while True:
            if self._pacer is not None:
                self._pacer.wait()
            try:
                return self._request(messages, max_tokens)
            except openai.BadRequestError as error:
                if not self._adapts(error):
                    self._raise_refused(error)
            except openai.OpenAIError as error:
                tries += 1
                delay = self._delay(error, tries)
                if tries >= _MAX_TRIES or waited + delay > self.settings.max_wait.total_seconds():
                    raise self._unavailable(error, delay) from error
                waited += delay
                self._sleep(delay)

    def check(self) -> None:
        """Ask for the list of models; a server that has no such list has answered as well."""
        import openai

        try:
            self._opened().with_options(timeout=_CHECK_SECONDS).models.list()
        except openai.NotFoundError:
            return
        except openai.OpenAIError as error:
            raise self._unavailable(error, self._delay(error, 1)) from error

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _request(self, messages: Sequence[Message], max_tokens: int) -> Completion:
        parameters: dict[str, Any] = {self._limit_parameter: max_tokens}
        if self._sends_temperature:
            parameters["temperature"] = 0
        answer = self._opened().chat.completions.create(
            model=self.settings.model,
            messages=[{"role": message.role, "content": message.content} for message in messages],  # type: ignore[misc]
            **parameters,
        )
        if not answer.choices:
            raise ModelUnavailableError(f"{self.name} answered without any choice", retry_after=None)
        choice = answer.choices[0]
        text = (choice.message.content or "").strip()
        if choice.finish_reason == "content_filter":
            raise RequestError(f"{self.name} filtered its answer", problems=["content_filter"])
        usage = answer.usage
        return Completion(
            text=text,
            # Some servers count nothing; four characters a token is the usual estimate for English and code.
            prompt_tokens=usage.prompt_tokens if usage else _estimate(*(message.content for message in messages)),
            completion_tokens=usage.completion_tokens if usage else _estimate(text),
            truncated=choice.finish_reason == "length",
        )

    def _opened(self) -> openai.OpenAI:
        import openai

        with self._lock:
            if self._client is not None:
                return self._client
            settings = self.settings
            common: dict[str, Any] = {"timeout": settings.timeout.total_seconds(), "max_retries": 0}
            if settings.provider == "openai":
                key = settings.api_key or "none-needed"
                self._client = openai.OpenAI(base_url=settings.base_url, api_key=key, **common)
            else:
                if settings.api_key is not None:
                    common["api_key"] = settings.api_key
                else:
                    common["azure_ad_token_provider"] = self._token_provider()
                self._client = openai.AzureOpenAI(
                    azure_endpoint=settings.base_url,
                    azure_deployment=settings.model,
                    api_version=settings.api_version,
                    **common,
                )
            return self._client

    def _token_provider(self) -> Callable[[], str]:
        from azure.core.exceptions import ClientAuthenticationError
        from azure.identity import DefaultAzureCredential, get_bearer_token_provider

        get_token = get_bearer_token_provider(self._credential or DefaultAzureCredential(), _SCOPE)

        def token() -> str:
            try:
                return get_token()
            except ClientAuthenticationError as error:
                reason = redact_text(str(error)).splitlines()[0][:_MAX_ERROR_TEXT]
                raise ConfigurationError(
                    f"no identity may use {self.settings.base_url}: {reason}. Sign in (az login), give the app a"
                    " managed identity (AZURE_CLIENT_ID), or set CODESTORY_OPENAI_API_KEY.",
                    key="AZURE_CLIENT_ID",
                ) from error

        return token

    def _adapts(self, error: openai.BadRequestError) -> bool:
        """Whether the request can be sent again without a parameter that this model does not take."""
        text = str(error)
        if self._limit_parameter == "max_tokens" and "max_tokens" in text and "max_completion_tokens" in text:
            self._limit_parameter = "max_completion_tokens"
            return True
        if self._sends_temperature and "temperature" in text and "unsupported" in text.lower():
            self._sends_temperature = False
            return True
        return False

    def _raise_refused(self, error: openai.BadRequestError) -> NoReturn:
        code = _code(error) or "bad_request"
        raise RequestError(f"{self.name} refused the request ({code}): {self._text(error)}", problems=[code]) from error

    def _delay(self, error: openai.OpenAIError, tries: int) -> float:
        """Seconds to wait before the next try; raises ``ConfigurationError`` if there should be none."""
        import openai

        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            entra = self.settings.provider == "azure_openai" and self.settings.api_key is None
            key = "AZURE_CLIENT_ID" if entra else "CODESTORY_OPENAI_API_KEY"
            hint = (
                "give the identity the role 'Cognitive Services OpenAI User' on the resource"
                if entra
                else "check CODESTORY_OPENAI_API_KEY"
            )
            raise ConfigurationError(
                f"{self.settings.base_url} refused the credentials ({error.status_code}): {self._text(error)}; {hint}.",
                key=key,
            ) from error
        if isinstance(error, openai.NotFoundError):
            raise ConfigurationError(
                f"{self.settings.base_url} has no model {self.settings.model!r}: {self._text(error)};"
                " check CODESTORY_OPENAI_MODEL, CODESTORY_OPENAI_BASE_URL and CODESTORY_OPENAI_API_VERSION.",
                key="CODESTORY_OPENAI_MODEL",
            ) from error
        if isinstance(error, openai.RateLimitError) and _code(error) == "insufficient_quota":
            raise ConfigurationError(
                f"the account behind CODESTORY_OPENAI_API_KEY has no quota left: {self._text(error)}",
                key="CODESTORY_OPENAI_API_KEY",
            ) from error
        if isinstance(error, openai.APIStatusError):
            if error.status_code not in (408, 409, 425, 429) and error.status_code < 500:
                raise RequestError(
                    f"{self.name} refused the request ({error.status_code}): {self._text(error)}", problems=[]
                ) from error
            asked = _retry_after(error.response.headers)
            if asked is not None:
                return asked
        return min(_MAX_BACK_OFF, _FIRST_BACK_OFF * 2 ** (tries - 1))

    def _unavailable(self, error: openai.OpenAIError, delay: float) -> ModelUnavailableError:
        return ModelUnavailableError(
            f"{self.name} at {redact_text(self.settings.base_url)} does not answer: {self._text(error)}",
            retry_after=delay,
        )

    def _text(self, error: Exception) -> str:
        """What the provider says, without the key, which some repeat and which may look like any other word."""
        text = str(error) or type(error).__name__
        if self.settings.api_key:
            text = text.replace(self.settings.api_key, REDACTED)
        return redact_text(text)[:_MAX_ERROR_TEXT]


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from ``retry-after-ms`` or ``Retry-After`` (RFC 9110: seconds or a date)."""
    milliseconds, text = headers.get("retry-after-ms", ""), headers.get("retry-after", "")
    try:
        if milliseconds:
            seconds = float(milliseconds) / 1000
        elif text.replace(".", "", 1).isdigit():
            seconds = float(text)
        elif text:
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
        else:
            return None
    except ValueError:
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _code(error: openai.APIError) -> str | None:
    code = error.code
    return code if isinstance(code, str) else None


def _estimate(*texts: str) -> int:
    return math.ceil(sum(map(len, texts)) / 4)
