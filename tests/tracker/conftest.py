"""History databases for the tests: SQLite always, PostgreSQL where its server is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from codestory.ingestion_pipeline.local_service import free_port
from codestory.tracker import DatabaseManager, ExecutionTracker

POSTGRES = next(
    (
        path.parent
        for path in [*sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)]
        + [Path(found) for found in [shutil.which("initdb")] if found]
        if (path.parent / "pg_ctl").exists()
    ),
    None,
)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A server of its own on a free port of 127.0.0.1."""
    pytest.importorskip("psycopg", reason="the extra 'postgresql' is not installed")
    if POSTGRES is None:
        pytest.skip("no PostgreSQL server is installed")
    user = "nobody" if os.geteuid() == 0 else None  # the server refuses to run as root
    # Not below pytest's own folder, which only its owner may enter.
    home = Path(tempfile.mkdtemp(prefix="codestory-postgresql-"))
    if user is not None:
        shutil.chown(home, user)
    port = free_port()
    data = home / "data"
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C"}

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=user, env=environment, cwd=home, capture_output=True, timeout=120)

    try:
        run(str(POSTGRES / "initdb"), "-D", str(data), "-U", "codestory", "--auth=trust", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        run(str(POSTGRES / "pg_ctl"), "-D", str(data), "-w", "-l", str(home / "log"), "-o", options, "start")
        try:
            yield f"postgresql://codestory@127.0.0.1:{port}/postgres"
        finally:
            run(str(POSTGRES / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home)


@pytest.fixture(params=["sqlite", "postgresql"])
def tracker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ExecutionTracker]:
    """An empty history, on each database."""
    if request.param == "sqlite":
        db = DatabaseManager(f"sqlite:///{tmp_path / 'history.db'}")
    else:
        db = DatabaseManager(request.getfixturevalue("postgresql_url"))
        with db.write() as connection:
            for table in ("pipeline_executions", "step_executions", "purged_totals"):
                connection.exec_driver_sql(f"TRUNCATE {table}")
    tracker = ExecutionTracker(db)
    yield tracker
    tracker.close()
