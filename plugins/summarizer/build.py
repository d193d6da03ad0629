"""From the graph to the texts: extraction in one go, or the preparation and collection around a model's work."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from codestory.graph.packs import PackReader
from codestory.ingestion_pipeline.step import Batch, BatchResult, PipelineStep, StepContext
from codestory.models import ModelSettings
from plugins.summarizer.cache import SummaryCache, texts_of
from plugins.summarizer.changes import Inputs
from plugins.summarizer.extractive import Extractive
from plugins.summarizer.jobs import Planner, read_readmes
from plugins.summarizer.options import SummarizerOptions
from plugins.summarizer.repository import Repository, applied_units, load
from plugins.summarizer.rows import Summary, store, unit_of
from plugins.summarizer.templates import Prompts
from plugins.summarizer.text import first_paragraph
from plugins.summarizer.work import encode

__all__ = ["COLLECT", "collect", "extract", "level_stage", "model_name", "prepare", "summaries_in_graph"]

COLLECT = "collect"
_README_SHOWN = 1500

type Context = StepContext[SummarizerOptions]


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    """A summary as it is known when the requests are planned; where it is not, ``pack`` will hold it."""

    summary: Summary
    pack: str = ""


class _Book(msgspec.Struct):
    """What ``collect`` needs: every summary to write, and the inputs they were made from."""

    entries: list[_Entry]
    keys: dict[str, str]
    metadata: dict[str, Any]


_books = msgspec.msgpack.Decoder(_Book)


def level_stage(number: int) -> str:
    """The stage of one level of requests."""
    return f"level-{number:02}"


def _targets(repository: Repository, context: Context) -> list[int]:
    """The nodes that get a summary, by number: of two nodes with one id only the first, no anonymous functions."""
    options = context.options
    kept = context.snapshot.without(options.ignore_patterns).files if options.ignore_patterns else None
    found: list[int] = []
    seen = ""
    for number, item in enumerate(repository.items):
        if item.label.lower() not in options.kinds or item.id == seen or item.name.startswith("<"):
            continue
        if item.label in ("Function", "Method") and item.lines < options.min_lines:
            continue
        if kept is not None and item.label not in ("Repository", "Directory") and item.path not in kept:
            continue
        seen = item.id
        found.append(number)
    return found


def extract(context: Context, step: type[PipelineStep[Any]]) -> BatchResult:
    """All summaries by extraction, and the writes that bring them into the graph."""
    units = applied_units(context)
    inputs = Inputs.read(context, units, None, step)
    repository = load(context, units)
    paragraphs = {folder: first_paragraph(text) for folder, text in read_readmes(context.snapshot).items()}
    writer = Extractive(repository, paragraphs)
    summaries: list[Summary] = []
    for number in _targets(repository, context):
        if not len(summaries) % 1000:
            context.token.raise_if_cancelled()
        summaries.append(_summary(repository, number, writer.text(number)))
    return _plan_writes(context, summaries, inputs.keys, inputs.metadata, "extractive", {})


def prepare(context: Context, settings: ModelSettings, step: type[PipelineStep[Any]]) -> BatchResult:
    """Find what is known, and spread the rest over the stages."""
    options = context.options
    units = applied_units(context)
    inputs = Inputs.read(context, units, settings, step)
    repository = load(context, units)
    targets = _targets(repository, context)
    cache = SummaryCache(context.blobs, context.repository)
    readmes = {folder: text[:_README_SHOWN] for folder, text in read_readmes(context.snapshot).items()}
    prompts = Prompts.load(options.prompts)
    planner = Planner(repository, targets, context.snapshot, readmes, prompts, options, model_name(settings))
    known = {} if context.full else planner.known(cache.load())
    plan = _digest(json.dumps([context.run, inputs.metadata, options.model_dump(mode="json")]).encode())
    stages, packs = planner.work(known, {} if context.full else summaries_in_graph(context), plan)
    follow_up: list[Batch] = []
    for number, works in enumerate(stages):
        for work in works:
            data = encode(work)
            reference = cache.put_work(_digest(data), data)
            follow_up.append(Batch(work.name, level_stage(number), len(work.jobs), {"work": reference}))
    entries: list[_Entry] = []
    for number in targets:
        digest, text = known.get(number, ("", ""))
        entries.append(_Entry(_summary(repository, number, text, digest), packs.get(number, "")))
    data = encode(_Book(entries, dict(inputs.keys), inputs.metadata))
    reference = cache.put_work(_digest(data), data)
    follow_up.append(Batch(COLLECT, COLLECT, 1, {"book": reference}))
    return BatchResult(counters={"reused": float(len(known))}, follow_up=follow_up)


def collect(batch: Batch, context: Context, settings: ModelSettings) -> BatchResult:
    """Put the texts together, those of earlier jobs where the budget did not last, and plan the writes."""
    book = _books.decode(context.blobs.get(batch.payload["book"]))
    cache = SummaryCache(context.blobs, context.repository)
    texts: dict[str, tuple[str, str]] = {}
    left = 0
    for name in sorted({entry.pack for entry in book.entries if entry.pack}):
        pack = cache.pack(name)
        texts.update(texts_of(pack))
        left += len(pack.skipped)
    previous = summaries_in_graph(context)
    summaries: list[Summary] = []
    for entry in book.entries:
        summary = entry.summary
        if entry.pack:
            outdated = summary.target not in texts
            digest, text = texts.get(summary.target) or previous.get(summary.target, ("", ""))
            if not text:
                continue
            summary = msgspec.structs.replace(summary, text=text, digest=digest, outdated=outdated)
        summaries.append(summary)
    counters: dict[str, float] = {}
    if left:
        counters["left"] = float(left)
        context.progress.warn(
            f"the token budget of {context.options.token_budget} is used up: {left} summaries are left for the next"
            " job, which goes on where this one stopped; raise token_budget to do more at once"
        )
    return _plan_writes(context, summaries, book.keys, book.metadata | {"left": left}, model_name(settings), counters)


def model_name(settings: ModelSettings) -> str:
    """Provider and model, as ``ChatModel.name`` says it."""
    return f"{settings.provider}/{settings.model}"


def _plan_writes(
    context: Context,
    summaries: list[Summary],
    keys: Mapping[str, str],
    metadata: dict[str, Any],
    provider: str,
    counters: Mapping[str, float],
) -> BatchResult:
    applied = context.sync.applied()
    records, stored = store(context.sync, summaries, applied.units, keys, provider)
    batches = context.sync.plan_writes(records, metadata)
    return BatchResult(
        units=len(keys),
        counters={**counters, "summaries": float(len(summaries)), "units_changed": float(stored)},
        follow_up=batches,
    )


def _summary(repository: Repository, number: int, text: str, digest: str = "") -> Summary:
    item = repository.items[number]
    return Summary(item.id, item.label, item.name, item.path, unit_of(item), text, digest)


def summaries_in_graph(context: Context) -> dict[str, tuple[str, str]]:
    """Digest and text of the summaries in the graph, by target."""
    found: dict[str, tuple[str, str]] = {}
    for _, rows in PackReader(context.blobs).read(context.sync.applied().units.items()):
        texts = {node.id: (node.properties.get("digest", ""), node.properties["text"]) for node in rows.nodes}
        found.update((edge.source, texts[edge.target]) for edge in rows.edges)
    return found


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:20]
