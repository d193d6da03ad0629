"""Flags that several commands share, in the panels under which the help lists them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "WHAT",
    "WHEN",
    "AutoMount",
    "Branch",
    "Configuration",
    "Container",
    "Full",
    "Job",
    "NoProgress",
    "Options",
    "PathPrefix",
    "Patience",
    "Repository",
    "Source",
    "Steps",
    "Strict",
    "Wait",
]

WHAT, WHEN, ELSEWHERE, WATCH = "What", "When", "Service elsewhere", "Watching"

Source = Annotated[
    str,
    typer.Argument(
        metavar="PATH_OR_URL",
        help="A folder, an archive, a git URL, owner/repository of GitHub, or the id of an uploaded snapshot.",
    ),
]
Wait = Annotated[
    bool,
    typer.Option("--wait/--no-wait", help="Show the progress until the job has ended.", rich_help_panel=WATCH),
]
NoProgress = Annotated[
    bool, typer.Option("--no-progress", help="With --wait: print only the outcome.", rich_help_panel=WATCH)
]
Patience = Annotated[
    float,
    typer.Option(min=0, help="With --wait: seconds to sit out while the service is away.", rich_help_panel=WATCH),
]
Steps = Annotated[
    str | None,
    typer.Option(help="Run only these steps, separated by commas.", metavar="A,B", rich_help_panel=WHAT),
]
Branch = Annotated[str | None, typer.Option(help="Branch or tag of a git source.", rich_help_panel=WHAT)]
Repository = Annotated[
    str | None, typer.Option(help="Name in the graph. Default: that of the source.", rich_help_panel=WHAT)
]
Configuration = Annotated[
    Path | None,
    typer.Option(
        help="Pipeline configuration laid over the service's own.",
        exists=True,
        dir_okay=False,
        rich_help_panel=WHAT,
    ),
]
Options = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        "-o",
        metavar="[STEP.]KEY=VALUE",
        help="Option for a step, or for all that know it; repeatable.",
        rich_help_panel=WHAT,
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Refuse options that a step does not declare.", rich_help_panel=WHAT),
]
Full = Annotated[
    bool, typer.Option("--full", help="Do everything again, also what is up to date.", rich_help_panel=WHAT)
]
AutoMount = Annotated[
    bool,
    typer.Option("--auto-mount/--no-auto-mount", help="Upload a local folder if needed.", rich_help_panel=ELSEWHERE),
]
Container = Annotated[
    bool,
    typer.Option(
        "--container",
        help="The service does not see this machine's folders although its URL is local.",
        rich_help_panel=ELSEWHERE,
    ),
]
PathPrefix = Annotated[
    str | None,
    typer.Option(
        help="The folder is mounted below this path of the service; nothing is uploaded.",
        metavar="PATH",
        rich_help_panel=ELSEWHERE,
    ),
]
Job = Annotated[str, typer.Argument(metavar="JOB", help="The id of a job, as printed by start and list.")]
