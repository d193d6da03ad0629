"""What the README claims."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codestory.snapshots import Snapshot
from codestory.sources.folder import snapshot_folder
from codestory.storage import FolderBlobStore

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@dataclass
class Context:
    """The part of a step's context that the example uses."""

    snapshot: Snapshot
    repository: str = "shop"


def test_the_example_step_finds_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "main.py").write_text("x = 1\ny = 2  # TODO: use it\n")
    (tmp_path / "shop" / "notes.txt").write_text("TODO\n")
    blobs = FolderBlobStore(tmp_path / "blobs")
    context: Any = Context(snapshot_folder(tmp_path / "shop", blobs))
    names: dict[str, Any] = {}
    exec(blocks("python")[0], names)
    step = names["TodoStep"]()
    units = step.units(context)
    assert list(units) == ["main.py"]
    ((path, rows),) = step.rows(list(units), context)
    assert path == "main.py"
    assert [(node.label, node.id, node.properties["text"]) for node in rows.nodes] == [
        ("Todo", "shop:main.py#todo-2", "y = 2  # TODO: use it")
    ]
    assert [(edge.source, edge.target) for edge in rows.edges] == [("shop:main.py", "shop:main.py#todo-2")]
    blobs.close()


def test_its_entry_point_group_is_the_one_that_is_searched() -> None:
    from codestory.ingestion_pipeline.registry import GROUP

    assert GROUP in tomllib.loads(blocks("toml")[0])["project"]["entry-points"]


def test_links_lead_somewhere() -> None:
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]
    assert targets
    assert [target for target in targets if not (ROOT / target.partition("#")[0]).exists()] == []


def test_every_make_goal_exists() -> None:
    goals = (ROOT / "Makefile").read_text(encoding="utf-8").split(".PHONY:")[1].splitlines()[0].split()
    named = {match[1] for match in re.finditer(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)}
    assert {"run", "serve", "test", "check"} <= named
    assert named <= set(goals)


def test_every_command_exists() -> None:
    from typer.main import get_command

    from codestory.cli.app import app

    root: Any = get_command(app)
    for line in re.findall(r"(?:`|^)codestory ([^`\n]+)", README, re.MULTILINE):
        words = shlex.split(line)
        command = root.commands[words[0]]
        if getattr(command, "commands", None):
            assert words[1] in command.commands, line


def test_shell_blocks_are_valid_shell() -> None:
    for block in blocks("sh"):
        text = block.replace("<this repository>", "URL")
        subprocess.run(["sh", "-n"], input=text, text=True, check=True)
