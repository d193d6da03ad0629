"""Concurrency limits, time limits, worker processes, versions, and memory that stays flat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.functions_host.host_process import Host, eventually


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with Host("limits", tmp_path_factory.mktemp("limits") / "state").started() as host:
        yield host


def test_no_more_activities_run_at_once_than_host_json_allows(limited: Host) -> None:
    output = limited.run("many", {"activity": "counted", "each": 3, "count": 12})["output"]
    assert max(output) == 3


def test_an_asynchronous_function_that_overruns_is_cancelled(limited: Host) -> None:
    pid = limited.get("/api/ping").text
    status = limited.run("many", {"activity": "asynchronous", "each": 30, "count": 1})
    assert status["runtimeStatus"] == "Failed"
    assert "Timeout value of 2 s exceeded by function 'asynchronous'" in status["output"]
    assert limited.get("/api/ping").text == pid


def test_a_synchronous_function_that_overruns_fails_and_its_process_is_replaced(limited: Host) -> None:
    pid = limited.get("/api/ping").text
    status = limited.run("many", {"activity": "stuck", "each": 60, "count": 1})
    assert "Timeout value of 2 s exceeded by function 'stuck'" in status["output"]
    assert limited.get("/api/ping").text != pid
    eventually(lambda: not Path(f"/proc/{pid}").exists())


def test_an_http_function_that_overruns_answers_500(limited: Host) -> None:
    assert limited.get("/api/overrun").status_code == 500


def test_log_levels_are_those_of_the_category(limited: Host) -> None:
    limited.get("/api/logs")
    eventually(lambda: "shown, by its category" in limited.log())
    assert "Executing 'Functions.logs'" not in limited.log()


def test_the_default_version_is_given_to_instances_and_sub_orchestrations(limited: Host) -> None:
    assert limited.run("version", True)["output"] == ["2.0", "2.0"]
    assert limited.run("version", False, version="1.9")["output"] == "1.9"


def test_an_instance_of_a_newer_version_fails_as_host_json_says(limited: Host) -> None:
    status = limited.run("version", False, version="2.1")
    assert status["runtimeStatus"] == "Failed"
    assert "'2.1' does not fit the host's version '2.0'" in status["output"]


def test_computation_spreads_over_the_worker_processes(state: Path) -> None:
    with Host("limits", state, FUNCTIONS_WORKER_PROCESS_COUNT="2").started() as host:
        pids = host.run("many", {"activity": "burn", "each": 1, "count": 3})["output"]
        assert len(set(pids)) == 2


def test_computation_goes_to_the_worker_whose_other_work_only_waits(state: Path) -> None:
    with Host("limits", state, FUNCTIONS_WORKER_PROCESS_COUNT="2").started() as host:
        for names in (["compute", "wait"], ["wait", "compute"]):
            # Load is measured, and beside other programs a function that computes may look as if it waited.
            assert any(_goes_beside_the_one_that_waits(host, names) for _ in range(4))


def _goes_beside_the_one_that_waits(host: Host, names: list[str]) -> bool:
    added, *begun = host.run("beside", names)["output"]
    return len(set(begun)) == 2 and added == begun[names.index("wait")]


def test_memory_stays_flat_over_many_instances(state: Path) -> None:
    with Host("limits", state).started() as host:
        assert host.process is not None
        process = psutil.Process(host.process.pid)

        def run(count: int) -> int:
            ids = [host.begin("version", True)["id"] for _ in range(count)]
            for instance_id in ids:
                host.finish(instance_id)
            return process.memory_info().rss

        warm = run(60)
        assert run(240) - warm < 12 * 1024 * 1024
