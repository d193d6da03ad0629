"""Prints how fast Python is read and resolved: ``python -m benchmarks.syntax``."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.syntax.measure import measure

_REQUIREMENTS = ("flask==3.1.0", "django==5.2.8")


def main() -> None:
    """Print a table; every package is measured in a process of its own, so that memory is its own too."""
    for requirement in _REQUIREMENTS:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            found = pool.submit(measure, requirement).result(timeout=300)
        print(requirement, file=sys.stdout)
        for name, value in found.items():
            print(f"  {name:20} {value:12,.2f}")


if __name__ == "__main__":
    main()
