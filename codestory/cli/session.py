"""What every command shares: the global options, the exit codes, and what an error looks like."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Annotated, Any

import typer
from rich.markup import escape
from typer.core import TyperGroup

from codestory.cli.console import print_problems
from codestory.client import ServiceClient, ServiceSettings
from codestory.exceptions import (
    CodeStoryError,
    ConfigurationError,
    GraphUnavailableError,
    RequestError,
    ServiceUnavailableError,
    TransientError,
)

__all__ = [
    "CommandGroup",
    "ExitCode",
    "JsonFlag",
    "Session",
    "client_of",
    "command_of",
    "group",
    "report",
    "session_of",
]


class ExitCode(IntEnum):
    """What the command's exit status says to a script."""

    OK = 0
    FAILED = 1
    """The job failed, the configuration has mistakes, or the service is unhealthy."""
    USAGE = 2
    """The command or the request does not fit; the same one will never work."""
    UNREACHABLE = 3
    """The service or the graph does not answer."""
    DETACHED = 130
    """Interrupted while watching a job; the job goes on."""


_ORDER = (
    "ingest",
    "watch",
    "graph",
    "steps",
    "config",
    "schedules",
    "executions",
    "health",
    "metrics",
    "serve",
    "demo",
)

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@dataclass(frozen=True)
class Session:
    """The global options of one invocation."""

    settings: ServiceSettings

    @classmethod
    def make(cls, service_url: str | None, api_key: str | None) -> Session:
        """The environment's settings with the given ones laid over them."""
        settings = ServiceSettings.from_environment()
        if service_url:
            # A bare host:port is what people type.
            settings = replace(settings, url=service_url if "://" in service_url else f"http://{service_url}")
        return cls(replace(settings, api_key=api_key) if api_key else settings)


class CommandGroup(TyperGroup):
    """The outermost group: the boundary at which errors become messages and exit codes."""

    def list_commands(self, ctx: Any) -> list[str]:
        """What people need first comes first."""
        order = {name: place for place, name in enumerate(_ORDER)}
        return sorted(super().list_commands(ctx), key=lambda name: order.get(name, len(order)))

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except CodeStoryError as error:
            raise typer.Exit(report(error)) from None
        except UnicodeEncodeError as error:
            near = error.object[max(0, error.start - 30) : error.end + 10]
            text = f"{near!r} cannot be said in {error.encoding}; give names in UTF-8, and set LANG=C.UTF-8 or similar"
            raise typer.Exit(report(RequestError(text))) from None


def report(error: CodeStoryError) -> int:
    """Print an error with what can be done about it; the exit code for it."""
    problems = [str(problem) for problem in error.details.get("problems") or ()]
    title = error.message.splitlines()[0] if problems else error.message
    hints = [str(hint) for hint in error.details.get("hints") or ()]
    code = ExitCode.UNREACHABLE if isinstance(error, TransientError) else ExitCode.USAGE
    if isinstance(error, ServiceUnavailableError) and "status" not in error.details:
        hints += [
            "Start it with `make serve` or `codestory serve`;",
            "or name another one with --service-url or CODESTORY_SERVICE_URL.",
        ]
    elif isinstance(error, GraphUnavailableError):
        hints.append("Check CODESTORY_NEO4J_URI; without it, a graph of its own is started under .codestory/graph.")
    elif isinstance(error, ConfigurationError):
        code = ExitCode.FAILED
    print_problems(title, problems, hints)
    return code


def session_of(ctx: typer.Context) -> Session:
    """The session that the global options made."""
    session = ctx.find_root().obj
    assert isinstance(session, Session)
    return session


def client_of(ctx: typer.Context) -> ServiceClient:
    """A client of the service that the global options name; to be closed."""
    return ServiceClient(session_of(ctx).settings)


def group(name: str, summary: str) -> tuple[typer.Typer, Callable[..., Any]]:
    """A group of commands, and the decorator that adds one; see ``command_of``."""
    app = typer.Typer(name=name, help=summary, no_args_is_help=True, rich_markup_mode="rich")
    return app, command_of(app)


def command_of(app: typer.Typer) -> Callable[..., Any]:
    """A decorator that makes a function a command of ``app``: its name, then examples of calling it."""

    def command(name: str, *calls: str, help: str | None = None, hidden: bool = False) -> Callable[..., Any]:
        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            text = _paragraphs(help or function.__doc__ or "")
            return app.command(name, help=text, epilog=_examples(calls), hidden=hidden)(function)

        return register

    return command


def _examples(calls: tuple[str, ...]) -> str:
    return "\n\n".join(["Examples:" if len(calls) > 1 else "Example:", *(f"$ {escape(call)}" for call in calls)])


def _paragraphs(text: str) -> str:
    """One line to a paragraph: the terminal decides where lines end."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", inspect.cleandoc(text)))
