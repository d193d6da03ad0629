"""The HTTP management API: status codes, headers, bodies, paging."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlsplit

import httpx
import pytest

from tests.functions_host.host_process import Host, eventually

INSTANCES = "/runtime/webhooks/durabletask/instances"


def local(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def test_the_starter_hands_out_every_management_url(features: Host) -> None:
    response = features.post("/api/start/chain")
    body = response.json()
    assert response.status_code == 202
    assert response.headers["retry-after"] == "10"
    assert response.headers["location"] == body["statusQueryGetUri"]
    operations = ("sendEvent", "terminate", "restart", "suspend", "resume", "rewind")
    assert set(body) == {"id", "statusQueryGetUri", "purgeHistoryDeleteUri", *(f"{name}PostUri" for name in operations)}
    base = f"{str(features.client.base_url).rstrip('/')}{INSTANCES}/{body['id']}"
    assert body["statusQueryGetUri"] == f"{base}?taskHub=Features&connection=Storage"
    assert body["sendEventPostUri"] == f"{base}/raiseEvent/{{eventName}}?taskHub=Features&connection=Storage"
    assert body["terminatePostUri"] == f"{base}/terminate?reason={{text}}&taskHub=Features&connection=Storage"


def test_the_status_is_202_while_it_runs_and_200_at_the_end(features: Host) -> None:
    urls = features.begin("wait_for_go", {"a": 1})
    features.reach(urls["id"], "Running")
    eventually(lambda: features.status(urls["id"])["customStatus"])
    running = features.get(local(urls["statusQueryGetUri"]))
    assert running.status_code == 202
    assert running.headers["retry-after"] == "5"
    assert running.headers["location"].endswith(local(urls["statusQueryGetUri"]))
    body = running.json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body.pop("createdTime"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body.pop("lastUpdatedTime"))
    assert body == {
        "name": "wait_for_go",
        "instanceId": urls["id"],
        "runtimeStatus": "Running",
        "input": {"a": 1},
        "customStatus": "waiting",
        "output": None,
    }
    assert features.post(local(urls["suspendPostUri"].replace("{text}", "x"))).status_code == 202
    features.reach(urls["id"], "Suspended")
    assert features.get(local(urls["statusQueryGetUri"])).status_code == 202
    assert features.post(local(urls["resumePostUri"].replace("{text}", "x"))).status_code == 202
    event = local(urls["sendEventPostUri"].replace("{eventName}", "go"))
    assert features.post(event, {"done": True}).status_code == 202
    assert features.finish(urls["id"])["output"] == {"done": True}
    assert features.get(local(urls["statusQueryGetUri"])).status_code == 200


def test_a_failure_is_200_unless_the_caller_wants_500(features: Host) -> None:
    instance_id = features.run("unhandled")["instanceId"]
    assert features.get(f"{INSTANCES}/{instance_id}").status_code == 200
    as_error = features.get(f"{INSTANCES}/{instance_id}?returnInternalServerErrorOnFailure=true")
    assert as_error.status_code == 500
    assert re.fullmatch(r"\w[\w.]+Error: .*boom.*", as_error.json()["output"])


def test_input_and_history_are_shown_on_demand(features: Host) -> None:
    instance_id = features.run("fan_out", 2)["instanceId"]
    hidden = features.status(instance_id, showInput="false")
    assert hidden["input"] is None
    assert "historyEvents" not in hidden
    events = features.status(instance_id, showHistory="true")["historyEvents"]
    assert [event["EventType"] for event in events] == [
        *("ExecutionStarted", "TaskCompleted", "TaskCompleted", "ExecutionCompleted")
    ]
    assert events[0]["FunctionName"] == "fan_out"
    assert "Result" not in events[1]
    shown = features.status(instance_id, showHistory="true", showHistoryOutput="true")["historyEvents"]
    assert {event.get("Result") for event in shown} >= {0, 1}


def test_unknown_instances_are_not_found(features: Host) -> None:
    assert features.get(f"{INSTANCES}/nobody").status_code == 404
    for operation in ("terminate", "suspend", "resume", "rewind", "raiseEvent/x"):
        assert features.post(f"{INSTANCES}/nobody/{operation}").status_code == 404
    assert features.client.delete(f"{INSTANCES}/nobody").status_code == 404
    assert features.post(f"{INSTANCES}/nobody/restart").status_code == 400
    assert features.post(f"{INSTANCES}/nobody/dance").status_code == 404
    assert features.get("/runtime/webhooks/durabletask/other").status_code == 404


def test_operations_on_a_finished_instance_are_gone(features: Host) -> None:
    instance_id = features.run("chain")["instanceId"]
    for operation in ("terminate", "suspend", "resume", "raiseEvent/x", "RAISEEVENT/x"):
        assert features.post(f"{INSTANCES}/{instance_id}/{operation}").status_code == 410


def test_only_a_failed_instance_is_rewound(features: Host) -> None:
    waiting = features.begin("wait_for_go")["id"]
    features.reach(waiting, "Running")
    for instance_id, status in ((features.run("chain")["instanceId"], "Completed"), (waiting, "Running")):
        response = features.post(f"{INSTANCES}/{instance_id}/rewind")
        assert (response.status_code, f"has status {status}" in response.json()) == (412, True)


def test_query_parameters_are_found_in_any_case_and_may_be_repeated(features: Host) -> None:
    prefix = uuid.uuid4().hex
    done = features.run("chain", 1, id=f"{prefix}-done")
    features.run("unhandled", id=f"{prefix}-failed")
    features.begin("wait_for_go", id=f"{prefix}-waiting")
    query = f"instanceidprefix={prefix}&SHOWINPUT=false&runtimeStatus=Completed&runtimeStatus=Failed"
    found = features.get(f"{INSTANCES}?{query}&createdTimeFrom={done['createdTime'][:-1]}.0000000+00:00").json()
    assert [(item["instanceId"], item["input"]) for item in found] == [
        (f"{prefix}-done", None),
        (f"{prefix}-failed", None),
    ]


def test_a_time_that_cannot_be_read_counts_as_missing(features: Host) -> None:
    assert features.get(f"{INSTANCES}?createdTimeFrom=yesterday&top=1").status_code == 200
    assert features.client.delete(f"{INSTANCES}?createdTimeFrom=yesterday").status_code == 400


@pytest.mark.parametrize(("content", "kind"), [(b"{bad", "application/json"), (b"1", "text/plain")])
def test_events_have_to_be_json(features: Host, content: bytes, kind: str) -> None:
    instance_id = features.begin("wait_for_go")["id"]
    response = features.client.post(
        f"{INSTANCES}/{instance_id}/raiseEvent/go", content=content, headers={"content-type": kind}
    )
    assert response.status_code == 400


def test_terminate_keeps_the_reason_as_output(features: Host) -> None:
    urls = features.begin("wait_for_go")
    features.reach(urls["id"], "Running")
    assert features.post(local(urls["terminatePostUri"].replace("{text}", "enough"))).status_code == 202
    status = features.finish(urls["id"])
    assert (status["runtimeStatus"], status["output"]) == ("Terminated", "enough")


def test_restart_answers_like_a_start(features: Host) -> None:
    urls = features.begin("fan_out", 3)
    features.finish(urls["id"])
    response = features.post(local(urls["restartPostUri"]))
    assert (response.status_code, response.headers["retry-after"]) == (202, "10")
    assert response.json()["id"] != urls["id"]
    assert features.finish(response.json()["id"])["output"] == 5
    same = features.post(local(urls["restartPostUri"]) + "&restartWithNewInstanceId=false")
    assert same.json()["id"] == urls["id"]
    waiting = features.begin("wait_for_go")
    features.reach(waiting["id"], "Running")
    conflict = features.post(local(waiting["restartPostUri"]) + "&restartWithNewInstanceId=false")
    assert conflict.status_code == 409


def test_lists_are_paged_by_a_continuation_token(features: Host) -> None:
    prefix = uuid.uuid4().hex
    for number in range(5):
        features.run("chain", number, id=f"{prefix}-{number}")
    found: list[str] = []
    token = ""
    pages = 0
    while pages == 0 or token:
        response = features.get(
            INSTANCES,
            params={"instanceIdPrefix": prefix, "top": 2, "runtimeStatus": "Completed,Failed", "showInput": "false"},
            headers={"x-ms-continuation-token": token},
        )
        assert response.status_code == 200
        found += [item["instanceId"] for item in response.json()]
        assert all(item["input"] is None for item in response.json())
        token = response.headers["x-ms-continuation-token"]
        pages += 1
    assert found == [f"{prefix}-{number}" for number in range(5)]
    assert pages == 3
    assert features.get(INSTANCES, headers={"x-ms-continuation-token": "?"}).status_code == 400
    none = features.get(INSTANCES, params={"instanceIdPrefix": prefix, "createdTimeFrom": "2999-01-01T00:00:00Z"})
    assert none.json() == []


def test_purge_deletes_one_or_all_that_match(features: Host) -> None:
    instance_id = features.run("chain")["instanceId"]
    deleted = features.client.delete(f"{INSTANCES}/{instance_id}")
    assert (deleted.status_code, deleted.json()) == (200, {"instancesDeleted": 1})
    assert features.client.delete(INSTANCES).status_code == 400
    nothing = features.client.delete(INSTANCES, params={"createdTimeFrom": "2999-01-01"})
    assert nothing.status_code == 404
    failed = features.run("unhandled")
    window = {"createdTimeFrom": failed["createdTime"], "runtimeStatus": "Failed"}
    assert features.client.delete(INSTANCES, params=window).json()["instancesDeleted"] >= 1
    assert features.get(f"{INSTANCES}/{failed['instanceId']}").status_code == 404
    running = features.begin("wait_for_go")["id"]
    features.reach(running, "Running")
    assert features.client.delete(f"{INSTANCES}/{running}").status_code == 412


def test_orchestrations_are_started_by_name_and_waited_for(features: Host) -> None:
    base = "/runtime/webhooks/durabletask/orchestrators"
    started = features.post(f"{base}/fan_out", 4)
    assert started.status_code == 202
    assert features.finish(started.json()["id"])["output"] == 14
    name = uuid.uuid4().hex
    waited = features.post(f"{base}/fan_out/{name}?timeout=20&pollingInterval=1", 3)
    assert (waited.status_code, waited.json()) == (200, 5)
    assert features.status(name)["runtimeStatus"] == "Completed"
    too_long = features.post(f"{base}/wait_for_go/{name}-2?timeout=0.2&pollingInterval=0.1")
    assert too_long.status_code == 202
    assert features.post(f"{base}/wait_for_go/{name}-2").status_code == 409
    assert features.post(f"{base}/no_such").status_code == 400
    bad = features.client.post(f"{base}/fan_out", content=b"{bad")
    assert bad.status_code == 400


def test_entities_are_read_signalled_and_listed(features: Host) -> None:
    base = "/runtime/webhooks/durabletask/entities"
    key = uuid.uuid4().hex
    assert features.get(f"{base}/Counter/{key}").status_code == 404
    assert features.post(f"{base}/Counter/{key}?op=add", 7).status_code == 202
    eventually(lambda: features.get(f"{base}/counter/{key}").status_code == 200)
    assert features.get(f"{base}/counter/{key}").json() == 7
    listed = features.get(f"{base}/counter", params={"fetchState": "true"}).json()
    mine = next(item for item in listed if item["entityId"]["key"] == key)
    assert (mine["entityId"]["name"], mine["state"]) == ("counter", 7)
    assert features.client.delete(f"{base}/counter/{key}").status_code == 202
    eventually(lambda: features.get(f"{base}/counter/{key}").status_code == 404)


def test_entities_are_purged_like_instances(features: Host) -> None:
    key = uuid.uuid4().hex
    features.signal("counter", key, "add", 1)
    eventually(lambda: features.entity("counter", key)["exists"])
    purged = features.client.delete(f"{INSTANCES}/@counter@{key}")
    assert (purged.status_code, purged.json()) == (200, {"instancesDeleted": 1})
    assert not features.entity("counter", key)["exists"]
    assert features.client.delete(f"{INSTANCES}/@counter@{key}").json() == {"instancesDeleted": 0}
    features.signal("counter", key, "add", 2)
    eventually(lambda: features.entity("counter", key).get("state") == 2)


def test_links_follow_the_address_the_caller_used(features: Host) -> None:
    port = httpx.URL(str(features.client.base_url)).port
    response = features.client.post("/api/start/chain", json={}, headers={"host": f"app.localhost:{port}"})
    assert response.json()["statusQueryGetUri"].startswith(f"http://app.localhost:{port}/runtime/")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/json; charset=none-such", "{}"),
        ("application/json; charset=base64", "{}"),
        ("application/json", "[" * 200_000),
        ("application/json", "[" * 200_000 + "]" * 200_000),
    ],
)
def test_a_body_that_cannot_be_read_is_the_fault_of_its_sender(features: Host, kind: str, content: str) -> None:
    for path in ("/orchestrators/chain", "/entities/counter/unread?op=add"):
        answer = features.client.post(
            f"/runtime/webhooks/durabletask{path}", content=content, headers={"content-type": kind}
        )
        assert answer.status_code == 400, path


def test_no_page_is_too_large_to_ask_for(features: Host) -> None:
    answer = features.client.get(INSTANCES, params={"top": "9" * 30})
    assert answer.status_code == 200
