"""Removes secrets from anything that is stored, logged or shown: the one function used everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from itertools import pairwise
from typing import Any

__all__ = ["REDACTED", "is_secret_key", "redact", "redact_text"]

REDACTED = "***"

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRET_WORDS = frozenset(
    {
        "password", "passwd", "pwd", "passphrase", "secret", "secrets", "credential", "credentials",
        "authorization", "cookie", "cookies", "apikey", "apikeys", "accesskey", "accountkey", "privatekey",
        "connectionstring", "accesstoken", "sastoken",
    }
)  # fmt: skip
_SECRET_PAIRS = frozenset(
    {
        ("connection", "string"),
        ("connection", "strings"),
        ("conn", "str"),
        ("pass", "word"),
        ("private", "key"),
    }
)
# What stands before "key" when the key names or finds something rather than opening it.
_HARMLESS_KEYS = frozenset(
    {
        "cache", "column", "content", "deduplication", "error", "foreign", "group", "idempotency", "index",
        "input", "lookup", "map", "message", "natural", "object", "option", "parent", "partition", "primary",
        "query", "result", "row", "routing", "search", "setting", "sort", "staleness", "unique", "unit", "unknown",
    }
)  # fmt: skip
_TOKEN_WORDS = frozenset({"token", "tokens"})
_KEY_WORDS = frozenset({"key", "keys"})

_USERINFO = re.compile(r"(?P<scheme>\b[a-zA-Z][a-zA-Z0-9+.-]{0,20})://(?P<user>[^\s/?#\"'<>]+)@")
_QUERY_SECRETS = frozenset({"code", "key", "sig", "signature", "auth"})
_ASSIGNED = re.compile(
    r"(?P<before>[?&]?)(?P<name>(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]{1,80})="
    r"(?P<value>\"[^\"]*\"|'[^']*'|[^\s&;,\"'#)\]}]+)"
)
_QUOTED_PAIR = re.compile(r"(?P<quote>[\"'])(?P<name>[A-Za-z0-9_. -]{1,80})(?P=quote)\s*:\s*(?P<value>[\"'])")
_AUTHORIZATION = re.compile(
    r"(?P<name>\bauthorization\s*[:=]\s*(?:(?:bearer|basic|digest|sharedkey)\s+)?)[^\r\n\"',]+", re.IGNORECASE
)
_SCHEME_CREDENTIALS = re.compile(
    r"\b(?P<scheme>Bearer|Basic|SharedKey|Digest)\s+(?=[^\s]*[0-9=.])[A-Za-z0-9._~+/=:-]{8,}"
)
_WELL_KNOWN = re.compile(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}"
    r"|sk-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|AIza[A-Za-z0-9_-]{30,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)"
)
_RANDOM = re.compile(r"(?=[^\s]*[0-9])(?=[^\s]*[A-Za-z])[A-Za-z0-9+/=_.~-]{20,}")
_SUSPICIOUS = re.compile(
    r"=|://|[\"']\s*:|authorization|bearer|basic|sharedkey|digest|gh[pousr]_|github_pat_|glpat-|sk-|xox|akia|aiza|eyj",
    re.IGNORECASE,
)


def is_secret_key(name: str) -> bool:
    """Whether a value stored under ``name`` is a secret, judged by the words of the name.

    ``password``, ``clientSecret``, ``AZURE_OPENAI_API_KEY`` and ``x-functions-key`` are; ``idempotency_key``,
    ``sort_key`` and a bare ``key`` are not, and neither are counts such as ``prompt_tokens``.
    """
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words:
        return False
    if not _SECRET_WORDS.isdisjoint(words) or any(pair in _SECRET_PAIRS for pair in pairwise(words)):
        return True
    if words[-1] == "token":
        return True
    return words[-1] in _KEY_WORDS and len(words) > 1 and words[-2] not in _HARMLESS_KEYS


def redact(value: Any) -> Any:
    """``value`` without its secrets: mappings become dicts, sequences and sets become lists, the shape stays.

    A value under a secret key (see ``is_secret_key``) is replaced by ``***`` unless it is ``None`` or a
    boolean. Under ``tokens`` only text is replaced, because numbers there are counts. All other text goes
    through ``redact_text``. Doing it twice changes nothing more. Other objects are returned as they are.
    """
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        return {
            redact_text(name) if isinstance(name, str) else name: _redact_member(name, member)
            for name, member in value.items()
        }
    if isinstance(value, Sequence | Set) and not isinstance(value, bytes | bytearray):
        return [redact(member) for member in value]
    return value


def redact_text(text: str) -> str:
    """``text`` without credentials in URLs, secret settings, authorization headers and API tokens.

    User information in a URL is replaced as a whole, except a bare user name of ``ssh``. In ``name=value``
    the value is replaced if the name is one of those that carry secrets (``code``, ``sig``, ``AccountKey``,
    ``password``, ...).
    """
    if not _SUSPICIOUS.search(text):
        return text
    text = _USERINFO.sub(_hide_userinfo, text)
    text = _AUTHORIZATION.sub(lambda match: match["name"] + REDACTED, text)
    text = _SCHEME_CREDENTIALS.sub(lambda match: f"{match['scheme']} {REDACTED}", text)
    text = _ASSIGNED.sub(_hide_assigned, text)
    text = _hide_quoted_pairs(text)
    return _WELL_KNOWN.sub(REDACTED, text)


def _redact_member(name: object, member: Any) -> Any:
    if not isinstance(name, str) or member is None or isinstance(member, bool):
        return redact(member)
    if is_secret_key(name):
        return REDACTED
    words = [word.lower() for word in _WORDS.findall(name)]
    if words and words[-1] in _TOKEN_WORDS:
        return _redact_texts(member)
    if words and words[-1] in _KEY_WORDS and isinstance(member, str) and _RANDOM.fullmatch(member) and len(words) == 1:
        return REDACTED
    return redact(member)


def _redact_texts(value: Any) -> Any:
    if isinstance(value, str):
        return REDACTED
    if isinstance(value, Mapping):
        return redact(value)
    if isinstance(value, Sequence | Set) and not isinstance(value, bytes | bytearray):
        return [_redact_texts(member) for member in value]
    return value


def _hide_userinfo(match: re.Match[str]) -> str:
    scheme, user = match["scheme"], match["user"]
    if ":" not in user and scheme.lower() in {"ssh", "git+ssh", "svn+ssh"}:
        return match[0]
    return f"{scheme}://{REDACTED}@"


def _hide_assigned(match: re.Match[str]) -> str:
    name, value = match["name"], match["value"]
    if not is_secret_key(name) and not (match["before"] and name.lower() in _QUERY_SECRETS):
        return match[0]
    quote = value[0] if value[0] in "\"'" else ""
    return f"{match['before']}{name}={quote}{REDACTED}{quote}"


def _hide_quoted_pairs(text: str) -> str:
    """JSON or a Python literal inside text: the text values of secret keys."""
    parts: list[str] = []
    done = 0
    for match in _QUOTED_PAIR.finditer(text):
        if match.start() < done or not is_secret_key(match["name"]):
            continue
        end = _end_of_string(text, match.end(), match["value"])
        parts += [text[done : match.end()], REDACTED]
        done = end
    return "".join(parts) + text[done:] if parts else text


def _end_of_string(text: str, position: int, quote: str) -> int:
    """Where the string that began before ``position`` ends: at its closing quote, or with the text."""
    while position < len(text) and text[position] != quote:
        position += 2 if text[position] == "\\" else 1
    return min(position, len(text))
