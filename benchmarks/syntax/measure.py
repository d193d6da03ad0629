"""Measures facts, resolution and memory on one real source distribution."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

from plugins.syntax.analyzer import Project
from plugins.syntax.python import ANALYZER
from tests.support.sdists import sdist

__all__ = ["measure"]


def _timed[T](work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def measure(requirement: str) -> dict[str, float]:
    """Files, lines, CPU seconds of each phase, rows, and the largest memory of this process in MiB."""
    root = sdist(requirement)
    sources = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}
    facts, extract = _timed(lambda: {path: ANALYZER.extract(path, source) for path, source in sources.items()})
    lines = sum(source.count(b"\n") for source in sources.values())
    files = frozenset(sources)
    sources.clear()
    nodes = edges = unresolved = 0

    def resolve() -> None:
        nonlocal nodes, edges, unresolved
        for found in ANALYZER.resolve(Project("r", files), facts):
            nodes += len(found.rows.nodes)
            edges += len(found.rows.edges)
            unresolved += found.unresolved_calls

    _, resolving = _timed(resolve)
    return {
        "files": len(files),
        "lines": lines,
        "extract_seconds": extract,
        "files_per_second": len(files) / extract,
        "facts_mib": sum(map(len, facts.values())) / 2**20,
        "resolve_seconds": resolving,
        "nodes": nodes,
        "relationships": edges,
        "unresolved_calls": unresolved,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
