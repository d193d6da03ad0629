"""Clients that keep the service busy and hold every job to what was promised."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.soak.repositories import Subject
from benchmarks.soak.service import Supervised, Unanswered

__all__ = ["FINAL", "Client", "Score", "references"]

FINAL = ("COMPLETED", "FAILED", "CANCELLED", "STOPPED")
RETRY = {"max_retries": 25, "back_off_seconds": 0.5, "back_off_coefficient": 1.5, "max_back_off_seconds": 4}
JOB_LIMIT_SECONDS = 600.0

type References = Mapping[tuple[str, int], str]
"""Digest by name of the subject and number of its revision."""


@dataclass
class Score:
    """What came of the jobs of one run; shared by all clients."""

    accepted: int = 0
    ended: Counter[str] = field(default_factory=Counter[str])
    digests_equal: int = 0
    digests_compared: int = 0
    violations: list[str] = field(default_factory=list[str])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def violation(self, text: str) -> None:
        """Note that a promise was broken."""
        with self.lock:
            self.violations.append(text)


def references(service: Supervised, subjects: Sequence[Subject]) -> dict[tuple[str, int], str]:
    """The digests that an undisturbed service gives, each revision ingested from nothing."""
    found: dict[tuple[str, int], str] = {}
    for subject in subjects:
        for number, folder in enumerate(subject.revisions):
            repository = f"undisturbed-{subject.name}-{number}"
            body = {"source_type": "local_path", "source": str(folder), "repository": repository}
            job_id = service.ask("POST", "/v1/ingest", json=body).json()["job_id"]
            job = _wait(service, job_id)
            if job["status"] != "COMPLETED":
                raise RuntimeError(f"the undisturbed run of {repository} ended {job['status']}: {job['error']}")
            answer = service.ask("GET", "/v1/graph/digest", params={"repository": repository})
            found[subject.name, number] = answer.json()["digest"]
    return found


def _wait(service: Supervised, job_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + JOB_LIMIT_SECONDS
    while time.monotonic() < deadline:
        job = service.ask("GET", f"/v1/ingest/{job_id}").json()
        if job["status"] in FINAL:
            return job
        time.sleep(0.3)
    raise RuntimeError(f"job {job_id} did not end within {JOB_LIMIT_SECONDS:g} s")


class Client(threading.Thread):
    """Takes one subject through its revisions, again and again under new names, until it is told to stop.

    ``cancels`` is the share of jobs that it cancels at a random moment. After every job its promises are checked.
    """

    def __init__(
        self, service: Supervised, subject: Subject, expected: References, score: Score, *,
        seed: str, stop: threading.Event, cancels: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(name=f"client-{subject.name}", daemon=True)
        self._service, self._subject, self._expected, self._score = service, subject, expected, score
        self._seed, self._stopping, self._cancels = seed, stop, cancels
        self._chance = random.Random(f"{seed}/{subject.name}")

    def run(self) -> None:
        """Job after job; an unexpected trouble is a violation, not the end of the run."""
        number = 0
        while not self._stopping.is_set():
            for revision in range(len(self._subject.revisions)):
                if self._stopping.is_set():
                    return
                name = f"{self._subject.name}-{number}"
                try:
                    self._one(name, revision)
                except (Unanswered, KeyError, ValueError) as error:
                    self._score.violation(f"{name} revision {revision}: {error!r}")
                    return
            number += 1

    def _one(self, repository: str, revision: int) -> None:
        cancelled = self._chance.random() < self._cancels
        job_id = self._submit(repository, revision, "first")
        job = self._follow(job_id, cancel_after=self._chance.uniform(0.5, 6.0) if cancelled else None)
        if cancelled and job["status"] == "CANCELLED":
            self._check_silence(repository, job_id)
            job_id = self._submit(repository, revision, "again")
            job = self._follow(job_id)
        if job["status"] != "COMPLETED":
            self._score.violation(f"{repository} revision {revision}, job {job_id}: {job['status']}: {job['error']}")
            return
        self._check_graph(repository, revision, job_id)
        self._check_history(job_id, job)

    def _submit(self, repository: str, revision: int, turn: str) -> str:
        body = {
            "source_type": "local_path", "source": str(self._subject.revisions[revision]), "repository": repository,
            "config": {"retry": RETRY},
        }  # fmt: skip
        # The same key for every try: an answer that got lost must not make two jobs.
        headers = {"Idempotency-Key": f"{self._seed}/{repository}/{revision}/{turn}"}
        answer = self._service.ask("POST", "/v1/ingest", json=body, headers=headers)
        if answer.status_code != 202:
            raise ValueError(f"refused: {answer.status_code} {answer.text[:300]}")
        with self._score.lock:
            self._score.accepted += 1
        return answer.json()["job_id"]

    def _follow(self, job_id: str, *, cancel_after: float | None = None) -> dict[str, Any]:
        began = time.monotonic()
        progress, retries, updated = 0.0, Counter[str](), ""
        while time.monotonic() - began < JOB_LIMIT_SECONDS:
            answer = self._service.ask("GET", f"/v1/ingest/{job_id}")
            if answer.status_code != 200:
                raise ValueError(f"the accepted job {job_id} is lost: {answer.status_code} {answer.text[:300]}")
            job = answer.json()
            if job["progress"] < progress or job["updated_at"] < updated:
                self._score.violation(f"job {job_id} went back from {progress} ({updated}) to {job['progress']}")
            progress, updated = job["progress"], job["updated_at"]
            for name, step in job["steps"].items():
                if step["retry_count"] < retries[name]:
                    self._score.violation(f"job {job_id}: retry_count of {name} fell")
                retries[name] = step["retry_count"]
            if job["status"] in FINAL:
                with self._score.lock:
                    self._score.ended[job["status"]] += 1
                return job
            if cancel_after is not None and time.monotonic() - began > cancel_after:
                cancel_after = None
                self._service.ask("POST", f"/v1/ingest/{job_id}/cancel")
            time.sleep(0.25)
        raise ValueError(f"job {job_id} has not ended after {JOB_LIMIT_SECONDS:g} s, at {progress:g} percent")

    def _check_silence(self, repository: str, job_id: str) -> None:
        """After CANCELLED nothing of the job reaches the graph."""
        writes = "MATCH (s:StepState {repository: $r}) RETURN sum(s.writes) AS writes, count(s) AS steps"
        before = self._service.query(writes, r=repository)
        time.sleep(1.0)
        after = self._service.query(writes, r=repository)
        if before != after:
            self._score.violation(f"{repository}: written after job {job_id} was CANCELLED: {before} → {after}")

    def _check_graph(self, repository: str, revision: int, job_id: str) -> None:
        answer = self._service.ask("GET", "/v1/graph/digest", params={"repository": repository})
        digest = answer.json().get("digest", answer.text[:200])
        expected = self._expected[self._subject.name, revision]
        with self._score.lock:
            self._score.digests_compared += 1
            self._score.digests_equal += digest == expected
        if digest != expected:
            self._score.violation(f"{repository} revision {revision}, job {job_id}: digest {digest}, not {expected}")
        rows = self._service.query(
            "MATCH (r:Receipt {repository: $r}) RETURN r.id AS id, r.epoch AS epoch, r.step AS step", r=repository
        )
        if rows:
            self._score.violation(f"{repository}: {len(rows)} receipts are left after job {job_id}: {rows[:3]}")

    def _check_history(self, job_id: str, job: Mapping[str, Any]) -> None:
        deadline = time.monotonic() + 60
        while True:
            answer = self._service.ask("GET", f"/v1/executions/{job_id}")
            record = answer.json() if answer.status_code == 200 else {}
            if record.get("status") == "COMPLETED" or time.monotonic() > deadline:
                break
            time.sleep(0.5)
        rows = Counter(step["step_name"] for step in record.get("steps", []) if step["status"] == "COMPLETED")
        if record.get("status") != "COMPLETED" or rows != dict.fromkeys(job["steps"], 1):
            self._score.violation(f"history of job {job_id}: {record.get('status')}, completed rows {dict(rows)}")
