"""``python -m benchmarks.calls [names]``: recall and precision of the call graph against what really is called."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.calls.claimed import Claimed, claimed_by_peer, claimed_by_syntax
from benchmarks.calls.observed import Observed, Place, observe
from benchmarks.calls.packages import PACKAGES

__all__ = ["counted", "main", "part", "precision", "recall", "tried"]

_TESTS = ("test/", "tests/")


def main(wanted: list[str]) -> None:
    """Print a table with a line for each package (those named, else all)."""
    table = Table(title="Recall (of what tests call, of what the rest calls) and precision, which is at least this")
    table.add_column("package")
    for column in (
        "calls seen",
        "from tests",
        "from the rest",
        "precision",
        "peer: tests",
        "peer: rest",
        "peer: prec.",
    ):
        table.add_column(column, justify="right")
    for package in PACKAGES:
        if wanted and package.requirement.partition("==")[0] not in wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="codestory-calls-") as name:
            root, observed = observe(package, Path(name))
            own = claimed_by_syntax(root)
            peer = claimed_by_peer(root)
            seen = counted(observed, own)
            scores = [_scores(seen, observed, claimed, own.functions) for claimed in (own, peer) if claimed]
            columns = [score for tool in scores for score in tool]
            table.add_row(package.requirement, f"{len(seen):,}", *columns)
    Console(width=140).print(table)


def counted(observed: Observed, own: Claimed) -> set[tuple[Place, Place]]:
    """The calls between functions that are written in the source."""
    return {pair for pair in observed.calls if own.functions.issuperset(pair)}


def _scores(seen: set[tuple[Place, Place]], observed: Observed, claimed: Claimed, functions: set[Place]) -> list[str]:
    tests = {pair for pair in seen if pair[0].path.startswith(_TESTS)}
    scores = (
        recall(tests, claimed),
        recall(seen - tests, claimed),
        precision(seen, observed, claimed, functions - observed.uncounted),
    )
    return ["-" if score is None else f"{score:.3f}" for score in scores]


def recall(seen: Iterable[tuple[Place, Place]], claimed: Claimed) -> float | None:
    """The part of ``seen`` that is claimed."""
    return part([claimed.has(*pair) for pair in seen])


def precision(
    seen: set[tuple[Place, Place]], observed: Observed, claimed: Claimed, functions: set[Place]
) -> float | None:
    """Of the calls in lines that ran, the part that was seen. A call that a condition in its line prevented counts as
    wrong, as does every other function that a variable may hold, so this is a lower bound."""
    return part(tried(seen, observed, claimed, functions))


def tried(seen: set[tuple[Place, Place]], observed: Observed, claimed: Claimed, functions: set[Place]) -> list[bool]:
    """Of each claimed call of one of ``functions`` in a line that ran: whether it was seen."""
    return [
        (claimed.around(caller), callee) in seen
        for (caller, callee), lines in claimed.calls.items()
        if callee in functions
        and "<lambda" not in caller.names + callee.names
        and any((caller.path, line) in observed.lines for line in lines)
    ]


def part(answers: Sequence[bool]) -> float | None:
    """The part of ``answers`` that is true; ``None`` if there are none."""
    return sum(answers) / len(answers) if answers else None


if __name__ == "__main__":
    main(sys.argv[1:])
