"""The reference page of the command line."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_page_is_up_to_date() -> None:
    page = runpy.run_path(str(ROOT / "scripts" / "cli_docs.py"))["render"]()
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == page, "run: make docs"


def test_the_reference_page_names_every_visible_command_and_option() -> None:
    from typer.main import get_command

    from codestory.cli.app import app

    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name, group in get_command(app).commands.items():  # type: ignore[attr-defined]
        for sub, command in (getattr(group, "commands", None) or {"": group}).items():
            if not command.hidden:
                assert f"# codestory {name} {sub}".strip() in page
                assert all(f"`{option.opts[0]}`" in page for option in command.params if option.opts[0][0] == "-")
