"""The root of the command line: global options and all groups."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from codestory.cli import (
    configuration,
    executions,
    folder_watch,
    graph,
    ingest_control,
    ingest_operations,
    ingest_start,
    schedules,
    service,
    steps,
)
from codestory.cli.logs import show_warnings
from codestory.cli.session import CommandGroup, Session, group

__all__ = ["app"]

app = typer.Typer(
    cls=CommandGroup,
    help="Turn a code repository into a knowledge graph, and keep the graph current.",
    epilog="Exit codes: 0 ok, 1 the job failed, 2 wrong usage, 3 the service or the graph does not answer.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            number = version("codestory")
        except PackageNotFoundError:
            number = "(not installed as a package)"
        typer.echo(f"codestory {number}")
        raise typer.Exit


@app.callback()
def _root(  # pyright: ignore[reportUnusedFunction]
    ctx: typer.Context,
    service_url: Annotated[
        str | None,
        typer.Option(envvar="CODESTORY_SERVICE_URL", help="Where the service is. Default: http://127.0.0.1:7071."),
    ] = None,
    api_key: Annotated[
        str | None,
        typer.Option(envvar="CODESTORY_API_KEY", help="Function key, sent as x-functions-key.", show_envvar=True),
    ] = None,
    version: Annotated[  # noqa: ARG001 - acts in its callback
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    show_warnings()
    ctx.obj = Session.make(service_url, api_key)


_ingest, _command = group("ingest", "Start, watch and control ingestion jobs.")
ingest_start.add_to(_command)
ingest_control.add_to(_command)
ingest_operations.add_to(_command)
app.add_typer(_ingest)
app.add_typer(graph.app)
app.add_typer(steps.app)
app.add_typer(configuration.app)
app.add_typer(schedules.app)
app.add_typer(executions.app)
folder_watch.add_to(app)
service.add_to(app)
