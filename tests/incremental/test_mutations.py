"""Random edits to real code: an update leads to the same graph as a first ingest of the edited code."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from codestory.graph.store import GraphStore
from plugins.summarizer.options import KINDS
from tests.incremental.edits import Editor
from tests.incremental.workspace import VALID_ORDERS, Workspace
from tests.support.openai_server import OpenAIServer
from tests.support.sdists import sdist

_FIRST_SEED = int(os.environ.get("CODESTORY_TEST_FIRST_SEED", "1"))
_MORE_SEEDS = int(os.environ.get("CODESTORY_TEST_MORE_SEEDS", "0"))
"""For a long search: so many further seeds of each project."""


def _seeds(count: int) -> range:
    return range(_FIRST_SEED, _FIRST_SEED + count + _MORE_SEEDS)


def _mutate(
    workspace: Workspace,
    seed: int,
    rounds: int,
    most_edits: int,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    chance = random.Random(seed)
    editor = Editor(workspace.folder, seed)
    workspace.run(chance.choice(VALID_ORDERS), options)
    history: list[str] = []
    for number in range(1, rounds + 1):
        edits = [editor.edit() for _ in range(chance.randint(1, most_edits))]
        order = chance.choice(VALID_ORDERS)
        history.append(f"{number}. {'; '.join(edits)} [{', '.join(order)}]")
        workspace.run(order, options)
        if different := workspace.differs_from_fresh(options):
            log = "\n".join(history)
            pytest.fail(f"seed {seed}: after these edits the updated graph is not the fresh one\n{log}\n{different}")


@pytest.mark.parametrize("seed", _seeds(2))
def test_random_edits_to_a_polyglot_project_lead_to_the_fresh_graph(polyglot: Workspace, seed: int) -> None:
    _mutate(polyglot, seed, rounds=5, most_edits=3)


_SMALL = {
    "codestory.graph.chunks.ROWS_PER_CHUNK": 40,
    "codestory.graph.difference._UNITS_AT_ONCE": 5,
    "codestory.ingestion_pipeline.unit_step.UnitStep.batch_size": 9,
    "codestory.snapshots.builder._MAX_PACKS": 3,
    "codestory.snapshots.builder._PACK_BYTES": 3_000,
    "plugins.documentation_grapher.resolution._UNITS_PER_PACK": 3,
    "plugins.documentation_grapher.step.BATCH_BYTES": 400,
    "plugins.documentation_grapher.step.FEW_BYTES": 1,
    "plugins.filesystem.step.FilesystemStep.batch_size": 9,
    "plugins.summarizer.rows._UNITS_PER_PACK": 4,
    "plugins.syntax.facts_store._MAX_PACKS": 2,
    "plugins.syntax.resolution._UNITS_PER_PACK": 4,
}
"""Limits that only large repositories and long histories reach, brought down to this project's size."""


@pytest.mark.parametrize("seed", _seeds(2))
def test_random_edits_beyond_all_limits_of_size_lead_to_the_fresh_graph(
    polyglot: Workspace, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in _SMALL.items():
        monkeypatch.setattr(name, value)
    _mutate(polyglot, 1000 + seed, rounds=5, most_edits=3, options={"syntax": {"batch_size": 3}})


def test_random_edits_lead_to_the_fresh_graph_with_a_model_that_writes_the_summaries(
    polyglot: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OpenAIServer() as server:
        monkeypatch.setenv("CODESTORY_OPENAI_BASE_URL", server.base_url)
        # A model is told what the repository is called, which is not the same in the fresh graph.
        kinds = [kind for kind in KINDS if kind != "repository"]
        options = {"summarizer": {"provider": "openai", "model": "small", "kinds": kinds}}
        _mutate(polyglot, 2000 + _FIRST_SEED, rounds=3, most_edits=2, options=options)


@pytest.mark.slow
@pytest.mark.parametrize("seed", _seeds(1))
def test_random_edits_to_flask_lead_to_the_fresh_graph(store: GraphStore, tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "flask"
    shutil.copytree(sdist("flask==3.1.0"), folder)
    workspace = Workspace(store, tmp_path, folder)
    _mutate(workspace, seed, rounds=4, most_edits=4)
    workspace.close()
