"""The pipeline configuration: which steps, in which order, with which limits."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from codestory.exceptions import ConfigurationError, UnknownStepError, known_values
from codestory.ingestion_pipeline.registry import canonical_name, step_classes
from codestory.ingestion_pipeline.retry import RetryPolicy, RetryPolicyPatch
from codestory.ingestion_pipeline.yaml_lines import LineMap, load_yaml

__all__ = [
    "CONFIG_SETTING",
    "DEFAULT_FILE",
    "DEFAULT_POOL",
    "REPOSITORY_POOLS",
    "PipelineConfig",
    "ResourceLimits",
    "StepConfig",
    "load_config",
    "parse_config",
]

CONFIG_SETTING = "CODESTORY_PIPELINE_CONFIG"
DEFAULT_FILE = "pipeline_config.yml"
DEFAULT_STEP_TIMEOUT = 1800.0

DEFAULT_POOL = "default"
"""Of its tokens every step needs one."""

REPOSITORY_POOLS = "repository-"
"""What the names of the pools begin with by which jobs take turns on a repository; nobody else may use those."""

_POOL_NAME = re.compile(r"[^@\x00-\x1f\x7f]{1,64}")


class ResourceLimits(BaseModel):
    """How many steps may run at once over all jobs, and what happens to the next one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    resource_max_tokens: int = Field(default=4, ge=1, le=10_000)
    on_exhausted: Literal["wait", "fail"] = "wait"
    acquire_timeout: float = Field(default=1800, gt=0, le=7 * 86_400)
    lease_seconds: float = Field(default=300, ge=5, le=86_400)
    ageing_seconds: float = Field(default=600, gt=0)
    pools: dict[str, int] = Field(default_factory=dict[str, int])

    @model_validator(mode="after")
    def _pools_hold_something(self) -> ResourceLimits:
        for name, limit in self.pools.items():
            if not _POOL_NAME.fullmatch(name) or name == DEFAULT_POOL or name.startswith(REPOSITORY_POOLS):
                raise ValueError(
                    f"pool {name!r} needs another name: 1 to 64 characters, none of them '@' or a control character,"
                    f" not {DEFAULT_POOL!r}, whose size is resource_max_tokens, nor beginning with {REPOSITORY_POOLS!r}"
                )
            if limit < 1:
                raise ValueError(f"pool {name!r} must hold at least 1 token, not {limit}")
        return self


class StepConfig(BaseModel):
    """One entry of ``steps``: what the pipeline itself understands, and the step's own ``options``.

    In the file the options stand beside the other keys; ``options`` is what is left once these are taken out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    enabled: bool = True
    concurrency: int | None = Field(default=None, ge=1, le=1000)
    timeout: float = Field(default=DEFAULT_STEP_TIMEOUT, gt=0, le=7 * 86_400)
    retry: RetryPolicyPatch = RetryPolicyPatch()
    depends_on: list[str] | None = None
    resource: str | None = None
    options: dict[str, Any] = Field(default_factory=dict[str, Any])


class PipelineConfig(BaseModel):
    """A whole configuration. Step order is run order, unless ``depends_on`` says otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: list[StepConfig] = Field(min_length=1, max_length=100)
    retry: RetryPolicy = RetryPolicy()
    resources: ResourceLimits = ResourceLimits()
    ignore_patterns: list[str] = Field(default_factory=list[str])


_RETRY_SHORTHANDS = ("max_retries", "back_off_seconds")


def load_config(path: str | Path | None = None) -> PipelineConfig:
    """Read the configuration at ``path``, else at ``$CODESTORY_PIPELINE_CONFIG``, else ``pipeline_config.yml``.

    Raises ``ConfigurationError`` that names file, line and key.
    """
    file = Path(path or os.environ.get(CONFIG_SETTING) or DEFAULT_FILE)
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(
            f"Pipeline configuration {str(file)!r} does not exist. Give its path, or set {CONFIG_SETTING}.",
            file=str(file),
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"Pipeline configuration {str(file)!r} cannot be read: {error}", file=str(file)
        ) from None
    data, lines = load_yaml(text, str(file))
    return parse_config(data, where=str(file), lines=lines)


def parse_config(data: object, *, where: str = "config", lines: LineMap | None = None) -> PipelineConfig:
    """Validate a configuration given as plain data, options of every step included; errors as ``load_config``."""
    lines = lines or {}
    if not isinstance(data, dict):
        raise ConfigurationError(
            f"{where}: expected a mapping with the keys {', '.join(PipelineConfig.model_fields)},"
            f" not {type(data).__name__}",
            file=where,
        )
    raw_steps = data.get("steps")
    if not isinstance(raw_steps, list):
        raise ConfigurationError(
            f"{where}: 'steps' must be a list of steps, each with a 'name'", file=where, key="steps"
        )
    steps = [_split_options(item, number, where, lines) for number, item in enumerate(raw_steps)]
    try:
        config = PipelineConfig.model_validate({**data, "steps": steps})
    except ValidationError as error:
        raise _located(error, where, lines) from None
    _check_steps(config, where, lines)
    return config


