"""Taking a repository out of the graph, and what one step has of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Service, write
from tests.e2e.jobs import Trace, config, until

STEPS = ["filesystem", "syntax", "documentation_grapher", "summarizer"]
FILES: dict[str, str | bytes] = {
    "pkg/__init__.py": '"""A package."""\n\nfrom pkg.a import one\n',
    "pkg/a.py": "def one():\n    return two()\n\n\ndef two():\n    return len([])\n",
    "README.md": "# Package\n\nSee `pkg.a.one` in [the code](pkg/a.py).\n",
}


def blobs(service: Service) -> set[Path]:
    """What is stored, but for snapshots, the contents in them, and what belongs to jobs."""
    root = service.home / "blobs"
    files = {path.relative_to(root) for path in root.rglob("*") if path.is_file()}
    return {
        path for path in files if path.parts[0] not in ("snapshots", "packs", "sources", "flags", "retention", "runs")
    }


def run_cli(service: Service, *arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "codestory.cli", *arguments],
        env=os.environ | {"CODESTORY_HOME": str(service.home)},
        input=answer,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_removed_repository_leaves_nothing_and_comes_back_the_same(service: Service, tmp_path: Path) -> None:
    source = write(tmp_path / "repo", FILES)
    service.ingest(source, repository="stays", steps=STEPS)
    before = blobs(service)
    service.ingest(source, repository="goes", steps=STEPS)
    assert blobs(service) > before
    digests = service.digest("goes"), service.digest("stays")
    nodes = service.http.get("/v1/graph/stats", params={"repository": "goes"}).json()["total_nodes"]
    assert nodes > 10

    answer = service.http.delete("/v1/graph", params={"repository": "goes"})

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"repository": "goes", "steps": sorted(STEPS), "nodes": nodes}
    for route in ("stats", "digest"):
        answer = service.http.get(f"/v1/graph/{route}", params={"repository": "goes"})
        assert answer.status_code == 404
        assert "no repository 'goes'" in answer.text
        assert "stays" in answer.text
    assert blobs(service) == before
    job = service.ingest(source, repository="goes", steps=STEPS)
    assert job["status"] == "COMPLETED"
    assert (service.digest("goes"), service.digest("stays")) == digests


def test_what_one_step_has_can_be_removed_alone(service: Service, tmp_path: Path) -> None:
    source = write(tmp_path / "repo", FILES)
    service.ingest(source, repository="partly", steps=STEPS)
    digest = service.digest("partly")

    answer = service.http.delete("/v1/graph", params={"repository": "partly", "step": "syntax"})

    assert answer.json()["steps"] == ["syntax"]
    labels = service.http.get("/v1/graph/stats", params={"repository": "partly"}).json()["nodes"]
    assert "Function" not in labels
    assert {"File", "Documentation", "Summary"} <= labels.keys()
    job = service.ingest(source, repository="partly", steps=STEPS)
    assert job["status"] == "COMPLETED"
    assert service.digest("partly") == digest


def test_a_repository_on_which_a_job_works_is_not_removed(service: Service, tmp_path: Path, trace: Trace) -> None:
    source = write(tmp_path / "repo", FILES)
    service.ingest(source, repository="busy", steps=["filesystem"])
    job = service.start(source, repository="busy", config=config(trace.slow()))
    until(lambda: service.job(job)["status"] == "RUNNING")

    refused = service.http.delete("/v1/graph", params={"repository": "busy"})

    assert refused.status_code == 409
    assert job in refused.json()["detail"]
    service.act(job, "cancel")
    trace.open()
    service.wait(job)
    assert service.http.delete("/v1/graph", params={"repository": "busy"}).status_code == 200


@pytest.mark.parametrize(
    ("parameters", "status", "text"),
    [
        ({}, 400, "which repository?"),
        ({"repository": "nobodys"}, 404, "nobodys"),
        ({"repository": "known", "step": "sintax"}, 404, "filesystem"),
    ],
)
def test_what_is_not_there_cannot_be_removed(
    service: Service, repo: Path, parameters: dict[str, str], status: int, text: str
) -> None:
    service.ingest(repo, repository="known", steps=["filesystem"])
    answer = service.http.delete("/v1/graph", params=parameters)
    assert answer.status_code == status
    assert text in answer.text


def test_the_command_line_asks_first(service: Service, repo: Path) -> None:
    service.ingest(repo, repository="asked", steps=["filesystem"])

    unknown = run_cli(service, "graph", "remove", "askd")
    assert unknown.returncode == 2
    assert "Did you mean 'asked'" in unknown.stderr
    no = run_cli(service, "graph", "remove", "asked", answer="n\n")
    assert no.returncode == 1
    assert "Remove what filesystem put into the graph of 'asked'" in no.stderr
    assert service.digest("asked")
    yes = run_cli(service, "graph", "remove", "asked", "--yes", "--json")
    assert yes.returncode == 0, yes.stderr
    assert json.loads(yes.stdout) == {"repository": "asked", "steps": ["filesystem"], "nodes": 4}
    assert service.http.get("/v1/graph/digest", params={"repository": "asked"}).status_code == 404


def test_a_step_whose_nodes_another_one_left_says_how_to_go_on(service: Service, repo: Path) -> None:
    service.ingest(repo, repository="switched", steps=["marker"])

    refused = service.ingest(repo, repository="switched", steps=["other_marker"])

    assert refused["status"] == "FAILED"
    assert "codestory graph remove switched --step marker" in refused["error"]
    service.http.delete("/v1/graph", params={"repository": "switched", "step": "marker"})
    job = service.ingest(repo, repository="switched", steps=["other_marker"])
    assert job["status"] == "COMPLETED"
    rows = service.query("MATCH (m:MarkerHead {repository: 'switched'}) RETURN DISTINCT m.step AS step")
    assert rows == [{"step": "other_marker"}]
