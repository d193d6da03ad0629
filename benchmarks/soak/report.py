"""The table of a soak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.soak.run import Result

__all__ = ["render"]


def render(results: Sequence[Result]) -> str:
    """A Markdown table with one row per seed and a sum, and the faults by kind."""
    lines = [
        "| seed | surroundings | faults injected | kills among them | host starts | jobs accepted | jobs finished"
        " | cancelled | digests equal | violations | minutes |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        lines.append(_row(result.seed, _surroundings(result), [result]))
    lines.append(_row("**all**", "", results))
    faults = sum((result.faults for result in results), Counter[str]())
    lines += ["", "| fault | times |", "|---|---|"]
    lines += [f"| {name} | {count} |" for name, count in sorted(faults.items(), key=lambda item: -item[1])]
    return "\n".join(lines)


def _row(name: str, surroundings: str, results: Sequence[Result]) -> str:
    scores = [result.score for result in results]
    # A fault that kills two processes counts as two.
    double = sum(r.faults["kill host while it starts"] + r.faults["kill host and graph"] for r in results)
    faults = sum(sum(result.faults.values()) for result in results) + double
    cells = [
        name, surroundings, faults, sum(result.kills for result in results), sum(r.host_starts for r in results),
        sum(s.accepted for s in scores), sum(sum(s.ended.values()) for s in scores),
        sum(s.ended["CANCELLED"] for s in scores),
        f"{sum(s.digests_equal for s in scores)} of {sum(s.digests_compared for s in scores)}",
        sum(len(s.violations) for s in scores), f"{sum(r.seconds for r in results) / 60:.1f}",
    ]  # fmt: skip
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _surroundings(result: Result) -> str:
    return f"{result.mode} ({result.note})" if result.note else result.mode
