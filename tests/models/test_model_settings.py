"""Model settings from the environment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from codestory.exceptions import ConfigurationError
from codestory.models import ModelSettings

OPENAI = {"CODESTORY_MODEL_PROVIDER": "openai", "CODESTORY_OPENAI_MODEL": "small", "CODESTORY_OPENAI_API_KEY": "k"}
AZURE = {
    "CODESTORY_MODEL_PROVIDER": "azure_openai",
    "CODESTORY_OPENAI_MODEL": "deployment",
    "AZURE_OPENAI_ENDPOINT": "https://name.openai.azure.com/",
}


@pytest.mark.parametrize("value", ["", "none", "extractive"])
def test_no_provider_means_no_model(value: str) -> None:
    assert ModelSettings.from_environment({"CODESTORY_MODEL_PROVIDER": value}) is None


def test_openai_needs_a_model_and_a_key() -> None:
    found = ModelSettings.from_environment(OPENAI | {"CODESTORY_OPENAI_TIMEOUT": "5"})
    assert found == ModelSettings("openai", "small", api_key="k", timeout=timedelta(seconds=5))
    assert "api_key" not in repr(found)


def test_a_server_of_ones_own_needs_no_key() -> None:
    found = ModelSettings.for_provider(
        "openai", model="other", environment={"CODESTORY_OPENAI_BASE_URL": "http://127.0.0.1:9/v1/"}
    )
    assert (found.base_url, found.model, found.api_key) == ("http://127.0.0.1:9/v1", "other", None)


def test_azure_reads_the_standard_variables() -> None:
    found = ModelSettings.from_environment(AZURE | {"OPENAI_API_VERSION": "2025-01-01"})
    assert found is not None
    assert (found.base_url, found.api_version, found.api_key) == ("https://name.openai.azure.com", "2025-01-01", None)


@pytest.mark.parametrize(
    ("environment", "key"),
    [
        ({"CODESTORY_MODEL_PROVIDER": "azure"}, "CODESTORY_MODEL_PROVIDER"),
        ({"CODESTORY_MODEL_PROVIDER": "openai"}, "CODESTORY_OPENAI_MODEL"),
        (OPENAI | {"CODESTORY_OPENAI_API_KEY": ""}, "CODESTORY_OPENAI_API_KEY"),
        (OPENAI | {"CODESTORY_OPENAI_BASE_URL": "localhost:9"}, "CODESTORY_OPENAI_BASE_URL"),
        (OPENAI | {"CODESTORY_OPENAI_TIMEOUT": "long"}, "CODESTORY_OPENAI_TIMEOUT"),
        (AZURE | {"AZURE_OPENAI_ENDPOINT": ""}, "CODESTORY_OPENAI_BASE_URL"),
    ],
)
def test_what_is_missing_or_wrong_is_named(environment: dict[str, str], key: str) -> None:
    with pytest.raises(ConfigurationError, match=key) as caught:
        ModelSettings.from_environment(environment)
    assert caught.value.details["key"] == key
