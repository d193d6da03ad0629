"""The SQLite file behind a task hub, with one transaction per turn of the event loop.

Whatever changes during one turn of the loop is committed together at its end, and nothing that
depends on a change (an answer to a client, a work item for a worker) leaves the host before the
commit. A failing disk stops the process: memory must never run ahead of the file.
"""

from __future__ import annotations

import asyncio
import fcntl
import functools
import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from ..exceptions import HostError

__all__ = ["HISTORY_BITS", "Store", "resolve"]

HISTORY_BITS = 24
"""A history row's key is ``instance key << HISTORY_BITS | position``, so a history is one key range."""

_VERSION = 1

_SCHEMA = """
CREATE TABLE instances(
  k INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, execution TEXT NOT NULL, name TEXT NOT NULL, version TEXT,
  status INTEGER NOT NULL, input TEXT, created REAL NOT NULL, updated REAL NOT NULL, output TEXT,
  custom_status TEXT, failure BLOB, completed REAL, scheduled REAL, parent_id TEXT, parent_execution TEXT,
  parent_task INTEGER, parent_name TEXT, tags TEXT NOT NULL);
CREATE INDEX instances_status ON instances(status, created);
CREATE INDEX instances_created ON instances(created);
CREATE INDEX instances_parent ON instances(parent_id) WHERE parent_id IS NOT NULL;
CREATE TABLE history(id INTEGER PRIMARY KEY, event BLOB NOT NULL, input TEXT);
CREATE TABLE messages(seq INTEGER PRIMARY KEY, target TEXT NOT NULL, execution TEXT, event BLOB NOT NULL);
CREATE INDEX messages_target ON messages(target);
CREATE TABLE activities(
  seq INTEGER PRIMARY KEY, instance_id TEXT NOT NULL, execution TEXT NOT NULL, task INTEGER NOT NULL,
  name TEXT NOT NULL, input TEXT);
CREATE INDEX activities_instance ON activities(instance_id);
CREATE TABLE timers(
  seq INTEGER PRIMARY KEY, due REAL NOT NULL, target TEXT NOT NULL, execution TEXT, event BLOB NOT NULL);
CREATE TABLE entities(id TEXT PRIMARY KEY, state TEXT, locked_by TEXT, updated REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX entities_locked ON entities(locked_by) WHERE locked_by IS NOT NULL;
CREATE TABLE schedules(name TEXT PRIMARY KEY, schedule TEXT NOT NULL, last REAL, next REAL NOT NULL);
"""

_LOG = logging.getLogger("Host.TaskHub")


def resolve(future: asyncio.Future[None]) -> None:
    """Wake the one who waits, if it still does."""
    if not future.done():
        future.set_result(None)


class Store:
    """Reads and grouped writes over one file that one host process owns.

    ``full_sync`` flushes every commit to the disk (safe against power loss); without it a commit
    survives the death of the process, ``kill -9`` included, but a power loss may take the last ones.
    """

    def __init__(self, directory: Path, hub: str, *, full_sync: bool = False) -> None:
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            (directory / ".gitignore").write_text("*\n")
            self._lock = (directory / "lock").open("w")
        except OSError as error:
            raise HostError(f"the state folder {directory} cannot be used: {error.strerror}; give --state") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise HostError(f"another host is using the state folder {directory}; stop it or give --state") from None
        self._db = sqlite3.connect(directory / f"{hub}.db", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(f"PRAGMA synchronous={'FULL' if full_sync else 'NORMAL'}")
        self._db.execute("PRAGMA cache_size=-16000")
        version: int = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._db.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version={_VERSION};COMMIT")
        elif version != _VERSION:
            self._db.close()
            self._lock.close()
            raise HostError(
                f"the state in {directory} has format {version}, this host reads {_VERSION}; give another --state"
            )
        self._open = False
        self._sequences: dict[str, int] = {}
        self._after: list[Callable[[], None]] = []
        self.on_commit: list[Callable[[], None]] = []

    def close(self) -> None:
        """Commit what is open and release the file."""
        self.commit()
        self._db.close()
        self._lock.close()

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query; it sees the changes of the open transaction."""
        return self._db.execute(sql, values).fetchall()

    def write(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one change inside the open transaction; returns the number of rows it touched."""
        self._begin()
        try:
            return self._db.execute(sql, values).rowcount
        except sqlite3.Error as error:
            self._stop(error)

    def write_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one change for many rows inside the open transaction."""
        self._begin()
        try:
            self._db.executemany(sql, rows)
        except sqlite3.Error as error:
            self._stop(error)

    def next(self, table: str, column: str = "seq") -> int:
        """The next free key of ``table``."""
        value = self._sequences.get(table)
        if value is None:
            value = self._db.execute(f"SELECT coalesce(max({column}), 0) FROM {table}").fetchone()[0]  # noqa: S608
        self._sequences[table] = value + 1
        return value + 1

    def after_commit(self, action: Callable[[], None]) -> None:
        """Call ``action`` once everything changed so far is on file; now, if it already is."""
        if self._open:
            self._after.append(action)
        else:
            action()

    async def committed(self) -> None:
        """Wait until everything changed so far is on file."""
        if self._open:
            done = asyncio.get_running_loop().create_future()
            self._after.append(functools.partial(resolve, done))
            await done

    def commit(self) -> None:
        """End the open transaction and tell whoever waits for it."""
        if not self._open:
            return
        try:
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._stop(error)
        self._open = False
        waiting, self._after = self._after, []
        for action in (*waiting, *self.on_commit):
            action()

    def _begin(self) -> None:
        if self._open:
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            self._stop(error)
        self._open = True
        try:
            asyncio.get_running_loop().call_soon(self.commit)
        except RuntimeError:
            _LOG.debug("no event loop is running; the caller commits")

    def _stop(self, error: Exception) -> NoReturn:
        _LOG.critical("the state file cannot be written (%s); the host stops so that nothing is lost", error)
        logging.shutdown()
        os._exit(1)
