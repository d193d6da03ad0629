"""Discovery of pipeline steps: the built-in ones and those of installed packages, through the same door."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from codestory.exceptions import UnknownStepError
from codestory.ingestion_pipeline.step import PipelineStep

__all__ = ["ALIASES", "BUILT_IN", "GROUP", "canonical_name", "load_ahead", "load_step", "step_classes"]

_log = logging.getLogger(__name__)

GROUP = "codestory.pipeline.steps"
BUILT_IN = {
    "filesystem": "plugins.filesystem.step:FilesystemStep",
    "syntax": "plugins.syntax.step:SyntaxStep",
    "documentation_grapher": "plugins.documentation_grapher.step:DocumentationGrapherStep",
    "summarizer": "plugins.summarizer.step:SummarizerStep",
    "blarify": "plugins.blarify.step:BlarifyStep",
}
"""Named here as well as in ``pyproject.toml``: on Azure the app is a folder, not an installed distribution."""

ALIASES = {"docgrapher": "documentation_grapher"}
ALLOW_SETTING = "CODESTORY_STEPS"
"""Comma-separated names of the steps that may be loaded; empty means all."""

_loading = threading.Lock()


def canonical_name(name: str) -> str:
    """``name`` with aliases resolved."""
    return ALIASES.get(name, name)


@cache
def step_classes() -> Mapping[str, type[PipelineStep[Any]]]:
    """All usable steps by name. Entry points that do not hold a step are passed over with a warning."""
    loaded = {name: _load(point) for name, point in _entry_points().items()}
    return {name: step for name, step in loaded.items() if step is not None}


def load_ahead() -> threading.Thread:
    """Import all steps in a thread, so that the first job need not wait for the third of a second that it takes."""
    thread = threading.Thread(target=step_classes, name="steps", daemon=True)
    thread.start()
    return thread


@cache
def _entry_points() -> Mapping[str, EntryPoint]:
    candidates = [EntryPoint(name, value, GROUP) for name, value in BUILT_IN.items()]
    known = {(point.name, point.value) for point in candidates}
    candidates += [point for point in entry_points(group=GROUP) if (point.name, point.value) not in known]
    allowed = {name.strip() for name in os.environ.get(ALLOW_SETTING, "").split(",") if name.strip()}
    found: dict[str, EntryPoint] = {}
    for point in candidates:
        if allowed and point.name not in allowed:
            continue
        if point.name in found:
            _log.warning("step %r of %s replaces %s", point.name, point.value, found[point.name].value)
        found[point.name] = point
    return found


@cache
def _load(point: EntryPoint) -> type[PipelineStep[Any]] | None:
    try:
        with _loading:
            loaded: object = point.load()
    except Exception:  # noqa: BLE001 - a broken third-party package must not take the others down
        _log.warning("step %r (%s) cannot be imported and is not available", point.name, point.value, exc_info=True)
        return None
    if not (isinstance(loaded, type) and issubclass(loaded, PipelineStep)):
        _log.warning("entry point %r (%s) is not a PipelineStep and is not available", point.name, point.value)
        return None
    return _named(loaded, point.name)


def _named(step: type[PipelineStep[Any]], name: str) -> type[PipelineStep[Any]]:
    if not getattr(step, "name", ""):
        step.name = name
    return step


def load_step(name: str) -> PipelineStep[Any]:
    """A fresh instance of the step, without loading the others; raises ``UnknownStepError`` with the known names."""
    point = _entry_points().get(canonical_name(name))
    step = _load(point) if point is not None else None
    if step is None:
        raise UnknownStepError(name, step_classes())
    return step()
