"""Function keys: who may call what when keys are switched on."""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .exceptions import HostError

__all__ = ["SYSTEM_KEY", "KeyRing"]

SYSTEM_KEY = "durabletask_extension"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of a host. An empty master key means that keys are off and everything is allowed."""

    master: str = ""
    host: Mapping[str, str] = field(default_factory=dict[str, str])
    system: Mapping[str, str] = field(default_factory=dict[str, str])
    functions: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, "dict[str, str]"])

    @classmethod
    def load(cls, file: Path) -> KeyRing:
        """Read the keys from ``file``; if there is none, make new ones and write it, for its owner only."""
        if not file.exists():
            content: dict[str, Any] = {
                "masterKey": secrets.token_urlsafe(32),
                "functionKeys": {"default": secrets.token_urlsafe(32)},
                "systemKeys": {SYSTEM_KEY: secrets.token_urlsafe(32)},
                "functions": {},
            }
            file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                json.dump(content, stream, indent=2)
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            ring = cls(
                str(content["masterKey"]),
                dict(content.get("functionKeys", {})),
                dict(content.get("systemKeys", {})),
                {str(name): dict(keys) for name, keys in content.get("functions", {}).items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise HostError(f"the key file {file} cannot be used ({error!r}); delete it to get a new one") from None
        if not ring.master or not ring.system.get(SYSTEM_KEY):
            raise HostError(f"the key file {file} needs a masterKey and systemKeys.{SYSTEM_KEY}")
        return ring

    @property
    def enabled(self) -> bool:
        """Whether keys are asked for."""
        return bool(self.master)

    def allows(self, level: str, function: str, presented: str | None) -> bool:
        """Whether a caller with key ``presented`` may call ``function`` of auth level ``level``."""
        if not self.enabled or level == "anonymous":
            return True
        if level == "admin":
            return _matches(presented, (self.master,))
        return _matches(presented, (self.master, *self.host.values(), *self.functions.get(function, {}).values()))

    def allows_system(self, presented: str | None) -> bool:
        """Whether a caller may use the durable management endpoints."""
        return not self.enabled or _matches(presented, (self.master, self.system[SYSTEM_KEY]))


def _matches(presented: str | None, keys: Iterable[str]) -> bool:
    given = (presented or "").encode()
    # Every key is compared, so that the time taken tells nothing about which one was close.
    return sum(hmac.compare_digest(given, key.encode()) for key in keys if key) > 0
