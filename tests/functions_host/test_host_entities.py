"""Entities: operations, signals, locks, deletion, clean-up."""

from __future__ import annotations

import time
import uuid

import pytest

from tests.functions_host.host_process import Host, eventually


@pytest.fixture
def key() -> str:
    return uuid.uuid4().hex


def test_an_orchestration_calls_and_signals_an_entity_in_order(features: Host, key: str) -> None:
    assert features.run("counter_calls", key)["output"] == 8
    assert features.entity("Counter", key) == {"exists": True, "state": 8}


def test_client_signals_arrive_in_order_and_none_is_lost(features: Host, key: str) -> None:
    for _ in range(20):
        features.signal("Counter", key, "add", 1)
    eventually(lambda: features.entity("Counter", key)["state"] == 20)


def test_a_delayed_signal_comes_at_its_time(features: Host, key: str) -> None:
    features.signal("Counter", f"{key}-later", "add", 3, delay=3600)
    sent = time.time()
    features.signal("Counter", key, "add", 4, delay=0.5)
    eventually(lambda: features.entity("Counter", key)["state"] == 4)
    assert time.time() - sent >= 0.5
    assert features.entity("Counter", f"{key}-later")["exists"] is False


def test_a_failing_operation_is_rolled_back_and_told_to_the_caller(features: Host, key: str) -> None:
    features.signal("Counter", key, "add", 3)
    assert "no way" in features.run("entity_failure", key)["output"]
    assert features.entity("Counter", key)["state"] == 3


def test_an_entity_signals_itself_later_and_starts_an_orchestration(features: Host, key: str) -> None:
    features.signal("Counter", key, "later", 0.2)
    eventually(lambda: features.entity("Counter", key)["state"] == 1)
    features.signal("Counter", key, "start", key)
    eventually(lambda: features.entity("Counter", key)["state"] == 2)


def test_a_deleted_entity_does_not_exist_until_it_is_used_again(features: Host, key: str) -> None:
    features.signal("Counter", key, "add", 1)
    eventually(lambda: features.entity("Counter", key)["exists"])
    features.signal("Counter", key, "delete")
    eventually(lambda: not features.entity("Counter", key)["exists"])
    assert features.post("/api/clean-entities").json()["removed"] >= 1
    features.signal("Counter", key, "add", 2)
    eventually(lambda: features.entity("Counter", key)["state"] == 2)


def test_entities_of_the_1_x_style_work(features: Host, key: str) -> None:
    for item in ("a", "b"):
        features.signal("v1_list", key, "push", item)
    eventually(lambda: features.entity("v1_list", key)["state"] == ["a", "b"])


def test_locks_keep_transfers_apart(features: Host, key: str) -> None:
    names = {"source": f"{key}-a", "target": f"{key}-b"}
    runs = [features.begin("transfer", {**names, "amount": 1})["id"] for _ in range(8)]
    balances = [features.finish(instance_id)["output"] for instance_id in runs]
    assert sorted(balances, reverse=True) == list(range(0, -8, -1))
    assert features.entity("Account", f"{key}-b")["state"] == 8


def test_locks_taken_in_opposite_order_do_not_block_each_other(features: Host, key: str) -> None:
    one, other = {"source": f"{key}-a", "target": f"{key}-b"}, {"source": f"{key}-b", "target": f"{key}-a"}
    runs = [features.begin("transfer", {**(one, other)[n % 2], "amount": 1})["id"] for n in range(6)]
    assert {features.finish(instance_id)["runtimeStatus"] for instance_id in runs} == {"Completed"}
    assert features.entity("Account", f"{key}-a")["state"] == 0


def test_a_lock_is_free_after_its_holder_failed(features: Host, key: str) -> None:
    names = {"source": f"{key}-a", "target": f"{key}-b", "amount": 1}
    assert features.run("transfer", {**names, "fail": True})["runtimeStatus"] == "Failed"
    assert features.run("transfer", names)["runtimeStatus"] == "Completed"


def test_entities_appear_in_the_history_as_the_extension_records_them(features: Host, key: str) -> None:
    instance_id = features.run("counter_calls", key)["instanceId"]
    events = features.status(instance_id, showHistory="true", showHistoryOutput="true")["historyEvents"]
    kinds = [event["EventType"] for event in events]
    assert kinds.count("EventSent") == 3
    assert kinds.count("EventRaised") == 2
