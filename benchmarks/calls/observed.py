"""Runs the tests of a package with the tracer and reads what was seen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.calls.packages import NEEDED, Package
from codestory.graph.file_lock import FileLock
from tests.support.sdists import CACHE, sdist

type _Written = tuple[str, str, int]

__all__ = ["Observed", "Place", "observe", "read_observed", "trace", "tracer_environment"]

_TRACER = Path(__file__).with_name("tracer.py")
_RESULT = "calls.json"
_COMPREHENSIONS = frozenset({"<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"})
_NO_NAMES = _COMPREHENSIONS | {"<locals>", "<module>"}
_SPECIAL_AND_CALLED = frozenset({"__init__", "__new__", "__call__", "__enter__", "__exit__"})


@dataclass(frozen=True)
class Place:
    """A function by its path and the dotted names inside the file; no names: the module."""

    path: str
    names: str


@dataclass(frozen=True)
class Observed:
    """What happened. ``calls`` leaves out what no call in the source stands for: lambdas, generators and coroutines,
    which run when somebody iterates over them, and special methods that the interpreter calls on its own. The body of
    a class belongs to what it stands in."""

    calls: frozenset[tuple[Place, Place]]
    lines: frozenset[tuple[str, int]]
    uncounted: frozenset[Place]
    """The called functions that were left out."""


def observe(package: Package, folder: Path) -> tuple[Path, Observed]:
    """A private copy of the package below ``folder``, and what its tests called there."""
    source = sdist(package.requirement)
    root = folder / source.name
    shutil.copytree(source, root, symlinks=True)
    return root, trace(_interpreter(), root, package.arguments, folder)


def trace(python: str, root: Path, arguments: Sequence[str], folder: Path) -> Observed:
    """What the tests in ``root`` call, run by an interpreter that has pytest; ``folder`` is for files in between.

    Raises ``RuntimeError`` with what pytest said where it could not run them.
    """
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
        **tracer_environment(root, folder, root / "src", root),
    }  # fmt: skip
    command = [python, "-m", "pytest", "-p", "calls_tracer", "-p", "no:cacheprovider", "-q", "-W", "ignore"]
    done = subprocess.run(
        [*command, *arguments], cwd=root, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=600,
    )  # fmt: skip
    # 1: some tests failed, for want of a network or of optional packages; what they called counts all the same.
    if done.returncode not in (0, 1) or not (folder / _RESULT).exists():
        raise RuntimeError(f"the tests in {root} could not be run:\n{done.stdout[-2000:]}{done.stderr}")
    return read_observed(folder)


def tracer_environment(root: Path, folder: Path, *modules: Path) -> dict[str, str]:
    """What lets a process import the tracer, as ``calls_tracer``, and modules from further folders."""
    shutil.copy(_TRACER, folder / "calls_tracer.py")
    return {
        "PYTHONPATH": os.pathsep.join(map(str, (folder, *modules))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CALLS_ROOT": str(root),
        "CALLS_FILE": str(folder / _RESULT),
    }


def _interpreter() -> str:
    """Python with what the tests import, in an environment of its own that is made once."""
    home = CACHE.parent / "call-benchmark"
    home.mkdir(parents=True, exist_ok=True)
    python = home / "bin" / "python"
    wanted = "\n".join(NEEDED)
    with FileLock(home.with_suffix(".lock")).held():
        marker = home / "installed.txt"
        if not marker.exists() or marker.read_text() != wanted:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True, timeout=120)
            subprocess.run([str(python), "-m", "pip", "install", "-q", *NEEDED], check=True, timeout=600)
            marker.write_text(wanted)
    return str(python)


class _Found(msgspec.Struct):
    """What the tracer writes: path, qualified name and first line of code, and pairs of these."""

    calls: list[tuple[_Written, _Written]]
    functions: list[_Written]
    suspending: list[_Written]
    lines: list[tuple[str, int]]


def read_observed(folder: Path) -> Observed:
    """What the tracer has written to ``folder``."""
    found = msgspec.json.decode((folder / _RESULT).read_bytes(), type=_Found)
    suspending = set(found.suspending)
    functions = {code: _place(code) for code in found.functions if not _is_comprehension(code)}
    places = set(functions.values())
    uncounted = {
        place for code, place in functions.items() if code in suspending or _is_special(code) or "<lambda>" in code[1]
    }
    calls = {
        (_within(_place(caller), places), functions[callee])
        for caller, callee in found.calls
        # What is no function is the body of a module or class.
        if callee in functions and "<lambda>" not in caller[1]
    }
    counted = frozenset((caller, callee) for caller, callee in calls if callee not in uncounted)
    return Observed(counted, frozenset(found.lines), frozenset(uncounted))


def _within(place: Place, functions: set[Place]) -> Place:
    """The module or function that runs when the body of a class does."""
    while place.names and place not in functions:
        place = Place(place.path, place.names.rpartition(".")[0])
    return place


def _place(code: _Written) -> Place:
    names = [name for name in code[1].split(".") if name not in _NO_NAMES]
    return Place(code[0], ".".join(names))


def _is_comprehension(code: _Written) -> bool:
    return code[1].rpartition(".")[2] in _COMPREHENSIONS


def _is_special(code: _Written) -> bool:
    name = code[1].rpartition(".")[2]
    return name.startswith("__") and name.endswith("__") and name not in _SPECIAL_AND_CALLED
