"""Small real steps for tests."""

from __future__ import annotations

from typing import Any

from codestory.ingestion_pipeline.step import Batch, BatchResult, PipelineStep, Plan, StepContext, StepOptions


class AlphaOptions(StepOptions):
    depth: int = 1


class Alpha(PipelineStep[AlphaOptions]):
    """Counts to depth."""

    name = "alpha"
    Options = AlphaOptions
    provides = frozenset({"Alpha"})

    def plan(self, context: StepContext[AlphaOptions]) -> Plan:
        return Plan()

    def process(self, batch: Batch, context: StepContext[AlphaOptions]) -> BatchResult:
        return BatchResult()


class BetaOptions(StepOptions):
    docker_image: str | None = None


class Beta(PipelineStep[BetaOptions]):
    name = "beta"
    Options = BetaOptions

    def plan(self, context: StepContext[BetaOptions]) -> Plan:
        return Plan()

    def process(self, batch: Batch, context: StepContext[BetaOptions]) -> BatchResult:
        return BatchResult()


class Gamma(Beta):
    name = "gamma"


class Rival(Alpha):
    name = "rival"


STEPS: dict[str, type[PipelineStep[Any]]] = {"alpha": Alpha, "beta": Beta, "gamma": Gamma, "rival": Rival}