def _split_options(item: object, number: int, where: str, lines: LineMap) -> dict[str, Any]:
    place = _place(where, lines, ("steps", number))
    if not isinstance(item, dict):
        raise ConfigurationError(f"{place}: a step is a mapping with a 'name', not {item!r}", file=where)
    if not isinstance(item.get("name"), str):
        raise ConfigurationError(f"{place}: this step has no 'name'", file=where, key="name")
    entry: dict[str, Any] = {str(key): value for key, value in item.items()}
    own = {key: entry[key] for key in StepConfig.model_fields if key in entry and key != "options"}
    own["name"] = canonical_name(entry["name"])
    shorthand = {key: entry[key] for key in _RETRY_SHORTHANDS if key in entry}
    if shorthand:
        own["retry"] = {**shorthand, **(own.get("retry") or {})}
    options = {
        key: value
        for key, value in entry.items()
        if key not in StepConfig.model_fields and key not in _RETRY_SHORTHANDS
    }
    return {**own, "options": {**options, **(entry.get("options") or {})}}


def _check_steps(config: PipelineConfig, where: str, lines: LineMap) -> None:
    classes = step_classes()
    seen: set[str] = set()
    for number, step in enumerate(config.steps):
        place = _place(where, lines, ("steps", number, "name"))
        if step.name in seen:
            raise ConfigurationError(f"{place}: step {step.name!r} stands twice; keep one", file=where, key="name")
        seen.add(step.name)
        if step.name not in classes:
            raise UnknownStepError(step.name, classes, place)
        if step.resource is not None and step.resource not in config.resources.pools:
            raise ConfigurationError(
                f"{_place(where, lines, ('steps', number, 'resource'))}: step {step.name!r} names the pool"
                f" {step.resource!r}.{known_values('pools', step.resource, config.resources.pools)}",
                file=where,
                key="resource",
            )
        options = classes[step.name].Options
        try:
            options.model_validate(step.options)
            step.retry.over(config.retry)
        except ValidationError as error:
            known = [*(key for key in StepConfig.model_fields if key != "options"), *options.model_fields]
            raise _located(error, where, lines, ("steps", number), known=known, step=step.name) from None
    labels: dict[str, str] = {}
    for step in config.steps:
        for label in classes[step.name].provides if step.enabled else ():
            if label in labels:
                raise ConfigurationError(
                    f"{where}: steps {labels[label]!r} and {step.name!r} both write {label} nodes;"
                    " keep one of them, or set 'enabled: false' on the other",
                    file=where,
                )
            labels[label] = step.name


def _located(
    error: ValidationError,
    where: str,
    lines: LineMap,
    prefix: tuple[str | int, ...] = (),
    known: list[str] | None = None,
    step: str | None = None,
) -> ConfigurationError:
    problems: list[str] = []
    first: Mapping[str, Any] | None = None
    for item in error.errors(include_url=False):
        path = tuple(part for part in (*prefix, *item["loc"]) if part != "options")
        key = str(path[-1]) if path else ""
        place = _place(where, lines, path)
        if item["type"] == "extra_forbidden":
            names = known if known is not None else _fields_at(path)
            owner = f"step {step!r}: " if step else ""
            text = f"{place}: {owner}unknown key {key!r}.{known_values('keys', key, names)}"
        else:
            shown = "" if isinstance(item["input"], dict | list) else f" (got {item['input']!r})"
            text = f"{place}: {'.'.join(map(str, path))}: {item['msg'].removeprefix('Value error, ')}{shown}"
        problems.append(text)
        first = first or {"key": key, "line": lines.get(path)}
    return ConfigurationError("\n".join(problems), file=where, problems=problems, **(first or {}))


def _fields_at(path: tuple[str | int, ...]) -> list[str]:
    models: dict[str, type[BaseModel]] = {
        "retry": RetryPolicyPatch,
        "resources": ResourceLimits,
        "steps": StepConfig,
    }
    for part in reversed(path[:-1]):
        if isinstance(part, str) and part in models:
            return list(models[part].model_fields)
    return list(PipelineConfig.model_fields)


def _place(where: str, lines: LineMap, path: tuple[str | int, ...]) -> str:
    for end in range(len(path), 0, -1):
        line = lines.get(path[:end])
        if line is not None:
            return f"{where}:{line}"
    return where
