"""Tokens handed out on loan: priority, then first come first served, with ageing, expiry and renewal.

A loan that ran out is in doubt first and taken back later: after an outage of the whole service its holder is alive and
has only had no chance to renew.

Pure bookkeeping, without a clock of its own: every call says what time it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, Field

from codestory.ingestion_pipeline.requests import Priority

__all__ = ["LONGEST_DOUBT", "Lease", "LeaseBook", "LeaseRequest", "Waiter"]

LONGEST_DOUBT = timedelta(seconds=15)
"""How long a holder whose loan ran out still gets to renew it; never longer than the loan itself."""


class LeaseRequest(BaseModel):
    """Who asks: ``lease_id`` names the loan, ``holder`` the orchestration that is told when its turn has come."""

    lease_id: str
    holder: str
    priority: Priority = Priority.DEFAULT
    lease_seconds: float = 300
    limit: int | None = None
    """The configured size of the pool; used until somebody resizes it."""
    ageing_seconds: float | None = None
    """After how long in the queue a request counts as one level more urgent; the pool's own value if not given."""
    wait: bool = True
    label: str = ""


class Lease(BaseModel):
    """A token out on loan."""

    lease_id: str
    holder: str
    granted_at: datetime
    expires_at: datetime
    lease_seconds: float
    doubted_since: datetime | None = None
    """When it was first seen to have run out."""
    label: str = ""

    @property
    def lost_at(self) -> datetime:
        """When it is taken back unless renewed, as far as that is known."""
        if self.doubted_since is None:
            return self.expires_at
        return self.doubted_since + min(LONGEST_DOUBT, timedelta(seconds=self.lease_seconds))


class Waiter(BaseModel):
    """A request that has not been granted yet."""

    request: LeaseRequest
    since: datetime


class LeaseBook(BaseModel):
    """The state of one pool."""

    limit: int = 1
    resized: bool = False
    ageing_seconds: float = 600
    leases: dict[str, Lease] = Field(default_factory=dict[str, Lease])
    waiting: list[Waiter] = Field(default_factory=list[Waiter])
    granted_total: int = 0
    expired_total: int = 0
    wait_seconds_total: float = 0.0

    def acquire(self, request: LeaseRequest, now: datetime) -> Literal["granted", "waiting", "exhausted"]:
        """Ask for a token. Asking again with the same ``lease_id`` changes nothing, so a lost answer costs nothing."""
        if request.limit is not None and not self.resized:
            self.limit = request.limit
        if request.ageing_seconds is not None:
            self.ageing_seconds = request.ageing_seconds
        if request.lease_id in self.leases:
            self.renew(request.lease_id, now)
            return "granted"
        if all(waiter.request.lease_id != request.lease_id for waiter in self.waiting):
            self.waiting.append(Waiter(request=request, since=now))
        self.expire(now)
        self.grant(now)
        if request.lease_id in self.leases:
            return "granted"
        if not request.wait:
            self.forget(request.lease_id)
            return "exhausted"
        return "waiting"

    def renew(self, lease_id: str, now: datetime) -> bool:
        """Prolong a loan; false if it is gone, and its holder must ask again."""
        lease = self.leases.get(lease_id)
        if lease is None:
            return False
        lease.expires_at = now + timedelta(seconds=lease.lease_seconds)
        lease.doubted_since = None
        return True

    def forget(self, lease_id: str) -> None:
        """Give a token back, or leave the queue. Unknown ids are fine."""
        self.leases.pop(lease_id, None)
        self.waiting = [waiter for waiter in self.waiting if waiter.request.lease_id != lease_id]

    def expire(self, now: datetime) -> list[Lease]:
        """Take back what was not renewed in time, nor after that while it was in doubt."""
        gone: list[Lease] = []
        for lease in self.leases.values():
            if lease.doubted_since is not None and lease.lost_at <= now:
                gone.append(lease)
            elif lease.doubted_since is None and lease.expires_at <= now:
                lease.doubted_since = now
        for lease in gone:
            del self.leases[lease.lease_id]
        self.expired_total += len(gone)
        return gone

    def resize(self, limit: int) -> None:
        """Change the number of tokens; loans beyond a smaller limit run out by themselves."""
        if limit < 1:
            raise ValueError(f"a pool holds at least 1 token, not {limit}")
        self.limit, self.resized = limit, True

    def grant(self, now: datetime) -> list[Lease]:
        """Hand free tokens to those whose turn it is."""
        granted: list[Lease] = []
        for waiter in sorted(self.waiting, key=lambda item: self._turn(item, now)):
            if len(self.leases) >= self.limit:
                break
            request = waiter.request
            lease = Lease(
                lease_id=request.lease_id,
                holder=request.holder,
                granted_at=now,
                expires_at=now + timedelta(seconds=request.lease_seconds),
                lease_seconds=request.lease_seconds,
                label=request.label,
            )
            self.leases[lease.lease_id] = lease
            self.waiting.remove(waiter)
            self.granted_total += 1
            self.wait_seconds_total += max(0.0, (now - waiter.since).total_seconds())
            granted.append(lease)
        return granted

    def next_expiry(self) -> datetime | None:
        """When there is a reason to look at the loans again, unless one is renewed."""
        return min((lease.lost_at for lease in self.leases.values()), default=None)

    def status(self) -> dict[str, Any]:
        """What ``GET /v1/ingest/resource_status`` shows of this pool."""
        return {
            "available_tokens": max(0, self.limit - len(self.leases)),
            "max_tokens": self.limit,
            "leases": [lease.model_dump(mode="json") for lease in self.leases.values()],
            "waiting": [
                {**waiter.request.model_dump(mode="json", include={"lease_id", "holder", "priority", "label"}),
                 "since": waiter.since.isoformat()}
                for waiter in self.waiting
            ],
            "granted_total": self.granted_total,
            "expired_total": self.expired_total,
            "wait_seconds_total": self.wait_seconds_total,
        }  # fmt: skip

    def _turn(self, waiter: Waiter, now: datetime) -> tuple[float, datetime]:
        # One level of priority is gained per ageing period, so nobody waits for ever behind a stream of others.
        waited = (now - waiter.since).total_seconds()
        return waiter.request.priority.rank - int(waited / self.ageing_seconds), waiter.since
