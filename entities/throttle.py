"""Tokens of one pool as a durable entity; whoever waits is told when its turn has come, nobody polls."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import azure.durable_functions as df
from durabletask.entities import DurableEntity, EntityInstanceId

from codestory.ingestion_pipeline.leases import Lease, LeaseBook, LeaseRequest

__all__ = ["Throttle", "bp"]

bp = df.Blueprint()


class Throttle(DurableEntity):
    """Operations: ``acquire``, ``renew``, ``release``, ``resize``, ``sweep``. The key names the pool."""

    def acquire(self, given: dict[str, Any]) -> str:
        """Ask for a token: ``granted``, ``waiting`` or ``exhausted``."""
        book, now = self._load(), _now()
        request = LeaseRequest.model_validate(given)
        already = set(book.leases) | {request.lease_id}
        answer = book.acquire(request, now)
        self._tell([lease for lease in book.leases.values() if lease.lease_id not in already])
        self._save(book)
        return answer

    def renew(self, given: dict[str, Any]) -> bool:
        """Prolong a loan; false if it has expired."""
        book = self._load()
        held = book.renew(given["lease_id"], _now())
        self._save(book)
        return held

    def release(self, given: dict[str, Any]) -> None:
        """Give a token back or leave the queue; the next in line gets it."""
        book = self._load()
        book.forget(given["lease_id"])
        self._tell(book.grant(_now()))
        self._save(book)

    def resize(self, given: dict[str, Any]) -> None:
        """Change the number of tokens while jobs run."""
        book = self._load()
        book.resize(int(given["max_tokens"]))
        self._tell(book.grant(_now()))
        self._save(book)

    def sweep(self, _given: Any = None) -> None:
        """Take expired tokens back. Sent by the entity to itself for the moment the next loan runs out."""
        book = self._load()
        book.expire(_now())
        self._tell(book.grant(_now()))
        self._save(book, sweep_due=True)

    def _tell(self, granted: list[Lease]) -> None:
        for lease in granted:
            self.schedule_new_orchestration(
                "deliver_event", {"instance_id": lease.holder, "event": f"lease/{lease.lease_id}", "data": True}
            )

    def _load(self) -> LeaseBook:
        state = self.get_state(dict, default=None)
        return LeaseBook.model_validate(state["book"]) if state else LeaseBook()

    def _save(self, book: LeaseBook, *, sweep_due: bool = False) -> None:
        state = self.get_state(dict, default=None) or {}
        planned: str | None = None if sweep_due else state.get("sweep_at")
        # One alarm at a time is enough: when it rings too early it is set again.
        if planned is None and book.waiting and (expiry := book.next_expiry()):
            planned = expiry.isoformat()
            here = self.entity_context.entity_id
            self.signal_entity(EntityInstanceId(here.entity, here.key), "sweep", signal_time=expiry)
        self.set_state({"book": book.model_dump(mode="json"), "sweep_at": planned})


def _now() -> datetime:
    return datetime.now(UTC)


bp.entity_trigger(context_name="context", entity_name="throttle")(Throttle)
