"""``kill -9`` at random moments: nothing accepted is lost, nothing completed runs again."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.functions_host.host_process import FINISHED, Host, eventually

KILLS = 13
HOUR = 3600.0
BRANCHES, ROUNDS = 4, 10
EXPECTED = {"sums": [ROUNDS * (ROUNDS + 1)] * BRANCHES, "total": 2 * BRANCHES * ROUNDS}


def given(journal: Path) -> dict[str, Any]:
    return {"branches": BRANCHES, "rounds": ROUNDS, "signals": EXPECTED["total"], "journal": str(journal)}


def entries(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines()]


def ends(journal: Path) -> Counter[str]:
    return Counter(entry["id"] for entry in entries(journal) if entry["event"] == "end")


def test_an_undisturbed_run_does_everything_once(state: Path, tmp_path: Path) -> None:
    with Host("crash", state).started() as host:
        status = host.run("job", given(tmp_path / "journal"))
    assert status["output"] == EXPECTED
    done = ends(tmp_path / "journal")
    assert set(done) == {f"{branch}/{number}" for branch in range(BRANCHES) for number in range(1, ROUNDS + 1)}
    assert set(done.values()) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_run_with_many_kills_gives_the_result_of_an_undisturbed_one(seed: int, state: Path, tmp_path: Path) -> None:
    chance = random.Random(seed)
    host = Host("crash", state)
    kills: list[float] = []
    jobs = 0
    try:
        while len(kills) < KILLS:
            jobs += 1
            journal, instance_id = tmp_path / f"journal-{jobs}", f"job-{jobs}"
            if host.process is None:
                host.start()
            host.begin("job", given(journal), id=instance_id)
            status = run_with_kills(host, instance_id, chance, kills)
            assert status["output"] == EXPECTED, host.log()
            check_side_effects(journal, kills)
    finally:
        host.stop()
        host.client.close()


def run_with_kills(host: Host, instance_id: str, chance: random.Random, kills: list[float]) -> dict[str, Any]:
    """Kill and start again until the instance is over."""
    while True:
        over = time.monotonic() + chance.uniform(0.0, 0.35)
        while time.monotonic() < over:
            try:
                status = host.status(instance_id)
            except httpx.HTTPError:
                continue
            if status["runtimeStatus"] in FINISHED:
                return status
            time.sleep(0.01)
        host.kill()
        kills.append(time.time())
        if chance.random() < 0.2:
            # Now and then the next host dies as well, somewhere in its start.
            host.launch()
            time.sleep(chance.uniform(0.0, 1.0))
            host.kill()
            kills.append(time.time())
        host.start()


def check_side_effects(journal: Path, kills: list[float]) -> None:
    """An activity runs again only if it was in flight, or its result not yet on file, at a kill."""
    runs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    order: list[str] = []
    for entry in entries(journal):
        runs[entry["id"]].append(entry)
        order.append(entry["id"])
    assert len(runs) == BRANCHES * ROUNDS
    for name, history in runs.items():
        for position, entry in enumerate(history[:-1]):
            if entry["event"] == "end":
                again = history[position + 1]["at"]
                assert any(entry["at"] <= kill <= again for kill in kills), f"{name} ran again without a kill"
    for branch in range(BRANCHES):
        rounds = [int(name.partition("/")[2]) for name in order if name.startswith(f"{branch}/")]
        assert rounds == sorted(rounds), f"a round of branch {branch} ran again although the next one had begun"


def let_time_pass(state: Path) -> None:
    """Have an hour pass for a host that does not run."""
    with sqlite3.connect(state / "Features.db") as database:
        assert database.execute("UPDATE timers SET due = due - ?", (HOUR,)).rowcount == 3
    database.close()


def test_what_waits_for_a_person_is_still_there_after_a_kill(state: Path) -> None:
    host = Host("features", state)
    try:
        host.start()
        waiting, sleeping = host.begin("wait_for_go")["id"], host.begin("event_or_timeout", HOUR)["id"]
        later = host.begin("chain", delay=HOUR)["id"]
        suspended = host.begin("wait_for_go")["id"]
        for instance_id in (waiting, sleeping, suspended):
            host.reach(instance_id, "Running")
        host.client_call("suspend", suspended)
        host.reach(suspended, "Suspended")
        host.client_call("raise", suspended, name="go", data="early")
        host.signal("Counter", "k", "add", 5)
        host.signal("Counter", "k", "add", 6, delay=HOUR)
        host.kill()
        let_time_pass(state)
        host.start()
        assert host.status(suspended)["runtimeStatus"] == "Suspended"
        host.client_call("raise", waiting, name="go", data="late")
        assert host.finish(waiting)["output"] == "late"
        host.client_call("resume", suspended)
        assert host.finish(suspended)["output"] == "early"
        assert host.finish(sleeping)["output"] == "timeout"
        assert host.finish(later)["output"] == ["Hello Tokyo!", "Hello Seattle!"]
        eventually(lambda: host.entity("Counter", "k")["state"] == 11)
    finally:
        host.stop()
        host.client.close()


def test_an_activity_in_flight_at_the_kill_runs_again(state: Path, tmp_path: Path) -> None:
    host = Host("features", state)
    file, gate = tmp_path / "lines", tmp_path / "gate"
    try:
        host.start()
        instance_id = host.begin("append_then_wait", {"file": str(file), "gate": str(gate)})["id"]
        eventually(lambda: file.exists() and file.read_text() == "line\n")
        host.kill()
        gate.touch()
        host.start()
        assert host.finish(instance_id)["runtimeStatus"] == "Completed"
        assert file.read_text() == "line\nline\n"
    finally:
        host.stop()
        host.client.close()


def test_no_process_outlives_a_killed_host(state: Path) -> None:
    host = Host("features", state).start()
    pid = host.run("gated", {"gate": "/", "count": 1})["output"][0]
    host.kill()
    eventually(lambda: not Path(f"/proc/{pid}").exists())
    host.client.close()


def test_two_hosts_never_share_a_state_folder(state: Path) -> None:
    with Host("features", state).started():
        second = Host("features", state)
        second.log_file = state.parent / "second.log"
        second.launch()
        assert second.process is not None
        assert second.process.wait(timeout=60) == 1
        assert "another host is using the state folder" in second.log()
        second.client.close()
