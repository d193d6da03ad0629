"""Runs a step the way the pipeline does, in one process: plan, stage after stage with follow-ups, finish."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from codestory.ingestion_pipeline.step import Batch, BatchResult, PipelineStep, Plan, StepContext, StepSummary

__all__ = ["Ran", "RecordingProgress", "SilentToken", "run_step"]


class SilentToken:
    """Nobody cancels."""

    def raise_if_cancelled(self) -> None:
        """Go on."""


@dataclass
class RecordingProgress:
    """Remembers what it is told."""

    units: int = 0
    warnings: list[str] = field(default_factory=list[str])

    def advance(self, units: int = 1) -> None:
        """Count."""
        self.units += units

    def warn(self, message: str) -> None:
        """Keep."""
        self.warnings.append(message)


@dataclass
class Ran:
    """What came of a step."""

    plan: Plan
    batches: dict[str, int]
    totals: BatchResult
    summary: StepSummary


def run_step(step: PipelineStep[Any], context: StepContext[Any], *, twice: bool = False) -> Ran:
    """Run ``step``; batches travel as JSON. With ``twice`` every batch is done again, as after a lost answer."""
    plan = step.plan(context)
    waiting: dict[str, list[Batch]] = {stage.name: list(stage.batches) for stage in plan.stages}
    sums, counters = Counter[str](), Counter[str]()
    for stage in plan.stages:
        for batch in waiting[stage.name]:
            travelled = Batch(**json.loads(json.dumps(asdict(batch))))
            assert len(json.dumps(travelled.payload)) < 20_000
            result = step.process(travelled, context)
            if twice:
                result = step.process(travelled, context)
            sums.update(
                units=result.units,
                nodes=result.nodes,
                relationships=result.relationships,
                deleted=result.deleted,
            )
            counters.update(result.counters)  # type: ignore[arg-type]
            for following in result.follow_up:
                waiting[following.stage].append(following)
    totals = BatchResult(**sums, counters=dict(counters))
    if twice:
        step.finish(context, totals)
    return Ran(plan, {name: len(batches) for name, batches in waiting.items()}, totals, step.finish(context, totals))
