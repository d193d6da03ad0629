"""``python -m benchmarks.ingest``: Flask and Django from POST to COMPLETED, an edit, and the nearest peer."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.ingest.memory import PeakMemory
from benchmarks.ingest.peer import run_peer
from benchmarks.ingest.repositories import DJANGO, FLASK, copy_of, python_lines
from codestory.graph import embedded
from codestory.ingestion_pipeline.local_service import LocalService

_POLL = 0.25
"""Seconds between two looks at a job: the durations are the job's own, and looking costs time on few cores."""
STEPS = ["filesystem", "syntax", "documentation_grapher"]
EDITED = {FLASK: "src/flask/helpers.py", DJANGO: "django/utils/text.py"}


def main() -> None:
    """Run everything and print the tables."""
    console = Console(width=120)
    with tempfile.TemporaryDirectory(prefix="codestory-bench-") as name:
        folder = Path(name)
        rows = [measure(requirement, folder) for requirement in (FLASK, DJANGO)]
    console.print(_summary(rows))
    for row in rows:
        console.print(_phases(row))
    flask, django = rows
    growth = (django["fresh"] / flask["fresh"]) / (django["lines"] / flask["lines"])
    print(f"growth from Flask to Django: {growth:.2f} of linear in lines")


def measure(requirement: str, folder: Path) -> dict[str, Any]:
    """One repository: fresh, unchanged, one file edited, a comment added to it; then the peer on a copy."""
    source = copy_of(requirement, folder)
    files, lines = python_lines(source)
    home = folder / f"home-{source.name}"
    with _service(home) as (http, pids):
        # Starting the service and the graph is set-up; what is measured begins with the POST.
        while http.get("/v1/ingest/health").status_code != HTTPStatus.OK:
            time.sleep(_POLL)
        with PeakMemory(pids) as memory:
            fresh = _ingest(http, source)
        unchanged = _ingest(http, source)
        target = source / EDITED[requirement]
        _add_function(target)
        edited = _ingest(http, source)
        target.write_text("# moved by the benchmark\n" + target.read_text())
        commented = _ingest(http, source)
        counts = http.get("/v1/graph/stats").json()
    copy = copy_of(requirement, folder / "peer")
    peer = run_peer(copy)
    _add_function(copy / EDITED[requirement])
    peer_edited = run_peer(copy, "sync") if peer else None
    return {
        "name": requirement,
        "files": files,
        "lines": lines,
        "fresh": _seconds(fresh),
        "unchanged": _seconds(unchanged),
        "edited": _seconds(edited),
        "commented": _seconds(commented),
        "peak_mb": memory.peak_mb,
        "by_process": memory.by_process,
        "job": fresh,
        "nodes": counts["total_nodes"],
        "relationships": counts["total_relationships"],
        "peer": peer,
        "peer_edited": peer_edited,
    }


def _add_function(file: Path) -> None:
    file.write_text(file.read_text() + "\n\ndef added_by_the_benchmark():\n    return len([])\n")


@contextmanager
def _service(home: Path) -> Generator[tuple[httpx.Client, Any]]:
    environment = {name: "" for name in os.environ if name.startswith("CODESTORY_")}
    with LocalService.start(home=home, environment=environment) as local:
        try:
            with httpx.Client(base_url=local.url, timeout=120) as http:
                yield http, lambda: [local.process.pid, *_graph_pid(home)]
        finally:
            embedded.stop(home / "graph")


def _graph_pid(home: Path) -> list[int]:
    server = embedded.running(home / "graph")
    return [server.pid] if server is not None else []


def _ingest(http: httpx.Client, source: Path) -> dict[str, Any]:
    body = {"source_type": "local_path", "source": str(source), "steps": STEPS}
    answer = http.post("/v1/ingest", json=body)
    answer.raise_for_status()
    job_id = answer.json()["job_id"]
    while True:
        job = http.get(f"/v1/ingest/{job_id}").json()
        if job["status"] in ("COMPLETED", "FAILED", "CANCELLED"):
            break
        time.sleep(_POLL)
    if job["status"] != "COMPLETED":
        raise SystemExit(f"{source.name}: {job['status']}: {job['error']}")
    return job


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _seconds(job: dict[str, Any]) -> float:
    return _moment(job["completed_at"]) - _moment(job["created_at"])


def _summary(rows: list[dict[str, Any]]) -> Table:
    table = Table(title=f"POST to COMPLETED: {', '.join(STEPS)}")
    table.add_column("")
    for row in rows:
        table.add_column(row["name"], justify="right")
    measures: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
        ("Python files", lambda row: f"{row['files']:,}"),
        ("lines of Python", lambda row: f"{row['lines']:,}"),
        ("nodes", lambda row: f"{row['nodes']:,}"),
        ("relationships", lambda row: f"{row['relationships']:,}"),
        ("fresh, s", lambda row: f"{row['fresh']:.2f}"),
        ("unchanged, s", lambda row: f"{row['unchanged']:.2f}"),
        ("a function added to one file, s", lambda row: f"{row['edited']:.2f}"),
        ("a comment added to one file, s", lambda row: f"{row['commented']:.2f}"),
        ("peak memory while fresh, all processes, MB", lambda row: f"{row['peak_mb']:.0f}"),
        ("peer: fresh, s", lambda row: f"{row['peer'].seconds:.2f}" if row["peer"] else "-"),
        ("peer: a function added, s", lambda row: f"{row['peer_edited'].seconds:.2f}" if row["peer_edited"] else "-"),
        ("peer: peak memory, MB", lambda row: f"{row['peer'].peak_mb:.0f}" if row["peer"] else "-"),
        ("time / peer", lambda row: f"{row['fresh'] / row['peer'].seconds:.2f}" if row["peer"] else "-"),
        (
            "time after the edit / peer",
            lambda row: f"{row['edited'] / row['peer_edited'].seconds:.2f}" if row["peer_edited"] else "-",
        ),
        ("memory / peer", lambda row: f"{row['peak_mb'] / row['peer'].peak_mb:.2f}" if row["peer"] else "-"),
    )
    for title, value in measures:
        table.add_row(title, *(value(row) for row in rows))
    return table


def _phases(row: dict[str, Any]) -> Table:
    """Where the time went. Batches of one stage run side by side, so busy seconds may exceed the wall."""
    job = row["job"]
    table = Table(title=f"{row['name']}: where the time went")
    for column in ("step", "begin s", "end s", "stage", "busy s"):
        table.add_column(column, justify="left" if column in ("step", "stage") else "right")
    begin = _moment(job["created_at"])
    first = min(_moment(step["started_at"]) for step in job["steps"].values())
    table.add_row("source", "0.00", f"{first - begin:.2f}", "read, hash, store", "")
    for name, step in job["steps"].items():
        span = (f"{_moment(step['started_at']) - begin:.2f}", f"{_moment(step['completed_at']) - begin:.2f}")
        stages = {key: value for key, value in step["counters"].items() if key.endswith("_seconds")}
        for number, (stage, seconds) in enumerate(stages.items()):
            first_columns = (name, *span) if number == 0 else ("", "", "")
            table.add_row(*first_columns, stage.removesuffix("_seconds"), f"{seconds:.2f}")
    last = max(_moment(step["completed_at"]) for step in job["steps"].values())
    table.add_row("closing", f"{last - begin:.2f}", f"{_seconds(job):.2f}", "history, clean-up", "")
    for process, size in sorted(row["by_process"].items(), key=lambda item: -item[1]):
        table.add_row("memory", "", "", process, f"{size:.0f} MB")
    return table


if __name__ == "__main__":
    main()
