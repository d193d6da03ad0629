"""What the command line prints: data on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, override

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

__all__ = [
    "err",
    "is_live",
    "local_time",
    "number",
    "out",
    "pairs",
    "print_json",
    "print_problems",
    "print_table",
    "seconds",
    "status_text",
]

_PIPE_WIDTH = 10_000
_STYLES = {
    "COMPLETED": "green",
    "RUNNING": "cyan",
    "FAILED": "bold red",
    "CANCELLED": "yellow",
    "CANCELLING": "yellow",
    "STOPPED": "yellow",
    "SUSPENDED": "yellow",
    "SKIPPED": "dim",
    "PENDING": "dim",
    "SCHEDULED": "blue",
    "WAITING": "blue",
    "healthy": "green",
    "degraded": "yellow",
    "unhealthy": "bold red",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class _Console(Console):
    """Shows control characters instead of letting them control the terminal.

    What is printed comes from other people's repositories, whose texts may hold anything.
    """

    @override
    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        for segment in super().render(renderable, options):
            if segment.control or not _CONTROL.search(segment.text):
                yield segment
            else:
                yield Segment(_CONTROL.sub(_picture, segment.text), segment.style)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


def _console(stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    # A pipe has no width: wrapping or cutting a row would spoil it for whatever reads it.
    width = None if stream.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
    return _Console(stderr=stderr, width=width, highlight=False)


def out() -> Console:
    """The console of standard output, as it is now."""
    return _console(stderr=False)


def err() -> Console:
    """The console of standard error, as it is now."""
    return _console(stderr=True)


def is_live() -> bool:
    """Whether a display may be redrawn in place."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and "CI" not in os.environ


def print_json(data: object) -> None:
    """``data`` on standard output, for programs; times and the like as strings."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False, default=str) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "nothing") -> None:
    """Rows under headings; numbers to the right."""
    lines = [list(row) for row in rows]
    if not lines:
        out().print(f"[dim]{escape(empty)}[/dim]")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for index, column in enumerate(columns):
        is_number = all(isinstance(row[index], int | float | None) for row in lines)
        # What stands first names the row, and is there to be copied: an id in two pieces is of no use.
        table.add_column(column, justify="right" if is_number else "left", overflow="fold", no_wrap=index == 0)
    for row in lines:
        table.add_row(*(_cell(value) for value in row))
    out().print(table)


def pairs(values: Mapping[str, object]) -> None:
    """Names and values, one pair a line; ``None`` is left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in values.items():
        if value is not None and value != "":
            table.add_row(name, _cell(value))
    out().print(table)


def print_problems(title: str, problems: Iterable[str] = (), hints: Iterable[str] = ()) -> None:
    """An error on standard error: what is wrong, every problem, what to do about it."""
    console = err()
    console.print(Text.assemble(("error: ", "bold red"), title))
    for problem in problems:
        if problem != title:
            console.print(Text(f"  - {problem}"))
    for hint in hints:
        console.print(Text(f"  {hint}", style="dim"))


def status_text(status: object) -> Text:
    """A status in its colour."""
    return Text(str(status), style=_STYLES.get(str(status), ""))


def number(value: float | None) -> str:
    """``1,234`` or ``12.3``; empty for nothing."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:,.1f}"


def seconds(value: float | None) -> str:
    """A duration for people: ``0.4 s``, ``2 min 5 s``, ``3 h 20 min``."""
    if value is None:
        return ""
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def local_time(stamp: str | None) -> str:
    """An ISO time of the service in this machine's time zone."""
    if not stamp:
        return ""
    return datetime.fromisoformat(stamp).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _cell(value: Any) -> Text:
    if isinstance(value, Text):
        return value
    if value is None:
        return Text("")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, int):
        return Text(f"{value:,}")
    if isinstance(value, float):
        return Text(f"{value:,.4g}")
    if isinstance(value, dict | list):
        return Text(json.dumps(value, ensure_ascii=False, default=str))
    # Now rather than when it is printed, because the width of its column depends on it.
    return Text(_CONTROL.sub(_picture, str(value)))
