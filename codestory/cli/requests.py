"""The part of a request that starting, updating, planning and scheduling have in common."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codestory.cli.sources import Mounting, resolve_source
from codestory.client import Json, ServiceClient
from codestory.exceptions import RequestError

__all__ = ["PlanOptions", "build_request", "parse_options"]


@dataclass(frozen=True)
class PlanOptions:
    """What the flags of the same name say."""

    steps: str | None = None
    branch: str | None = None
    repository: str | None = None
    config: Path | None = None
    options: tuple[str, ...] = ()
    strict: bool = False
    full: bool = False


def build_request(client: ServiceClient, source: str, options: PlanOptions, mounting: Mounting) -> Json:
    """An ``IngestionRequest``; keys at their defaults are left out. Uploads the source if it has to."""
    names = [name.strip() for name in (options.steps or "").split(",") if name.strip()]
    if options.steps is not None and not names:
        raise RequestError("--steps names no step; leave it out to run all of them. `codestory steps list` shows them.")
    request: Json = {
        "branch": options.branch,
        "repository": options.repository,
        "steps": names,
        "config": _read_config(options.config) if options.config else {},
        "options": parse_options(options.options),
        "strict_parameters": options.strict,
        "full": options.full,
    }
    found = resolve_source(source, client, mounting)
    return {**found, **{key: value for key, value in request.items() if value}}


def parse_options(given: tuple[str, ...]) -> Json:
    """``KEY=VALUE`` for every step that knows the key, ``STEP.KEY=VALUE`` for one step, under the step's name.

    Values are YAML, so ``3`` is a number. Raises ``RequestError`` for what has no ``=``.
    """
    import yaml

    options: Json = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise RequestError(f"{text!r} is not KEY=VALUE")
        try:
            parsed: Any = yaml.safe_load(value)
        except yaml.YAMLError:
            parsed = value
        step, dot, key = name.partition(".")
        if dot:
            options.setdefault(step, {})[key] = parsed
        else:
            options[name] = parsed
    return options


def _read_config(file: Path) -> Json:
    import yaml

    try:
        data: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RequestError(f"{str(file)!r} cannot be read as YAML: {error}") from None
    if not isinstance(data, dict):
        raise RequestError(f"{str(file)!r} must hold a mapping, such as 'steps: [...]'")
    # Dates and the like become what JSON can say.
    return json.loads(json.dumps(data, default=str))
