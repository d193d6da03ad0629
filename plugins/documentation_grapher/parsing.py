"""Parses documents of a snapshot, one after the other, stopping when the job is cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from codestory.ingestion_pipeline.step import StepContext
from codestory.snapshots import Snapshot
from plugins.documentation_grapher.cache import Parsed
from plugins.documentation_grapher.code_reader import words_of
from plugins.documentation_grapher.facts import encode_facts
from plugins.documentation_grapher.finder import parse_document

__all__ = ["parse_documents"]


def parse_documents(
    snapshot: Snapshot, paths: Sequence[str], keys: Mapping[str, str], context: StepContext[Any]
) -> dict[str, Parsed]:
    """The encoded facts of each document, with its key."""
    parsed: dict[str, Parsed] = {}
    for path, data in snapshot.read_many(paths):
        context.token.raise_if_cancelled()
        facts = parse_document(path, data)
        for problem in facts.problems:
            context.progress.warn(f"{path}: {problem}")
        parsed[path] = Parsed(keys[path], msgspec.Raw(encode_facts(facts)), words_of(facts.references))
        context.progress.advance()
    return parsed
