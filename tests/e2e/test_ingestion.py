"""Ingesting real and awkward repositories through the front door."""

from __future__ import annotations

import ast
import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Service, write

IGNORED = {".git", "__pycache__", "node_modules", "build", "dist", ".venv", ".idea", ".vscode"}


def classes_and_functions(root: Path) -> tuple[int, int]:
    """Counted by Python's own parser."""
    classes = functions = 0
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            classes += isinstance(node, ast.ClassDef)
            functions += isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return classes, functions


def test_the_graph_of_an_sdist_agrees_with_an_independent_count(service: Service, flask: Path) -> None:
    job = service.ingest(flask, repository="flask-counts", steps=["filesystem", "syntax"])
    assert job["status"] == "COMPLETED", job
    files = directories = 0
    for _folder, subfolders, names in os.walk(flask):
        subfolders[:] = [name for name in subfolders if name not in IGNORED]
        directories += len(subfolders)
        files += len(names)
    (row,) = service.query(
        "MATCH (f:File {repository: $r}) WITH count(f) AS files"
        " MATCH (d:Directory {repository: $r}) RETURN files, count(d) AS directories",
        r="flask-counts",
    )
    assert row == {"files": files, "directories": directories}
    classes, functions = classes_and_functions(flask)
    # A name that is defined twice in one place (overloads, alternatives) is one node that says so.
    (symbols,) = service.query(
        "MATCH (c:Class {repository: $r}) WITH sum(coalesce(c.definitions, 1)) AS classes"
        " MATCH (m:Method {repository: $r}) WITH classes, sum(coalesce(m.definitions, 1)) AS methods"
        " MATCH (f:Function {repository: $r}) WHERE NOT f.name STARTS WITH '<lambda'"
        " WITH classes, methods, sum(coalesce(f.definitions, 1)) AS functions"
        " RETURN classes, methods + functions AS functions",
        r="flask-counts",
    )
    assert symbols == {"classes": classes, "functions": functions}
    (link,) = service.query(
        "MATCH (:File {repository: $r})-[d:DEFINES]->(:Module) RETURN count(d) AS n", r="flask-counts"
    )
    assert link["n"] == len(list(flask.rglob("*.py")))


def test_ingesting_again_does_no_work_and_gives_the_same_digest(service: Service, flask: Path) -> None:
    first = service.ingest(flask, repository="flask-twice")
    assert first["status"] == "COMPLETED", first
    digest = service.digest("flask-twice")
    second = service.ingest(flask, repository="flask-twice")
    assert second["status"] == "COMPLETED", second
    assert {name: step["stale"] for name, step in second["steps"].items()} == dict.fromkeys(second["steps"], 0)
    assert all(step["nodes"] == 0 for step in second["steps"].values())
    assert service.digest("flask-twice") == digest
    again = service.ingest(flask, repository="flask-other-name")
    assert again["status"] == "COMPLETED", again
    assert service.digest("flask-other-name") == digest


def test_the_graph_survives_a_restart_of_the_host_and_of_the_graph(own_service: Service, tmp_path: Path) -> None:
    source = write(
        tmp_path / "repo", {"a.py": "import b\n\ndef f():\n    return b.g()\n", "b.py": "def g():\n    return 1\n"}
    )
    job = own_service.ingest(source, repository="restarted")
    assert job["status"] == "COMPLETED", job
    digest = own_service.digest("restarted")
    own_service.restart(kill=True)
    assert own_service.digest("restarted") == digest
    assert own_service.job(job["job_id"])["status"] == "COMPLETED"
    again = own_service.ingest(source, repository="restarted")
    assert again["status"] == "COMPLETED"
    assert own_service.digest("restarted") == digest


def test_a_call_across_modules_is_found(service: Service, tmp_path: Path) -> None:
    source = write(
        tmp_path / "calls",
        {
            "pkg/__init__.py": "",
            "pkg/a.py": "from pkg.b import g\n\ndef f():\n    g()\n",
            "pkg/b.py": "def g():\n    pass\n",
        },
    )
    job = service.ingest(source, repository="calls")
    assert job["status"] == "COMPLETED", job
    rows = service.query(
        "MATCH (a:Function {repository: 'calls'})-[c:CALLS]->(b:Function)"
        " RETURN a.name AS a, b.name AS b, c.confidence AS c"
    )
    assert rows == [{"a": "f", "b": "g", "c": 1.0}]


