"""The golden projects expect what Python does: all of them are run, and every call that happens is expected."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest

from benchmarks.calls.observed import TRACER, Found, Place, read
from tests.plugins.syntax.golden_cases import GOLDEN, Case, cases

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
        # The next project has modules of the same names.
        if getattr(sys.modules[name], "__file__", None) is None or sys.modules[name].__file__.startswith(folder):
            del sys.modules[name]
calls_tracer.pytest_unconfigure()
"""
_PROGRAMS = [case for case in cases() if "main.py" in case.sources]


@pytest.fixture(scope="module")
def happened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[tuple[str, str]]]:
    """By project: who called whom, by qualified names."""
    folder = tmp_path_factory.mktemp("execution")
    (folder / "calls_tracer.py").write_bytes(TRACER.read_bytes())
    result = folder / "calls.json"
    environment = {"PYTHONPATH": str(folder), "CALLS_ROOT": str(GOLDEN), "CALLS_FILE": str(result)}
    subprocess.run(
        [sys.executable, "-c", _RUNNER],
        input="\n".join(str(GOLDEN / case.name) for case in _PROGRAMS),
        text=True,
        env={**os.environ, **environment, "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        timeout=240,
        cwd=folder,
    )
    found = msgspec.json.decode(result.read_bytes(), type=Found)
    functions = {(code[0], code[1].replace(".<locals>", "")) for code in found.functions}
    calls: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for caller, callee in read(found).calls:
        names = caller.names
        while names and (caller.path, names) not in functions:
            # The body of a class runs when what is around it does.
            names = names.rpartition(".")[0]
        calls["/".join(caller.path.split("/")[:2])].add((_qualified(Place(caller.path, names)), _qualified(callee)))
    return calls


def _qualified(place: Place) -> str:
    module = ".".join(Path(place.path).with_suffix("").parts[2:]).removesuffix(".__init__")
    return f"{module}.{place.names}" if place.names else module


def test_almost_all_golden_projects_are_programs_that_call_something(
    happened: dict[str, set[tuple[str, str]]],
) -> None:
    assert sum(bool(happened.get(case.name)) for case in _PROGRAMS) > 0.8 * len(_PROGRAMS)


@pytest.mark.parametrize("case", _PROGRAMS, ids=lambda c: c.name)
def test_every_call_that_happens_is_expected(case: Case, happened: dict[str, set[tuple[str, str]]]) -> None:
    expected = {(caller, callee) for kind, caller, callee in case.expected if kind == "CALLS"}
    assert sorted(happened.get(case.name, set()) - expected) == []
