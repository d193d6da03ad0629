"""One batch of requests to a model: everything it needs to know, and doing it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import msgspec

from codestory.exceptions import RequestError
from codestory.ingestion_pipeline.step import BatchResult, CancellationToken, StepContext
from codestory.models import ChatModel, Message, ModelSettings, open_model
from plugins.summarizer.cache import BatchPack, Entry, SummaryCache, request_key, texts_of
from plugins.summarizer.options import SummarizerOptions
from plugins.summarizer.templates import Prompts

__all__ = ["Dependency", "Job", "Work", "decode_work", "encode", "fill", "run_work"]

_SLICE_SECONDS = 0.5
_MAX_REFUSALS_SHOWN = 5


class Dependency(msgspec.Struct, frozen=True, array_like=True):
    """What a prompt says about one dependency: its known ``text``, or the one that batch ``pack`` writes."""

    target: str
    title: str
    text: str = ""
    pack: str = ""


class Job(msgspec.Struct, frozen=True, array_like=True):
    """One summary to write. ``prompt`` lacks the dependencies. ``previous`` is the key and text of the last one."""

    target: str
    prompt: str
    dependencies: list[Dependency] = []
    previous: tuple[str, str] | None = None


class Work(msgspec.Struct):
    """The jobs of one batch, in an order in which each comes after those of the batch that it depends on.

    ``name`` is the batch's pack; ``stage_prefix`` sorts after the packs of all earlier stages and before those of
    its own; ``siblings`` is how many batches share what is left of the budget.
    """

    plan: str
    name: str
    stage_prefix: str
    siblings: int
    system: str
    jobs: list[Job]


_decoder = msgspec.msgpack.Decoder(Work)


def fill(prompt: str, dependencies: list[tuple[str, str]]) -> str:
    """The finished prompt; ``dependencies`` are titles and texts."""
    lines = [f"- {title}: {text}" if text else f"- {title}" for title, text in dependencies]
    return prompt.replace(Prompts.DEPENDENCIES, "\n".join(lines) or "nothing")


def run_work(
    work: Work, context: StepContext[SummarizerOptions], settings: ModelSettings, *, lanes: int
) -> BatchResult:
    """Ask the model for every job that the pack does not answer yet; the pack is saved after each answer.

    Counts what the whole pack cost, whoever paid for it, so that a batch that is done again reports the same.
    """
    options = context.options
    cache = SummaryCache(context.blobs, context.repository)
    pack = cache.pack(work.name)
    if not pack.done:
        rate = options.requests_per_minute / lanes if options.requests_per_minute else None
        with _opened(settings, rate, context.token) as model:
            _Run(work, context, cache, pack, model).finish()
    return _result(pack, options)


class _Run:
    def __init__(
        self,
        work: Work,
        context: StepContext[SummarizerOptions],
        cache: SummaryCache,
        pack: BatchPack,
        model: ChatModel,
    ) -> None:
        self._work = work
        self._context = context
        self._cache = cache
        self._pack = pack
        self._model = model
        self._texts = texts_of(pack)
        self._others: dict[str, BatchPack] = {}
        self._share = self._budget_share()

    def finish(self) -> None:
        known = {target: text for target, (_, text) in self._texts.items()}
        lost = set(self._pack.skipped)
        for job in self._work.jobs:
            self._context.token.raise_if_cancelled()
            if job.target not in known and job.target not in self._pack.refused and job.target not in lost:
                text = self._answer(job, known, lost)
                if text is None:
                    lost.add(job.target)
                else:
                    known[job.target] = text
            self._context.progress.advance()
        self._pack.skipped = sorted(lost - self._pack.refused.keys())
        self._pack.done = True
        self._cache.save(self._work.name, self._pack)

    def _answer(self, job: Job, known: dict[str, str], lost: set[str]) -> str | None:
        """The text for one job; ``None`` if there is none because of the budget or a refusal."""
        dependencies: list[tuple[str, str]] = []
        for dependency in job.dependencies:
            text = dependency.text
            if dependency.pack == self._work.name:
                if dependency.target in lost and dependency.target not in self._pack.refused:
                    return None
                text = known.get(dependency.target, "")
            elif dependency.pack:
                other = self._other(dependency.pack)
                if dependency.target in other.skipped:
                    return None
                text = texts_of(other).get(dependency.target, ("", ""))[1]
            dependencies.append((dependency.title, text))
        prompt = fill(job.prompt, dependencies)
        limit = self._context.options.max_tokens
        key = request_key(self._model.name, limit, self._work.system, prompt)
        if job.previous is not None and job.previous[0] == key:
            self._pack.entries[key] = Entry(job.previous[1])
        elif key not in self._pack.entries:
            messages = [Message("system", self._work.system), Message("user", prompt)]
            if self._share is not None:
                # Three characters a token is more than models need for English and code, so the bound holds.
                worst = math.ceil((len(self._work.system) + len(prompt)) / 3) + limit
                if self._pack.tokens + worst > self._share:
                    return None
            try:
                completion = self._model.complete(messages, max_tokens=limit)
            except RequestError as error:
                self._pack.refused[job.target] = error.message
                return None
            self._pack.entries[key] = Entry(completion.text, completion.prompt_tokens, completion.completion_tokens)
            if not completion.text:
                self._pack.refused[job.target] = "the model answered nothing"
                return None
        self._pack.results[job.target] = key
        self._cache.save(self._work.name, self._pack)
        return self._pack.entries[key].text

    def _other(self, name: str) -> BatchPack:
        if name not in self._others:
            self._others[name] = self._cache.pack(name)
        return self._others[name]

    def _budget_share(self) -> float | None:
        """What this batch may spend: an equal part of what the earlier stages left."""
        budget = self._context.options.token_budget
        if budget is None:
            return None
        return (budget - self._cache.spent(self._work.plan, self._work.stage_prefix)) / self._work.siblings


def _result(pack: BatchPack, options: SummarizerOptions) -> BatchResult:
    paid = [entry for entry in pack.entries.values() if entry.prompt_tokens + entry.completion_tokens]
    prompt_tokens = sum(entry.prompt_tokens for entry in paid)
    completion_tokens = sum(entry.completion_tokens for entry in paid)
    cost = (
        prompt_tokens * options.price_per_1k_prompt_tokens + completion_tokens * options.price_per_1k_completion_tokens
    ) / 1000
    warnings = [f"{target} has no summary: {why}" for target, why in sorted(pack.refused.items())[:_MAX_REFUSALS_SHOWN]]
    return BatchResult(
        warnings=warnings,
        counters={
            "requests": float(len(paid)),
            "prompt_tokens": float(prompt_tokens),
            "completion_tokens": float(completion_tokens),
            "cost_usd": round(cost, 9),
            "refused": float(len(pack.refused)),
        },
    )


@contextmanager
def _opened(settings: ModelSettings, rate: float | None, token: CancellationToken) -> Generator[ChatModel]:
    model = open_model(settings, requests_per_minute=rate, sleep=_sleeper(token))
    try:
        yield model
    finally:
        model.close()


def _sleeper(token: CancellationToken) -> Callable[[float], None]:
    """Sleeps that end early, by ``CancelledError``, when the job is cancelled."""

    def sleep(seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            token.raise_if_cancelled()
            time.sleep(min(left, _SLICE_SECONDS))

    return sleep


def decode_work(data: bytes) -> Work:
    """The inverse of ``encode``."""
    return _decoder.decode(data)


def encode(value: Any) -> bytes:
    """As MessagePack; the same value always makes the same bytes."""
    return msgspec.msgpack.encode(value, order="deterministic")
