"""Orchestration patterns, native and in the style of the 1.x SDK."""

from __future__ import annotations

import time
from pathlib import Path

from tests.functions_host.host_process import Host, eventually


def test_activities_run_one_after_the_other(features: Host) -> None:
    status = features.run("chain")
    assert (status["runtimeStatus"], status["output"]) == ("Completed", ["Hello Tokyo!", "Hello Seattle!"])


def test_a_fan_out_collects_every_result_and_shows_its_custom_status(features: Host) -> None:
    status = features.run("fan_out", 60)
    assert status["output"] == sum(n * n for n in range(60))
    assert status["customStatus"] == {"planned": 60}
    assert status["input"] == 60


def test_a_sub_orchestration_knows_its_parent(features: Host) -> None:
    status = features.run("parent", {"a": 1})
    assert status["output"]["parent"] == status["instanceId"]
    assert status["output"]["me"] == f"{status['instanceId']}:0001"
    assert status["output"]["given"] == {"a": 1}


def test_a_failing_sub_orchestration_tells_its_parent_why(features: Host) -> None:
    output = features.run("parent_of_failing")["output"]
    assert "the child's reason" in output["message"]
    assert output["type"] == "durabletask.task.TaskFailedError"


def test_a_timer_wins_against_an_event_that_does_not_come(features: Host) -> None:
    assert features.run("event_or_timeout", 0.1)["output"] == "timeout"


def test_an_event_wins_against_a_later_timer(features: Host) -> None:
    instance_id = features.begin("event_or_timeout", 60)["id"]
    features.client_call("raise", instance_id, name="GO", data=1)
    assert features.finish(instance_id)["output"] == "event"


def test_events_that_arrive_early_survive_continue_as_new(features: Host) -> None:
    instance_id = features.begin("collect_events", {"seen": [], "wanted": 20})["id"]
    for number in range(20):
        assert features.client_call("raise", instance_id, name="item", data=number) is None
    assert features.finish(instance_id)["output"] == list(range(20))


def test_a_retry_policy_runs_an_activity_until_it_succeeds(features: Host) -> None:
    assert features.run("retried", {"attempts": 5, "threshold": 3, "key": "one"})["output"] == 3


def test_a_retry_policy_gives_up(features: Host) -> None:
    status = features.run("retried", {"attempts": 2, "threshold": 9, "key": "two"})
    assert status["runtimeStatus"] == "Failed"
    assert "not yet" in status["output"]


def test_an_activity_s_error_fails_the_orchestration(features: Host) -> None:
    status = features.run("unhandled")
    assert status["runtimeStatus"] == "Failed"
    assert "boom" in status["output"]


def test_an_unknown_activity_fails_the_orchestration(features: Host) -> None:
    assert "'no_such_activity' doesn't exist" in features.run("calls_unknown")["output"]


def test_an_unknown_orchestrator_fails_at_once(features: Host) -> None:
    status = features.run("no_such_orchestrator")
    assert status["runtimeStatus"] == "Failed"
    assert "'no_such_orchestrator' doesn't exist" in status["output"]


def test_an_orchestration_sends_an_event_to_another(features: Host) -> None:
    waiting = features.begin("wait_for_go")["id"]
    sender = features.run("sends_event", waiting)
    assert features.finish(waiting)["output"] == {"from": sender["instanceId"]}


def test_a_version_given_at_the_start_reaches_the_orchestrator(features: Host) -> None:
    assert features.run("child", 1, version="2.5")["output"]["version"] == "2.5"


def test_a_start_in_the_future_waits(features: Host) -> None:
    later = features.begin("chain", delay=3600)["id"]
    asked = time.time()
    soon = features.begin("chain", delay=0.5)["id"]
    assert features.finish(soon)["output"] == ["Hello Tokyo!", "Hello Seattle!"]
    assert time.time() - asked >= 0.5
    assert features.status(later)["runtimeStatus"] == "Pending"


def test_one_argument_orchestrators_run_unchanged(features: Host) -> None:
    output = features.run("v1_chain", "Oslo")["output"]
    assert (output["first"], output["results"], output["parent"]) == ("Hello Oslo!", [0, 1, 4], None)
    assert features.run("v1_counter")["output"] == 5
    assert features.run("v1_timer")["output"] is True
    assert features.run("v1_retry")["output"] == 3
    assert features.run("v1_entity")["output"] == 7


def test_the_1_x_client_waits_for_the_result(features: Host) -> None:
    response = features.post("/api/v1-start/v1_counter", {"input": 2})
    assert (response.status_code, response.json()) == (200, 5)


def test_a_durable_http_call_polls_until_the_operation_is_done(features: Host) -> None:
    url = f"{features.client.base_url}/api/operation".replace("//api", "/api")
    assert features.run("v1_http", url)["output"] == {"status": 200, "content": "done"}


def test_a_synchronous_client_starts_and_waits(features: Host) -> None:
    response = features.post("/api/start-sync/fan_out", {"input": 4})
    assert response.json()["output"] == 14


def test_an_activity_whose_process_dies_runs_again(fragile: Host, tmp_path: Path) -> None:
    given = {"file": str(tmp_path / "runs"), "times": 2}
    # An activity that kills its process at once could take the answer of a starter with it.
    assert fragile.finish(fragile.begin_without_worker("survive", given))["output"] == "alive"
    assert (tmp_path / "runs").read_text() == "xxx"


def test_an_activity_that_kills_every_process_fails_in_the_end(fragile: Host, tmp_path: Path) -> None:
    status = fragile.finish(fragile.begin_without_worker("survive", {"file": str(tmp_path / "runs"), "times": 99}))
    assert status["runtimeStatus"] == "Failed"
    assert "died 3 times" in status["output"]
    assert (tmp_path / "runs").read_text() == "xxx"


def test_a_schedule_of_the_sdk_starts_orchestrations_again_and_again(features: Host) -> None:
    assert features.post("/api/schedules/every-second").json() == {"status": "ACTIVE"}
    eventually(lambda: (features.entity("Counter", "every-second")["state"] or 0) >= 2)
