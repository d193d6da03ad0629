"""What programs that ask a compiler print: a line for each thing found, its kind first, fields apart by tabs."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.compilers.comparison import Call

__all__ = ["Printed", "ask"]


def ask(command: Sequence[str], folder: Path | None = None) -> Printed:
    """Run such a program; raises ``CalledProcessError`` where it fails."""
    done = subprocess.run(
        command, cwd=folder, check=True, timeout=600, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8"
    )
    return Printed(done.stdout)


class Printed:
    """The lines, by what they say."""

    def __init__(self, output: str) -> None:
        self.lines = [line.split("\t") for line in output.splitlines()]

    def calls(self, *kinds: str) -> set[Call]:
        """Lines with the path and the line of a caller, and those of a target."""
        return {Call((f[1], int(f[2])), (f[3], int(f[4]))) for f in self.lines if f[0] in kinds}

    @property
    def files(self) -> set[str]:
        """The paths of all files that were read."""
        return {f[1] for f in self.lines if f[0] == "file"}

    @property
    def unknown(self) -> set[tuple[str, int]]:
        """Path and line of calls of which the compiler knows nothing."""
        return {(f[1], int(f[2])) for f in self.lines if f[0] == "unknown"}
