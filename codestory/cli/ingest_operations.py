"""``codestory ingest resource-status | purge``: for whoever operates the service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

import typer

from codestory.cli.console import local_time, number, out, pairs, print_json, print_table
from codestory.cli.intervals import parse_interval
from codestory.cli.session import JsonFlag, client_of
from codestory.client import Json

__all__ = ["add_to"]


def add_to(command: Callable[..., Any]) -> None:
    """Register the commands with the group's decorator."""
    command("resource-status", "codestory ingest resource-status", "codestory ingest resource-status --resize 8")(
        resource_status
    )
    command("purge", "codestory ingest purge --older-than 30d")(purge)


def resource_status(
    ctx: typer.Context,
    resize: Annotated[
        int | None, typer.Option("--resize", "--set", min=1, help="Let so many steps run at once from now on.")
    ] = None,
    pool: Annotated[str, typer.Option(help="With --resize: the pool of tokens to change.")] = "default",
    as_json: JsonFlag = False,
) -> None:
    """Show the throttle: tokens in use and free by pool, who waits, and what finished steps have used."""
    with client_of(ctx) as client:
        if resize is not None:
            _show(client.resize(resize, pool=pool), as_json=as_json)
            return
        answer = client.resource_status()
    if as_json:
        print_json(answer)
        return
    pools: dict[str, Json] = answer.get("tokens") or {}
    print_table(
        ("pool", "free", "max", "waiting"),
        (
            (name, found["available_tokens"], found["max_tokens"], len(found.get("waiting") or ()))
            for name, found in pools.items()
        ),
    )
    waiting: list[list[object]] = [
        [name, item.get("label") or item.get("holder"), item.get("priority"), local_time(item.get("since"))]
        for name, found in pools.items()
        for item in found.get("waiting") or ()
    ]
    if waiting:
        out().print()
        print_table(("pool", "waiting", "priority", "since"), waiting)
    _print_use(answer.get("metrics") or {})


def purge(
    ctx: typer.Context,
    older_than: Annotated[str, typer.Option(help="Age since the end of the job, such as 12h or 30d.", metavar="AGE")],
    as_json: JsonFlag = False,
) -> None:
    """Remove jobs that have ended, with their events and recorded history; the graph is left alone.

    The service does this by itself for jobs older than CODESTORY_RETENTION_DAYS (30).
    """
    age = timedelta(seconds=parse_interval(older_than))
    with client_of(ctx) as client:
        _show(client.purge(older_than=age), as_json=as_json)


def _show(answer: Json, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        pairs(answer)


def _print_use(metrics: Json) -> None:
    spreads = {name: found for name, found in metrics.items() if isinstance(found, dict)}
    if not spreads or not metrics.get("job_count"):
        return
    out().print(f"\n{metrics['job_count']} finished jobs", markup=False)
    print_table(
        ("use", "average", "least", "most"),
        ((name, *(number(found.get(key)) for key in ("avg", "min", "max"))) for name, found in spreads.items()),
    )
