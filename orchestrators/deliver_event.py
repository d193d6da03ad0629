"""A messenger: entities cannot send events to orchestrations, but they can start one that does."""

from __future__ import annotations

from typing import Any

import azure.durable_functions as df
from durabletask.task import OrchestrationContext

__all__ = ["bp", "deliver_event"]

bp = df.Blueprint()


@bp.orchestration_trigger(context_name="context", orchestration="deliver_event")
def deliver_event(ctx: OrchestrationContext, data: Any) -> None:
    """Send ``{"instance_id", "event", "data"}`` on."""
    ctx.send_event(data["instance_id"], data["event"], data=data.get("data"))
