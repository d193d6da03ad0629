"""What clients can do to an instance: events, suspend, terminate, restart, rewind, purge, queries."""

from __future__ import annotations

import uuid
from pathlib import Path

from tests.functions_host.host_process import Host, eventually


def test_a_suspended_instance_keeps_its_events_until_it_is_resumed(features: Host) -> None:
    instance_id = features.begin("wait_for_go")["id"]
    features.reach(instance_id, "Running")
    features.client_call("suspend", instance_id)
    features.reach(instance_id, "Suspended")
    features.client_call("raise", instance_id, name="go", data="kept")
    assert features.status(instance_id)["runtimeStatus"] == "Suspended"
    features.client_call("resume", instance_id)
    assert features.finish(instance_id)["output"] == "kept"


def test_terminate_ends_an_instance_with_the_given_output(features: Host) -> None:
    instance_id = features.begin("wait_for_go")["id"]
    features.client_call("terminate", instance_id, output={"why": "test"}, recursive=False)
    status = features.finish(instance_id)
    assert (status["runtimeStatus"], status["output"]) == ("Terminated", {"why": "test"})


def test_a_suspended_instance_can_be_terminated(features: Host) -> None:
    instance_id = features.begin("wait_for_go")["id"]
    features.client_call("suspend", instance_id)
    features.reach(instance_id, "Suspended")
    features.client_call("terminate", instance_id, output=None, recursive=False)
    assert features.finish(instance_id)["runtimeStatus"] == "Terminated"


def test_terminate_reaches_sub_orchestrations_if_asked_to(features: Host) -> None:
    ids = {True: features.begin("waits_in_child")["id"], False: features.begin("waits_in_child")["id"]}
    for recursive, instance_id in ids.items():
        eventually(lambda: features.client_call("state", f"{instance_id}-child"))  # noqa: B023
        features.reach(f"{instance_id}-child", "Running")
        features.client_call("terminate", instance_id, output=None, recursive=recursive)
        assert features.finish(instance_id)["runtimeStatus"] == "Terminated"
    assert features.finish(f"{ids[True]}-child")["runtimeStatus"] == "Terminated"
    assert features.status(f"{ids[False]}-child")["runtimeStatus"] == "Running"


def test_operations_on_finished_and_unknown_instances_are_refused(features: Host) -> None:
    finished = features.run("chain")["instanceId"]
    for operation in ("raise", "terminate", "suspend", "resume"):
        given = {"name": "go", "output": None, "recursive": False}
        assert features.client_call(operation, finished, **given) == "FAILED_PRECONDITION"
        assert features.client_call(operation, "nobody", **given) == "NOT_FOUND"
    assert features.client_call("rewind", finished) == "FAILED_PRECONDITION"


def test_an_id_in_use_is_refused_and_a_finished_one_replaced(features: Host) -> None:
    instance_id = uuid.uuid4().hex
    features.begin("wait_for_go", id=instance_id)
    features.reach(instance_id, "Running")
    response = features.post("/api/start/chain", {"id": instance_id})
    assert response.status_code == 500
    features.client_call("terminate", instance_id, output=None, recursive=False)
    features.finish(instance_id)
    status = features.run("chain", id=instance_id)
    assert (status["name"], status["runtimeStatus"]) == ("chain", "Completed")


def test_an_id_with_forbidden_characters_is_refused(features: Host) -> None:
    for bad in ("a/b", "a#b", "a?b", "a\\b", "@a", "x" * 257, "a\nb"):
        assert features.post("/api/start/chain", {"id": bad}).status_code == 500


def test_restart_runs_with_the_same_input_under_a_new_or_the_same_id(features: Host) -> None:
    first = features.run("fan_out", 5)
    new_id = features.client_call("restart", first["instanceId"], new=True)
    assert new_id != first["instanceId"]
    assert features.finish(new_id)["output"] == first["output"]
    assert features.client_call("restart", first["instanceId"], new=False) == first["instanceId"]
    again = features.finish(first["instanceId"])
    assert (again["output"], again["input"]) == (first["output"], 5)


def test_rewind_runs_only_what_failed(features: Host, tmp_path: Path) -> None:
    given = {"gate": str(tmp_path / "gate"), "count": str(tmp_path / "count"), "done": str(tmp_path / "done")}
    failed = features.run("step_through_gate", given)
    assert failed["runtimeStatus"] == "Failed"
    (tmp_path / "gate").touch()
    assert features.client_call("rewind", failed["instanceId"]) is None
    status = features.finish(failed["instanceId"])
    assert (status["runtimeStatus"], status["output"]) == ("Completed", 2)
    assert (tmp_path / "done").read_text() == "line\n"
    assert "ExecutionRewoundEvent" in features.client_call("history", failed["instanceId"])


def test_rewind_reaches_the_sub_orchestration_that_failed(features: Host, tmp_path: Path) -> None:
    given = {"gate": str(tmp_path / "gate"), "count": str(tmp_path / "count"), "done": str(tmp_path / "done")}
    failed = features.run("gate_in_child", given)
    assert failed["runtimeStatus"] == "Failed"
    (tmp_path / "gate").touch()
    features.client_call("rewind", failed["instanceId"])
    assert features.finish(failed["instanceId"])["output"] == 2
    assert (tmp_path / "done").read_text() == "line\nline\n"


def test_purge_deletes_an_instance_with_its_children(features: Host) -> None:
    instance_id = features.run("parent", 1)["instanceId"]
    assert features.client_call("purge", instance_id, recursive=True) == 2
    assert features.client_call("state", instance_id) is None
    assert features.client_call("purge", instance_id, recursive=True) == 0


def test_purge_leaves_running_instances_alone(features: Host) -> None:
    instance_id = features.begin("wait_for_go")["id"]
    features.reach(instance_id, "Running")
    assert features.client_call("purge", instance_id, recursive=False) == 0
    assert features.status(instance_id)["runtimeStatus"] == "Running"


def test_queries_filter_by_prefix_and_status_across_pages(features: Host) -> None:
    prefix = uuid.uuid4().hex
    for number in range(5):
        features.run("chain", id=f"{prefix}-{number}")
    features.begin("wait_for_go", id=f"{prefix}-waiting")
    features.reach(f"{prefix}-waiting", "Running")
    found = features.post("/api/query", {"prefix": prefix, "page": 2}).json()
    assert found == [*(f"{prefix}-{number}" for number in range(5)), f"{prefix}-waiting"]
    running = features.post("/api/query", {"prefix": prefix, "status": ["RUNNING"]}).json()
    assert running == [f"{prefix}-waiting"]


def test_the_history_lists_every_event_in_order(features: Host) -> None:
    instance_id = features.run("chain")["instanceId"]
    one = ["TaskScheduledEvent", "OrchestratorCompletedEvent", "OrchestratorStartedEvent", "TaskCompletedEvent"]
    assert features.client_call("history", instance_id) == [
        *("OrchestratorStartedEvent", "ExecutionStartedEvent"),
        *one,
        *one,
        *("ExecutionCompletedEvent", "OrchestratorCompletedEvent"),
    ]
    events = features.client_call("v1-state", instance_id)["historyEvents"]
    assert [event["EventType"] for event in events] == [
        "ExecutionStarted",
        "TaskCompleted",
        "TaskCompleted",
        "ExecutionCompleted",
    ]
    assert [event.get("Input") for event in events[1:3]] == ['"Tokyo"', '"Seattle"']
