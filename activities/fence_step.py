"""Take the pen from a run that was given up, so that no straggler can change the graph any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import azure.durable_functions as df

from codestory.graph import open_store
from codestory.graph.settings import GraphSettings
from codestory.graph.sync import GraphSync
from codestory.storage import open_blob_store

__all__ = ["bp"]

bp = df.Blueprint()

PATIENCE = timedelta(seconds=10)
"""Somebody waits for the job to end, and where the graph is down nobody can write to it."""


@bp.activity_trigger(input_name="given", activity="fence_step")
def fence_step(given: dict) -> None:  # type: ignore[type-arg]
    """``{"repository", "step", "run"}``; raises ``GraphUnavailableError`` sooner than others would."""
    store = open_store(replace(GraphSettings.from_environment(), patience=PATIENCE))
    GraphSync(store, open_blob_store(), repository=given["repository"], step=given["step"], run=given["run"]).fence(
        given["run"]
    )
