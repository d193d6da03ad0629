"""The options of the summarizer step."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from codestory.ingestion_pipeline.step import StepOptions

__all__ = ["KINDS", "Kind", "SummarizerOptions"]

type Kind = Literal["repository", "directory", "module", "class", "method", "function"]
KINDS: tuple[Kind, ...] = ("repository", "directory", "module", "class", "method", "function")


class SummarizerOptions(StepOptions):
    """What to summarise, with what, and at what price."""

    provider: Literal["extractive", "openai", "azure_openai"] | None = None
    """``extractive`` needs no model and no network. By default what ``CODESTORY_MODEL_PROVIDER`` says, and
    ``extractive`` where it says nothing."""

    model: str | None = None
    """Model or deployment; by default ``CODESTORY_OPENAI_MODEL``."""

    kinds: tuple[Kind, ...] = KINDS
    """What gets a summary."""

    min_lines: int = Field(0, ge=0)
    """Functions and methods shorter than this get none."""

    ignore_patterns: tuple[str, ...] = ()
    """Files, in the syntax of .gitignore, whose symbols get none."""

    max_tokens: int = Field(160, ge=16, le=4096)
    """The longest summary a model may write."""

    token_budget: int | None = Field(None, ge=0)
    """Prompt and completion tokens that one job may spend. What is left over is done by the next job."""

    requests_per_minute: float | None = Field(None, gt=0)
    """How many requests the model is sent, over all workers of the job."""

    max_source_characters: int = Field(6000, ge=200, le=200_000)
    """How much of a function's source a model is shown."""

    price_per_1k_prompt_tokens: float = Field(0.0, ge=0)
    price_per_1k_completion_tokens: float = Field(0.0, ge=0)
    """In USD, for the cost that the job reports."""

    prompts: str | None = None
    """A folder whose files replace the built-in prompts of the same name."""
