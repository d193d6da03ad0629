"""What a language model is to the rest of Code Story: messages in, text and token counts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

__all__ = ["ChatModel", "Completion", "Message"]


@dataclass(frozen=True)
class Message:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Completion:
    """A model's answer and what it cost in tokens; ``truncated`` if it reached ``max_tokens``."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    truncated: bool = False


class ChatModel(Protocol):
    """A provider. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """Provider and model, as it goes into cache keys."""
        ...

    def complete(self, messages: Sequence[Message], *, max_tokens: int) -> Completion:
        """Answer the conversation.

        Raises ``ModelUnavailableError`` (``details["retry_after"]`` in seconds, or ``None``) when another try may
        succeed, ``ConfigurationError`` that names the setting when it cannot, and ``RequestError`` when the model
        refuses this very conversation.
        """
        ...

    def check(self) -> None:
        """Prove within a few seconds that the provider answers and accepts the credentials; costs no tokens."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...
