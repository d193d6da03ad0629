"""``make run`` and the graph commands, on the real host and the real graph."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codestory.graph.embedded import running
from codestory.graph.embedded import stop as stop_server
from tests.cli.conftest import run_cli
from tests.cli.fake_ingest_service import FakeService, job, step

ROOT = Path(__file__).resolve().parents[2]
CONFIG = "steps:\n  - name: filesystem\n"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    yield folder
    if (folder / "graph").is_dir():
        stop_server(folder / "graph")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    (root / "pkg").mkdir(parents=True)
    (root / "pkg" / "main.py").write_text("print('hello')\n")
    (root / "README.md").write_text("# Shop\n")
    return root


@pytest.mark.slow
def test_the_demo_ingests_shows_and_leaves_a_graph_but_no_process(
    home: Path, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pipeline.yml").write_text(CONFIG)
    monkeypatch.setenv("CODESTORY_HOME", str(home))
    settings = {"CODESTORY_PIPELINE_CONFIG": str(tmp_path / "pipeline.yml"), "CODESTORY_SERVICE_URL": ""}
    result = subprocess.run(
        [sys.executable, "-m", "codestory.cli", "--service-url", "http://127.0.0.1:9", "demo", str(shop)],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "COMPLETED  shop" in result.stdout
    assert result.stdout.count("$ ") >= 4
    assert running(home / "graph") is None

    stats = json.loads(run_cli("graph", "stats", "--repository", "shop", "--json").stdout)
    assert stats["nodes"] == {"Directory": 1, "File": 2, "Repository": 1}
    assert stats["relationships"] == {"CONTAINS": 3}
    assert len(run_cli("graph", "digest", "shop").stdout.strip()) == 64
    for command in (("digest", "shopp"), ("stats", "--repository", "shopp")):
        assert "Did you mean 'shop'" in run_cli("graph", *command, code=2).stderr

    query = ("graph", "query", "MATCH (f:File {repository: $name}) RETURN f.path AS path, f.size AS size ORDER BY path")
    assert run_cli(*query, "-p", "name=shop", "-f", "csv").stdout.splitlines() == [
        "path,size",
        "README.md,7",
        "pkg/main.py,15",
    ]
    assert json.loads(run_cli(*query, "-p", "name=shop", "--json", "--limit", "1").stdout) == [
        {"path": "README.md", "size": 7}
    ]
    assert "only queries that read" in run_cli("graph", "query", "MATCH (n) DELETE n", code=2).stderr.lower()
    run_cli("graph", "query", "MATCH (f:File) RETURN f.path", "-f", "json", "-o", str(tmp_path / "rows.json"))
    assert len(json.loads((tmp_path / "rows.json").read_text())) == 2
    assert "stopped" in run_cli("graph", "stop").stdout


def test_the_demo_uses_a_service_that_runs_and_exits_with_1_if_the_job_fails(
    cli: Callable, service: FakeService, shop: Path
) -> None:
    service.answer("GET /admin/host/status", 200, {"state": "Running"})
    service.script("j1", (job("j1", "FAILED", 10.0, step("filesystem", "FAILED", 10.0), error="disk is full"), []))
    result = cli("demo", str(shop), code=1)
    assert f"service at {service.url}" in result.stdout
    assert "FAILED  shop" in result.stdout
    assert "disk is full" in result.stderr
    assert service.to("POST /v1/ingest")[0].json["source"] == str(shop)
