"""A synthetic repository with the shape of a real one: functions in files, most calls close by, a few hubs."""

from __future__ import annotations

import random
from itertools import batched

from codestory.graph.rows import EdgeRow, NodeRow, UnitRows

__all__ = ["Rows", "repository_rows"]

type Rows = dict[str, UnitRows]

_FUNCTIONS_PER_FILE = 20


def repository_rows(repository: str, nodes: int, relationships: int) -> Rows:
    """About ``nodes`` functions with ``relationships`` calls, by file; the same for the same arguments."""
    rng = random.Random(20)
    files = max(1, nodes // _FUNCTIONS_PER_FILE)
    ids = [
        f"{repository}:package_{file // 200}/module_{file}.py#Class{n // 7}.method_{n}"
        for file in range(files)
        for n in range(_FUNCTIONS_PER_FILE)
    ]
    labels = ["Method" if n % 3 else "Function" for n in range(len(ids))]
    calls: dict[int, set[int]] = {}
    for _ in range(relationships):
        source = rng.randrange(len(ids))
        match rng.random():
            case near if near < 0.6:
                target = min(len(ids) - 1, max(0, source + rng.randrange(-40, 40)))
            case far if far < 0.9:
                target = rng.randrange(len(ids))
            case _:
                target = rng.randrange(min(50, len(ids)))
        calls.setdefault(source, set()).add(target)
    rows: Rows = {}
    for numbers in batched(range(len(ids)), _FUNCTIONS_PER_FILE, strict=False):
        path = ids[numbers[0]].split(":")[1].split("#")[0]
        rows[path] = UnitRows(
            [
                NodeRow(labels[n], ids[n], {"name": f"method_{n}", "start_line": n, "signature": "(self, value=None)"})
                for n in numbers
            ],
            [
                EdgeRow("CALLS", labels[n], ids[n], labels[t], ids[t], {"confidence": 1.0, "resolution": "import"})
                for n in numbers
                for t in sorted(calls.get(n, ()))
            ],
        )
    return rows
