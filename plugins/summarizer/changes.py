"""What the texts depend on, and which units changed since they were written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codestory.graph.packs import UnitRecord
from codestory.ingestion_pipeline.staleness import Comparison, StalenessReason, code_hash, compare, unit_key
from codestory.ingestion_pipeline.step import PipelineStep, StepContext
from codestory.models import ModelSettings
from plugins.summarizer.options import SummarizerOptions
from plugins.summarizer.repository import fingerprint
from plugins.summarizer.templates import Prompts

__all__ = ["Inputs", "changed", "staleness_key"]

_OPTIONS_WITHOUT_EFFECT = frozenset(
    {"token_budget", "requests_per_minute", "price_per_1k_prompt_tokens", "price_per_1k_completion_tokens"}
)


@dataclass(frozen=True)
class Inputs:
    """Everything that the texts of a run depend on.

    ``keys`` are the staleness keys of the units of other steps; ``metadata`` is kept with the applied state: if it is
    the same next time, the texts would be.
    """

    keys: Mapping[str, str]
    metadata: dict[str, Any]

    @classmethod
    def read(
        cls,
        context: StepContext[SummarizerOptions],
        units: Mapping[tuple[str, str], UnitRecord],
        settings: ModelSettings | None,
        step: type[PipelineStep[Any]],
    ) -> Inputs:
        """The inputs of a run over ``units`` of other steps, by step and unit."""
        options = context.options.model_dump(mode="json", exclude=set(_OPTIONS_WITHOUT_EFFECT))
        files = context.snapshot.files
        options["provider"] = "extractive"
        source = "".join(f"{path}:{entry.sha256}\n" for path, entry in files.items() if _is_readme(path))
        if settings is not None:
            options["provider"] = f"{settings.provider}/{settings.model}"
            prompts = Prompts.load(context.options.prompts)
            options["prompts"] = [prompts.system, *(prompts.render(kind, {}) for kind in context.options.kinds)]
            source = context.snapshot.id
        code = code_hash(step)
        chosen = _digest(json.dumps(options, sort_keys=True))
        rows: dict[str, str] = {}
        for (_, unit), record in sorted(units.items()):
            rows[unit] = rows.get(unit, "") + record.rows_digest
        if settings is not None:
            # A model reads the source itself, and not every edit of a body changes what the graph says about it.
            rows = {unit: text + (files[unit].sha256 if unit in files else "") for unit, text in rows.items()}
        return cls(
            {unit: unit_key(code, chosen, _digest(text)) for unit, text in rows.items()},
            {"code": code, "options": chosen, "source": _digest(source), "graph": fingerprint(units), "left": 0},
        )


def staleness_key(key: str) -> str:
    """The staleness key in the key of a unit's record, which goes on with the digest of the texts."""
    return key.partition("|")[0]


def changed(
    inputs: Inputs, applied: Mapping[str, UnitRecord], before: Mapping[str, Any], *, full: bool
) -> tuple[int, dict[str, int]]:
    """How many units are stale, and why; ``before`` is the metadata of the last run."""
    known = {unit: staleness_key(record.key) for unit, record in applied.items() if "|" in record.key}
    known = {unit: key for unit, key in known.items() if key}
    comparison: Comparison = compare(known, inputs.keys, full=full)
    reasons = comparison.reasons
    stale = len(comparison.stale) + len(comparison.removed)
    left = int(before.get("left", 0))
    if left and not stale:
        # Nothing changed, but the budget of the last run did not last for everything.
        reasons[StalenessReason.MISSING] = stale = left
    return stale, dict(sorted(reasons.items()))


def _is_readme(path: str) -> bool:
    return path.rpartition("/")[2].lower().startswith("readme")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]
