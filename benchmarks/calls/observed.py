"""Runs the tests of a package with the tracer and reads what was seen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.calls.packages import NEEDED, Package
from codestory.graph.file_lock import FileLock
from tests.support.sdists import CACHE, sdist

__all__ = ["Observed", "Place", "observe", "trace"]

_TRACER = Path(__file__).with_name("tracer.py")
_COMPREHENSIONS = frozenset({"<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"})
_SPECIAL_AND_CALLED = frozenset({"__init__", "__new__", "__call__", "__enter__", "__exit__"})


@dataclass(frozen=True)
class Place:
    """A function by its path and the dotted names inside the file; no names: the module."""

    path: str
    names: str


@dataclass(frozen=True)
class Observed:
    """What happened. ``calls`` leaves out what no call in the source stands for: lambdas, generators and coroutines,
    which run when somebody iterates over them, and special methods that the interpreter calls on its own."""

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
    result = folder / "calls.json"
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(map(str, (folder, root / "src", root))),
        "CALLS_ROOT": str(root), "CALLS_FILE": str(result),
    }  # fmt: skip
    shutil.copy(_TRACER, folder / "calls_tracer.py")
    command = [python, "-m", "pytest", "-p", "calls_tracer", "-p", "no:cacheprovider", "-q", "-W", "ignore"]
    done = subprocess.run(
        [*command, *arguments], cwd=root, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=600,
    )  # fmt: skip
    # 1: some tests failed, for want of a network or of optional packages; what they called counts all the same.
    if done.returncode not in (0, 1) or not result.exists():
        raise RuntimeError(f"the tests in {root} could not be run:\n{done.stdout[-2000:]}{done.stderr}")
    return _read(json.loads(result.read_text()))


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


def _read(found: dict[str, list[dict[str, list[str | int]]]]) -> Observed:
    calls: set[tuple[Place, Place]] = set()
    uncounted: set[Place] = set()
    for call in found["calls"]:
        callee, caller = _place(call["callee"]), _place(call["caller"])
        if not call["function"] or callee is None:
            # The body of a module or class.
            continue
        if call["suspends"] or _is_special(callee) or "<lambda>" in callee.names:
            uncounted.add(callee)
        elif caller is not None and "<lambda>" not in caller.names:
            calls.add((caller, callee))
    lines = frozenset((str(path), int(line)) for path, line in found["lines"])  # pyright: ignore[reportArgumentType]
    return Observed(frozenset(calls), lines, frozenset(uncounted))


def _place(written: list[str | int]) -> Place | None:
    names = [name for name in str(written[1]).split(".") if name != "<locals>"]
    if names[-1] in _COMPREHENSIONS and len(names) == 1:
        return None
    kept = [name for name in names if name not in _COMPREHENSIONS]
    return Place(str(written[0]), "" if kept == ["<module>"] else ".".join(kept))


def _is_special(place: Place) -> bool:
    name = place.names.rpartition(".")[2]
    return name.startswith("__") and name.endswith("__") and name not in _SPECIAL_AND_CALLED
