"""All recurring schedules, as one durable entity."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import azure.durable_functions as df
from durabletask.entities import DurableEntity

from codestory.ingestion_pipeline.schedules import Firing, Schedule, ScheduleRequest, apply_firing, stored_schedule

__all__ = ["KEY", "Schedules", "bp"]

bp = df.Blueprint()

KEY = "all"


class Schedules(DurableEntity):
    """Operations: ``put``, ``pause``, ``delete_schedule``, ``fired``."""

    def put(self, given: dict[str, Any]) -> None:
        """Create a schedule or replace the one of the same name, whose counts it keeps."""
        state = self._load()
        spec = ScheduleRequest.model_validate(given["spec"])
        now = datetime.fromisoformat(given["now"])
        old = stored_schedule(state.get(spec.name))
        schedule = Schedule(
            spec=spec,
            created_at=old.created_at if old and old.spec.interval_seconds == spec.interval_seconds else now,
            considered_until=now,
            last_job=old.last_job if old else None,
            counts=old.counts if old else {},
            recent=old.recent if old else [],
        )
        self._save(state, schedule)

    def pause(self, given: dict[str, Any]) -> None:
        """Pause or resume; moments that pass while it is paused are not made up for."""
        state = self._load()
        schedule = stored_schedule(state.get(given["name"]))
        if schedule is not None:
            schedule.spec = schedule.spec.model_copy(update={"paused": bool(given["paused"])})
            schedule.considered_until = max(schedule.considered_until, datetime.fromisoformat(given["now"]))
            self._save(state, schedule)

    def delete_schedule(self, given: dict[str, Any]) -> None:
        """Forget a schedule; its jobs go on."""
        state = self._load()
        if state.pop(given["name"], None) is not None:
            self.set_state(state)

    def fired(self, given: dict[str, Any]) -> None:
        """Note what became of the moments of one schedule."""
        state = self._load()
        schedule = stored_schedule(state.get(given["name"]))
        if schedule is None:
            return
        news = [apply_firing(schedule, Firing.model_validate(item)) for item in given["firings"]]
        if any(news):
            self._save(state, schedule)

    def _load(self) -> dict[str, Any]:
        return dict(self.get_state(dict, default={}))

    def _save(self, state: dict[str, Any], schedule: Schedule) -> None:
        self.set_state({**state, schedule.spec.name: schedule.model_dump(mode="json")})


bp.entity_trigger(context_name="context", entity_name="schedules")(Schedules)
