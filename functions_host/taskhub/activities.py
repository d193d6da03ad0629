"""Scheduled activities: queued on file until their result is in the hands of the orchestration."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from durabletask.internal import orchestrator_service_pb2 as pb

from .events import completed_activity, failed_activity
from .model import ActivityWork, Instance

if TYPE_CHECKING:
    from .hub import TaskHub

__all__ = ["ActivityQueue"]


class ActivityQueue:
    """First in, first out. A work item taken and not completed runs again after a restart."""

    def __init__(self, hub: TaskHub) -> None:
        self._hub = hub
        self.ready: deque[ActivityWork] = deque()

    def recover(self) -> None:
        """Queue every activity on file again."""
        rows = self._hub.store.read(
            "SELECT seq, instance_id, execution, task, name, input FROM activities ORDER BY seq"
        )
        self.ready.extend(ActivityWork(*row) for row in rows)

    def schedule(self, instance: Instance, task: int, name: str, given: str | None) -> None:
        """Put an activity of ``instance`` on file and in the queue."""
        work = ActivityWork(self._hub.store.next("activities"), instance.id, instance.execution, task, name, given)
        self._hub.store.write(
            "INSERT INTO activities VALUES(?,?,?,?,?,?)",
            (work.seq, work.instance_id, work.execution, work.task, work.name, work.input),
        )
        self.ready.append(work)

    def complete(self, work: ActivityWork, result: str | None, details: pb.TaskFailureDetails | None) -> None:
        """Hand the result, or the failure, to the orchestration; a second completion has no effect."""
        if not self._hub.store.write("DELETE FROM activities WHERE seq=?", (work.seq,)):
            return
        event = completed_activity(work.task, result) if details is None else failed_activity(work.task, details)
        self._hub.orchestrations.post(work.instance_id, event, work.execution)

    def is_pending(self, instance_id: str, execution: str, task: int) -> bool:
        """Whether the activity is on file, queued or running."""
        return bool(
            self._hub.store.read(
                "SELECT 1 FROM activities WHERE instance_id=? AND execution=? AND task=?",
                (instance_id, execution, task),
            )
        )

    def discard(self, instance_id: str) -> None:
        """Forget the activities of an instance that is being deleted."""
        if self._hub.store.write("DELETE FROM activities WHERE instance_id=?", (instance_id,)):
            self.ready = deque(work for work in self.ready if work.instance_id != instance_id)
