"""``codestory watch``: a graph that follows the files of a folder."""

from __future__ import annotations

import getpass
import json
import sys
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from rich.text import Text

from codestory.cli.console import err, out, seconds, status_text
from codestory.cli.flags import (
    WATCH,
    AutoMount,
    Configuration,
    Container,
    Options,
    PathPrefix,
    Repository,
    Steps,
    Strict,
)
from codestory.cli.requests import PlanOptions, build_request
from codestory.cli.session import JsonFlag, client_of, command_of, report
from codestory.cli.sources import Mounting
from codestory.cli.watching import watch
from codestory.client import Json, ServiceClient
from codestory.exceptions import CodeStoryError, ServiceUnavailableError
from codestory.ingestion_pipeline.local_service import home_folder

__all__ = ["add_to"]

_SHOWN_PATHS = 3
_RETRY = timedelta(seconds=1)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    command_of(app)("watch", "codestory watch .", "codestory watch ../shop --steps filesystem,syntax")(watch_folder)


def watch_folder(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="PATH", exists=True, file_okay=False, help="The folder to keep an eye on.")
    ],
    steps: Steps = None,
    repository: Repository = None,
    config: Configuration = None,
    option: Options = None,
    strict: Strict = False,
    auto_mount: AutoMount = True,
    container: Container = False,
    path_prefix: PathPrefix = None,
    settle: Annotated[
        float,
        typer.Option(min=0, max=60, help="Seconds without a change before the next job starts.", rich_help_panel=WATCH),
    ] = 0.2,
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds to sit out while the service is away.", rich_help_panel=WATCH)
    ] = 300,
    as_json: JsonFlag = False,
) -> None:
    """Keep the graph current while you work: ingest a folder now, and again whenever its files change.

    What .gitignore and the built-in rules leave out does not count. What changes while a job runs is dealt with by the
    next one. A job that fails is told, and the next change starts another. Ends with Ctrl-C.

    With --json each job is one line: an object with the paths that changed, under 'changed', and the 'job'.
    """
    from codestory.cli.folder_changes import FolderChanges

    options = PlanOptions(steps, None, repository, config, tuple(option or ()), strict, full=False)
    mounting = Mounting(auto_mount, container, path_prefix)
    waiting = timedelta(seconds=patience)

    def ingest(client: ServiceClient, changed: list[str]) -> None:
        request = build_request(client, str(folder), options, mounting)
        job_id = _start(client, {**request, "created_by": getpass.getuser()}, waiting)
        job = watch(client, job_id, quiet=as_json or bool(changed), patience=waiting)
        if as_json:
            sys.stdout.write(json.dumps({"changed": changed, "job": job}, ensure_ascii=False, default=str) + "\n")
            sys.stdout.flush()
        else:
            out().print(_line(job, changed), soft_wrap=True)

    changes = FolderChanges(folder, settle=timedelta(seconds=settle), kept=[home_folder()])
    with changes, client_of(ctx) as client, suppress(KeyboardInterrupt):
        ingest(client, [])
        err().print(f"watching {folder.resolve()}; Ctrl-C ends", style="dim", markup=False, soft_wrap=True)
        while True:
            changed = changes.wait()
            try:
                ingest(client, changed)
            except ServiceUnavailableError:
                raise
            except CodeStoryError as error:
                # A configuration that is being edited, for example: the next change may be the correction.
                report(error)


def _start(client: ServiceClient, request: Json, patience: timedelta) -> str:
    """The id of the job; an outage of the service is sat out."""
    # One job, even if the answer to the first try got lost.
    key = uuid4().hex
    deadline = time.monotonic() + patience.total_seconds()
    told = False
    while True:
        try:
            return client.start(request, idempotency_key=key)["job_id"]
        except ServiceUnavailableError as error:
            if time.monotonic() > deadline:
                raise
            if not told:
                text = f"{error.message} Trying again for {seconds(patience.total_seconds())}."
                err().print(text, markup=False, soft_wrap=True)
            told = True
            time.sleep(_RETRY.total_seconds())


def _line(job: Json, changed: list[str]) -> Text:
    """What one job did, in one line."""
    line = Text(f"{datetime.now().astimezone():%H:%M:%S}  ")
    line.append_text(status_text(job["status"]))
    if changed:
        more = f" and {len(changed) - _SHOWN_PATHS:,} more" if len(changed) > _SHOWN_PATHS else ""
        line.append(f"  {', '.join(changed[:_SHOWN_PATHS])}{more}")
    if job["status"] != "COMPLETED":
        line.append(f": {job.get('error') or 'see'} (codestory ingest status {job['job_id']})")
        return line
    done: list[Json] = list(job.get("steps", {}).values())
    written, related, deleted = (
        sum(step.get(what) or 0 for step in done) for what in ("nodes", "relationships", "deleted")
    )
    if written or related or deleted:
        line.append(f": {written:,} nodes and {related:,} relationships written, {deleted:,} deleted")
    else:
        line.append(": nothing to change in the graph")
    line.append(f", in {seconds(job.get('duration'))}")
    return line
