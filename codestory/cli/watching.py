"""Waiting for a job: progress while it runs, what came of it, and what to do next."""

from __future__ import annotations

from datetime import timedelta

import typer

from codestory.cli.console import err, number, out, print_json, print_problems, print_table, seconds, status_text
from codestory.cli.progress import display_for
from codestory.cli.session import ExitCode
from codestory.cli.suggestions import command_for, suggestions
from codestory.client import Json, ServiceClient
from codestory.exceptions import CodeStoryError

__all__ = ["print_outcome", "print_pending", "print_steps", "print_suggestions", "wait_for", "watch"]

_SHOWN_WARNINGS = 10
_PATIENCE = timedelta(minutes=5)


def wait_for(client: ServiceClient, job_id: str, *, quiet: bool, as_json: bool, patience: timedelta) -> None:
    """Show the job until it has ended, then its outcome; exits with 1 unless it completed."""
    job = watch(client, job_id, quiet=quiet or as_json, patience=patience)
    if as_json:
        print_json(job)
    else:
        print_outcome(job)
        print_suggestions(job)
    if job["status"] != "COMPLETED":
        raise typer.Exit(ExitCode.FAILED)


def watch(client: ServiceClient, job_id: str, *, quiet: bool = False, patience: timedelta = _PATIENCE) -> Json:
    """Show the job until it has ended, and return it.

    Ctrl-C ends the watching only, with the exit code for it. The service may go away and come back meanwhile.
    """
    job: Json = {}
    is_lost = False

    def lost(error: CodeStoryError) -> None:
        nonlocal is_lost
        if not is_lost:
            display.note(f"{error.message} Trying again for {seconds(patience.total_seconds())}.")
        is_lost = True

    try:
        with display_for(quiet=quiet) as display:
            for watched in client.watch(job_id, patience=patience, on_outage=lost):
                if is_lost:
                    display.note("The service is back.")
                    is_lost = False
                job = watched.job
                display.show(job, watched.events)
    except KeyboardInterrupt:
        err().print(f"\nNo longer watching; job {job_id} goes on.", markup=False)
        err().print(f"  watch it again   codestory ingest status {job_id} --wait", markup=False)
        err().print(f"  cancel it        codestory ingest cancel {job_id}", markup=False)
        raise typer.Exit(ExitCode.DETACHED) from None
    return job


def print_outcome(job: Json) -> None:
    """The summary of a job that has ended."""
    console = out()
    line = status_text(job["status"])
    line.append(f"  {job.get('repository') or job.get('source')}", style="bold")
    if job.get("duration") is not None:
        line.append(f"  in {seconds(job['duration'])}")
    line.append(f"  job {job['job_id']}", style="dim")
    console.print(line)
    console.print()
    print_steps(job)
    print_pending(job)
    _print_warnings(job)
    if job["status"] != "COMPLETED":
        _print_what_to_do(job)


def print_suggestions(job: Json) -> None:
    """What to ask a graph that is complete."""
    if job["status"] != "COMPLETED" or not job.get("repository") or job.get("dry_run"):
        return
    out().print("\nTry:")
    for suggestion in suggestions(job["repository"]):
        out().print(f"  # {suggestion.question}", style="dim", markup=False, soft_wrap=True)
        out().print(f"  {command_for(suggestion)}", markup=False, soft_wrap=True)


def print_steps(job: Json) -> None:
    """What each step did, as a table."""
    rows: list[list[object]] = []
    for name, step in job.get("steps", {}).items():
        rows.append(
            [
                name,
                status_text(step["status"]),
                step.get("units"),
                step.get("stale"),
                step.get("nodes"),
                step.get("relationships"),
                step.get("deleted"),
                step.get("retry_count") or None,
                seconds(step.get("duration")),
                number(step.get("units_per_second")),
            ]
        )
    columns = ("step", "status", "files", "stale", "nodes", "edges", "deleted", "retries", "time", "files/s")
    print_table(columns, rows, empty="no steps yet")


def print_pending(job: Json) -> None:
    """Which steps of a plan read what others will have changed by the time their turn comes."""
    readers: dict[str, list[str]] = {}
    for name, step in job.get("steps", {}).items():
        if step.get("pending_upstream"):
            readers.setdefault(", ".join(step["pending_upstream"]), []).append(name)
    for upstream, names in readers.items():
        text = f"{', '.join(names)}: planned on the graph as it is now; what {upstream} will change may add to it"
        err().print(text, style="yellow", markup=False, soft_wrap=True)


def _print_warnings(job: Json) -> None:
    warnings = list(job.get("warnings") or ())
    total = len(warnings)
    for name, step in job.get("steps", {}).items():
        warnings += [f"{name}: {text}" for text in step.get("warnings") or ()]
        total += max(step.get("warning_count") or 0, len(step.get("warnings") or ()))
    if not warnings:
        return
    console = out()
    console.print(f"\n[yellow]{total} warning{'s' if total > 1 else ''}[/yellow]")
    for text in warnings[:_SHOWN_WARNINGS]:
        console.print(f"  - {text}", markup=False, soft_wrap=True)
    if total > _SHOWN_WARNINGS:
        console.print(f"  ... see codestory ingest status {job['job_id']} --json", markup=False)


def _print_what_to_do(job: Json) -> None:
    """What state is left, and the exact commands that go on from it."""
    job_id = job["job_id"]
    failed = [(name, step) for name, step in job.get("steps", {}).items() if step["status"] == "FAILED"]
    problems = [f"step {name}: {step.get('error') or step.get('last_error')}" for name, step in failed]
    skipped = [name for name, step in job.get("steps", {}).items() if step["status"] == "SKIPPED"]
    if skipped:
        problems.append(f"not run: {', '.join(skipped)}")
    is_partial = any(step["status"] == "COMPLETED" for step in job.get("steps", {}).values()) and not job.get("dry_run")
    hints = ["Completed steps are in the graph and are not done again:" if is_partial else "To try again:"]
    if failed:
        hints.append(f"  codestory ingest retry {job_id} --from-step {failed[0][0]} --wait")
    hints.append(f"  codestory ingest retry {job_id} --wait")
    print_problems(job.get("error") or f"job {job_id} ended {job['status']}", problems, hints)
