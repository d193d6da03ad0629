"""The history database: where it is, what it refuses, and how processes share it."""

from __future__ import annotations

import multiprocessing
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from codestory.exceptions import ConfigurationError, StorageUnavailableError
from codestory.tracker import ConnectionConfig, DatabaseManager, ExecutionTracker, database_url


def test_the_history_is_a_file_in_the_home_folder_by_default(tmp_path: Path) -> None:
    url = database_url({"CODESTORY_HOME": str(tmp_path)})
    assert url == f"sqlite:///{tmp_path / 'history.db'}"
    db = DatabaseManager.from_environment({"CODESTORY_HOME": str(tmp_path / "deep" / "home")})
    assert db is not None
    db.check()
    db.close()
    assert (tmp_path / "deep" / "home" / "history.db").exists()


def test_none_switches_the_history_off() -> None:
    assert DatabaseManager.from_environment({"CODESTORY_DATABASE_URL": "None"}) is None


def test_connection_parts_make_a_url() -> None:
    config = ConnectionConfig("postgresql", "history", host="db", port=5432, user="u", password="p@ss")
    assert "p@ss" not in repr(config)
    db = DatabaseManager(config)
    assert db.dialect == "postgresql"
    assert str(db) == "postgresql+psycopg://u:***@db:5432/history"


@pytest.mark.parametrize(
    ("url", "hint"),
    [("mysql://u:hunter22@h/d", "Known databases: postgresql, sqlite"), ("history.db", "is not a database URL")],
)
def test_an_unusable_url_is_a_configuration_error(url: str, hint: str) -> None:
    with pytest.raises(ConfigurationError, match=hint) as caught:
        DatabaseManager(url)
    assert "hunter22" not in caught.value.message
    with pytest.raises(ConfigurationError, match="Did you mean 'sqlite'"):
        DatabaseManager(ConnectionConfig("sqlit", "x"))


def test_a_database_that_does_not_answer_is_a_transient_error(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    for url in ("postgresql://u:hunter22@127.0.0.1:1/d?connect_timeout=2", f"sqlite:///{tmp_path}"):
        db = DatabaseManager(url)
        with pytest.raises(StorageUnavailableError, match="CODESTORY_DATABASE_URL") as caught:
            db.check()
        assert "hunter22" not in caught.value.message
        db.close()


def test_a_writer_that_holds_the_file_too_long_makes_others_give_up(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    db = DatabaseManager(f"sqlite:///{path}", busy_timeout=timedelta(milliseconds=50))
    db.check()
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailableError, match="locked"):
        ExecutionTracker(db).record_execution("j1", status="RUNNING")
    assert ExecutionTracker(db).executions().total == 0  # readers do not wait
    blocker.execute("ROLLBACK")
    blocker.close()
    ExecutionTracker(db).record_execution("j1", status="RUNNING")
    db.close()


def write_from_a_process(url: str, number: int) -> None:
    tracker = ExecutionTracker(DatabaseManager(url))
    for attempt in range(1, 26):
        tracker.record_step_attempt("shared", "syntax", attempt, status="COMPLETED")
        tracker.record_execution(f"j{number}-{attempt}", status="COMPLETED")
    tracker.close()


def test_processes_share_one_sqlite_file_from_the_first_moment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'history.db'}"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=write_from_a_process, args=(url, number)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    tracker = ExecutionTracker(DatabaseManager(url))
    assert tracker.executions().total == 75
    assert len(tracker.steps("shared")) == 25
    tracker.close()
