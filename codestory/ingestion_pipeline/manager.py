"""``PipelineManager``: the pipeline as a Python object, over the same HTTP interface that everybody uses.

With no service configured it starts the local host itself, with its state under ``CODESTORY_HOME``, and stops it when
the program ends.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from codestory.client import ServiceClient, ServiceSettings
from codestory.exceptions import NotFoundError, SourceNotFoundError
from codestory.ingestion_pipeline.config import PipelineConfig, load_config
from codestory.ingestion_pipeline.local_service import LocalService
from codestory.ingestion_pipeline.statuses import StepStatus

__all__ = ["JobStatus", "PipelineManager", "default_manager"]


class JobStatus(Mapping[str, Any]):
    """A job as a mapping (``status["progress"]``) that is also equal to its status string (``== "COMPLETED"``)."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = {**data, "status": StepStatus(data["status"])}

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return str(self) == other.upper()
        return self._data == dict(other) if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        return str(self._data["status"])

    def __repr__(self) -> str:
        return f"<JobStatus {self}: {self._data.get('progress', 0):.0f}%>"


class PipelineManager:
    """Starts, watches and steers ingestion jobs.

    ``config_path`` names the pipeline configuration; without it the service's own is used. ``service`` says where the
    service is; without it ``CODESTORY_SERVICE_URL``, and without that a local host of its own.

    Raises ``ConfigurationError`` at once for a configuration that cannot be used.
    """

    def __init__(self, config_path: str | Path | None = None, *, service: ServiceSettings | None = None) -> None:
        self.config: PipelineConfig | None = load_config(config_path) if config_path is not None else None
        self._service = service
        self._client: ServiceClient | None = None
        self._local: LocalService | None = None

    def start_job(self, repository_path: str | Path, **request: Any) -> str:
        """Ingest a folder of this machine; returns the job id at once.

        ``request`` may hold any field of ``IngestionRequest``. Raises ``SourceNotFoundError`` if there is nothing at
        the path, ``RequestError`` with every problem for a request that does not fit.
        """
        path = Path(repository_path).expanduser().absolute()
        if not path.exists():
            raise SourceNotFoundError(
                f"Repository path does not exist: {path}. Give the path of a folder or archive on this machine.",
                source=str(path),
            )
        kind = "local_path" if path.is_dir() else "archive"
        return self.start(source_type=kind, source=str(path), **request)

    def start(self, **request: Any) -> str:
        """Start a job from an ``IngestionRequest`` given as keywords; returns its id."""
        body = {key: _plain(value) for key, value in request.items() if value is not None}
        if self.config is not None:
            body["config"] = {**self.config.model_dump(mode="json", exclude_unset=True), **body.get("config", {})}
        return str(self._connected().start(body)["job_id"])

    def run_single_step(self, repository_path: str | Path, step_name: str, **given: Any) -> str:
        """A job of one step. Keywords that are no field of ``IngestionRequest`` are options of the step."""
        fields = {"priority", "eta", "countdown", "dependencies", "tags", "description", "repository", "full", "update"}
        request = {key: value for key, value in given.items() if key in fields}
        options = {key: value for key, value in given.items() if key not in fields}
        if options:
            request["options"] = {step_name: options}
        return self.start_job(repository_path, steps=[step_name], **request)

    def status(self, job_id: str) -> JobStatus:
        """The job as it is now; raises ``NotFoundError``."""
        return JobStatus(self._connected().job(job_id))

    def step_status(self, job_id: str, step_name: str) -> JobStatus:
        """One step of the job; raises ``NotFoundError`` if the job has no such step."""
        job = self._connected().job(job_id)
        step = job["steps"].get(step_name)
        if step is None:
            raise NotFoundError(f"job {job_id} has no step {step_name!r}; it has {', '.join(job['steps'])}")
        return JobStatus(step)

    def wait(self, job_id: str) -> JobStatus:
        """Block until the job has ended."""
        for seen in self._connected().watch(job_id):
            if seen.is_done:
                return JobStatus(seen.job)
        return self.status(job_id)

    def stop(self, job_id: str) -> JobStatus:
        """Let what runs finish, skip the rest."""
        return self._act(job_id, "stop")

    def cancel(self, job_id: str) -> JobStatus:
        """End the job as soon as possible; one that has ended is left as it is."""
        return self._act(job_id, "cancel")

    def suspend(self, job_id: str) -> JobStatus:
        """Start nothing new until ``resume``."""
        return self._act(job_id, "suspend")

    def resume(self, job_id: str) -> JobStatus:
        """Go on after ``suspend``."""
        return self._act(job_id, "resume")

    def retry(self, job_id: str, *, step: str | None = None, from_step: str | None = None) -> str:
        """Run an ended job again, whole or in part; returns the id of the new job."""
        wish = {key: value for key, value in {"step": step, "from_step": from_step}.items() if value}
        return str(self._connected().act(job_id, "retry", wish)["job_id"])

    def list_jobs(self, **filters: Any) -> Sequence[JobStatus]:
        """Jobs, newest first; filters as in ``GET /v1/ingest``."""
        return [JobStatus(job) for job in self._connected().jobs(**filters)["items"]]

    def dependencies(self, job_id: str) -> list[str]:
        """The jobs that the job still waits for."""
        return list(self._connected().job(job_id)["waiting_for"])

    def close(self) -> None:
        """Give connections back and stop the local host, if this manager started it."""
        if self._client is not None:
            self._client.close()
            self._client = None
        if self._local is not None:
            self._local.stop()
            self._local = None

    def _act(self, job_id: str, action: str) -> JobStatus:
        return JobStatus(self._connected().act(job_id, action))

    def _connected(self) -> ServiceClient:
        if self._client is None:
            settings = self._service
            if settings is None and os.environ.get("CODESTORY_SERVICE_URL"):
                settings = ServiceSettings.from_environment()
            if settings is None:
                self._local = LocalService.start()
                settings = ServiceSettings(url=self._local.url)
                atexit.register(self.close)
            self._client = ServiceClient(settings)
        return self._client


@cache
def default_manager() -> PipelineManager:
    """The manager that steps use when they are given none."""
    return PipelineManager()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
