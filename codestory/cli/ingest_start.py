"""``codestory ingest start | update | plan | mount``."""

from __future__ import annotations

import getpass
import shlex
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from codestory.cli.console import err, out, pairs, print_json, print_table
from codestory.cli.flags import (
    WHAT,
    WHEN,
    AutoMount,
    Branch,
    Configuration,
    Container,
    Full,
    NoProgress,
    Options,
    PathPrefix,
    Patience,
    Repository,
    Source,
    Steps,
    Strict,
    Wait,
)
from codestory.cli.requests import PlanOptions, build_request
from codestory.cli.session import ExitCode, JsonFlag, client_of
from codestory.cli.sources import Mounting, upload_folder
from codestory.cli.watching import print_outcome, print_pending, wait_for, watch
from codestory.client import Json, ServiceClient

__all__ = ["add_to"]


def add_to(command: Callable[..., Any]) -> None:
    """Register the commands with the group's decorator."""
    command(
        "start",
        "codestory ingest start . --wait",
        "codestory ingest start pallets/flask --branch main --priority high",
        "codestory ingest start . --steps filesystem,syntax -o filesystem.max_depth=3",
        "codestory ingest start . --countdown 3600 --depends-on 4f1c2d",
    )(start)
    command(
        "update",
        "codestory ingest update . --step syntax --wait",
    )(update)
    command("plan", "codestory ingest plan . --steps syntax")(plan)
    command("mount", "codestory --service-url https://story.example.com ingest mount ./shop")(mount)


def start(
    ctx: typer.Context,
    source: Source,
    wait: Wait = False,
    steps: Steps = None,
    priority: Annotated[
        str, typer.Option(help="Who gets a free token first: high, default, low.", rich_help_panel=WHEN)
    ] = "default",
    eta: Annotated[
        str | None,
        typer.Option(help="Start at this time (UTC if it names none).", metavar="ISO", rich_help_panel=WHEN),
    ] = None,
    countdown: Annotated[
        float | None, typer.Option(help="Start after so many seconds; --eta wins.", min=0, rich_help_panel=WHEN)
    ] = None,
    depends_on: Annotated[
        list[str] | None,
        typer.Option(
            "--depends-on",
            "--dependency",
            metavar="JOB",
            help="Start once this job has completed; repeatable.",
            rich_help_panel=WHEN,
        ),
    ] = None,
    branch: Branch = None,
    repository: Repository = None,
    update: Annotated[
        bool, typer.Option("--update", help="Only what changed since the last time.", rich_help_panel=WHAT)
    ] = False,
    full: Full = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Find out what is stale and why; change nothing.", rich_help_panel=WHAT),
    ] = False,
    config: Configuration = None,
    option: Options = None,
    strict: Strict = False,
    tag: Annotated[list[str] | None, typer.Option(help="Label for lists; repeatable.", rich_help_panel=WHAT)] = None,
    description: Annotated[str | None, typer.Option(help="What the job is for.", rich_help_panel=WHAT)] = None,
    idempotency_key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="A second start with this key gives the same job.", rich_help_panel=WHEN),
    ] = None,
    auto_mount: AutoMount = True,
    container: Container = False,
    path_prefix: PathPrefix = None,
    no_progress: NoProgress = False,
    patience: Patience = 300,
    as_json: JsonFlag = False,
) -> None:
    """Ingest a repository: files, symbols, calls, documentation and summaries become a graph.

    Prints the job's id at once. With --wait, the exit code tells whether the job completed. Work that is up to
    date is not done again, so the same command keeps a graph current.

    A folder of this machine is read in place by a service that runs here. For a service that runs elsewhere it is
    packed without what .gitignore leaves out, and uploaded; see 'codestory ingest mount --help'.
    """
    options = PlanOptions(steps, branch, repository, config, tuple(option or ()), strict, full)
    with client_of(ctx) as client:
        request = build_request(client, source, options, Mounting(auto_mount, container, path_prefix))
        extra = {
            "priority": priority,
            "eta": eta,
            "countdown": countdown,
            "dependencies": depends_on,
            "update": update,
            "dry_run": dry_run,
            "tags": tag,
            "description": description,
            "created_by": getpass.getuser(),
        }
        request |= {key: value for key, value in extra.items() if value}
        started = client.start(request, idempotency_key=idempotency_key)
        _follow(client, started, wait=wait, quiet=no_progress, patience=patience, as_json=as_json)


