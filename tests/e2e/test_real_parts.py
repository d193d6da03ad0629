"""Whole ingests on the real parts: Neo4j 5 as the graph, Azurite as the blob store, with an outage in the middle."""

from __future__ import annotations

import base64
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.soak.proxy import FaultyProxy
from codestory.storage.azure import AzureBlobStore
from tests.e2e.conftest import Service, write
from tests.e2e.test_control import until
from tests.e2e.test_graph_queries import QUERIES
from tests.support.azurite import Azurite
from tests.support.neo4j import Neo4jUnavailableError, neo4j_uri

RETRY = {"max_retries": 20, "back_off_seconds": 0.5, "back_off_coefficient": 1.5, "max_back_off_seconds": 4}
NPM_REGISTRY = "https://registry.npmjs.org/azurite"


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory, flask: Path) -> dict[str, Path]:
    """The same repositories for every kind of surroundings."""
    awkward = write(
        tmp_path_factory.mktemp("repositories") / "awkward",
        {
            "README.md": "# Title `a.f`\n\n## Größe 'x' \"y\" \\\n\nSee `pkg.b.g` and [a](a.py).\n",
            "a.py": "from pkg.b import g\nimport os.path\n\ndef f():\n    return g(os.path.join('a', 'b'))\n",
            "pkg/__init__.py": "",
            "pkg/b.py": "class A:\n    '''A.'''\n    def m(self):\n        g(1.5)\n\ndef g(x=-0.0):\n    return x\n",
            "ünï/ほ.py": "def ф():\n    '''Ümläute 🎉.'''\n    return ф()\n",
            "broken.py": "def half(:\n",
            "empty.txt": "",
            "binary.bin": bytes(range(256)),
        },
    )
    return {"flask": flask, "awkward": awkward}


@pytest.fixture(scope="module")
def expected(service: Service, repositories: dict[str, Path]) -> dict[str, str]:
    """The digests on the embedded graph and the folder."""
    return digests(service, repositories)


