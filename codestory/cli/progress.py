"""How a running job looks: bars in a terminal, lines elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from codestory.cli.console import err, is_live, local_time, number, out, seconds, status_text
from codestory.client import Json

__all__ = ["Display", "LineDisplay", "LiveDisplay", "QuietDisplay", "display_for", "job_view", "rate"]


class Display(AbstractContextManager["Display"], Protocol):
    """Where the progress of a job is shown."""

    def show(self, job: Json, events: Sequence[Json]) -> None:
        """Something happened to the job."""
        ...

    def note(self, text: str) -> None:
        """Something else that the user should know meanwhile."""
        ...


def display_for(*, quiet: bool) -> Display:
    """Bars if standard output is a terminal, else lines; with ``quiet`` only notes."""
    if quiet:
        return QuietDisplay()
    return LiveDisplay(out()) if is_live() else LineDisplay(out())


class _Base:
    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class QuietDisplay(_Base):
    """Shows nothing of the progress."""

    def show(self, job: Json, events: Sequence[Json]) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """On standard error, where it does not mix with data."""
        err().print(text, markup=False)


def _flat(text: object) -> str:
    """``text`` on one line; some errors of drivers have several."""
    return " ".join(str(text).split())


class LineDisplay(_Base):
    """A line with a time for every change, and for a busy step at most one every ``every`` seconds."""

    def __init__(self, console: Console, *, every: float = 1.0) -> None:
        self._console = console
        self._every = every
        self._last: dict[str, tuple[str, datetime]] = {}

    def show(self, job: Json, events: Sequence[Json]) -> None:
        """Print what is worth a line. The pace is that of the events, not of whoever reads them."""
        for event in events:
            name = event.get("step") or "job"
            status, at = str(event["status"]), datetime.fromisoformat(event["timestamp"])
            before = self._last.get(name)
            is_same = before is not None and before[0] == status
            if is_same and before and (at - before[1]).total_seconds() < self._every and not event.get("error"):
                continue
            self._last[name] = (status, at)
            self._console.print(self._line(job, event, name), soft_wrap=True)

    def note(self, text: str) -> None:
        """As a line with a time."""
        self._console.print(f"{datetime.now().astimezone():%H:%M:%S}  {text}", markup=False, soft_wrap=True)

    def _line(self, job: Json, event: Json, name: str) -> Text:
        step: Json = job.get("steps", {}).get(event.get("step"), {})
        line = Text(f"{local_time(event['timestamp'])[11:]}  {name:<24} ")
        line.append_text(status_text(f"{event['status']:<10}"))
        line.append(f" {event['progress']:>5.1f}%")
        done, total = event.get("units_done"), step.get("stale")
        if done and total:
            line.append(f"  {min(done, total):,}/{total:,} files")
        if event.get("cpu_percent") is not None:
            line.append(f"  cpu {event['cpu_percent']:.0f}%")
        if event.get("memory_mb") is not None:
            line.append(f"  {event['memory_mb']:.0f} MB")
        text = event.get("message") or event.get("error")
        if event.get("error"):
            # A retry tells its reason in its message; an end has nothing but its error to tell.
            told = event["error"] in (event.get("message") or "")
            line.append(f"  {_flat(text if told else event['error'])}", style="red")
        elif text:
            line.append(f"  {_flat(text)}")
        return line


class LiveDisplay(_Base):
    """Bars that are redrawn in place."""

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def show(self, job: Json, events: Sequence[Json]) -> None:  # noqa: ARG002
        """Draw the job as it is now."""
        self._live.update(job_view(job))

    def note(self, text: str) -> None:
        """Above the bars."""
        self._live.console.print(text, style="yellow", markup=False)


def job_view(job: Json) -> RenderableType:
    """The overall bar, a bar for each step, and what the job waits for or warns of."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(min_width=9)
    table.add_column(width=30)
    table.add_column(justify="right")
    table.add_column(justify="right", style="dim")
    table.add_column(justify="right", style="dim")
    table.add_row(
        Text(job.get("repository") or job["job_id"], style="bold"),
        status_text(job["status"]),
        _bar(job["progress"], job["status"]),
        f"{job['progress']:.0f}%",
        "",
        seconds(_elapsed(job)),
    )
    for name, step in job.get("steps", {}).items():
        table.add_row(
            f"  {name}",
            status_text(step["status"]),
            _bar(step["progress"], step["status"]),
            f"{step['progress']:.0f}%",
            _work(step),
            seconds(_elapsed(step)),
        )
    notes: list[RenderableType] = []
    if job.get("waiting_for"):
        notes.append(Text(f"waiting for {', '.join(job['waiting_for'])}", style="blue"))
    if job["status"] == "SCHEDULED" and job.get("eta"):
        notes.append(Text(f"starts at {local_time(job['eta'])}", style="blue"))
    for name, step in job.get("steps", {}).items():
        if step.get("retry_count") and step.get("last_error") and step["status"] == "RUNNING":
            notes.append(Text(f"{name}: try {step['retry_count'] + 1}, after: {step['last_error']}", style="yellow"))
    if job.get("warnings"):
        notes.append(Text(f"{len(job['warnings'])} warnings so far", style="dim"))
    return Group(table, *notes)


def rate(step: Json) -> float | None:
    """Files per second of a step, as the service measured it or else from what is done so far."""
    if step.get("units_per_second") is not None:
        return step["units_per_second"]
    elapsed, done = _elapsed(step), step.get("units_done")
    return done / elapsed if done and elapsed else None


def _work(step: Json) -> str:
    parts: list[str] = []
    if step.get("stale"):
        parts.append(f"{min(step.get('units_done', 0), step['stale']):,}/{step['stale']:,} files")
    pace = rate(step)
    if pace:
        parts.append(f"{number(pace)} files/s")
    return "  ".join(parts)


def _bar(progress: float, status: str) -> ProgressBar:
    colour = {"FAILED": "red", "CANCELLED": "yellow", "STOPPED": "yellow", "SKIPPED": "dim"}.get(status, "green")
    return ProgressBar(total=100, completed=progress, complete_style=colour, finished_style=colour, width=30)


def _elapsed(item: Json) -> float | None:
    if item.get("duration") is not None:
        return item["duration"]
    if not item.get("started_at"):
        return None
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(item["started_at"])).total_seconds())
