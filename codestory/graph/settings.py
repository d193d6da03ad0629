"""Which graph database to use, and with what credentials."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from codestory.exceptions import ConfigurationError, known_values

__all__ = ["GraphSettings"]

_LONGEST_PATIENCE = timedelta(days=1)
_duration: TypeAdapter[timedelta] = TypeAdapter(timedelta)
_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


@dataclass(frozen=True)
class GraphSettings:
    """Where the graph lives. Without ``uri`` it is the embedded server that keeps its data in ``folder``."""

    uri: str = ""
    username: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = "neo4j"
    folder: Path = Path(".codestory/graph")
    heap: str = ""
    """Heap of the embedded server, such as ``512m``; empty means its own default."""
    patience: timedelta = timedelta(seconds=60)
    """How long a call keeps trying to reach a database that does not answer."""
    wedged_after: timedelta = timedelta(seconds=30)
    """How long the embedded server may give no sign of life, while calls wait for it, before it is started again."""

    @property
    def embedded(self) -> bool:
        """Whether the graph is the embedded server's."""
        return not self.uri

    @property
    def place(self) -> str:
        """What to call the database in messages; never holds a credential."""
        return f"the embedded graph in {self.folder}" if self.embedded else f"the graph database at {self.uri}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> GraphSettings:
        """Settings from ``CODESTORY_NEO4J_URI``, ``_USERNAME``, ``_PASSWORD``, ``_DATABASE``, ``_PATIENCE`` and
        ``CODESTORY_GRAPH_HEAP``.

        Without a URI the embedded server is used, with its data under ``CODESTORY_HOME`` (default ``.codestory``).
        Raises ``ConfigurationError`` for a URI that no driver understands or that holds credentials, for a patience
        that is no duration and for a heap that is no size.
        """
        env = os.environ if environment is None else environment
        home = Path(env.get("CODESTORY_HOME") or ".codestory")
        uri = env.get("CODESTORY_NEO4J_URI", "").strip()
        if uri:
            _check_uri(uri)
        return cls(
            uri=uri,
            username=env.get("CODESTORY_NEO4J_USERNAME") or "neo4j",
            password=env.get("CODESTORY_NEO4J_PASSWORD", ""),
            database=env.get("CODESTORY_NEO4J_DATABASE") or "neo4j",
            folder=(home / "graph").absolute(),
            heap=_heap(env.get("CODESTORY_GRAPH_HEAP", "").strip()),
            patience=_patience(env.get("CODESTORY_NEO4J_PATIENCE", "").strip()),
        )


def _heap(text: str) -> str:
    """A number of bytes, or of KiB, MiB or GiB with the suffix k, m or g; empty means the default."""
    if text and not re.fullmatch(r"[1-9][0-9]*[kKmMgG]?", text):
        raise ConfigurationError(
            f"CODESTORY_GRAPH_HEAP must be a size such as 288m or 1g, not {text!r}.", key="CODESTORY_GRAPH_HEAP"
        )
    return text


def _patience(text: str) -> timedelta:
    """Seconds, or a duration of ISO 8601 such as ``PT2M``; empty means the default."""
    if not text:
        return GraphSettings.patience
    try:
        value = timedelta(seconds=float(text))
    except ValueError:
        value = _iso_duration(text)
    except OverflowError:
        value = None
    if value is None or not timedelta(0) < value <= _LONGEST_PATIENCE:
        raise ConfigurationError(
            "CODESTORY_NEO4J_PATIENCE must be a number of seconds or an ISO 8601 duration such as PT2M, more than 0 and"
            f" at most {_LONGEST_PATIENCE.total_seconds():g} s, not {text!r}.",
            key="CODESTORY_NEO4J_PATIENCE",
        )
    return value


def _iso_duration(text: str) -> timedelta | None:
    try:
        return _duration.validate_python(text)
    except ValidationError:
        return None


def _check_uri(uri: str) -> None:
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in _SCHEMES or not host:
        raise ConfigurationError(
            f"CODESTORY_NEO4J_URI must look like bolt://host:7687 or neo4j+s://host, not {parts.scheme or uri!r}."
            f"{known_values('schemes', parts.scheme, _SCHEMES)}",
            key="CODESTORY_NEO4J_URI",
        )
    if parts.username or parts.password:
        raise ConfigurationError(
            "CODESTORY_NEO4J_URI holds credentials. Move them to CODESTORY_NEO4J_USERNAME and"
            " CODESTORY_NEO4J_PASSWORD.",
            key="CODESTORY_NEO4J_URI",
        )
