"""``codestory ingest status | list | events | cancel | stop | suspend | resume | retry``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

import typer

from codestory.cli.console import (
    err,
    local_time,
    out,
    pairs,
    print_json,
    print_table,
    seconds,
    status_text,
)
from codestory.cli.flags import Job, NoProgress, Patience, Wait
from codestory.cli.progress import LineDisplay
from codestory.cli.session import JsonFlag, client_of
from codestory.cli.watching import print_outcome, print_steps, wait_for
from codestory.client import Json
from codestory.ingestion_pipeline.statuses import StepStatus

__all__ = ["add_to"]

_ACTIONS = {
    "cancel": (
        "Cancel a job as soon as its workers notice, between two files.\n\n"
        "Nothing is written to the graph once the job is CANCELLED; what was written before stays and is complete"
        " file by file. A job that has ended is left as it is."
    ),
    "stop": "Let the running steps finish, and skip the rest.\n\nThe job ends STOPPED; retry it to go on.",
    "suspend": "Pause a job: what runs goes on to its end, nothing new begins until resume.",
    "resume": "Let a suspended job go on.",
}


def add_to(command: Callable[..., Any]) -> None:
    """Register the commands with the group's decorator."""
    command("status", "codestory ingest status 4f1c2d", "codestory ingest status 4f1c2d --wait")(status)
    for name in ("list", "jobs"):
        command(
            name,
            f"codestory ingest {name} --status running,waiting",
            f"codestory ingest {name} --repository flask --sort-by created_at --limit 50",
            hidden=name == "jobs",
        )(list_jobs)
    command("events", "codestory ingest events 4f1c2d --follow", "codestory ingest events 4f1c2d --after 20 --json")(
        events
    )
    for name, text in _ACTIONS.items():
        command(name, f"codestory ingest {name} 4f1c2d", help=text)(_action(name))
    command("retry", "codestory ingest retry 4f1c2d --wait", "codestory ingest retry 4f1c2d --from-step syntax")(retry)


def status(
    ctx: typer.Context,
    job: Job,
    wait: Wait = False,
    no_progress: NoProgress = False,
    patience: Patience = 300,
    as_json: JsonFlag = False,
) -> None:
    """Show a job and its steps: status, progress, retries and errors, resource use.

    With --wait it is watched until its end, and the exit code tells whether it completed.
    """
    with client_of(ctx) as client:
        if wait:
            wait_for(client, job, quiet=no_progress, as_json=as_json, patience=timedelta(seconds=patience))
            return
        found = client.job(job)
    if as_json:
        print_json(found)
    elif StepStatus(found["status"]).is_final:
        print_outcome(found)
    else:
        _print_running(found)


def list_jobs(
    ctx: typer.Context,
    status: Annotated[
        list[str] | None, typer.Option(help="Only these, by commas or repeated.", metavar="STATUS")
    ] = None,
    repository: Annotated[str | None, typer.Option(help="Only jobs of this repository.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only jobs with this tag.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Jobs to a page.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="Jobs to pass over.")] = 0,
    sort_by: Annotated[
        str, typer.Option(help="created_at, updated_at, started_at, completed_at, status, repository, priority.")
    ] = "created_at",
    sort_order: Annotated[str, typer.Option(help="asc or desc.")] = "desc",
    as_json: JsonFlag = False,
) -> None:
    """List jobs, the latest first."""
    wanted = [word.strip().upper() for text in status or () for word in text.split(",") if word.strip()]
    with client_of(ctx) as client:
        page = client.jobs(
            status=wanted,
            repository=repository,
            tag=tag,
            limit=limit,
            offset=offset,
            sort_by=sort_by,
            sort_order=sort_order,
        )
    if as_json:
        print_json(page)
        return
    print_table(
        ("job", "status", "progress", "repository", "created", "time", "message"),
        (
            (
                item["job_id"],
                status_text(item["status"]),
                f"{item['progress']:.0f}%",
                item.get("repository"),
                local_time(item.get("created_at")),
                seconds(item.get("duration")),
                item.get("error") or item.get("message"),
            )
            for item in page["items"]
        ),
        empty="no jobs",
    )
    if page.get("has_more"):
        following = offset + len(page["items"])
        err().print(f"{following} of {page['total']}; more with --offset {following}", style="dim", markup=False)


def events(
    ctx: typer.Context,
    job: Job,
    after: Annotated[int, typer.Option(min=0, help="Only events with a higher number than this.")] = 0,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the job has ended.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Print what happened to a job, in order."""
    display = LineDisplay(out(), every=0)
    with client_of(ctx) as client:
        if follow:
            for watched in client.watch(job, after=after):
                _print_events(display, watched.job, list(watched.events), as_json=as_json)
            return
        found = client.job(job)
        feed = client.events(job, after=after)
        _print_events(display, found, feed["events"], as_json=as_json)


def retry(
    ctx: typer.Context,
    job: Job,
    step: Annotated[str | None, typer.Option(help="Run only this step again.")] = None,
    from_step: Annotated[str | None, typer.Option(help="Run this step and all that follow it again.")] = None,
    wait: Wait = False,
    no_progress: NoProgress = False,
    patience: Patience = 300,
    as_json: JsonFlag = False,
) -> None:
    """Run a job again as a new one that is linked to it; completed work is reused.

    Without an option the whole workflow runs from the beginning. The new job reads the snapshot that the old one has
    taken; if it got none, the source is read again.
    """
    if step and from_step:
        raise typer.BadParameter("give --step or --from-step, not both")
    body = {key: value for key, value in (("step", step), ("from_step", from_step)) if value}
    with client_of(ctx) as client:
        started = client.act(job, "retry", body)
        if not as_json:
            pairs({"job": started["job_id"], "status": started["status"], "retry of": started.get("retry_of") or job})
        if wait:
            wait_for(
                client,
                started["job_id"],
                quiet=no_progress,
                as_json=as_json,
                patience=timedelta(seconds=patience),
            )
        elif as_json:
            print_json(started)


def _action(name: str) -> Callable[..., None]:
    def act(ctx: typer.Context, job: Job, as_json: JsonFlag = False) -> None:
        with client_of(ctx) as client:
            answer = client.act(job, name)
        if as_json:
            print_json(answer)
        else:
            pairs(
                {"job": answer.get("job_id", job), "status": status_text(answer["status"]), "": answer.get("message")}
            )

    act.__name__ = name
    return act


def _print_running(job: Json) -> None:
    pairs(
        {
            "job": job["job_id"],
            "status": status_text(job["status"]),
            "progress": f"{job['progress']:.0f}%",
            "repository": job.get("repository"),
            "source": job.get("source"),
            "waiting for": ", ".join(job.get("waiting_for") or ()),
            "starts": local_time(job.get("eta")),
            "started": local_time(job.get("started_at")),
            "priority": job.get("priority"),
            "retry of": job.get("retry_of"),
            "message": job.get("message"),
        }
    )
    out().print()
    print_steps(job)
    for name, step in job.get("steps", {}).items():
        if step.get("last_error") and not step.get("error"):
            out().print(f"{name}: {step.get('message') or step['last_error']}", style="yellow", markup=False)


def _print_events(display: LineDisplay, job: Json, feed: list[Json], *, as_json: bool) -> None:
    if as_json:
        import json

        for event in feed:
            typer.echo(json.dumps(event, ensure_ascii=False))
    else:
        display.show(job, feed)