def update(
    ctx: typer.Context,
    source: Source,
    step: Annotated[str, typer.Option(help="The step to bring up to date; no other step runs.")],
    wait: Wait = False,
    branch: Branch = None,
    repository: Repository = None,
    option: Options = None,
    strict: Strict = False,
    auto_mount: AutoMount = True,
    container: Container = False,
    path_prefix: PathPrefix = None,
    no_progress: NoProgress = False,
    patience: Patience = 300,
    as_json: JsonFlag = False,
) -> None:
    """Bring the graph up to date by one step, without running unrelated ones."""
    options = PlanOptions(None, branch, repository, None, tuple(option or ()), strict, full=False)
    with client_of(ctx) as client:
        request = build_request(client, source, options, Mounting(auto_mount, container, path_prefix))
        started = client.update({**request, "step": step})
        _follow(client, started, wait=wait, quiet=no_progress, patience=patience, as_json=as_json)


def plan(
    ctx: typer.Context,
    source: Source,
    steps: Steps = None,
    branch: Branch = None,
    repository: Repository = None,
    full: Full = False,
    config: Configuration = None,
    option: Options = None,
    strict: Strict = False,
    auto_mount: AutoMount = True,
    container: Container = False,
    path_prefix: PathPrefix = None,
    as_json: JsonFlag = False,
) -> None:
    """Find out what a start would do: for each step how much is stale, and why. Nothing is changed.

    The source is read and every step plans its work against the graph as it is now. A step that reads what others are
    about to change is named below the table: more may be to do for it when its turn comes.
    """
    options = PlanOptions(steps, branch, repository, config, tuple(option or ()), strict, full)
    with client_of(ctx) as client:
        started = client.plan(build_request(client, source, options, Mounting(auto_mount, container, path_prefix)))
        job = watch(client, started["job_id"], quiet=True)
    if as_json:
        print_json(job)
    else:
        _print_plan(job)
    if job["status"] != "COMPLETED":
        raise typer.Exit(ExitCode.FAILED)


def mount(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="PATH", exists=True, file_okay=False, help="The folder to hand over.")
    ],
    repository: Repository = None,
    force: Annotated[
        bool, typer.Option("--force", "--force-remount", help="Upload even to a service on this machine.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Make a local folder available to a service that runs elsewhere, without starting a job.

    The folder is packed without what its .gitignore files leave out, and uploaded; no volume has to be mounted and
    no container restarted. The answer is the id of a snapshot, which is a source for 'codestory ingest start' on any
    machine. 'ingest start' does all this by itself, so mount is for handing over now and ingesting later.

    Who prefers real mounts: mount the folder below one path of all the service's containers, and start with
    --path-prefix and that path.
    """
    with client_of(ctx) as client:
        if client.settings.is_local and not force:
            answer: Json = {"mounted": True, "path": str(folder.resolve()), "snapshot": None}
            note = (
                f"{client.settings.url} runs on this machine and reads {folder.resolve()} in place."
                " If it runs in a container, use --force here, or --container with ingest start."
            )
        else:
            answer = upload_folder(folder.resolve(), client, name=repository)
            name = shlex.quote(repository or folder.resolve().name)
            note = f"Start a job with: codestory ingest start {answer['snapshot']} --repository {name}"
    if as_json:
        print_json(answer)
        return
    pairs({key: value for key, value in answer.items() if not isinstance(value, dict | list)})
    err().print(note, markup=False, soft_wrap=True)


def _print_plan(job: Json) -> None:
    if job["status"] != "COMPLETED":
        print_outcome(job)
        return
    rows: list[list[object]] = []
    for name, step in job["steps"].items():
        reasons = [f"{count:,} {reason}" for reason, count in (step.get("reasons") or {}).items()]
        rows.append([name, step.get("units"), step.get("stale"), ", ".join(reasons)])
    print_table(("step", "files", "to do", "why"), rows, empty="no steps")
    print_pending(job)
    for text in job.get("warnings") or ():
        err().print(text, style="yellow", markup=False)


def _follow(client: ServiceClient, started: Json, *, wait: bool, quiet: bool, patience: float, as_json: bool) -> None:
    job_id = started["job_id"]
    if wait:
        if not as_json:
            out().print(f"job {job_id}: {started.get('message') or started['status']}", markup=False)
        wait_for(client, job_id, quiet=quiet, as_json=as_json, patience=timedelta(seconds=patience))
        return
    if as_json:
        print_json(started)
        return
    pairs(
        {
            "job": job_id,
            "status": started["status"],
            "repository": started.get("repository"),
            "steps": ", ".join(started.get("steps") or ()),
            "starts": started.get("eta"),
        }
    )
    err().print(f"watch it with: codestory ingest status {job_id} --wait", style="dim", markup=False)
