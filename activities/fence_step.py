"""Take the pen from a run that was given up, so that no straggler can change the graph any more."""

from __future__ import annotations

import azure.durable_functions as df

from codestory.graph import open_store
from codestory.graph.sync import GraphSync
from codestory.storage import open_blob_store

__all__ = ["bp"]

bp = df.Blueprint()


@bp.activity_trigger(input_name="given", activity="fence_step")
def fence_step(given: dict) -> None:  # type: ignore[type-arg]
    """``{"repository", "step", "run"}``."""
    GraphSync(
        open_store(), open_blob_store(), repository=given["repository"], step=given["step"], run=given["run"]
    ).fence(given["run"])
