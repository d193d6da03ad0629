"""Secrets never pass the redaction; everything else does."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestory import tracker
from codestory.tracker.redaction import REDACTED, is_secret_key, redact, redact_text

SECRET = "Zq9" + "xK3vT7" * 3
SECRET_KEYS = [
    "password",
    "Password",
    "db_password",
    "token",
    "access_token",
    "accessToken",
    "client_secret",
    "clientSecret",
    "AZURE_OPENAI_API_KEY",
    "x-functions-key",
    "Authorization",
    "connection_string",
    "ConnectionString",
    "AccountKey",
    "credentials",
]
SECRET_TEXTS = [
    "https://user:{}@example.org/repo.git",
    "https://{}@github.com/owner/name.git",
    "https://host/api/ingest?code={}&wait=1",
    "https://host/blob?sv=2024&sig={}",
    "cannot open postgresql://codestory:{}@db:5432/history",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={};EndpointSuffix=core.windows.net",
    "Authorization: Bearer {}",
    "the header was 'Bearer {}'",
    "connect with password={} failed",
    'the body {{"client_secret": "{}"}} was refused',
    "the options {{'api_key': '{}'}} were refused",
]

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30)
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=12) | st.sampled_from([*SECRET_KEYS, "name", "tokens"]), inner, max_size=4)
    ),
    max_leaves=15,
)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {redact_text(key): shape(member) for key, member in value.items() if not is_secret_key(key)}
    return [shape(member) for member in value] if isinstance(value, list) else None


@st.composite
def documents_with_a_secret(draw: st.DrawFn) -> Any:
    planted: Any = draw(
        st.sampled_from([{key: SECRET} for key in SECRET_KEYS])
        | st.sampled_from([text.format(SECRET) for text in SECRET_TEXTS])
        | st.sampled_from([{key: {"nested": [SECRET]}} for key in SECRET_KEYS])
    )
    for _ in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            planted = [*draw(st.lists(documents, max_size=2)), planted]
        else:
            planted = draw(st.dictionaries(st.text(max_size=8), documents, max_size=2)) | {"inner": planted}
    return planted


@given(documents_with_a_secret())
@settings(max_examples=150, deadline=None)
def test_a_planted_secret_never_survives(document: Any) -> None:
    assert SECRET in json.dumps(document)
    assert SECRET not in json.dumps(redact(document))


@given(documents)
@settings(max_examples=150, deadline=None)
def test_redacting_twice_changes_nothing_more(document: Any) -> None:
    once = redact(document)
    assert redact(once) == once


@given(documents)
@settings(max_examples=150, deadline=None)
def test_the_shape_stays(document: Any) -> None:
    assert shape(redact(document)) == shape(document)


@given(st.text())
@settings(max_examples=150, deadline=None)
def test_text_without_a_marker_of_secrets_stays_as_it_is(text: str) -> None:
    harmless = "".join(character for character in text if character not in "=:\"'@")
    assert redact_text(harmless) == harmless


@pytest.mark.parametrize("text", SECRET_TEXTS)
def test_the_text_around_a_secret_stays(text: str) -> None:
    before = text.replace("{{", "{").split("{}")[0].split("//")[0]
    assert redact_text(text.format(SECRET)).startswith(before)


@pytest.mark.parametrize(
    "document",
    [
        {"prompt_tokens": 12, "max_tokens": 4096, "tokens": {"available": 3, "max": 4}},
        {"key": "repositry", "idempotency_key": "nightly-2026-01-15", "sort_key": "name"},
        {"path": "src/password.py", "message": "exit code=1", "url": "ssh://git@example.org/a.git"},
        {"rate": 0.5, "enabled": True, "missing": None, "password": None},
    ],
)
def test_what_is_no_secret_stays(document: dict[str, Any]) -> None:
    assert redact(document) == document


def test_numbers_under_a_secret_key_are_secrets_too() -> None:
    assert redact({"password": 123456, "pin_code": 7}) == {"password": REDACTED, "pin_code": 7}


def test_a_long_hostile_text_is_redacted_in_linear_time() -> None:
    for unit in ("a-", "a.", "a@", "x=", "a://", '"a":', "Bearer "):
        text = unit * 50_000
        assert len(redact_text(text)) > 0


def test_tuples_and_sets_become_lists() -> None:
    assert redact({"steps": ("a", "b"), "tags": frozenset({"x"})}) == {"steps": ["a", "b"], "tags": ["x"]}


def test_redacting_does_not_load_the_database_library() -> None:
    code = "import sys; import codestory.tracker.redaction; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_every_name_of_the_package_can_be_imported() -> None:
    for name in tracker.__all__:
        assert getattr(tracker, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tracker.nothing
