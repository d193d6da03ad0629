"""``host.json``: what of it this host uses, with errors that name file, line and key."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, cast

from .exceptions import HostError
from .loglevels import DEFAULT_LEVELS, LEVEL_NAMES
from .settings import AppSettings
from .taskhub.model import HubOptions

__all__ = ["HostConfiguration"]

_OVERRIDE = "AzureFunctionsJobHost__"
_HUB = "extensions.durableTask."


@dataclass(frozen=True, slots=True)
class HostConfiguration:
    """The settings of host.json. ``timeout`` is in seconds, None without a limit."""

    route_prefix: str = "api"
    timeout: float | None = 1800.0
    levels: Mapping[str, int] = field(default_factory=lambda: DEFAULT_LEVELS)
    hub: HubOptions = field(default_factory=HubOptions)

    @classmethod
    def load(cls, app: Path, settings: AppSettings, *, full_sync: bool = False) -> HostConfiguration:
        """Read host.json of the app in folder ``app``; a setting ``AzureFunctionsJobHost__a__b`` overrides a.b."""
        reader = _Reader(app / "host.json", settings)
        cores = os.process_cpu_count() or 1
        levels = {
            name.lower(): LEVEL_NAMES[reader.choice(f"logging.logLevel.{name}", "", tuple(LEVEL_NAMES), lower=True)]
            for name in reader.section("logging.logLevel")
        }
        hub = HubOptions(
            name=settings.expand(reader.text(_HUB + "hubName", "TestHubName")),
            max_orchestrators=reader.whole(_HUB + "maxConcurrentOrchestratorFunctions", 10 * cores),
            max_activities=reader.whole(_HUB + "maxConcurrentActivityFunctions", 10 * cores),
            max_entities=reader.whole(_HUB + "maxConcurrentEntityFunctions", 10 * cores),
            entity_batch=reader.whole(_HUB + "maxEntityOperationBatchSize", 5000),
            default_version=reader.text(_HUB + "defaultVersion", "") or None,
            version_match=reader.choice(
                _HUB + "versionMatchStrategy", "CurrentOrOlder", ("None", "Strict", "CurrentOrOlder")
            ),
            version_failure=reader.choice(_HUB + "versionFailureStrategy", "Reject", ("Reject", "Fail")),
            replace_running=reader.choice(
                _HUB + "overridableExistingInstanceStates", "NonRunningStates", ("NonRunningStates", "AnyState")
            )
            == "AnyState",
            full_sync=full_sync,
        )
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,49}", hub.name):
            reader.fail(_HUB + "hubName", f"{hub.name!r} is no task hub name; use letters and digits, at most 50")
        return cls(
            route_prefix=reader.text("extensions.http.routePrefix", "api").strip("/"),
            timeout=reader.duration("functionTimeout", 1800.0),
            levels={**DEFAULT_LEVELS, **levels},
            hub=hub,
        )


class _Reader:
    def __init__(self, file: Path, settings: AppSettings) -> None:
        self._file = file
        self._text = file.read_text(encoding="utf-8-sig") if file.is_file() else '{"version": "2.0"}'
        try:
            self._content: Any = json.loads(self._text)
        except json.JSONDecodeError as error:
            raise HostError(f"{file}, line {error.lineno}: {error.msg}") from None
        if not isinstance(self._content, dict):
            raise HostError(f'{file}, line 1: an object is expected, {{"version": "2.0"}} at least')
        self._overrides = {
            name.removeprefix(_OVERRIDE).replace("__", ".").lower(): value
            for name, value in settings.values.items()
            if name.startswith(_OVERRIDE)
        }
        if self.text("version", "") != "2.0":
            self.fail("version", 'this host reads version "2.0" of the format')

    def section(self, path: str) -> dict[str, Any]:
        value = self._value(path) or {}
        if not isinstance(value, dict):
            self.fail(path, f"an object is expected, not {json.dumps(value)}")
        start = path.lower() + "."
        added = {key.removeprefix(start): text for key, text in self._overrides.items() if key.startswith(start)}
        return {**cast("dict[str, Any]", value), **added}

    def text(self, path: str, default: str) -> str:
        value = self._value(path)
        if value is None:
            return default
        if not isinstance(value, str):
            self.fail(path, f"text is expected, not {json.dumps(value)}")
        return value

    def choice(self, path: str, default: str, known: tuple[str, ...], *, lower: bool = False) -> str:
        value = self.text(path, default)
        for name in known:
            if value.lower() == name.lower():
                return name.lower() if lower else name
        self.fail(path, f"{value!r} is not one of {', '.join(known)}")
        return None

    def whole(self, path: str, default: int) -> int:
        value = self._value(path)
        if value is None:
            return default
        if isinstance(value, str) and value.isdecimal():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.fail(path, f"a whole number of at least 1 is expected, not {json.dumps(value)}")
        return value

    def duration(self, path: str, default: float) -> float | None:
        text = self.text(path, "")
        if not text:
            return default
        if text == "-1":
            return None
        match = re.fullmatch(r"(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)", text)
        if match is None:
            self.fail(path, f"{text!r} is no time span; write hh:mm:ss, or -1 for no limit")
        days, hours, minutes, seconds = match.groups(default="0")
        return int(days) * 86400 + int(hours) * 3600 + int(minutes) * 60 + float(seconds)

    def fail(self, path: str, problem: str) -> NoReturn:
        raise HostError(f"{self._file}, line {self._line(path)}, {path}: {problem}")

    def _value(self, path: str) -> Any:
        if path.lower() in self._overrides:
            return self._overrides[path.lower()]
        value: Any = self._content
        # A log category has dots of its own, so the rest of a path is tried as one key first.
        names = path.split(".", 2) if path.startswith("logging.logLevel.") else path.split(".")
        for index, name in enumerate(names):
            if value is None:
                return None
            if not isinstance(value, dict):
                self.fail(".".join(names[:index]), f"an object is expected, not {json.dumps(value)}")
            # Names are found in any case, as .NET finds them.
            members = {key.lower(): member for key, member in cast("dict[str, Any]", value).items()}
            value = members.get(name.lower())
        return value

    def _line(self, path: str) -> int:
        position = 0
        for name in path.split(".", 2) if path.startswith("logging.logLevel.") else path.split("."):
            found = self._text.lower().find(json.dumps(name).lower(), position)
            position = found if found >= 0 else position
        return self._text.count("\n", 0, position) + 1
