"""Why a unit has to be worked on: the staleness key that is recorded with it, and how two keys are compared."""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codestory.ingestion_pipeline.step import PipelineStep, StepOptions

__all__ = ["Comparison", "Staleness", "StalenessReason", "code_hash", "compare", "explain", "options_hash", "unit_key"]

_DIGITS = 16
_PARTS = ("Code", "Options", "Input", "Upstream")


class StalenessReason(StrEnum):
    """Why a unit is stale, or that it is not."""

    NOT_STALE = "not_stale"
    MISSING = "missing"
    """Nothing was applied for the unit yet."""
    CODE_CHANGED = "code_changed"
    OPTIONS_CHANGED = "options_changed"
    INPUT_CHANGED = "input_changed"
    UPSTREAM_STALE = "upstream_stale"
    """Something that the unit depends on, beside its own input, changed."""
    REMOVED = "removed"
    """The unit is no longer in the repository; what it owns goes."""
    REQUESTED = "requested"
    """Nothing changed, but everything was asked for."""


_CHANGED = (
    StalenessReason.CODE_CHANGED,
    StalenessReason.OPTIONS_CHANGED,
    StalenessReason.INPUT_CHANGED,
    StalenessReason.UPSTREAM_STALE,
)


@dataclass(frozen=True)
class Staleness:
    """The verdict on one unit; ``details`` is a sentence for people."""

    reason: StalenessReason
    details: str = ""

    @property
    def is_stale(self) -> bool:
        """Whether there is work to do."""
        return self.reason is not StalenessReason.NOT_STALE


@dataclass(frozen=True)
class Comparison:
    """What was applied, compared with what is wanted: the stale units that are wanted, in order, and the removed."""

    stale: Mapping[str, Staleness] = field(default_factory=dict[str, Staleness])
    removed: Mapping[str, Staleness] = field(default_factory=dict[str, Staleness])
    unchanged: int = 0

    @property
    def work(self) -> int:
        """How many units there is something to do for: those to compute and those to take away."""
        return len(self.stale) + len(self.removed)

    @property
    def reasons(self) -> dict[str, int]:
        """How many units for which reason; unchanged ones too."""
        counts = Counter(verdict.reason.value for verdict in (*self.stale.values(), *self.removed.values()))
        if self.unchanged:
            counts[StalenessReason.NOT_STALE.value] = self.unchanged
        return dict(sorted(counts.items()))


def unit_key(code: str, options: str, input_hash: str) -> str:
    """``<code hash>.<options hash>.<input hash>``; an ``input_hash`` of the form ``a.b`` adds an upstream hash."""
    return f"{code}.{options}.{input_hash}"


def explain(applied: str | None, wanted: str | None) -> Staleness:
    """Compare the key that was applied for a unit with the wanted one; ``None`` means that there is no such unit."""
    if wanted is None:
        return Staleness(StalenessReason.REMOVED, "No longer in the repository")
    if applied is None:
        return Staleness(StalenessReason.MISSING, "Nothing was applied yet")
    if applied == wanted:
        return Staleness(StalenessReason.NOT_STALE)
    before, after = applied.split(".", 3), wanted.split(".", 3)
    for part, reason, old, new in zip(_PARTS, _CHANGED, before, after, strict=False):
        if old != new:
            return Staleness(reason, f"{part} hash changed: {old[:_DIGITS]} -> {new[:_DIGITS]}")
    return Staleness(StalenessReason.UPSTREAM_STALE, "What the unit depends on changed")


def compare(applied: Mapping[str, str], wanted: Mapping[str, str], *, full: bool = False) -> Comparison:
    """Compare the keys of all units; with ``full`` those that did not change are stale all the same."""
    stale: dict[str, Staleness] = {}
    unchanged = 0
    for unit, key in wanted.items():
        if applied.get(unit) != key:
            stale[unit] = explain(applied.get(unit), key)
        elif full:
            stale[unit] = Staleness(StalenessReason.REQUESTED, "Everything was asked for")
        else:
            unchanged += 1
    removed = {unit: explain(applied[unit], None) for unit in applied if unit not in wanted}
    return Comparison(stale, removed, unchanged)


@cache
def code_hash(step: type[PipelineStep[Any]]) -> str:
    """The hash of a step's version and source, its package's Python files, or its module if it is in no package, and
    of the versions of what it is ``built_on``."""
    digest = hashlib.sha256(f"{step.__module__}.{step.__qualname__}:{step.version}".encode())
    for distribution in sorted(step.built_on):
        digest.update(f"\0{distribution}=={_version_of(distribution)}".encode())
    file = Path(inspect.getfile(step))
    is_package = (file.parent / "__init__.py").exists()
    for source in sorted(file.parent.rglob("*.py")) if is_package else [file]:
        digest.update(f"\0{source.relative_to(file.parent).as_posix()}\0".encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:_DIGITS]


def _version_of(distribution: str) -> str:
    if distribution == "python":
        # A hosting service may run several patch releases at once; they parse alike.
        return f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def options_hash(options: StepOptions, ignored: frozenset[str] = frozenset()) -> str:
    """The hash of a step's options, without those that do not change what it produces."""
    values = options.model_dump(mode="json", exclude=set(ignored))
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:_DIGITS]
