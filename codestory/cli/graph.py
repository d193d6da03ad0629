"""``codestory graph query | stats | digest | remove | stop``: straight to the database, without the service."""

from __future__ import annotations

import csv
import sys
from dataclasses import asdict
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codestory.cli.console import err, out, print_json, print_table
from codestory.cli.requests import parse_options
from codestory.cli.session import JsonFlag, group
from codestory.exceptions import GraphUnavailableError, RequestError

if TYPE_CHECKING:
    from codestory.graph.queries import GraphStats
    from codestory.graph.read_only import QueryResult
    from codestory.graph.store import GraphStore

__all__ = ["app", "configured_store"]

app, _command = group("graph", "Query the knowledge graph. Works without the service, on the configured database.")


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def configured_store() -> GraphStore:
    """The store that the environment names.

    Raises ``GraphUnavailableError`` if that is an embedded graph that nobody has made yet: starting an empty one
    in whatever folder the user happens to be in would hide the mistake.
    """
    from codestory.graph import open_store
    from codestory.graph.settings import GraphSettings

    settings = GraphSettings.from_environment()
    if settings.embedded and not settings.folder.is_dir():
        raise GraphUnavailableError(
            f"There is no graph in {settings.folder}. Run this where the service runs, or name its state folder with"
            " CODESTORY_HOME, or another database with CODESTORY_NEO4J_URI."
        )
    return open_store(settings)


@_command(
    "query",
    'codestory graph query "MATCH (c:Class)-[:INHERITS_FROM]->(b) RETURN c.id, b.id LIMIT 10"',
    "codestory graph query -p name=flask 'MATCH (f:File {repository: $name}) RETURN f.path' --format csv",
    "codestory graph query - --format json < query.cypher",
)
def query(
    cypher: Annotated[str, typer.Argument(help="A reading Cypher statement; - reads it from standard input.")],
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print the rows.")] = Format.TABLE,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", metavar="KEY=VALUE", help="A query parameter; repeatable.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Rows at most.")] = 1000,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds the query may take.")] = 30,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file instead.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Run a Cypher query. Statements that would change the graph are refused.

    Nodes: Repository, Directory, File, Module, Class, Function, Method, Package, Documentation, Section, Summary.
    Relationships: CONTAINS, DEFINES, IMPORTS, CALLS, INHERITS_FROM, INSTANTIATES, REFERENCES, DEPENDS_ON,
    DESCRIBES, DOCUMENTED_BY, SUMMARIZED_BY.
    """
    text = sys.stdin.read() if cypher == "-" else cypher
    if not text.strip():
        raise RequestError("the query is empty; for example: MATCH (f:File) RETURN f.path LIMIT 10")
    if output and (output.is_dir() or not output.parent.is_dir()):
        raise RequestError(f"cannot write to {str(output)!r}: it is a folder, or in none that exists")
    parameters = parse_options(tuple(parameter or ()))
    with configured_store() as store:
        result = store.query_readonly(text, parameters, limit=limit, timeout=timedelta(seconds=timeout))
    _print_result(result, Format.JSON if as_json else format, output)
    if result.truncated:
        err().print(f"only the first {limit} rows; more with --limit", style="yellow", markup=False)


@_command("stats", "codestory graph stats", "codestory graph stats --repository flask --json")
def stats(
    repository: Annotated[str | None, typer.Option(help="Count only this repository.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Count nodes by label and relationships by type."""
    with configured_store() as store:
        from codestory.graph.queries import graph_stats, require_repository

        if repository is not None:
            require_repository(store, repository)
        found = graph_stats(store, repository)
    if as_json:
        print_json({"repository": repository, **asdict(found)})
    else:
        print_statistics(found)


@_command("digest", "codestory graph digest flask")
def digest(
    repository: Annotated[str, typer.Argument(help="Name of the repository in the graph.")],
    as_json: JsonFlag = False,
) -> None:
    """Print a digest of a repository's graph: equal graphs have equal digests, on whatever database.

    Ids of the database, times and data about runs do not count, so two ingestions of the same code agree.
    """
    with configured_store() as store:
        from codestory.graph.digest import graph_digest
        from codestory.graph.queries import require_repository

        require_repository(store, repository)
        value = graph_digest(store, repository)
    if as_json:
        print_json({"repository": repository, "digest": value})
    else:
        typer.echo(value)


@_command("remove", "codestory graph remove flask", "codestory graph remove flask --step blarify --yes")
def remove(
    repository: Annotated[str, typer.Argument(help="Name of the repository in the graph.")],
    step: Annotated[str | None, typer.Option(help="Only what this step has of it.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Take a repository out of the graph, with everything that is kept to update it.

    Jobs, their history and snapshots stay until they are purged. A job that is working on the repository fails;
    cancel it first. Ingesting the repository again brings it back.
    """
    with configured_store() as store:
        from codestory.ingestion_pipeline.removal import remove_repository, steps_to_remove
        from codestory.storage import open_blob_store

        steps = ", ".join(steps_to_remove(store, repository, step))
        if not yes:
            question = f"Remove what {steps} put into the graph of {repository!r} ({store.settings.place})?"
            typer.confirm(question, abort=True, err=True)
        removal = remove_repository(store, open_blob_store(), repository, step)
    if as_json:
        print_json(asdict(removal))
    else:
        out().print(f"removed {removal.nodes:,} nodes of {steps}", markup=False)


@_command("stop", "codestory graph stop")
def stop() -> None:
    """Stop the embedded graph server of this folder; its data stays, and the next use starts it again."""
    from codestory.graph.embedded import stop as stop_server
    from codestory.graph.settings import GraphSettings

    settings = GraphSettings.from_environment()
    if not settings.embedded:
        raise RequestError(f"{settings.place} is not embedded, so it is not this command's to stop.")
    was_running = settings.folder.is_dir() and stop_server(settings.folder)
    out().print("stopped" if was_running else "was not running", markup=False)


def print_statistics(found: GraphStats) -> None:
    """Two tables: labels and types, the most frequent first."""
    for title, counts, total in (
        ("label", found.nodes, found.total_nodes),
        ("relationship", found.relationships, found.total_relationships),
    ):
        rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        print_table((title, "count"), [*rows, ("total", total)])
        out().print()


def _print_result(result: QueryResult, format: Format, output: Path | None) -> None:
    if output is None and format is Format.TABLE:
        print_table(result.columns, result.rows, empty="no rows")
        return
    try:
        stream = output.open("w", encoding="utf-8", newline="") if output else sys.stdout
    except OSError as error:
        raise RequestError(f"cannot write to {str(output)!r}: {error.strerror}") from None
    try:
        if format is Format.CSV:
            writer = csv.writer(stream)
            writer.writerow(result.columns)
            writer.writerows([_csv_value(value) for value in row] for row in result.rows)
        else:
            import json

            rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
            stream.write(json.dumps(rows, indent=2, ensure_ascii=False, default=str) + "\n")
    finally:
        if output:
            stream.close()


def _csv_value(value: object) -> object:
    if isinstance(value, dict | list):
        import json

        return json.dumps(value, ensure_ascii=False, default=str)
    return value
