"""When a failed attempt is tried again, computed without clock or randomness so that replay gives the same answer."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["RetryPolicy", "RetryPolicyPatch"]

DEFAULT_CAP = 300.0

JITTER_SHARE = 0.25
"""Jitter only ever lengthens a delay, by at most this share of it, so a gap is never shorter than the back-off."""


class RetryPolicy(BaseModel):
    """Exponential back-off: ``back_off_seconds * back_off_coefficient ** (n - 1)``, capped, plus jitter.

    ``max_retries`` counts retries, so a step is attempted ``max_retries + 1`` times.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_retries: int = Field(default=3, ge=0, le=100)
    back_off_seconds: float = Field(default=10, ge=0, le=86_400)
    back_off_coefficient: float = Field(default=2.0, ge=1, le=10)
    max_back_off_seconds: float = Field(default=DEFAULT_CAP, ge=0, le=86_400)
    jitter: bool = True

    @model_validator(mode="before")
    @classmethod
    def _cap_follows_a_long_first_delay(cls, data: Any) -> Any:
        if isinstance(data, dict) and "max_back_off_seconds" not in data:
            first = data.get("back_off_seconds")
            if isinstance(first, int | float) and first > DEFAULT_CAP:
                return {**data, "max_back_off_seconds": first}
        return data

    @model_validator(mode="after")
    def _cap_is_not_below_the_first_delay(self) -> RetryPolicy:
        if self.max_back_off_seconds < self.back_off_seconds:
            raise ValueError(
                f"max_back_off_seconds ({self.max_back_off_seconds:g}) is below back_off_seconds"
                f" ({self.back_off_seconds:g}); raise the cap or lower the first delay"
            )
        return self

    def delay(self, retry: int, seed: str) -> timedelta:
        """How long to wait before retry number ``retry`` (1 for the first).

        ``seed`` names the run, for example ``<job>:<step>``: the same seed and retry always give the same jitter.
        """
        base = self.back_off_seconds * self.back_off_coefficient ** min(retry - 1, 64)
        base = min(base, self.max_back_off_seconds)
        if self.jitter:
            digest = hashlib.sha256(f"{seed}:{retry}".encode()).digest()
            base *= 1 + JITTER_SHARE * int.from_bytes(digest[:4]) / 2**32
        return timedelta(seconds=base)


class RetryPolicyPatch(BaseModel):
    """The keys of a retry policy that one step overrides."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_retries: int | None = Field(default=None, ge=0, le=100)
    back_off_seconds: float | None = Field(default=None, ge=0, le=86_400)
    back_off_coefficient: float | None = Field(default=None, ge=1, le=10)
    max_back_off_seconds: float | None = Field(default=None, ge=0, le=86_400)
    jitter: bool | None = None

    def over(self, policy: RetryPolicy) -> RetryPolicy:
        """``policy`` with the keys given here replaced; raises ``ValueError`` if the two do not fit together."""
        return RetryPolicy.model_validate(
            {**policy.model_dump(exclude_unset=True), **self.model_dump(exclude_none=True)}
        )
