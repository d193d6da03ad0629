"""The summarizer: a Summary node for every part of the repository, by extraction or by a language model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from codestory.exceptions import StepFailedError
from codestory.graph.sync import DELETE, WRITE_EDGES, WRITE_NODES, write_stages
from codestory.ingestion_pipeline.step import Batch, BatchResult, PipelineStep, Plan, Stage, StepContext, StepSummary
from codestory.models import ModelSettings
from plugins.summarizer.build import COLLECT, collect, extract, level_stage, model_name, prepare, summaries_in_graph
from plugins.summarizer.cache import SummaryCache
from plugins.summarizer.changes import Inputs, changed
from plugins.summarizer.jobs import MODEL_STAGES
from plugins.summarizer.options import SummarizerOptions
from plugins.summarizer.repository import applied_units
from plugins.summarizer.work import decode_work, run_work

__all__ = ["SummarizerStep"]

_PREPARE = "prepare"
_WRITES = frozenset({WRITE_NODES, WRITE_EDGES, DELETE})

type Context = StepContext[SummarizerOptions]


class SummarizerStep(PipelineStep[SummarizerOptions]):
    """Reads what the other steps have in the graph, and writes one Summary for each node of the chosen kinds.

    Extraction is one batch. With a model, ``prepare`` finds the texts that are known already and spreads the others
    over stages, dependencies first; ``collect`` puts all texts together once the model has written the last one.
    """

    name: ClassVar[str] = "summarizer"
    description: ClassVar[str] = "summarises functions, classes, modules, folders and the repository"
    version: ClassVar[str] = "1"
    Options = SummarizerOptions
    provides: ClassVar[frozenset[str]] = frozenset({"Summary"})
    after: ClassVar[frozenset[str]] = frozenset({"filesystem", "syntax", "blarify"})

    @classmethod
    def keeps(cls, repository: str) -> Sequence[str]:
        """Summaries that were paid for."""
        return (SummaryCache.root(repository),)

    def plan(self, context: Context) -> Plan:
        """Nothing to do if no input changed since the last run and that run summarised everything."""
        settings = _settings(context.options)
        inputs = Inputs.read(context, applied_units(context), settings, type(self))
        applied = context.sync.applied()
        stale, reasons = changed(inputs, applied.units, applied.metadata, full=context.full)
        if not context.full and not applied.is_dirty and applied.metadata == inputs.metadata:
            return Plan(units=len(inputs.keys), reasons=reasons)
        stages = [Stage(_PREPARE, [Batch(_PREPARE, _PREPARE)])]
        if settings is not None:
            lanes = _lanes(context.options)
            stages += [Stage(level_stage(number), concurrency=lanes) for number in range(MODEL_STAGES)]
            stages.append(Stage(COLLECT))
        stages += write_stages(context.graph)
        return Plan(stages, units=len(inputs.keys), stale=stale, reasons=reasons)

    def process(self, batch: Batch, context: Context) -> BatchResult:
        """Dispatches on the stage."""
        if batch.stage in _WRITES:
            return context.sync.write(batch, context.token, context.progress)
        settings = _settings(context.options)
        if settings is None:
            if batch.stage == _PREPARE:
                return extract(context, type(self))
            raise StepFailedError(f"stage {batch.stage!r} needs a model, but none is configured in this worker")
        if batch.stage == _PREPARE:
            return prepare(context, settings, type(self))
        if batch.stage == COLLECT:
            return collect(batch, context, settings)
        work = decode_work(context.blobs.get(batch.payload["work"]))
        return run_work(work, context, settings, lanes=_lanes(context.options) or 1)

    def finish(self, context: Context, results: BatchResult) -> StepSummary:
        """Make the new summaries the applied ones, and report what they cost."""
        context.sync.commit()
        counters = dict(results.counters)
        settings = _settings(context.options)
        if settings is not None and "summaries" in counters:
            used = {digest for digest, _ in summaries_in_graph(context).values()}
            SummaryCache(context.blobs, context.repository).tidy(used)
        return StepSummary(message=_message(counters, settings), counters=counters)


def _settings(options: SummarizerOptions) -> ModelSettings | None:
    """The model to ask, or ``None`` for extraction; raises ``ConfigurationError``."""
    if options.provider == "extractive":
        return None
    if options.provider is None:
        found = ModelSettings.from_environment()
        return ModelSettings.for_provider(found.provider, model=options.model) if found and options.model else found
    return ModelSettings.for_provider(options.provider, model=options.model)


def _lanes(options: SummarizerOptions) -> int | None:
    """How many batches may run at once: each gets an equal part of the permitted rate, so few where it is low."""
    rate = options.requests_per_minute
    if rate is None:
        return None
    return 1 if rate <= 60 else 2 if rate <= 240 else 4


def _message(counters: Mapping[str, float], settings: ModelSettings | None) -> str:
    if "summaries" not in counters:
        return "nothing changed"
    message = f"{int(counters['summaries'])} summaries"
    if settings is not None:
        tokens = int(counters.get("prompt_tokens", 0) + counters.get("completion_tokens", 0))
        message += (
            f" by {model_name(settings)}: {int(counters.get('requests', 0))} requests, {tokens} tokens,"
            f" {counters.get('cost_usd', 0.0):.4f} USD"
        )
        if counters.get("left"):
            message += f"; {int(counters['left'])} left for the next job"
    return message
