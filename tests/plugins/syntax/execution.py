"""Runs small programs with the tracer of the call benchmark, all in one process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from benchmarks.calls.observed import TRACER, Found, Observed, Place, read

__all__ = ["Happened", "run_programs"]

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


class Happened:
    """What happened in ``root`` while programs in folders ``construct/name`` of it ran."""

    def __init__(self, observed: Observed, functions: set[tuple[str, str]]) -> None:
        self.observed = observed
        self._functions = functions

    def calls(self, program: str) -> set[tuple[Place, Place]]:
        """Who called whom in one program; paths are relative to its folder."""
        prefix = f"{program}/"
        return {
            (self._within(caller, prefix), self._within(callee, prefix))
            for caller, callee in self.observed.calls
            if caller.path.startswith(prefix)
        }

    def _within(self, place: Place, prefix: str) -> Place:
        names = place.names
        while names and (place.path, names) not in self._functions:
            # The body of a class runs when what is around it does.
            names = names.rpartition(".")[0]
        return Place(place.path.removeprefix(prefix), names)

    def ran(self, program: str, path: str, line: int) -> bool:
        """Whether a line of a program ran."""
        return (f"{program}/{path}", line) in self.observed.lines

    def counts(self, program: str, place: Place) -> bool:
        """Whether calls of a function are among ``calls``; see ``Observed``."""
        return Place(f"{program}/{place.path}", place.names) not in self.observed.uncounted


def run_programs(root: Path, programs: Iterable[str], folder: Path) -> Happened:
    """Run ``main.py`` in these folders of ``root``; ``folder`` is for files in between."""
    (folder / "calls_tracer.py").write_bytes(TRACER.read_bytes())
    result = folder / "calls.json"
    environment = {"PYTHONPATH": str(folder), "CALLS_ROOT": str(root), "CALLS_FILE": str(result)}
    subprocess.run(
        [sys.executable, "-c", _RUNNER],
        input="\n".join(str(root / program) for program in programs),
        text=True,
        env={**os.environ, **environment, "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        timeout=240,
        cwd=folder,
    )
    found = msgspec.json.decode(result.read_bytes(), type=Found)
    return Happened(read(found), {(code[0], code[1].replace(".<locals>", "")) for code in found.functions})
