"""From a request to an accepted job: everything is checked before anything is started."""

from __future__ import annotations

import hashlib
import json
import os
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from urllib.parse import urlsplit

from codestory.exceptions import ConflictError, RequestError, known_values
from codestory.ingestion_pipeline.config import PipelineConfig
from codestory.ingestion_pipeline.jobspec import JobSpec
from codestory.ingestion_pipeline.pipeline import compile_pipeline
from codestory.ingestion_pipeline.registry import canonical_name, step_classes
from codestory.ingestion_pipeline.requests import IngestionRequest, SourceType
from codestory.ingestion_pipeline.statuses import StepStatus
from codestory.tracker.redaction import redact_text

__all__ = ["accept", "job_id_for", "local_paths_allowed", "repository_name", "retry_spec"]

_NAMESPACE = uuid.UUID("6f1c0c1e-4f5f-4f0e-9f0e-0d6c7c0de5a1")
LOCAL_PATHS_SETTING = "CODESTORY_ALLOW_LOCAL_PATHS"


def job_id_for(idempotency_key: str | None) -> str:
    """A new id, or the one that belongs to the key."""
    return uuid.uuid5(_NAMESPACE, idempotency_key).hex if idempotency_key else uuid.uuid4().hex


def local_paths_allowed(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a request may name a folder of the machine that serves it: yes, except in Azure, unless configured."""
    setting = environment.get(LOCAL_PATHS_SETTING, "").strip().lower()
    if setting:
        return setting in ("1", "true", "yes")
    return "WEBSITE_INSTANCE_ID" not in environment


def repository_name(request: IngestionRequest) -> str:
    """The name under which the repository stands in the graph: given, or taken from the end of the source."""
    if request.repository:
        return request.repository.strip()
    if request.source_type is SourceType.SNAPSHOT:
        raise RequestError(
            "a snapshot has no name of its own",
            problems=["repository: required when source_type is snapshot; name the repository that it holds"],
        )
    source = request.source.rstrip("/\\")
    if request.source_type in (SourceType.GIT_URL, SourceType.GITHUB_URL):
        source = urlsplit(source).path.rstrip("/")
    name = PurePath(source.replace("\\", "/")).name
    for suffix in (".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".tar", ".zip", ".git"):
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            name = name[: -len(suffix)]
            break
    name = re.sub(r"[\x00-\x1f\x7f:#@]", "-", name).strip()
    return name or "repository"


def accept(
    request: IngestionRequest,
    *,
    config: PipelineConfig,
    now: datetime,
    job_id: str,
    correlation_id: str = "",
    schedule: str | None = None,
) -> JobSpec:
    """Check ``request`` against the configuration and fix everything the job needs.

    Raises ``RequestError``, ``ConfigurationError`` or ``UnknownStepError``; nothing has happened then.
    """
    _check_source(request)
    classes = step_classes()
    first = [canonical_name(name) for name in request.dependencies if canonical_name(name) in classes]
    jobs = [name for name in request.dependencies if canonical_name(name) not in classes]
    if job_id in jobs:
        raise ConflictError(f"job {job_id} depends on itself; remove it from 'dependencies'", job_id=job_id)
    compiled = compile_pipeline(
        config,
        steps=request.steps,
        overrides=request.config,
        options=request.options,
        first=first,
        strict=request.strict_parameters,
    )
    warnings = [
        f"step {step}: option {', '.join(keys)} is not declared by it and was left out"
        for step, keys in compiled.dropped.items()
    ]
    body = json.dumps(request.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return JobSpec(
        job_id=job_id,
        source_type=request.source_type,
        source=request.source,
        branch=request.branch,
        repository=repository_name(request),
        pipeline=compiled.pipeline,
        wait_for=list(dict.fromkeys(jobs)),
        priority=request.priority,
        created_at=now,
        eta=request.start_time(now),
        full=request.full,
        dry_run=request.dry_run,
        request_hash=hashlib.sha256(body.encode()).hexdigest(),
        # Free text is shown, stored and logged for as long as the job is known.
        correlation_id=redact_text(correlation_id) or job_id,
        tags=[redact_text(tag) for tag in request.tags],
        description=redact_text(request.description) if request.description else request.description,
        created_by=redact_text(request.created_by) if request.created_by else request.created_by,
        schedule=schedule,
        warnings=warnings,
    )


def retry_spec(
    original: JobSpec,
    statuses: Mapping[str, StepStatus],
    *,
    job_id: str,
    now: datetime,
    snapshot: str | None = None,
    step: str | None = None,
    from_step: str | None = None,
) -> JobSpec:
    """A new job that does again what ``original`` did.

    With ``step`` only that step runs; with ``from_step`` that one and all that depend on it; without either, the
    whole workflow. Steps that do not run again must have been completed by ``original``. The new job reads the same
    ``snapshot``, if ``original`` got that far, so both talk about the same code.
    """
    names = [spec.name for spec in original.pipeline.steps]
    wanted = canonical_name(step or from_step or "")
    if wanted and wanted not in names:
        raise RequestError(
            f"job {original.job_id} has no step {wanted!r}",
            problems=[f"{'step' if step else 'from_step'}:{known_values('steps', wanted, names)}"],
        )
    if step:
        again = {wanted}
    elif from_step:
        again = _downstream(original, wanted)
    else:
        again = set(names)
    reused = [name for name in names if name not in again]
    unfinished = [name for name in reused if statuses.get(name) is not StepStatus.COMPLETED]
    needed = {dep for spec in original.pipeline.steps if spec.name in again for dep in spec.depends_on}
    missing = sorted(needed & set(unfinished))
    if missing:
        raise RequestError(
            f"step {wanted!r} depends on {', '.join(missing)}, which job {original.job_id} did not complete",
            problems=[f"retry with from_step {missing[0]!r}, or the whole workflow"],
        )
    kept = [spec for spec in original.pipeline.steps if spec.name not in unfinished]
    kept = [
        spec.model_copy(update={"depends_on": [d for d in spec.depends_on if d not in unfinished]}) for spec in kept
    ]
    source = {"source_type": SourceType.SNAPSHOT, "source": snapshot, "branch": None} if snapshot else {}
    return original.model_copy(
        update={
            **source,
            "job_id": job_id,
            "created_at": now,
            "eta": None,
            "wait_for": [],
            "retry_of": original.job_id,
            "reused": {name: original.job_id for name in reused if name not in unfinished},
            "pipeline": original.pipeline.model_copy(update={"steps": kept}),
            "correlation_id": original.correlation_id,
            "request_hash": hashlib.sha256(f"{original.job_id}/{step}/{from_step}".encode()).hexdigest(),
            "schedule": None,
            "generation": 0,
        }
    )


def _downstream(original: JobSpec, name: str) -> set[str]:
    found = {name}
    for spec in original.pipeline.steps:  # in a valid order, so one pass is enough
        if found & set(spec.depends_on):
            found.add(spec.name)
    return found


def _check_source(request: IngestionRequest) -> None:
    if request.source_type in (SourceType.GIT_URL, SourceType.GITHUB_URL):
        parts = urlsplit(request.source)
        if (parts.username and parts.scheme != "ssh") or parts.password:
            raise RequestError(
                "credentials in the URL",
                problems=["source: a URL must not hold a user name or password; it would be stored with the job"],
            )
    if request.source_type in (SourceType.LOCAL_PATH, SourceType.ARCHIVE) and not local_paths_allowed():
        raise RequestError(
            "this service does not read paths of its own machine",
            problems=[
                f"source_type: {request.source_type} is off here ({LOCAL_PATHS_SETTING}); upload an archive with"
                " POST /v1/repositories and use source_type snapshot"
            ],
        )
