"""The live record of a job: status, progress and event feed, kept as one durable entity per job."""

from __future__ import annotations

from typing import Any

import azure.durable_functions as df
from durabletask.entities import DurableEntity

from codestory.ingestion_pipeline.job import IngestionJob, JobRecord, JobUpdate, apply_update

__all__ = ["Job", "bp"]

bp = df.Blueprint()


class Job(DurableEntity):
    """Operations: ``create``, ``update``, ``subscribe``, ``finish``, ``delete``; all may be delivered twice."""

    def create(self, given: dict[str, Any]) -> None:
        """Start the record; a record that exists is left as it is, apart from those who already wait for it."""
        record = self._load()
        if record is None:
            job = IngestionJob.model_validate(given["job"])
            dependents = (self.get_state(dict, default={})).get("early_dependents", [])
            self._save(JobRecord(job=job, dependents=dependents))

    def update(self, given: dict[str, Any]) -> None:
        """Fold one ``JobUpdate`` in."""
        record = self._load()
        if record is not None and apply_update(record, JobUpdate.model_validate(given)):
            self._save(record)

    def subscribe(self, given: dict[str, Any]) -> str | None:
        """Be told when the job ends; returns its status at once if it already has."""
        record = self._load()
        if record is None:
            # The job was accepted but its orchestration has not spoken yet.
            state = self.get_state(dict, default={})
            early = list(dict.fromkeys([*state.get("early_dependents", []), given["dependent"]]))
            self.set_state({"early_dependents": early})
            return None
        if record.job.status.is_final:
            return str(record.job.status)
        if given["dependent"] not in record.dependents:
            record.dependents.append(given["dependent"])
            self._save(record)
        return None

    def finish(self, given: dict[str, Any]) -> list[str]:
        """Fold the last update in and return the orchestrations that must be told."""
        self.update(given)
        record = self._load()
        return record.dependents if record is not None else []

    def _load(self) -> JobRecord | None:
        state = self.get_state(dict, default={})
        return JobRecord.model_validate(state) if "job" in state else None

    def _save(self, record: JobRecord) -> None:
        self.set_state(record.model_dump(mode="json"))


bp.entity_trigger(context_name="context", entity_name="job")(Job)
