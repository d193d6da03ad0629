"""The embedded server, whose engine fences its database off on SIGUSR1 as after a commit that failed halfway."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from codestory.graph import embedded_server
from codestory.graph.embedded import DATABASE, EmbeddedServer

_start = embedded_server._start  # pyright: ignore[reportPrivateUsage]


def start(folder: Path) -> tuple[Any, EmbeddedServer]:
    """Start it like always, and listen to the signal."""
    server, identity = _start(folder)

    def fence(_number: int, _frame: FrameType | None) -> None:
        server.get_database(DATABASE)._java_db.getEmbedded().fenceForRecovery("a test")

    signal.signal(signal.SIGUSR1, fence)
    return server, identity


if __name__ == "__main__":
    embedded_server._start = start  # pyright: ignore[reportPrivateUsage]
    sys.exit(embedded_server.main(sys.argv[1:]))
