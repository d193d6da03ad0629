"""Random edits to real code: an update leads to the same graph as a first ingest of the edited code."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from codestory.graph.store import GraphStore
from tests.incremental.edits import Editor
from tests.incremental.workspace import VALID_ORDERS, Workspace
from tests.support.sdists import sdist

_FIRST_SEED = int(os.environ.get("CODESTORY_TEST_FIRST_SEED", "1"))
_MORE_SEEDS = int(os.environ.get("CODESTORY_TEST_MORE_SEEDS", "0"))
"""For a long search: so many further seeds of each project."""


def _seeds(count: int) -> range:
    return range(_FIRST_SEED, _FIRST_SEED + count + _MORE_SEEDS)


def _mutate(workspace: Workspace, seed: int, rounds: int, most_edits: int) -> None:
    chance = random.Random(seed)
    editor = Editor(workspace.folder, seed)
    workspace.run(chance.choice(VALID_ORDERS))
    history: list[str] = []
    for number in range(1, rounds + 1):
        edits = [editor.edit() for _ in range(chance.randint(1, most_edits))]
        order = chance.choice(VALID_ORDERS)
        history.append(f"{number}. {'; '.join(edits)} [{', '.join(order)}]")
        workspace.run(order)
        if different := workspace.differs_from_fresh():
            log = "\n".join(history)
            pytest.fail(f"seed {seed}: after these edits the updated graph is not the fresh one\n{log}\n{different}")


@pytest.mark.parametrize("seed", _seeds(4))
def test_random_edits_to_a_polyglot_project_lead_to_the_fresh_graph(polyglot: Workspace, seed: int) -> None:
    _mutate(polyglot, seed, rounds=5, most_edits=3)


@pytest.mark.slow
@pytest.mark.parametrize("seed", _seeds(1))
def test_random_edits_to_flask_lead_to_the_fresh_graph(store: GraphStore, tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "flask"
    shutil.copytree(sdist("flask==3.1.0"), folder)
    workspace = Workspace(store, tmp_path, folder)
    _mutate(workspace, seed, rounds=5, most_edits=4)
    workspace.close()
