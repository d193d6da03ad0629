"""App settings: ``local.settings.json`` and the environment, which wins."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from .exceptions import HostError

__all__ = ["AppSettings"]


DEFAULT_PORT = 7071


@dataclass(frozen=True, slots=True)
class AppSettings:
    """``values`` is what functions see; ``local`` the part of it that only the file states."""

    values: Mapping[str, str]
    local: Mapping[str, str] = field(default_factory=dict[str, str])
    port: int = DEFAULT_PORT

    @classmethod
    def load(cls, app: Path, environment: Mapping[str, str] | None = None) -> AppSettings:
        """Read the settings of the app in folder ``app``; raises HostError for a file that is not right."""
        environment = os.environ if environment is None else environment
        file = app / "local.settings.json"
        if not file.is_file():
            return cls(dict(environment))
        try:
            content: Any = json.loads(file.read_text(encoding="utf-8-sig"))
        except json.JSONDecodeError as error:
            raise HostError(f"{file}, line {error.lineno}: {error.msg}") from None
        if not isinstance(content, dict):
            raise HostError(f"{file}: an object is expected, with the settings in its member Values")
        body = cast("dict[str, Any]", content)
        if body.get("IsEncrypted"):
            raise HostError(f"{file}: the settings are encrypted; decrypt them with 'func settings decrypt'")
        values: dict[str, Any] = body.get("Values") or {}
        for name, value in values.items():
            if isinstance(value, dict | list):
                raise HostError(f"{file}: Values.{name} is no text; app settings are flat names with text values")
        local = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in values.items()
            if name not in environment and value is not None
        }
        port = (body.get("Host") or {}).get("LocalHttpPort", DEFAULT_PORT)
        if not isinstance(port, int):
            raise HostError(f"{file}: Host.LocalHttpPort is {port!r}; a number is expected")
        return cls({**local, **environment}, local, port)

    def expand(self, text: str) -> str:
        """``text`` with every ``%NAME%`` replaced; raises HostError if there is no such setting."""

        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            if name not in self.values:
                raise HostError(
                    f"'%{name}%' is used, but there is no app setting {name}; add it to local.settings.json"
                )
            return self.values[name]

        return re.sub(r"%([^%\s]+)%", value, text)

    def number(self, name: str, default: int, *, most: int) -> int:
        """The setting ``name`` as a number from 1 to ``most``; raises HostError for anything else."""
        text = self.values.get(name)
        if not text:
            return default
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise HostError(f"the app setting {name} is {text!r}; a number from 1 to {most} is expected")
        return int(text)

    def is_disabled(self, function: str) -> bool:
        """Whether ``AzureWebJobs.<function>.Disabled`` switches a function off."""
        names = (f"AzureWebJobs.{function}.Disabled", f"AzureWebJobs_{function}_Disabled")
        return any(self.values.get(name, "").lower() in ("true", "1") for name in names)
