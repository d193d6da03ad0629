"""Writes docs/cli.md from the commands' own help; with --check it only tells whether the file is up to date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from codestory.cli.app import app

__all__ = ["render"]

TARGET = Path(__file__).resolve().parents[1] / "docs" / "cli.md"

HEAD = """\
# Command line

<!-- Written by `make docs` from the commands' own help; a test fails when it is out of date. -->

The command is `codestory`, or `cs` for short. It talks to the service over HTTP; `graph`, `steps` and `config` work
without it. `--json` prints machine-readable output on every command that prints data; data goes to standard output,
everything else to standard error.

| exit code | meaning |
|---|---|
| 0 | ok |
| 1 | the job did not complete, the configuration has mistakes, or the service is unhealthy |
| 2 | wrong usage: the same command will never work |
| 3 | the service or the graph does not answer |
| 130 | Ctrl-C while watching a job; the job goes on |
"""


def render() -> str:
    """The whole page."""
    root: Any = get_command(app)
    parts = [HEAD, "## Global options\n", _options(root)]
    for name in root.list_commands(None):
        parts += _section(root.commands[name], ("codestory", name))
    return "\n".join(parts).rstrip() + "\n"


def _section(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    if getattr(command, "commands", None):
        yield f"## {' '.join(path)}\n"
        yield f"{command.help}\n"
        for name in command.list_commands(None):
            if not command.commands[name].hidden:
                yield from _section(command.commands[name], (*path, name))
        return
    yield f"{'#' * (len(path))} {' '.join(path)}\n"
    arguments = " ".join(_metavar(item) for item in command.params if item.param_type_name == "argument")
    yield f"```\n{' '.join(path)} [OPTIONS] {arguments}".rstrip() + "\n```\n"
    yield f"{command.help}\n"
    for item in command.params:
        if item.param_type_name == "argument":
            yield f"- `{_metavar(item)}`: {item.help}\n"
    options = _options(command)
    if options:
        yield options
    calls = [line.removeprefix("$ ") for line in (command.epilog or "").split("\n\n") if line.startswith("$ ")]
    yield "```sh\n" + "\n".join(call.replace("\\[", "[") for call in calls) + "\n```\n"


def _options(command: Any) -> str:
    rows = [_row(item) for item in command.params if item.param_type_name == "option" and _is_ours(item)]
    return "\n".join(["| option | meaning |", "|---|---|", *rows]) + "\n" if rows else ""


def _is_ours(option: Any) -> bool:
    return not option.hidden and option.name not in ("help", "install_completion", "show_completion")


def _row(option: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    if not option.is_flag:
        names += f" {_metavar(option)}"
    text = option.help or ""
    if option.envvar:
        text += f" Environment: `{option.envvar}`."
    if option.required:
        text += " Required."
    elif option.default not in (None, False, True, [], ()) and not callable(option.default):
        text += f" Default: `{option.default}`."
    return f"| {names} | {text} |"


def _metavar(item: Any) -> str:
    return (item.metavar or item.name.upper()).strip("{}")


def main() -> int:
    """Write the page, or compare it; the exit code tells whether it was up to date."""
    text = render()
    if "--check" in sys.argv[1:]:
        if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write(f"{TARGET} is out of date; run: make docs\n")
        return 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
