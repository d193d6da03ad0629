"""Who may call what when keys are on; the routes are those that the running service lists."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import Service, write

DOCS = Path(__file__).parents[2] / "docs" / "azure.md"
MANAGEMENT = "/runtime/webhooks/durabletask"
LISTED = re.compile(r"^\s+(\w+): \[([A-Z,]+)\] https?://[^/\s]+(/\S*)$", re.MULTILINE)
OPEN = {("GET", "/v1/ingest/health")}


class Guarded:
    """A service that asks for keys, the keys, and everything that it has answered."""

    def __init__(self, home: Path) -> None:
        self.key_file = home / "keys.json"
        self.service = Service(home, FUNCTIONS_HOST_KEYS=str(self.key_file))
        keys: dict[str, Any] = json.loads(self.key_file.read_text())
        self.master: str = keys["masterKey"]
        self.function: str = keys["functionKeys"]["default"]
        self.system: str = keys["systemKeys"]["durabletask_extension"]
        self.answers: list[httpx.Response] = []

    def ask(self, method: str, path: str, key: str | None = None, **given: Any) -> httpx.Response:
        headers = {"x-functions-key": key} if key else {}
        answer = self.service.http.request(method, path, headers=headers, **given)
        self.answers.append(answer)
        return answer

    def routes(self) -> set[tuple[str, str]]:
        """Method and path of every route, with a value for each of its parameters."""
        listed = LISTED.findall(self.service.local.log.read_text())
        return {
            (method, re.sub(r"\{[^}]*\}", "nothing-of-this-name", path))
            for _name, methods, path in listed
            for method in methods.split(",")
        }

    def functions(self) -> set[str]:
        return {name for name, _methods, _path in LISTED.findall(self.service.local.log.read_text())}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    running = Guarded(tmp_path_factory.mktemp("guarded") / "home")
    yield running
    running.service.close()


def test_the_list_of_routes_is_complete(guarded: Guarded) -> None:
    answer = guarded.ask("GET", "/admin/functions", guarded.master)
    assert {item["name"] for item in answer.json() if item["kind"] == "http"} == guarded.functions()
    assert len(guarded.routes()) > 25
    assert {method for method, _ in guarded.routes()} >= {"GET", "POST", "PUT", "DELETE"}


def test_every_route_but_health_refuses_whoever_has_no_fitting_key(guarded: Guarded) -> None:
    routes = guarded.routes()
    assert routes >= OPEN
    for method, path in sorted(routes - OPEN):
        for key in (None, "wrong", guarded.system):
            answer = guarded.ask(method, path, key, json={} if method in ("POST", "PUT") else None)
            assert answer.status_code == 401, (method, path)
            assert answer.content == b"", (method, path)


def test_every_route_answers_whoever_has_the_function_key(guarded: Guarded) -> None:
    for method, path in sorted(guarded.routes()):
        answer = guarded.ask(method, path, guarded.function, json={} if method in ("POST", "PUT") else None)
        assert answer.status_code in (200, 201, 202, 204, 400, 404, 409), (method, path, answer.text)
    assert guarded.ask("GET", "/v1/steps", guarded.master).status_code == 200


def test_health_is_open_and_tells_nothing_about_jobs(guarded: Guarded) -> None:
    answer = guarded.ask("GET", "/v1/ingest/health")
    assert answer.status_code == 200
    assert set(answer.json()) == {"status", "components"}


def test_a_job_runs_from_start_to_end_with_the_function_key(guarded: Guarded, tmp_path: Path) -> None:
    source = write(tmp_path / "repo", {"a.py": "def f(): pass\n"})
    body = {"source_type": "local_path", "source": str(source), "repository": "keyed", "steps": ["filesystem"]}
    job_id = guarded.ask("POST", "/v1/ingest", guarded.function, json=body).json()["job_id"]
    after, status = 0, None
    for _ in range(60):
        url = f"/v1/ingest/{job_id}/events?after={after}&wait=10&code={guarded.function}"
        page = guarded.ask("GET", url).json()
        after = page["next"]
        if page["done"]:
            status = page["events"][-1]["status"]
            break
    assert status == "COMPLETED"


def test_the_management_api_is_opened_by_the_system_key_alone(guarded: Guarded) -> None:
    for method, path in (
        ("GET", "/instances"), ("DELETE", "/instances"), ("POST", "/orchestrators/ingest"),
        ("POST", "/instances/x/terminate"), ("POST", "/instances/x/raiseEvent/control"),
        ("POST", "/entities/throttle/default"), ("GET", "/entities"),
    ):  # fmt: skip
        for key in (None, "wrong", guarded.function):
            assert guarded.ask(method, MANAGEMENT + path, key).status_code == 401, (method, path)
    assert guarded.ask("GET", f"{MANAGEMENT}/instances", guarded.system).status_code == 200
    assert guarded.ask("POST", f"{MANAGEMENT}/instances/x/terminate", guarded.system).status_code == 404


def test_admin_endpoints_are_opened_by_the_master_key_alone(guarded: Guarded) -> None:
    for key in (None, guarded.function, guarded.system):
        assert guarded.ask("GET", "/admin/functions", key).status_code == 401
        assert guarded.ask("POST", "/admin/functions/x", key).status_code == 401


def test_unusual_spellings_of_a_path_do_not_get_past_the_keys(guarded: Guarded) -> None:
    for path in ("/V1/Ingest", "//v1/ingest", "/v1/ingest/", "/v1//ingest", "/v1/ingest/health/../x", "/v1/%69ngest"):
        answer = guarded.ask("GET", path)
        assert answer.status_code in (401, 404), path
    upper = MANAGEMENT.replace("runtime", "RUNTIME")
    assert guarded.ask("GET", f"{upper}/instances").status_code in (401, 404)


def test_no_key_is_in_a_log_or_an_answer_and_the_key_file_is_private(guarded: Guarded) -> None:
    guarded.ask("GET", "/v1/steps", params={"code": guarded.function})
    guarded.ask("POST", f"/v1/ingest?code={guarded.function}", json={"colour": "red"})
    texts = [answer.text + str(answer.headers) for answer in guarded.answers]
    texts += [path.read_text(errors="replace") for path in guarded.service.home.rglob("*.log")]
    assert len(texts) > 3
    for key in (guarded.master, guarded.function, guarded.system):
        assert not [text[:200] for text in texts if key in text]
    assert stat.S_IMODE(guarded.key_file.stat().st_mode) == 0o600


def test_the_documented_levels_are_the_real_ones() -> None:
    table = dict(re.findall(r"^\| (anonymous|function key|system key) \| (.*) \|$", DOCS.read_text(), re.MULTILINE))
    assert {tuple(route.split()) for route in re.findall(r"`([^`]+)`", table["anonymous"])} == OPEN
    assert MANAGEMENT in table["system key"]
