"""The status of a job or step, and which status may follow which."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ACTIVE", "FINAL", "StepStatus", "is_valid_transition"]


class StepStatus(StrEnum):
    """One enum for jobs and steps; parsing ignores case."""

    SCHEDULED = "SCHEDULED"
    PENDING = "PENDING"
    WAITING = "WAITING"
    RUNNING = "RUNNING"
    CANCELLING = "CANCELLING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    STOPPED = "STOPPED"
    CANCELLED = "CANCELLED"
    SKIPPED = "SKIPPED"
    SUSPENDED = "SUSPENDED"
    UNKNOWN = "UNKNOWN"

    @classmethod
    def _missing_(cls, value: object) -> StepStatus | None:
        return cls.__members__.get(value.upper()) if isinstance(value, str) else None

    @property
    def is_final(self) -> bool:
        """Whether no other status can follow."""
        return self in FINAL


_S = StepStatus
FINAL = frozenset({_S.COMPLETED, _S.FAILED, _S.STOPPED, _S.CANCELLED, _S.SKIPPED})
ACTIVE = frozenset(_S) - FINAL - {_S.UNKNOWN}

_NEXT: dict[StepStatus, frozenset[StepStatus]] = {
    _S.SCHEDULED: frozenset({_S.PENDING, _S.WAITING, _S.RUNNING, _S.CANCELLED, _S.STOPPED, _S.SUSPENDED}),
    _S.PENDING: frozenset(
        {
            _S.SCHEDULED,
            _S.WAITING,
            _S.RUNNING,
            _S.CANCELLED,
            _S.STOPPED,
            _S.SKIPPED,
            _S.SUSPENDED,
            _S.FAILED,
            _S.COMPLETED,
        }
    ),
    _S.WAITING: frozenset({_S.PENDING, _S.RUNNING, _S.CANCELLED, _S.STOPPED, _S.SKIPPED, _S.FAILED, _S.SUSPENDED}),
    _S.RUNNING: frozenset({_S.WAITING, _S.COMPLETED, _S.FAILED, _S.STOPPED, _S.CANCELLING, _S.CANCELLED, _S.SUSPENDED}),
    _S.CANCELLING: frozenset({_S.CANCELLED, _S.COMPLETED, _S.FAILED}),
    _S.SUSPENDED: frozenset({_S.SCHEDULED, _S.PENDING, _S.WAITING, _S.RUNNING, _S.CANCELLING, _S.CANCELLED}),
    _S.UNKNOWN: frozenset(_S),
}


def is_valid_transition(current: StepStatus, following: StepStatus) -> bool:
    """Whether ``following`` may replace ``current``; a status may always repeat."""
    return current == following or following in _NEXT.get(current, frozenset())
