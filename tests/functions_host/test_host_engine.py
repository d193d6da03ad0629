"""What the host takes from the SDK, and the parts of the task hub that HTTP does not show."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from durabletask.internal import orchestrator_service_pb2 as pb

from functions_host.exceptions import HostError
from functions_host.loglevels import level_of
from functions_host.sdk import TESTED, differences
from functions_host.taskhub.events import event, frame_new, frame_past
from functions_host.taskhub.model import HubOptions
from functions_host.taskhub.rewind import rewound_history
from functions_host.taskhub.store import Store
from functions_host.taskhub.versions import compare_versions, version_mismatch


def test_the_sdk_is_pinned_to_the_versions_the_host_is_tested_with() -> None:
    pins = dict(re.findall(r"^([\w-]+)==(\S+)$", Path("requirements.txt").read_text(), re.MULTILINE))
    assert {name: pins[name] for name in TESTED} == TESTED
    assert differences() == []


def test_a_work_item_joined_from_bytes_is_the_message_of_the_protocol() -> None:
    past = [event(1, taskScheduled=pb.TaskScheduledEvent(name="n" * size)) for size in (1, 127, 128, 20_000)]
    new = [event(orchestratorStarted=pb.OrchestratorStartedEvent())]
    head = pb.OrchestratorRequest(instanceId="i").SerializeToString()
    framed = [frame_past(item.SerializeToString()) for item in past] + [frame_new(new[0].SerializeToString())]
    whole = pb.OrchestratorRequest.FromString(b"".join((head, *framed)))
    assert whole == pb.OrchestratorRequest(instanceId="i", pastEvents=past, newEvents=new)


def test_state_of_another_format_is_refused(tmp_path: Path) -> None:
    Store(tmp_path, "hub").close()
    with sqlite3.connect(tmp_path / "hub.db") as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(HostError, match="format 99"):
        Store(tmp_path, "hub")


def test_a_state_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HostError, match="cannot be used"):
        Store(tmp_path / "file" / "state", "hub")


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [("1.0", "1.0", 0), ("1.9", "1.10", -1), ("2", "1.5", 1), (None, "1", -1), ("1", None, 1), (None, None, 0)],
)
def test_versions_compare_as_numbers(one: str | None, other: str | None, order: int) -> None:
    assert compare_versions(one, other) == order
    assert compare_versions("b", "a") == 1


@pytest.mark.parametrize(
    ("strategy", "runs"),
    [("None", ["1", "2", "3"]), ("Strict", ["2"]), ("CurrentOrOlder", ["1", "2"])],
)
def test_the_match_strategy_says_which_versions_run(strategy: str, runs: list[str]) -> None:
    options = HubOptions(default_version="2", version_match=strategy)
    assert [version for version in ("1", "2", "3") if version_mismatch(version, options) is None] == runs
    assert version_mismatch("3", HubOptions()) is None


def test_the_longest_category_decides_the_log_level() -> None:
    levels = {"default": 30, "function": 20, "function.a": 40}
    assert [level_of(name, levels) for name in ("Host.X", "Function.b.User", "Function.a.User")] == [30, 20, 40]
    assert level_of("Functional", levels) == 30


def failed_history() -> list[pb.HistoryEvent]:
    """A handled failure of 1, then 2 and 3 at once of which 3 fails and is not handled."""

    def scheduled(task: int) -> pb.HistoryEvent:
        return event(task, taskScheduled=pb.TaskScheduledEvent(name=f"a{task}"))

    def failed(task: int) -> pb.HistoryEvent:
        return event(taskFailed=pb.TaskFailedEvent(taskScheduledId=task))

    started = event(orchestratorStarted=pb.OrchestratorStartedEvent())
    ended = event(orchestratorCompleted=pb.OrchestratorCompletedEvent())
    first = [started, event(executionStarted=pb.ExecutionStartedEvent(name="o")), scheduled(1), ended]
    second = [started, failed(1), scheduled(2), scheduled(3), ended]
    return [*first, *second, started, failed(3), event(executionCompleted=pb.ExecutionCompletedEvent()), ended]


def test_rewind_takes_out_the_last_failure_and_keeps_handled_ones() -> None:
    plan = rewound_history(failed_history(), "why")
    kinds = [item.WhichOneof("eventType") for item in plan.events]
    assert kinds.count("taskFailed") == 1
    assert "executionCompleted" not in kinds
    assert plan.events[-1].executionRewound.reason.value == "why"
    assert plan.activities == {2: ("a2", None), 3: ("a3", None)}


def test_rewind_goes_back_to_a_failure_that_was_handled_in_vain() -> None:
    started = event(orchestratorStarted=pb.OrchestratorStartedEvent())
    ended = event(orchestratorCompleted=pb.OrchestratorCompletedEvent())
    late = event(eventRaised=pb.EventRaisedEvent(name="kept"))
    done = event(taskCompleted=pb.TaskCompletedEvent(taskScheduledId=9))
    history = [
        *failed_history()[:-2],
        event(9, taskScheduled=pb.TaskScheduledEvent(name="compensate")),
        *(ended, started, late, done, event(executionCompleted=pb.ExecutionCompletedEvent()), ended),
    ]
    plan = rewound_history(history, None)
    assert 9 not in plan.activities
    assert [item.eventRaised.name for item in plan.events if item.HasField("eventRaised")] == ["kept"]
    assert not any(item.HasField("taskCompleted") for item in plan.events)
