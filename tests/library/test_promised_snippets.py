"""The snippets that introduced the library to its users run as they were promised; only paths are put in."""

from __future__ import annotations

import contextlib
import io
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codestory.graph import embedded
from codestory.ingestion_pipeline import PipelineManager, PipelineStep, StepStatus
from codestory.ingestion_pipeline.config import load_config

ROOT = Path(__file__).resolve().parents[2]

QUICK_TOUR = """
from codestory.ingestion_pipeline import PipelineManager

# Create a manager with the default config
manager = PipelineManager()

# Start an ingestion job
job_id = manager.start_job("/path/to/repo")

# Check job status
status = manager.status(job_id)
print(f"Job status: {status['status']}")

# Stop a job if needed
manager.stop(job_id)
"""

POLLING = """
import time
from codestory.ingestion_pipeline.manager import PipelineManager

def run_ingestion():
    # 1. Path to the repository you want to ingest
    repo_path = "/path/to/your/codebase"

    # 2. Initialize the PipelineManager with the config file
    manager = PipelineManager(config_path="pipeline_config.yml")

    # 3. Kick off a new ingestion job
    job_id = manager.start_job(repository_path=repo_path)
    print(f"Started ingestion job: {job_id}")

    # 4. Poll the job status until it completes or fails
    while True:
        status = manager.status(job_id)
        print(f"[{job_id}] Status: {status}")
        if status in ("COMPLETED", "FAILED"):
            break
        time.sleep(5)

    # 5. Check final outcome
    if status == "COMPLETED":
        print("✅ Ingestion pipeline completed successfully.")
    else:
        print("❌ Ingestion pipeline failed. Check logs for details.")

if __name__ == "__main__":
    run_ingestion()
"""

CUSTOM_STEP = """
class MyCustomStep(PipelineStep):
    def run(self, repository_path, **config):
        # Process the repository
        return job_id

    def status(self, job_id):
        # Return job status
        return {"status": StepStatus.RUNNING, "progress": 50.0}

    def stop(self, job_id):
        # Stop the job
        return {"status": StepStatus.STOPPED}

    def cancel(self, job_id):
        # Cancel the job
        return {"status": StepStatus.CANCELLED}

    def ingestion_update(self, repository_path, **config):
        # Update the graph without running the full pipeline
        return job_id
"""

CONFIG_WITH_DOCKER_IMAGE = """
steps:
  - name: filesystem
    concurrency: 1
    ignore_patterns:
      - "node_modules/"
      - ".git/"

  - name: blarify
    concurrency: 1
    docker_image: "codestory/blarify:latest"
    timeout: 300

retry:
  max_retries: 3
  back_off_seconds: 10
"""

CONFIG_WITH_BLARIFY_FIRST = """
steps:
  - name: blarify
    concurrency: 1
  - name: filesystem
    concurrency: 1
  - name: summarizer
    concurrency: 5
  - name: documentation_grapher
    concurrency: 2
retry:
  max_retries: 3
  back_off_seconds: 10
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("library")
    yield folder
    embedded.stop(folder / "graph")


@pytest.fixture
def place(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory like a user's: a configuration, a home for local state, no service configured."""
    monkeypatch.setenv("CODESTORY_HOME", str(home))
    monkeypatch.delenv("CODESTORY_SERVICE_URL", raising=False)
    monkeypatch.chdir(ROOT)
    return home


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text("def f():\n    return 1\n")
    return tmp_path / "code"


def run(snippet: str, *, name: str = "snippet", **names: Any) -> tuple[dict[str, Any], str]:
    scope: dict[str, Any] = {"__name__": name, **names}
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(textwrap.dedent(snippet), "snippet", "exec"), scope)
    return scope, output.getvalue()


def test_the_quick_tour_starts_shows_and_stops_a_job(place: Path, repo: Path) -> None:
    scope, said = run(QUICK_TOUR.replace("/path/to/repo", str(repo)))
    manager = scope["manager"]
    try:
        assert said.startswith("Job status: ")
        assert StepStatus(said.split()[-1]) in StepStatus
        assert manager.wait(scope["job_id"])["status"] in (StepStatus.STOPPED, StepStatus.COMPLETED)
    finally:
        manager.close()


def test_the_polling_program_ends_with_success(place: Path, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[PipelineManager] = []
    original = PipelineManager.__init__

    def remembered(self: PipelineManager, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        made.append(self)

    monkeypatch.setattr(PipelineManager, "__init__", remembered)
    try:
        _, said = run(POLLING.replace("/path/to/your/codebase", str(repo)), name="__main__")
    finally:
        for manager in made:
            manager.close()
    assert "✅ Ingestion pipeline completed successfully." in said


def test_a_step_of_the_promised_shape_can_be_defined_and_used() -> None:
    scope, _ = run(CUSTOM_STEP, PipelineStep=PipelineStep, StepStatus=StepStatus, job_id="mine-1")
    step = scope["MyCustomStep"]()
    assert step.run("/x", depth=1) == "mine-1"
    assert step.status("mine-1") == {"status": "RUNNING", "progress": 50.0}
    assert step.stop("mine-1")["status"] is StepStatus.STOPPED
    assert step.cancel("mine-1")["status"] is StepStatus.CANCELLED
    assert step.ingestion_update("/x") == "mine-1"


@pytest.mark.parametrize("text", [CONFIG_WITH_DOCKER_IMAGE, CONFIG_WITH_BLARIFY_FIRST])
def test_both_promised_configurations_load(tmp_path: Path, text: str) -> None:
    (tmp_path / "pipeline_config.yml").write_text(text)
    config = load_config(tmp_path / "pipeline_config.yml")
    assert config.retry.max_retries == 3
    assert "blarify" in {step.name for step in config.steps}


def test_the_operations_of_a_built_in_step_are_jobs_of_that_step(place: Path, repo: Path) -> None:
    from codestory.ingestion_pipeline.registry import load_step

    manager = PipelineManager()
    try:
        step = load_step("filesystem")
        step.manager = manager
        job_id = step.run(str(repo), repository="ops", priority="high")
        assert manager.wait(job_id) == "COMPLETED"
        assert step.status(job_id)["status"] is StepStatus.COMPLETED
        assert set(manager.status(job_id)["steps"]) == {"filesystem"}
        assert step.cancel(job_id)["status"] is StepStatus.COMPLETED
        update = step.ingestion_update(str(repo), repository="ops")
        assert manager.wait(update) == "COMPLETED"
        assert step.status(update)["stale"] == 0
        later = step.schedule(str(repo), repository="ops", countdown=3600)
        assert manager.status(later) == "SCHEDULED"
        assert step.dependencies(later) == []
        assert step.stop(later)["status"] in (StepStatus.SKIPPED, StepStatus.PENDING)
        assert manager.wait(later) == "STOPPED"
        again = step.retry(later)
        assert manager.wait(again) == "COMPLETED"
    finally:
        manager.close()


def test_a_path_that_does_not_exist_is_said_before_anything_starts() -> None:
    from codestory.exceptions import SourceNotFoundError

    with pytest.raises(SourceNotFoundError, match="Repository path does not exist: /no/such/place"):
        PipelineManager().start_job("/no/such/place")
