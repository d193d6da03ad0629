"""Orchestrations that somebody started behind the service's back do not keep it from showing its jobs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.conftest import Service

START = "/runtime/webhooks/durabletask/orchestrators/ingest"


def test_what_was_not_started_by_the_service_is_no_job_and_spoils_no_list(service: Service, repo: Path) -> None:
    job_id = service.start(repo, repository="foreign", steps=["filesystem"])
    service.wait(job_id)
    runtime = service.http.get(f"/runtime/webhooks/durabletask/instances/{job_id}").json()
    foreign = {"empty": {}, "text": "x", "nothing": None, "twin": runtime["input"]}
    for name, given in foreign.items():
        body = "" if given is None else json.dumps(given)
        answer = service.http.post(f"{START}/foreign-{name}", content=body, params={"timeout": 5, "pollingInterval": 1})
        assert answer.status_code < 500 or "Failed" in answer.text, (name, answer.text)
    jobs = service.http.get("/v1/ingest", params={"repository": "foreign"})
    assert jobs.status_code == 200, jobs.text
    assert [job["job_id"] for job in jobs.json()["items"]] == [job_id]
    for name in foreign:
        assert service.http.get(f"/v1/ingest/foreign-{name}").status_code == 404
        assert service.http.post(f"/v1/ingest/foreign-{name}/cancel").status_code == 404
    assert service.http.get("/v1/graph/digest", params={"repository": "foreign"}).status_code == 200
    assert service.http.delete("/v1/graph", params={"repository": "foreign"}).status_code == 200
