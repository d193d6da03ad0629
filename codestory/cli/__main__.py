"""``python -m codestory.cli`` is the ``codestory`` command."""

from __future__ import annotations

from codestory.cli import main

main()
