"""Language models: one protocol, and the providers that speak the OpenAI chat completions API."""

from __future__ import annotations

from codestory.models.base import ChatModel, Completion, Message
from codestory.models.openai_chat import OpenAIChatModel, open_model
from codestory.models.pacing import RequestPacer
from codestory.models.settings import ModelSettings

__all__ = [
    "ChatModel",
    "Completion",
    "Message",
    "ModelSettings",
    "OpenAIChatModel",
    "RequestPacer",
    "open_model",
]
