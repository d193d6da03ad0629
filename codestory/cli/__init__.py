"""The ``codestory`` command; needs the extra ``local``."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line with the arguments of this process, and exit."""
    try:
        from codestory.cli.app import app
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.exit(f"The command line needs the package {error.name}: pip install 'codestory[local]'")
    app(prog_name="codestory")