def bad(service: Service, body: Any, *, status: int = 400) -> dict[str, Any]:
    answer = service.http.post("/v1/ingest", content=json.dumps(body), headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    return answer.json()


def test_a_path_that_does_not_exist_fails_the_job_with_the_path(service: Service) -> None:
    job = service.ingest("/does/not/exist")
    assert job["status"] == "FAILED"
    assert "/does/not/exist" in job["error"]


def test_an_empty_repository_is_refused_with_a_reason(service: Service, tmp_path: Path) -> None:
    (tmp_path / "empty" / ".git").mkdir(parents=True)
    job = service.ingest(tmp_path / "empty")
    assert job["status"] == "FAILED"
    assert "no file" in job["error"].lower()


def test_awkward_files_are_ingested_as_far_as_they_can_be(service: Service, tmp_path: Path) -> None:
    source = write(
        tmp_path / "awkward",
        {
            "good.py": "def fine():\n    return 1\n",
            "latin.py": "# caf\xe9\nNAME = 'caf\xe9'\n\ndef latin():\n    pass\n".encode("latin-1"),
            "broken.py": "def half(:\n    pass\n\ndef whole():\n    return 2\n",
            "large.bin": b"\0" * 50_000_000,
        },
    )
    (source / "loop").symlink_to(source, target_is_directory=True)
    (source / "dangling").symlink_to(source / "nowhere")
    job = service.ingest(source, repository="awkward")
    assert job["status"] == "COMPLETED", job
    said = "\n".join([*job["warnings"], *(w for step in job["steps"].values() for w in step["warnings"])])
    for name in ("latin.py", "broken.py", "loop"):
        assert name in said, said
    names = {row["n"] for row in service.query("MATCH (f:File {repository: 'awkward'}) RETURN f.name AS n")}
    assert {"good.py", "latin.py", "broken.py", "large.bin"} <= names
    functions = {row["n"] for row in service.query("MATCH (f:Function {repository: 'awkward'}) RETURN f.name AS n")}
    assert {"fine", "latin", "whole"} <= functions


def archive(path: Path, entries: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def test_an_archive_is_ingested_like_a_folder(service: Service, tmp_path: Path) -> None:
    file = archive(tmp_path / "proj-1.0.tar.gz", {"proj-1.0/a.py": b"def f(): pass\n", "proj-1.0/sub/b.txt": b"x"})
    job = service.ingest(file, source_type="archive", repository="archived")
    assert job["status"] == "COMPLETED", job
    paths = {row["p"] for row in service.query("MATCH (f:File {repository: 'archived'}) RETURN f.path AS p")}
    assert paths == {"a.py", "sub/b.txt"}


def test_an_archive_that_climbs_out_is_refused(service: Service, tmp_path: Path) -> None:
    file = archive(tmp_path / "evil.tar.gz", {"ok.py": b"", "../evil.py": b"x"})
    job = service.ingest(file, source_type="archive")
    assert job["status"] == "FAILED"
    assert "../evil.py" in job["error"]
    assert not (tmp_path.parent / "evil.py").exists()


def test_an_upload_becomes_a_snapshot_that_can_be_ingested(service: Service, tmp_path: Path) -> None:
    file = archive(tmp_path / "up.tar.gz", {"x/main.py": b"def main(): pass\n"})
    answer = service.http.post("/v1/repositories", content=file.read_bytes())
    assert answer.status_code == 201, answer.text
    uploaded = answer.json()
    assert uploaded["files"] == 1
    job = service.ingest(uploaded["snapshot"], source_type="snapshot", repository="uploaded")
    assert job["status"] == "COMPLETED", job


def test_an_upload_that_is_no_archive_is_refused(service: Service) -> None:
    answer = service.http.post("/v1/repositories", content=b"hello")
    assert answer.status_code == 400
    assert service.http.post("/v1/repositories", content=b"").status_code == 400


@pytest.mark.parametrize("body", [None, [], "text", 7])
def test_a_body_that_is_not_an_object_is_refused(service: Service, body: Any) -> None:
    assert "JSON object" in bad(service, body)["detail"]


def test_broken_json_is_refused(service: Service) -> None:
    answer = service.http.post("/v1/ingest", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "not valid JSON" in answer.json()["detail"]


def test_an_unknown_step_is_refused_with_the_known_ones(service: Service, tmp_path: Path) -> None:
    problem = bad(service, {"source_type": "local_path", "source": str(tmp_path), "steps": ["sintax"]})
    assert "Did you mean 'syntax'" in problem["detail"]


def test_every_mistake_in_a_request_is_listed(service: Service) -> None:
    problem = bad(service, {"source_type": "ftp", "source": "", "colour": "red"})
    assert len(problem["problems"]) >= 3


def test_a_broken_or_misspelt_configuration_names_line_and_key(service: Service) -> None:
    for text, expected in (
        ("steps: [", "not valid YAML"),
        ("steps:\n  - name: filesystem\n    concurency: 2\n", "Did you mean 'concurrency'"),
    ):
        answer = service.http.post("/v1/config/validate", content=text, headers={"content-type": "text/yaml"})
        assert answer.status_code == 400
        assert expected in answer.json()["detail"]
    good = service.http.post("/v1/config/validate", content="steps:\n  - name: filesystem\n")
    assert good.json()["valid"] is True


def test_an_unknown_job_is_404(service: Service) -> None:
    for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/cancel"), ("POST", "/retry")):
        answer = service.http.request(method, f"/v1/ingest/nope{path}", json={} if method == "POST" else None)
        assert answer.status_code == 404, (method, path, answer.text)


def test_health_names_every_component(service: Service) -> None:
    answer = service.http.get("/v1/ingest/health")
    assert answer.status_code == 200, answer.text
    assert set(answer.json()["components"]) == {"storage", "task_hub", "graph", "history", "model"}
    assert answer.json()["status"] == "healthy"


def test_the_feed_can_be_followed_from_the_first_event_to_the_last(service: Service, tmp_path: Path) -> None:
    source = write(tmp_path / "feed", {"a.py": "x = 1\n"})
    job_id = service.start(source, repository="feed")
    seen: list[dict[str, Any]] = []
    after = 0
    for _ in range(200):
        page = service.http.get(f"/v1/ingest/{job_id}/events", params={"after": after, "wait": 10}).json()
        seen += page["events"]
        after = page["next"]
        if page["done"]:
            break
    assert [event["seq"] for event in seen] == list(range(1, len(seen) + 1))
    assert seen[-1]["status"] == "COMPLETED"
    assert seen[-1]["overall_progress"] == 100
    overall = [event["overall_progress"] for event in seen]
    assert overall == sorted(overall)
