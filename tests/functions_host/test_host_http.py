"""HTTP triggers: routes, bodies, headers, failures, limits."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from tests.functions_host.host_process import Host, eventually


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_function_sees_the_whole_request(features: Host, method: str) -> None:
    response = features.client.request(
        method, "/api/ECHO/some%20word/7?a=1&a=2&b=x%26y", headers={"x-given": "h"}, content=b"\x00\xff"
    )
    assert response.status_code == 418
    assert response.headers["x-answer"] == "yes"
    assert response.headers["content-type"].startswith("application/json")
    assert response.json() == {
        "method": method,
        "url": f"{str(features.client.base_url).rstrip('/')}/api/ECHO/some%20word/7?a=1&a=2&b=x%26y",
        "params": {"a": "1,2", "b": "x&y"},
        "route": {"word": "some word", "number": "7"},
        "header": "h",
        "body": "\x00\xff",
        "function": "echo",
        "local": True,
    }


def test_a_parameter_may_be_left_out_only_if_optional(features: Host) -> None:
    assert features.get("/api/echo/word").json()["route"] == {"word": "word"}
    assert features.get("/api/echo").status_code == 404


def test_a_constraint_that_does_not_hold_is_no_match(features: Host) -> None:
    assert features.get("/api/echo/word/seven").status_code == 404


def test_a_catch_all_takes_the_rest_of_the_path(features: Host) -> None:
    assert features.get("/api/files/a/b%2Fc/d.txt").text == "a/b/c/d.txt"


def test_unknown_routes_and_methods_are_not_found(features: Host) -> None:
    assert features.get("/api/nowhere").status_code == 404
    assert features.get("/ping").status_code == 404
    assert features.post("/api/ping").status_code == 404


def test_binary_bodies_pass_unchanged(features: Host) -> None:
    body = bytes(range(256)) * 1000
    response = features.client.post("/api/bytes", content=body)
    assert response.content == body[::-1]
    assert response.headers["content-type"] == "application/octet-stream"


def test_every_invocation_has_a_trace_context(features: Host) -> None:
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", features.get("/api/trace").text)
    given = f"00-{'ab' * 16}-{'cd' * 8}-01"
    assert features.get("/api/trace", headers={"traceparent": given}).text == given


def test_several_cookies_can_be_set(features: Host) -> None:
    assert features.get("/api/cookies").headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_a_failing_function_answers_500_and_tells_nothing(features: Host) -> None:
    response = features.get("/api/crash")
    assert (response.status_code, response.content) == (500, b"")
    eventually(lambda: "a secret in /some/path" in features.log())


def test_a_read_whose_worker_dies_is_answered_by_another_worker(fragile: Host, tmp_path: Path) -> None:
    file = tmp_path / "calls"
    response = fragile.get("/api/die/2", params={"file": str(file)})
    assert (response.status_code, response.text, file.read_text()) == (200, "alive", "xxx")


def test_a_read_that_kills_every_worker_is_given_up(fragile: Host, tmp_path: Path) -> None:
    file = tmp_path / "calls"
    response = fragile.get("/api/die/99", params={"file": str(file)})
    assert (response.status_code, response.headers["retry-after"], file.read_text()) == (503, "1", "xxx")
    assert fragile.get("/api/ping").text == "pong"


def test_a_write_whose_worker_dies_is_not_done_twice(fragile: Host, tmp_path: Path) -> None:
    file = tmp_path / "calls"
    response = fragile.client.post("/api/die/1", params={"file": str(file)})
    assert (response.status_code, response.headers["retry-after"], file.read_text()) == (503, "1", "x")


def test_a_function_without_a_result_answers_204(features: Host) -> None:
    assert features.get("/api/nothing").status_code == 204


def test_a_result_may_be_set_through_an_output(features: Host) -> None:
    response = features.get("/api/out")
    assert (response.status_code, response.text) == (203, "set")


def test_a_compressed_body_reaches_the_function_as_it_was_sent(features: Host) -> None:
    body = gzip.compress(b"some text")
    response = features.client.post("/api/bytes", content=body, headers={"content-encoding": "gzip"})
    assert response.content == body[::-1]


def test_the_home_page_and_readiness_answer(features: Host) -> None:
    assert features.get("/").status_code == 200
    assert features.get("/admin/host/status").json()["state"] == "Running"


def test_slow_activities_block_neither_http_nor_orchestrations(features: Host, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    slow = features.begin("gated", {"gate": str(gate), "count": 12})["id"]
    try:
        features.reach(slow, "Running")
        assert features.get("/api/ping").text == "pong"
        assert features.run("parent", 1)["runtimeStatus"] == "Completed"
        assert features.status(slow)["runtimeStatus"] == "Running"
    finally:
        gate.touch()
    assert features.finish(slow)["runtimeStatus"] == "Completed"


def test_a_body_over_the_limit_is_refused(state: Path) -> None:
    with Host("features", state, FUNCTIONS_REQUEST_BODY_SIZE_LIMIT="1000").started() as host:
        assert host.client.post("/api/bytes", content=b"x" * 1000).status_code == 200
        assert host.client.post("/api/bytes", content=b"x" * 1001).status_code == 413


def test_an_app_setting_overrides_host_json(state: Path) -> None:
    settings = {"AzureFunctionsJobHost__extensions__http__routePrefix": ""}
    with Host("features", state, **settings).started() as host:
        assert host.get("/ping").text == "pong"
        assert host.get("/api/ping").status_code == 404


def test_a_wsgi_app_is_served_from_a_state_folder_with_an_odd_name(tmp_path: Path) -> None:
    with Host("wsgi", tmp_path / "ein Ordner für Zustände %20").started() as host:
        response = host.post("/api/any/path?q=1", {"a": 1})
        assert (response.status_code, response.headers["x-by"], response.text) == (
            201,
            "wsgi",
            '/api/any/path q=1 {"a":1}',
        )


def test_an_asgi_app_is_served(state: Path) -> None:
    with Host("asgi", state).started() as host:
        response = host.post("/any/path?q=1", {"a": 1})
        assert (response.status_code, response.headers["x-by"]) == (201, "asgi")
        assert response.json() == {
            "path": "/any/path",
            "query": "q=1",
            "body": json.dumps({"a": 1}, separators=(",", ":")),
            "started": True,
        }
