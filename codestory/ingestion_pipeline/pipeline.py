"""Compiling a configuration and a request into the pipeline of one job: steps with options, as a graph."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from codestory.exceptions import ConfigurationError, RequestError, UnknownStepError, known_values
from codestory.ingestion_pipeline.config import PipelineConfig, ResourceLimits, StepConfig, parse_config
from codestory.ingestion_pipeline.registry import canonical_name, step_classes
from codestory.ingestion_pipeline.requests import problems_of
from codestory.ingestion_pipeline.retry import RetryPolicy

__all__ = ["Compiled", "Pipeline", "PipelineStepSpec", "compile_pipeline"]

_log = logging.getLogger(__name__)


class PipelineStepSpec(BaseModel):
    """One step of one job, as it enters the orchestration."""

    model_config = ConfigDict(frozen=True)

    name: str
    concurrency: int | None = None
    timeout: float
    retry: RetryPolicy
    depends_on: list[str] = Field(default_factory=list[str])
    resource: str | None = None
    options: dict[str, Any] = Field(default_factory=dict[str, Any])


class Pipeline(BaseModel):
    """All steps of one job in a valid order; every dependency is itself one of the steps."""

    model_config = ConfigDict(frozen=True)

    steps: list[PipelineStepSpec]
    resources: ResourceLimits = ResourceLimits()
    ignore_patterns: list[str] = Field(default_factory=list[str])


@dataclass(frozen=True)
class Compiled:
    """A pipeline and what was left out on the way: option names by step that declares no such option."""

    pipeline: Pipeline
    dropped: Mapping[str, Sequence[str]]


def compile_pipeline(
    config: PipelineConfig,
    *,
    steps: Sequence[str] = (),
    overrides: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
    first: Sequence[str] = (),
    strict: bool = False,
) -> Compiled:
    """The pipeline of one job.

    ``steps`` selects some of the configured steps (all if empty); a step that is not in the configuration but is
    installed may be selected too. ``overrides`` is a configuration of the same form as the file, laid over it.
    ``options`` are offered to every step: a key that names a step holds options of that step alone; any other key
    goes to the steps that declare it, and is dropped for the others. With ``strict`` a dropped key is an error.
    ``first`` names steps that all others wait for.

    Raises ``UnknownStepError``, ``ConfigurationError`` or ``RequestError``.
    """
    if overrides:
        config = _overlaid(config, overrides)
    chosen = _selected(config, [*first, *steps] if steps else [], first)
    edges = _dependencies(chosen, config.steps, [canonical_name(name) for name in first])
    order = _sorted(edges)
    by_name = {step.name: step for step in chosen}
    prepared, dropped = _offered([by_name[name] for name in order], options or {}, strict)
    return Compiled(
        Pipeline(
            steps=[
                PipelineStepSpec(
                    name=name,
                    concurrency=by_name[name].concurrency,
                    timeout=by_name[name].timeout,
                    retry=by_name[name].retry.over(config.retry),
                    depends_on=sorted(edges[name]),
                    resource=by_name[name].resource,
                    options=prepared[name],
                )
                for name in order
            ],
            resources=config.resources,
            ignore_patterns=config.ignore_patterns,
        ),
        dropped,
    )


def _overlaid(config: PipelineConfig, overrides: Mapping[str, Any]) -> PipelineConfig:
    if "steps" in overrides:
        return parse_config({**config.model_dump(exclude_unset=True), **overrides}, where="config")
    base = config.model_dump(exclude_unset=True)
    step_names = {step.name for step in config.steps}
    for key, value in overrides.items():
        name = canonical_name(key)
        if name in step_names and isinstance(value, dict):
            for step in base["steps"]:
                if step["name"] == name:
                    step.update(value)
        elif key in PipelineConfig.model_fields:
            merge = isinstance(value, dict) and isinstance(base.get(key), dict)
            base[key] = {**base[key], **value} if merge else value
        else:
            known = [*PipelineConfig.model_fields, *step_names]
            raise ConfigurationError(f"config: unknown key {key!r}.{known_values('keys', key, known)}", key=key)
    return parse_config(base, where="config")


def _selected(config: PipelineConfig, wanted: Sequence[str], first: Sequence[str]) -> list[StepConfig]:
    configured = {step.name: step for step in config.steps}
    enabled = [step for step in config.steps if step.enabled]
    if not wanted:
        names = [step.name for step in enabled]
        names += [canonical_name(name) for name in first if canonical_name(name) not in names]
    else:
        names = list(dict.fromkeys(canonical_name(name) for name in wanted))
    classes = step_classes()
    for name in names:
        if name not in configured and name not in classes:
            raise UnknownStepError(name, classes, "steps")
    if not names:
        raise ConfigurationError("no step is enabled; enable one in the pipeline configuration")
    ordered = [step.name for step in config.steps if step.name in names]
    ordered += [name for name in names if name not in ordered]
    return [configured.get(name) or StepConfig(name=name) for name in ordered]


def _dependencies(
    chosen: Sequence[StepConfig], configured: Sequence[StepConfig], first: Sequence[str]
) -> dict[str, set[str]]:
    """Edges between the chosen steps; an edge through a step that was not chosen is drawn past it."""
    every = list(configured) + [step for step in chosen if step.name not in {item.name for item in configured}]
    names = {step.name for step in every}
    direct: dict[str, set[str]] = {}
    previous: str | None = None
    for step in every:
        if step.depends_on is None:
            direct[step.name] = {previous} if previous else set()
        else:
            direct[step.name] = {canonical_name(name) for name in step.depends_on}
            for name in direct[step.name] - names:
                raise UnknownStepError(name, names, f"step {step.name!r}: depends_on")
        previous = step.name
    _sorted(direct)
    picked = {step.name for step in chosen}
    edges = {name: _nearest(name, direct, picked) for name in picked}
    if first:
        # What was named as a dependency comes first, whatever the order of the file.
        for name in picked:
            edges[name] = edges[name] & set(first) if name in first else edges[name] | set(first)
    return {step.name: edges[step.name] for step in chosen}


def _nearest(name: str, direct: Mapping[str, set[str]], picked: set[str]) -> set[str]:
    found: set[str] = set()
    stack, seen = list(direct[name]), set[str]()
    while stack:
        other = stack.pop()
        if other in seen:
            continue
        seen.add(other)
        if other in picked:
            found.add(other)
        else:
            stack.extend(direct[other])
    return found


def _sorted(edges: Mapping[str, set[str]]) -> list[str]:
    try:
        sorter = TopologicalSorter(edges)
        sorter.prepare()
    except CycleError as error:
        # graphlib lists the cycle from prerequisite to dependant; people read it the other way round.
        cycle = " → ".join(reversed(error.args[1]))
        raise ConfigurationError(
            f"steps depend on each other in a circle: {cycle}; remove one 'depends_on'", cycle=cycle
        ) from None
    order: list[str] = []
    rank = {name: number for number, name in enumerate(edges)}
    ready = list(sorter.get_ready())
    while ready:
        ready.sort(key=lambda name: rank.get(name, 0))
        name = ready.pop(0)
        order.append(name)
        sorter.done(name)
        ready.extend(sorter.get_ready())
    return order


def _offered(
    steps: Iterable[StepConfig], options: Mapping[str, Any], strict: bool
) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    steps = list(steps)
    classes = step_classes()
    names = {step.name for step in steps}
    own = {canonical_name(key): value for key, value in options.items() if canonical_name(key) in classes}
    common = {key: value for key, value in options.items() if canonical_name(key) not in classes}
    problems = [
        f"options.{name}: step {name!r} is not part of this job (steps: {', '.join(sorted(names))})"
        for name in own
        if name not in names
    ]
    prepared: dict[str, dict[str, Any]] = {}
    dropped: dict[str, list[str]] = {}
    for step in steps:
        model = classes[step.name].Options
        declared = set(model.model_fields)
        specific = own.get(step.name, {})
        if not isinstance(specific, dict):
            problems.append(f"options.{step.name}: expected an object, got {specific!r}")
            continue
        accepted = {key: value for key, value in common.items() if key in declared}
        refused = sorted(set(common) - declared)
        if refused:
            dropped[step.name] = refused
            if strict:
                problems += [
                    f"options.{key}: step {step.name!r} has no such option.{known_values('options', key, declared)}"
                    for key in refused
                ]
        merged = {**step.options, **accepted, **specific}
        try:
            model.model_validate(merged)
        except ValidationError as error:
            problems += [f"options of step {step.name!r}: {problem}" for problem in problems_of(error)]
            problems.append(f"options that step {step.name!r} knows: {', '.join(sorted(declared)) or 'none'}")
        prepared[step.name] = merged
    if problems:
        raise RequestError(f"{len(problems)} problem(s) with the options", problems=problems)
    for name, keys in dropped.items():
        _log.info("step %s does not declare %s; dropped for it", name, ", ".join(keys))
    return prepared, dropped
