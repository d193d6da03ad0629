"""The command ``functions-host``."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .exceptions import AppLoadError, HostError
from .host import HostOptions, serve
from .reload import snapshot, wait_for_change

__all__ = ["main"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CORE_TOOLS_SWITCHES = ("--no-build", "--python", "--enable-json-output", "--pause-on-error", "--cors-credentials")
_CORE_TOOLS_VALUES = ("--cors", "--timeout", "-t", "--json-output-file", "--language-worker", "--runtime")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 0 stopped, 1 cannot run, 2 wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # Core Tools know "func host start" as well.
    given = _parser().parse_args(words[1:] if words[:2] == ["host", "start"] else words)
    try:
        options = _options(given)
    except HostError as error:
        return _refuse(error)
    # Before anything of the app is read, lest a change get lost while it is.
    before = snapshot(options.app) if given.reload else None
    try:
        code = asyncio.run(_run(options, before))
    except HostError as error:
        return _refuse(error)
    except KeyboardInterrupt:
        return 0
    if code is None:
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "functions_host", *words])  # noqa: S606
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="functions-host",
        description="A local host for Azure Functions apps in Python, Durable Functions included.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="start")
    start = commands.add_parser("start", help="serve the function app in a folder")
    start.add_argument(
        "--app", "--script-root", default=".", metavar="DIR", help="the app's folder (default: this one)"
    )
    start.add_argument("--port", "-p", type=_port, help="port to listen on (default: 7071; 0 takes a free one)")
    start.add_argument("--host", default="127.0.0.1", help="address to listen on; one that others reach needs keys")
    start.add_argument("--state", metavar="DIR", help="where state is kept (default: .functions_host in the app)")
    start.add_argument(
        "--auth", "--enableAuth", action="store_true", help="ask for keys; they are made in the state folder"
    )
    start.add_argument("--keys", metavar="FILE", help="ask for the keys in FILE, which is made if missing")
    start.add_argument("--verbose", "-v", action="store_true", help="show debug messages")
    start.add_argument("--json-logs", action="store_true", help="write one JSON object per log line")
    start.add_argument("--reload", action="store_true", help="start again when a file of the app changes")
    start.add_argument("--fsync", action="store_true", help="flush every commit to the disk, against power loss")
    start.add_argument(
        "--grace", type=_seconds, default=5.0, metavar="S", help="seconds given to running work at the end"
    )
    # Options of Core Tools that change nothing here are taken, so that scripts written for them run.
    for name in _CORE_TOOLS_SWITCHES:
        start.add_argument(name, action="store_true", help=argparse.SUPPRESS)
    for name in _CORE_TOOLS_VALUES:
        start.add_argument(name, help=argparse.SUPPRESS)
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError(f"{port} is no port; ports are numbers from 0 to 65535")
    return port


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds from 0 to 86400")
    return seconds


def _options(given: argparse.Namespace) -> HostOptions:
    app = Path(given.app).resolve()
    if not app.is_dir():
        raise HostError(f"there is no folder {app}; give the function app's folder with --app")
    state = Path(given.state).resolve() if given.state else app / ".functions_host"
    named = given.keys or os.environ.get("FUNCTIONS_HOST_KEYS")
    keys = Path(named).resolve() if named else state / "keys.json" if given.auth else None
    if given.host not in _LOOPBACK and keys is None:
        raise HostError(f"--host {given.host} lets others reach the functions; add --auth so that keys are asked for")
    return HostOptions(
        app=app,
        state=state,
        host="127.0.0.1" if given.host == "localhost" else given.host,
        port=given.port,
        keys=keys,
        verbose=given.verbose,
        json_logs=given.json_logs,
        full_sync=given.fsync,
        grace=given.grace,
    )


def _refuse(error: HostError) -> int:
    print(f"functions-host: {error}", file=sys.stderr)
    return 1


async def _run(options: HostOptions, before: Mapping[str, int] | None) -> int | None:
    """Serve until a signal asks the host to end, and tell its exit code.

    With ``before``, a change of the app since then ends it, too, with None; and an app that cannot be loaded is waited
    for until it is changed. A signal that comes together with a change still ends the host.
    """
    stop, asked = asyncio.Event(), asyncio.Event()

    def end() -> None:
        asked.set()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    watching = None if before is None else asyncio.create_task(wait_for_change(options.app, before))
    if watching is not None:
        watching.add_done_callback(lambda _: stop.set())
    try:
        code = await _served(options, stop, watched=watching is not None)
        changed = watching is not None and watching.done()
        return None if changed and not asked.is_set() else code
    finally:
        if watching is not None:
            watching.cancel()


async def _served(options: HostOptions, stop: asyncio.Event, *, watched: bool) -> int:
    try:
        await serve(options, stop)
    except AppLoadError as error:
        print(error, file=sys.stderr)
        print("functions-host: the function app could not be loaded, see above", file=sys.stderr)
        if watched:
            await stop.wait()
        return 1
    return 0
