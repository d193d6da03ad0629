"""``codestory executions list | show | statistics``: the recorded history, which outlives the jobs themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from codestory.cli.console import err, local_time, out, pairs, print_json, print_table, seconds, status_text
from codestory.cli.session import JsonFlag, client_of, group
from codestory.client import Json

__all__ = ["app"]

app, _command = group("executions", "The history of all runs, with one row for each attempt of each step.")


@_command("list", "codestory executions list --status failed", "codestory executions list --repository flask --json")
def list_executions(
    ctx: typer.Context,
    status: Annotated[
        list[str] | None, typer.Option(help="Only these, by commas or repeated.", metavar="STATUS")
    ] = None,
    repository: Annotated[str | None, typer.Option(help="Only runs of this repository.")] = None,
    step: Annotated[str | None, typer.Option(help="Only runs that had this step.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Runs to a page.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="Runs to pass over.")] = 0,
    as_json: JsonFlag = False,
) -> None:
    """List recorded runs, the latest first."""
    wanted = [word.strip().upper() for text in status or () for word in text.split(",") if word.strip()]
    with client_of(ctx) as client:
        page = client.executions(status=wanted, repository=repository, step=step, limit=limit, offset=offset)
    if as_json:
        print_json(page)
        return
    print_table(
        ("run", "status", "repository", "created", "time", "error"),
        (
            (
                item["execution_id"],
                status_text(item["status"]),
                item.get("repository"),
                local_time(item.get("created_at")),
                _milliseconds(item.get("execution_time_ms")),
                item.get("error_message"),
            )
            for item in page["items"]
        ),
        empty="no runs are recorded",
    )
    if page.get("has_more"):
        following = offset + len(page["items"])
        err().print(f"{following} of {page['total']}; more with --offset {following}", style="dim", markup=False)


@_command("show", "codestory executions show 4f1c2d", "codestory executions show 4f1c2d --json")
def show(
    ctx: typer.Context,
    execution: Annotated[str, typer.Argument(metavar="RUN", help="The id of a run, which is that of its job.")],
    as_json: JsonFlag = False,
) -> None:
    """Show a recorded run and every attempt of its steps; --json has inputs and outputs too."""
    with client_of(ctx) as client:
        found = client.execution(execution)
    if as_json:
        print_json(found)
        return
    pairs(
        {
            "run": found["execution_id"],
            "status": status_text(found["status"]),
            "repository": found.get("repository"),
            "source": found.get("source"),
            "priority": found.get("priority"),
            "retry of": found.get("retry_of"),
            "created": local_time(found.get("created_at")),
            "queued": _milliseconds(found.get("queue_ms")),
            "time": _milliseconds(found.get("execution_time_ms")),
            "error": found.get("error_message"),
        }
    )
    out().print()
    print_table(
        ("step", "attempt", "status", "started", "waited", "time", "cpu s", "memory MB", "error"),
        (
            (
                step["step_name"],
                step["attempt"],
                status_text(step["status"]),
                local_time(step.get("started_at")),
                _milliseconds(step.get("throttle_wait_ms")),
                _milliseconds(step.get("execution_time_ms")),
                step.get("cpu_seconds"),
                step.get("memory_mb"),
                step.get("error_message"),
            )
            for step in found.get("steps", [])
        ),
        empty="no attempts are recorded",
    )


@_command("statistics", "codestory executions statistics", "codestory executions statistics --json")
def statistics(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """Count all recorded runs, and the attempts of each step, by status."""
    with client_of(ctx) as client:
        found = client.execution_statistics()
    if as_json:
        print_json(found)
        return
    spread: Json = found.get("execution_time_ms") or {}
    pairs(
        {
            "runs": found["total"],
            "active": found["active"],
            **{status.lower(): count for status, count in found["by_status"].items()},
            "average time": _milliseconds(spread.get("avg")),
            "longest time": _milliseconds(spread.get("max")),
        }
    )
    out().print()
    print_table(
        ("step", "status", "attempts"),
        (
            (step, status_text(status), count)
            for step, counts in found["steps"].items()
            for status, count in counts.items()
        ),
        empty="no attempts are recorded",
    )


def _milliseconds(value: float | None) -> str:
    return "" if value is None else seconds(value / 1000)
