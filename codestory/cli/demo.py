"""``codestory demo``, which is ``make run``: from nothing to answers about a repository, in one command."""

from __future__ import annotations

import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Annotated

import httpx
import typer

from codestory.cli.console import out, print_table
from codestory.cli.graph import configured_store, print_statistics
from codestory.cli.session import ExitCode, client_of
from codestory.cli.sources import Mounting, resolve_source
from codestory.cli.suggestions import command_for, program, suggestions
from codestory.cli.watching import print_outcome, watch
from codestory.client import ServiceClient, ServiceSettings
from codestory.exceptions import CodeStoryError
from codestory.ingestion_pipeline.local_service import DEFAULT_PORT, LocalService, free_port, stopped_in_order

__all__ = ["demo"]


def demo(
    ctx: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="PATH_OR_URL", help="What to ingest. Default: the folder you are in.")
    ] = ".",
) -> None:
    """Ingest a repository from a standing start, and show what the graph says about it.

    Uses the service if it runs; else starts one for as long as this takes. The graph stays, for more queries.
    """
    with ExitStack() as stack:
        client = stack.enter_context(client_of(ctx))
        request = resolve_source(source, client, Mounting())
        if not _answers(client.settings):
            stack.callback(_stop_embedded_graph, _embedded_graph_runs())
            out().print("starting the local host and the graph ...", style="dim")
            # The host can start meanwhile.
            threading.Thread(target=_start_embedded_graph, daemon=True).start()
            stack.enter_context(stopped_in_order())
            host = stack.enter_context(LocalService.start(port=free_port(DEFAULT_PORT)))
            client = stack.enter_context(ServiceClient(ServiceSettings(host.url)))
        out().print(f"service at {client.settings.url}", style="dim", markup=False)
        started = client.start(request)
        job = watch(client, started["job_id"])
        print_outcome(job)
        if job["status"] != "COMPLETED":
            raise typer.Exit(ExitCode.FAILED)
        _show_graph(job["repository"])


def _show_graph(repository: str) -> None:
    from codestory.graph.queries import graph_stats

    console = out()
    with configured_store() as store:
        console.print(f"\nIn the graph of {repository}:\n", style="bold", markup=False)
        print_statistics(graph_stats(store, repository))
        for suggestion in suggestions(repository):
            console.print(suggestion.question, style="bold", markup=False)
            console.print(f"$ {command_for(suggestion)}", style="dim", markup=False, soft_wrap=True)
            result = store.query_readonly(suggestion.cypher)
            print_table(result.columns, result.rows, empty="(no rows)")
            console.print()
    console.print(f"The graph stays. Ask it more, in {Path.cwd()}:", markup=False, soft_wrap=True)
    console.print(f"$ {program()} graph query --help", style="dim", markup=False, soft_wrap=True)


def _answers(settings: ServiceSettings) -> bool:
    try:
        answer = httpx.get(f"{settings.url.rstrip('/')}/admin/host/status", timeout=5, trust_env=not settings.is_local)
    except httpx.HTTPError:
        return False
    # A host in the cloud keeps this address to itself, but it answers.
    return not settings.is_local or answer.status_code == 200


def _embedded_graph_runs() -> bool:
    from codestory.graph.embedded import running
    from codestory.graph.settings import GraphSettings

    settings = GraphSettings.from_environment()
    return not settings.embedded or running(settings.folder) is not None


def _start_embedded_graph() -> None:
    from codestory.graph.embedded import ensure_running
    from codestory.graph.settings import GraphSettings

    settings = GraphSettings.from_environment()
    # Whoever needs the graph first starts it anyway, and has a job to report the error in.
    with suppress(CodeStoryError):
        if settings.embedded:
            ensure_running(settings.folder, heap=settings.heap)


def _stop_embedded_graph(was_running: bool) -> None:
    """Leave no process behind that was not there before."""
    if was_running:
        return
    from codestory.graph.embedded import stop
    from codestory.graph.settings import GraphSettings

    settings = GraphSettings.from_environment()
    if settings.folder.is_dir():
        stop(settings.folder)
