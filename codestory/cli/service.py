"""``codestory health | metrics | serve | demo``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from codestory.cli.console import number, pairs, print_json, print_table, status_text
from codestory.cli.demo import demo
from codestory.cli.session import ExitCode, JsonFlag, client_of, command_of
from codestory.ingestion_pipeline import local_service

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    command = command_of(app)
    command("health", "codestory health", "codestory health --json")(health)
    command("metrics", "codestory metrics | grep ingestion_jobs")(metrics)
    command("serve", "codestory serve", "codestory serve --port 8080", "codestory serve -- --reload")(serve)
    command("demo", "codestory demo", "codestory demo ../flask")(demo)


def health(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """Check the service and what it depends on: storage, task hub, graph, model.

    Exits with 1 if it is unhealthy.
    """
    with client_of(ctx) as client:
        answer = client.health()
    if as_json:
        print_json(answer)
    else:
        pairs({"status": status_text(answer["status"])})
        components: dict[str, Any] = answer.get("components") or {}
        print_table(
            ("component", "status", "ms", "details"),
            (
                (name, status_text(found["status"]), number(found.get("duration_ms")), found.get("detail"))
                for name, found in components.items()
            ),
            empty="no components are reported",
        )
    if answer["status"] == "unhealthy":
        raise typer.Exit(ExitCode.FAILED)


def metrics(ctx: typer.Context) -> None:
    """Print the service's metrics in Prometheus' text format."""
    with client_of(ctx) as client:
        sys.stdout.write(client.metrics())


def serve(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- ARGUMENTS]", help="More arguments for functions-host, such as --auth or --reload."),
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = local_service.DEFAULT_PORT,
    app: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help="Folder of the function app. Default: this one, or the checkout."
        ),
    ] = None,
) -> None:
    """Run the service on this machine, in the foreground, until Ctrl-C.

    The graph is embedded unless CODESTORY_NEO4J_URI names another. Everything is kept under .codestory, or
    CODESTORY_HOME.
    """
    local_service.serve((app or local_service.app_folder()).resolve(), port, arguments or ())
