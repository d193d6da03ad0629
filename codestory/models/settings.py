"""Which language model to use, and how to reach it, from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from codestory.exceptions import ConfigurationError, known_values

__all__ = ["PROVIDERS", "ModelSettings", "Provider"]

type Provider = Literal["azure_openai", "openai"]
PROVIDERS: tuple[Provider, ...] = ("azure_openai", "openai")

_DEFAULT_BASE_URL = "https://api.openai.com/v1"
_DEFAULT_API_VERSION = "2024-10-21"


@dataclass(frozen=True)
class ModelSettings:
    """How to reach one model.

    For ``openai``, ``base_url`` is any server that speaks its API, including the ``/v1``. For ``azure_openai`` it is
    the endpoint of the resource, ``model`` is the name of the deployment, and without ``api_key`` the identity of the
    process is used (Entra ID).
    """

    provider: Provider
    model: str
    base_url: str = _DEFAULT_BASE_URL
    api_key: str | None = field(default=None, repr=False)
    api_version: str = _DEFAULT_API_VERSION
    timeout: timedelta = timedelta(seconds=60)
    """How long one request may take."""
    max_wait: timedelta = timedelta(seconds=60)
    """How long one completion may wait, in all, because the provider asked for it; longer is left to the caller."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> ModelSettings | None:
        """The configured model; ``None`` without ``CODESTORY_MODEL_PROVIDER`` or if it says ``none``.

        Raises ``ConfigurationError`` that names the variable that is missing or wrong.
        """
        provider = environment.get("CODESTORY_MODEL_PROVIDER", "").strip().lower()
        if provider in ("", "none", "extractive"):
            return None
        return cls.for_provider(provider, environment=environment)

    @classmethod
    def for_provider(
        cls, provider: str, *, model: str | None = None, environment: Mapping[str, str] = os.environ
    ) -> ModelSettings:
        """The settings of ``provider``, whatever ``CODESTORY_MODEL_PROVIDER`` says; ``model`` comes first."""
        if provider not in PROVIDERS:
            raise ConfigurationError(
                f"CODESTORY_MODEL_PROVIDER: unknown provider {provider!r}."
                + known_values("providers", provider, [*PROVIDERS, "none"]),
                key="CODESTORY_MODEL_PROVIDER",
            )

        def first(*names: str) -> str | None:
            return next((value for name in names if (value := environment.get(name, "").strip())), None)

        model = model or first("CODESTORY_OPENAI_MODEL")
        if model is None:
            what = "the name of the deployment" if provider == "azure_openai" else "the name of the model"
            raise ConfigurationError(
                f"provider {provider!r} needs CODESTORY_OPENAI_MODEL: {what}.", key="CODESTORY_OPENAI_MODEL"
            )
        if provider == "azure_openai":
            base_url = first("CODESTORY_OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT")
            api_key = first("CODESTORY_OPENAI_API_KEY", "AZURE_OPENAI_API_KEY")
            if base_url is None:
                raise ConfigurationError(
                    "provider 'azure_openai' needs CODESTORY_OPENAI_BASE_URL (or AZURE_OPENAI_ENDPOINT):"
                    " the endpoint of the resource, such as https://NAME.openai.azure.com.",
                    key="CODESTORY_OPENAI_BASE_URL",
                )
        else:
            base_url = first("CODESTORY_OPENAI_BASE_URL", "OPENAI_BASE_URL") or _DEFAULT_BASE_URL
            api_key = first("CODESTORY_OPENAI_API_KEY", "OPENAI_API_KEY")
            if api_key is None and base_url == _DEFAULT_BASE_URL:
                raise ConfigurationError(
                    "provider 'openai' needs CODESTORY_OPENAI_API_KEY, or CODESTORY_OPENAI_BASE_URL for a server"
                    " that asks for no key.",
                    key="CODESTORY_OPENAI_API_KEY",
                )
        if urlsplit(base_url).scheme not in ("http", "https"):
            raise ConfigurationError(
                f"CODESTORY_OPENAI_BASE_URL {base_url!r} is not an http(s) URL.", key="CODESTORY_OPENAI_BASE_URL"
            )
        return cls(
            provider=provider,
            model=model,
            base_url=base_url.rstrip("/"),
            api_key=api_key,
            api_version=first("CODESTORY_OPENAI_API_VERSION", "OPENAI_API_VERSION") or _DEFAULT_API_VERSION,
            timeout=_seconds("CODESTORY_OPENAI_TIMEOUT", environment, 60),
            max_wait=_seconds("CODESTORY_OPENAI_MAX_WAIT", environment, 60),
        )


def _seconds(name: str, environment: Mapping[str, str], default: float) -> timedelta:
    text = environment.get(name, "").strip()
    try:
        value = float(text) if text else default
    except ValueError:
        value = -1.0
    if not 0 <= value < 86_400:
        raise ConfigurationError(f"{name}: {text!r} is not a number of seconds (0 to 86400).", key=name)
    return timedelta(seconds=value)
