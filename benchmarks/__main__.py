"""``python -m benchmarks [names]``: run the benchmarks one after the other and print their tables."""

from __future__ import annotations

import runpy
import sys

NAMES = ("ingest", "syntax", "calls", "compilers", "graph", "host")


def main(wanted: list[str]) -> int:
    """Run the wanted benchmarks (all if none is named)."""
    unknown = sorted(set(wanted) - set(NAMES))
    if unknown:
        print(f"unknown benchmark {unknown[0]!r}; known: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in wanted or NAMES:
        print(f"\n== {name} ==", flush=True)
        sys.argv = [f"benchmarks.{name}"]
        runpy.run_module(f"benchmarks.{name}", run_name="__main__", alter_sys=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
