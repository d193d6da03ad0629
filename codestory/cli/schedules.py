"""``codestory schedules create | list | show | pause | resume | delete``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from codestory.cli.console import local_time, out, pairs, print_json, print_table
from codestory.cli.intervals import parse_interval
from codestory.cli.requests import PlanOptions, build_request
from codestory.cli.session import JsonFlag, client_of, group
from codestory.cli.sources import Mounting
from codestory.client import Json
from codestory.exceptions import RequestError

__all__ = ["app"]

app, _command = group("schedules", "Ingest again and again, by the clock.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name that the schedule was created with.")]


@_command(
    "create",
    "codestory schedules create nightly pallets/flask --cron '0 30 2 * * *' --time-zone Europe/Berlin",
    "codestory schedules create fresh ./shop --every 15m --overlap skip",
)
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Letters, digits, '.', '_' and '-'; unique.")],
    source: Annotated[str, typer.Argument(metavar="PATH_OR_URL", help="What to ingest, as for 'ingest start'.")],
    cron: Annotated[
        str | None, typer.Option(help="NCRONTAB: [second] minute hour day month weekday.", metavar="EXPRESSION")
    ] = None,
    every: Annotated[str | None, typer.Option(help="Interval, such as 90s, 15m, 2h, 1d.", metavar="INTERVAL")] = None,
    time_zone: Annotated[str, typer.Option(help="IANA time zone in which --cron is read.")] = "UTC",
    overlap: Annotated[
        str, typer.Option(help="If the previous job is still busy: skip, buffer_one or allow.")
    ] = "skip",
    catch_up: Annotated[int, typer.Option(min=0, max=100, help="Missed firings to make up for after an outage.")] = 1,
    paused: Annotated[bool, typer.Option("--paused", help="Create it without letting it fire yet.")] = False,
    steps: Annotated[str | None, typer.Option(help="Run only these steps, separated by commas.")] = None,
    branch: Annotated[str | None, typer.Option(help="Branch or tag of a git source.")] = None,
    repository: Annotated[str | None, typer.Option(help="Name of the repository in the graph.")] = None,
    priority: Annotated[str, typer.Option(help="high, default or low.")] = "default",
    as_json: JsonFlag = False,
) -> None:
    """Create a schedule, or replace the one of the same name.

    Each firing starts one job, however often the clock is read.

    A local folder is read at every firing by a service on this machine; a service elsewhere needs a git URL.
    """
    if (cron is None) == (every is None):
        raise RequestError("give either --cron or --every")
    with client_of(ctx) as client:
        options = PlanOptions(steps=steps, branch=branch, repository=repository)
        # A snapshot uploaded once would be ingested unchanged for ever.
        request = build_request(client, source, options, Mounting(auto=False))
        body: Json = {
            "name": name,
            "request": {**request, "priority": priority},
            "cron": cron,
            "interval_seconds": parse_interval(every) if every else None,
            "time_zone": time_zone,
            "overlap": overlap,
            "catch_up_limit": catch_up,
            "paused": paused,
        }
        created = client.create_schedule({key: value for key, value in body.items() if value is not None})
    _print_schedule(created, as_json=as_json)


@_command("list", "codestory schedules list")
def list_schedules(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """List all schedules with when they fire next and what came of the last firings."""
    with client_of(ctx) as client:
        page = client.schedules()
    if as_json:
        print_json(page)
        return
    print_table(
        ("schedule", "rhythm", "next", "overlap", "last job", "firings"),
        (
            (
                item["name"],
                _rhythm(item),
                "paused" if item.get("paused") else local_time(item.get("next_fire")),
                item.get("overlap"),
                item.get("last_job"),
                _counts(item),
            )
            for item in page["items"]
        ),
        empty="no schedules",
    )


@_command("show", "codestory schedules show nightly")
def show(ctx: typer.Context, name: Name, as_json: JsonFlag = False) -> None:
    """Show a schedule and its latest firings."""
    with client_of(ctx) as client:
        found = client.schedule(name)
    _print_schedule(found, as_json=as_json)
    if not as_json and found.get("recent"):
        out().print()
        print_table(
            ("fired", "outcome", "job", "message"),
            (
                (local_time(firing["at"]), firing["outcome"], firing.get("job_id"), firing.get("message"))
                for firing in reversed(found["recent"])
            ),
        )


def _action(name: str, summary: str) -> None:
    def act(ctx: typer.Context, schedule: Name, as_json: JsonFlag = False) -> None:
        with client_of(ctx) as client:
            answer = client.act_on_schedule(schedule, name)
        _print_schedule(answer, as_json=as_json)

    act.__name__ = name
    register: Callable[..., Any] = _command(name, f"codestory schedules {name} nightly", help=summary)
    register(act)


_action("pause", "Let a schedule fire no more until resume; a job that it started goes on.")
_action("resume", "Let a paused schedule fire again; firings missed while it was paused are not made up for.")


@_command("delete", "codestory schedules delete nightly")
def delete(ctx: typer.Context, name: Name) -> None:
    """Delete a schedule; jobs that it started go on."""
    with client_of(ctx) as client:
        client.delete_schedule(name)
    out().print(f"deleted {name}", markup=False)


def _print_schedule(schedule: Json, *, as_json: bool) -> None:
    if as_json:
        print_json(schedule)
        return
    request: Json = schedule.get("request") or {}
    pairs(
        {
            "schedule": schedule["name"],
            "source": request.get("source"),
            "rhythm": _rhythm(schedule),
            "next": "paused" if schedule.get("paused") else local_time(schedule.get("next_fire")),
            "overlap": schedule.get("overlap"),
            "catch up": schedule.get("catch_up_limit"),
            "last job": schedule.get("last_job"),
            "firings": _counts(schedule),
        }
    )


def _rhythm(schedule: Json) -> str:
    if schedule.get("cron"):
        return f"{schedule['cron']} ({schedule.get('time_zone', 'UTC')})"
    return f"every {schedule.get('interval_seconds'):g} s" if schedule.get("interval_seconds") else ""


def _counts(schedule: Json) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in (schedule.get("counts") or {}).items())