def digests(service: Service, repositories: dict[str, Path]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, source in repositories.items():
        job = service.ingest(source, repository=f"{name}-parts")
        assert job["status"] == "COMPLETED", job
        found[name] = service.digest(f"{name}-parts")
    return found


@pytest.fixture(scope="module")
def on_neo4j(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    try:
        with neo4j_uri(shared / "neo4j") as uri:
            running = Service(
                tmp_path_factory.mktemp("on-neo4j") / "home",
                CODESTORY_NEO4J_URI=uri,
                CODESTORY_NEO4J_PASSWORD=os.environ.get("CODESTORY_TEST_NEO4J_PASSWORD", ""),
            )
            yield running
            running.close()
    except Neo4jUnavailableError as error:
        pytest.skip(str(error))


def test_neo4j_holds_the_same_graph_as_the_embedded_server(
    on_neo4j: Service, repositories: dict[str, Path], expected: dict[str, str]
) -> None:
    health = on_neo4j.http.get("/v1/ingest/health").json()
    assert health["components"]["graph"]["detail"].startswith("Neo4j/5."), health
    assert digests(on_neo4j, repositories) == expected


def test_every_documented_query_finds_the_same_on_neo4j(on_neo4j: Service, service: Service, flask: Path) -> None:
    for place in (service, on_neo4j):
        assert place.ingest(flask, repository="flask")["status"] == "COMPLETED"
    for query in QUERIES:
        rows, others = (place.query(query) for place in (on_neo4j, service))
        assert rows, query
        if "LIMIT" in query:
            # Which of equals come last is the database's affair.
            assert [list(row) for row in rows] == [list(row) for row in others], query
        else:
            assert sorted(map(str, rows)) == sorted(map(str, others)), query


def test_a_wrong_storage_key_is_named_by_health_and_jobs_and_repeated_by_nobody(
    azurite: Azurite, tmp_path: Path, repositories: dict[str, Path]
) -> None:
    key = base64.b64encode(b"another key" * 5).decode()
    service = Service(tmp_path / "home", CODESTORY_STORAGE=azurite.connection_with(key=key))
    try:
        health = service.http.get("/v1/ingest/health")
        assert health.status_code == 503
        assert health.json()["components"]["storage"]["status"] == "unhealthy"
        job = service.ingest(repositories["awkward"], repository="locked-out")
        assert job["status"] == "FAILED"
        assert "CODESTORY_STORAGE" in job["error"]
        told = health.text + str(job) + str(service.events(job["job_id"])) + service.log(100_000)
        assert key not in told
    finally:
        service.close()


def test_an_edit_and_its_undoing_lead_back_to_the_same_graph_on_neo4j(on_neo4j: Service, tmp_path: Path) -> None:
    source = write(tmp_path / "edited", {"a.py": "def f(): return g()\ndef g(): pass\n", "b.py": "import a\na.f()\n"})
    assert on_neo4j.ingest(source, repository="edited")["status"] == "COMPLETED"
    before = on_neo4j.digest("edited")
    write(source, {"a.py": "def g(): return 2\n", "c.py": "import b\n"})
    assert on_neo4j.ingest(source, repository="edited")["status"] == "COMPLETED"
    changed = on_neo4j.digest("edited")
    assert on_neo4j.ingest(source, repository="edited-fresh")["status"] == "COMPLETED"
    assert on_neo4j.digest("edited-fresh") == changed != before
    write(source, {"a.py": "def f(): return g()\ndef g(): pass\n"})
    (source / "c.py").unlink()
    assert on_neo4j.ingest(source, repository="edited")["status"] == "COMPLETED"
    assert on_neo4j.digest("edited") == before


def test_the_constraints_that_the_product_relies_on_are_there_on_neo4j(on_neo4j: Service) -> None:
    constraints = on_neo4j.query("SHOW CONSTRAINTS YIELD labelsOrTypes, properties RETURN labelsOrTypes, properties")
    unique = {row["labelsOrTypes"][0] for row in constraints if row["properties"] == ["id"]}
    assert {"Repository", "File", "Module", "Function", "Receipt", "StepState"} <= unique


@pytest.fixture
def azurite(tmp_path: Path) -> Iterator[Azurite]:
    try:
        server = Azurite(tmp_path / "azurite")
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        if _npm_answers():
            raise
        pytest.skip(f"no Azurite on this machine: {error}")
    with server:
        yield server


def _npm_answers() -> bool:
    try:
        with urllib.request.urlopen(NPM_REGISTRY, timeout=20):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def test_a_job_outlives_an_outage_of_azurite_in_its_middle(
    azurite: Azurite, tmp_path: Path, repositories: dict[str, Path], expected: dict[str, str]
) -> None:
    with FaultyProxy(("127.0.0.1", azurite.port)) as proxy:
        service = Service(tmp_path / "home", CODESTORY_STORAGE=azurite.connection_through(proxy.port))
        try:
            check_outage(service, azurite, proxy, repositories, expected)
        finally:
            service.close()


def check_outage(
    service: Service, azurite: Azurite, proxy: FaultyProxy, repositories: dict[str, Path], expected: dict[str, str]
) -> None:
    job_id = service.start(repositories["flask"], repository="flask-parts", config={"retry": RETRY})
    until(lambda: any(step["units_done"] for step in service.job(job_id)["steps"].values()), 90)
    proxy.refusing = True
    proxy.cut()
    azurite.flush()
    azurite.kill()
    health = service.http.get("/v1/ingest/health")
    assert health.status_code == 503
    assert health.json()["components"]["storage"]["status"] == "unhealthy"
    assert service.job(job_id)["status"] in ("RUNNING", "WAITING")
    azurite.start()
    proxy.refusing = False
    job = service.wait(job_id, 180)
    assert job["status"] == "COMPLETED", job
    assert service.digest("flask-parts") == expected["flask"]
    assert service.ingest(repositories["awkward"], repository="awkward-parts")["status"] == "COMPLETED"
    assert service.digest("awkward-parts") == expected["awkward"]
    until(lambda: service.http.get("/v1/ingest/health").status_code == 200)
    assert not [path for path in (service.home / "blobs").rglob("*") if path.is_file()]
    with closing(AzureBlobStore(azurite.connection)) as store:
        blobs = list(store.names(""))
    assert any(name.startswith("snapshots/") for name in blobs)
    assert not [name for name in blobs if name.startswith(("runs/", "cancel/"))]
