"""``python -m benchmarks.host``: the local host and the bare in-memory engine, same work, same run."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
from durabletask.client import TaskHubGrpcClient
from durabletask.testing import create_test_backend
from durabletask.worker import TaskHubGrpcWorker

APP = Path(__file__).parent / "app"
PACKAGE = Path(__file__).parents[2] / "functions_host"
STEPS, WIDTH, CROWD, FINISHED = 100, 1000, 200, 10_000

type Run = Callable[[str, int, int], None]
"""Runs so many instances of an orchestration, with its number of activities, at once to their end."""


@contextlib.contextmanager
def bare_engine() -> Iterator[Run]:
    """The SDK's in-memory backend and worker, both in this process."""
    specification = importlib.util.spec_from_file_location("workload", APP / "workload.py")
    assert specification is not None and specification.loader is not None
    workload = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(workload)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    logging.disable(logging.ERROR)
    backend = create_test_backend(port=port)
    worker = TaskHubGrpcWorker(host_address=f"localhost:{port}")
    worker.add_orchestrator(workload.sequence)
    worker.add_orchestrator(workload.fan_out)

    def echo(_: object, value: int) -> int:
        return value

    worker.add_activity(echo)
    worker.start()
    client = TaskHubGrpcClient(host_address=f"localhost:{port}")

    def run(name: str, count: int, times: int) -> None:
        # One wait after the other: its server has ten threads, and each wait takes one.
        ids = [client.schedule_new_orchestration(name, input=count) for _ in range(times)]
        for instance_id in ids:
            state = client.wait_for_orchestration_completion(instance_id, timeout=60)
            assert state is not None and state.serialized_output == str(count * (count - 1) // 2), state

    try:
        yield run
    finally:
        worker.stop()
        client.close()
        backend.stop()


@contextlib.contextmanager
def local_host(state: Path) -> Iterator[Run]:
    """The host as its users start it, driven through its HTTP management API."""
    command = [sys.executable, "-m", "functions_host", "start", "--app", str(APP), "--port", "0", "--state", str(state)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = next(match.group(1) for line in process.stdout if (match := re.search(r"(http://localhost:\d+), ", line)))
    with httpx.Client(base_url=f"{url}/runtime/webhooks/durabletask", timeout=150) as client:

        def one(name: str, count: int) -> None:
            response = client.post(f"/orchestrators/{name}?timeout=60&pollingInterval=1", json=count)
            assert response.status_code == 200 and response.json() == count * (count - 1) // 2, response.text

        def run(name: str, count: int, times: int) -> None:
            with ThreadPoolExecutor(min(times, 100)) as pool:
                list(pool.map(lambda _: one(name, count), range(times)))

        try:
            yield run
        finally:
            process.terminate()
            process.stdout.close()
            process.wait()


def processor_seconds() -> float:
    """Processor time so far of this process and, recursively, of its children."""
    mine = psutil.Process()
    return sum(sum(process.cpu_times()[:2]) for process in (mine, *mine.children(recursive=True)))


def measure(run: Run) -> dict[str, tuple[float, float]]:
    """Seconds and processor seconds for each workload, after a warm-up."""
    run("sequence", 5, 1)
    return {
        f"{STEPS} activities in sequence": timed(lambda: run("sequence", STEPS, 1)),
        f"fan-out of {WIDTH}": timed(lambda: run("fan_out", WIDTH, 1)),
        f"{CROWD} orchestrations at once, 3 activities each": timed(lambda: run("sequence", 3, CROWD)),
    }


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """The least of three runs: what else the machine does only ever adds."""
    runs: list[tuple[float, float]] = []
    for _ in range(3):
        start, processor = time.perf_counter(), processor_seconds()
        work()
        runs.append((time.perf_counter() - start, processor_seconds() - processor))
    return min(wall for wall, _ in runs), min(processor for _, processor in runs)


def fill(state: Path, count: int) -> None:
    """Multiply the finished instances on file until there are ``count``, histories included."""
    with contextlib.closing(sqlite3.connect(state / "TestHubName.db")) as database, database:
        k = database.execute("SELECT k FROM instances ORDER BY k LIMIT 1").fetchone()[0]
        columns = [row[1] for row in database.execute("PRAGMA table_info(instances)")][2:]
        first = database.execute("SELECT max(k) FROM instances").fetchone()[0] + 1
        for new in range(first, first + count):
            database.execute(
                f"INSERT INTO instances SELECT ?, ?, {', '.join(columns)} FROM instances WHERE k = ?",
                (new, f"old-{new}", k),
            )
            database.execute(
                "INSERT INTO history SELECT id - (? << 24) + (? << 24), event, input FROM history"
                " WHERE id >= ? << 24 AND id < (? + 1) << 24",
                (k, new, k, k),
            )


def main() -> None:
    began = time.perf_counter()
    folder = Path(tempfile.mkdtemp(prefix="host-benchmark-"))
    try:
        with bare_engine() as run:
            bare = measure(run)
        with local_host(folder) as run:
            host = measure(run)
        fill(folder, FINISHED)
        with local_host(folder) as run:
            full = measure(run)
    finally:
        shutil.rmtree(folder)
    activities = dict(zip(bare, (STEPS, WIDTH, CROWD * 3), strict=True))
    columns = (bare, host, full)
    print(f"{'activities per second':48} {'bare engine':>12} {'host':>12} {'host, full':>12} {'host / bare':>12}")
    for name, count in activities.items():
        rates = [count / timings[name][0] for timings in columns]
        print(f"{name:48} {rates[0]:12.0f} {rates[1]:12.0f} {rates[2]:12.0f} {rates[1] / rates[0]:12.2f}")
    print("processor time per activity, ms, client included")
    for name, count in activities.items():
        costs = [timings[name][1] / count * 1000 for timings in columns]
        print(f"{name:48} {costs[0]:12.2f} {costs[1]:12.2f} {costs[2]:12.2f} {costs[1] / costs[0]:12.2f}")
    one = next(iter(activities))
    overhead = [(timings[one][0] - bare[one][0]) / STEPS * 1000 for timings in columns]
    print(f"{'overhead per activity in sequence, ms':48} {'':12} {overhead[1]:12.2f} {overhead[2]:12.2f}")
    print(f"{'benchmark took, seconds':48} {time.perf_counter() - began:12.0f}")
    print(f"\n'full': {FINISHED:,} finished instances in the state folder")
    code = [line for file in PACKAGE.rglob("*.py") for line in file.read_text().splitlines() if line.strip()]
    print(f"size of the host: {len(code):,} lines that are not blank, in {len(list(PACKAGE.rglob('*.py')))} files")


if __name__ == "__main__":
    main()
