"""The whole service as a user meets it: the local host as a process, the embedded graph, real repositories."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from codestory.graph import embedded
from codestory.ingestion_pipeline.local_service import LocalService
from tests.e2e.jobs import Trace
from tests.support.sdists import sdist

STEPS = Path(__file__).parent / "steps"

ENVIRONMENT = {
    "PYTHONPATH": str(STEPS),
    "CODESTORY_SCHEDULER_CRON": "* * * * * *",
    "CODESTORY_GRAPH_HEAP": "400m",
    "CODESTORY_SERVICE_URL": "",
}

INSTANCES = "/runtime/webhooks/durabletask/instances"


class Service:
    """A running service and the calls that tests make of it."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.environment = {**ENVIRONMENT, **environment}
        self.local = LocalService.start(home=home, environment=self.environment)
        self.http = httpx.Client(base_url=self.local.url, timeout=60)

    def restart(self, *, kill: bool = False) -> None:
        """End the host, by force or not, and start it again on the same state."""
        self.http.close()
        if kill:
            self.local.process.kill()
            self.local.process.wait()
        else:
            self.local.stop()
        self.local = LocalService.start(home=self.home, environment=self.environment)
        self.http = httpx.Client(base_url=self.local.url, timeout=60)

    def close(self) -> None:
        self.http.close()
        self.local.stop()
        embedded.stop(self.home / "graph")

    def start(self, source: Path | str, **request: Any) -> str:
        body = {"source_type": "local_path", "source": str(source), **request}
        answer = self.http.post("/v1/ingest", json=body)
        assert answer.status_code == 202, answer.text
        return answer.json()["job_id"]

    def job(self, job_id: str) -> dict[str, Any]:
        answer = self.http.get(f"/v1/ingest/{job_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def wait(self, job_id: str, timeout: float = 120) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            job = self.job(job_id)
            if job["status"] in ("COMPLETED", "FAILED", "CANCELLED", "STOPPED"):
                return job
            time.sleep(0.1)
        raise AssertionError(f"job {job_id} has not ended after {timeout} s: {self.job(job_id)}\n{self.log()}")

    def ingest(self, source: Path | str, **request: Any) -> dict[str, Any]:
        return self.wait(self.start(source, **request))

    def act(self, job_id: str, action: str, **body: Any) -> dict[str, Any]:
        """Cancel, stop, suspend, resume or retry the job."""
        answer = self.http.post(f"/v1/ingest/{job_id}/{action}", json=body)
        assert answer.status_code in (200, 202), answer.text
        return answer.json()

    def step(self, job_id: str, name: str) -> dict[str, Any]:
        return self.job(job_id)["steps"][name]

    def events(self, job_id: str, after: int = 0) -> list[dict[str, Any]]:
        answer = self.http.get(f"/v1/ingest/{job_id}/events", params={"after": after})
        assert answer.status_code == 200, answer.text
        return answer.json()["events"]

    def instances(self, job_id: str) -> dict[str, str]:
        """The runtime status of the job's orchestration and of those of its steps."""
        answer = self.http.get(f"{INSTANCES}", params={"instanceIdPrefix": job_id, "showInput": "false"})
        assert answer.status_code == 200, answer.text
        return {found["instanceId"]: found["runtimeStatus"] for found in answer.json()}

    def pool(self, name: str = "default") -> dict[str, Any]:
        """The tokens of a pool: who holds them, who waits."""
        return self.http.get("/v1/ingest/resource_status").json()["tokens"].get(name, {})

    def query(self, cypher: str, **parameters: Any) -> list[dict[str, Any]]:
        answer = self.http.post("/v1/graph/query", json={"query": cypher, "parameters": parameters, "limit": 10_000})
        assert answer.status_code == 200, answer.text
        return answer.json()["rows"]

    def digest(self, repository: str) -> str:
        answer = self.http.get("/v1/graph/digest", params={"repository": repository})
        assert answer.status_code == 200, answer.text
        return answer.json()["digest"]

    def log(self, lines: int = 40) -> str:
        return "\n".join(self.local.log.read_text(errors="replace").splitlines()[-lines:])


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests of a worker process; every test uses repositories of its own name."""
    running = Service(tmp_path_factory.mktemp("service"))
    yield running
    running.close()


@pytest.fixture
def own_service(tmp_path: Path) -> Iterator[Service]:
    """A service that a test may kill, restart or fill."""
    running = Service(tmp_path / "home")
    yield running
    running.close()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository of two files."""
    return write(tmp_path / "repo", {"a.py": "x = 1\n", "b/c.txt": "hello\n"})


@pytest.fixture
def trace(tmp_path: Path) -> Iterator[Trace]:
    """Traces of slow and flaky steps; nothing is held up when the test ends."""
    found = Trace(tmp_path / "trace")
    yield found
    found.open()


@pytest.fixture(scope="session")
def flask() -> Path:
    return sdist("flask==3.1.0")


@pytest.fixture(autouse=True)
def _no_service_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CODESTORY_")]:
        monkeypatch.delenv(name)


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A small repository."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
