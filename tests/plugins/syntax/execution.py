"""Runs small programs with the tracer of the call benchmark, all in one process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.calls.observed import Observed, Place, read_observed, tracer_environment

__all__ = ["run_programs"]

_RUNNER = """
import contextlib, io, os, runpy, sys

import calls_tracer

calls_tracer.pytest_configure()
path = list(sys.path)
for folder in sys.stdin.read().split():
    known = set(sys.modules)
    os.chdir(folder)
    sys.path[:] = [folder, *path]
    sys.argv = ["main.py"]
    with contextlib.suppress(BaseException), contextlib.redirect_stdout(io.StringIO()):
        runpy.run_path("main.py", run_name="__main__")
    for name in set(sys.modules) - known:
        # The next program has modules of the same names.
        if getattr(sys.modules[name], "__file__", None) is None or sys.modules[name].__file__.startswith(folder):
            del sys.modules[name]
calls_tracer.pytest_unconfigure()
"""


def run_programs(root: Path, programs: Sequence[str], folder: Path) -> dict[str, Observed]:
    """Run ``main.py`` in these folders of ``root``, each named ``construct/name``; returns by program what happened,
    with paths relative to its folder. ``folder`` is for files in between."""
    subprocess.run(
        [sys.executable, "-c", _RUNNER],
        input="\n".join(str(root / program) for program in programs),
        text=True,
        env={**os.environ, **tracer_environment(root, folder)},
        check=True,
        timeout=240,
        cwd=folder,
    )
    observed = read_observed(folder)
    calls = _by_program((pair[0].path, (_inside(pair[0]), _inside(pair[1]))) for pair in observed.calls)
    lines = _by_program((path, (_relative(path), line)) for path, line in observed.lines)
    uncounted = _by_program((place.path, _inside(place)) for place in observed.uncounted)
    return {
        name: Observed(frozenset(calls[name]), frozenset(lines[name]), frozenset(uncounted[name])) for name in programs
    }


def _by_program[Item](items: Iterable[tuple[str, Item]]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for path, item in items:
        found["/".join(path.split("/")[:2])].append(item)
    return found


def _relative(path: str) -> str:
    return path.split("/", 2)[2]


def _inside(place: Place) -> Place:
    return Place(_relative(place.path), place.names)
