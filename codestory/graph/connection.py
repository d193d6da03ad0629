"""One driver per process and database, and the retries that make it survive a server that comes and goes."""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING, Any, LiteralString, cast

import neo4j
from neo4j import exceptions as driver_errors

from codestory.exceptions import ConfigurationError, GraphUnavailableError, PermanentError
from codestory.graph.settings import GraphSettings

if TYPE_CHECKING:
    from codestory.graph.embedded_watch import EmbeddedWatch

__all__ = ["Connection"]

_CONNECTION_ERRORS = (
    driver_errors.ServiceUnavailable,
    driver_errors.SessionExpired,
    driver_errors.IncompleteCommit,
    OSError,
)
_ATTEMPTS_ON_CONFLICT = 12
_ATTEMPTS_TO_START = 3
_ATTEMPTS_TO_CONNECT = 3


class Connection:
    """Gives work a session and tries again where that can help. Safe to share by threads and after a fork."""

    def __init__(self, settings: GraphSettings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._driver: neo4j.Driver | None = None
        self._owner = 0
        self._watch: EmbeddedWatch | None = None
        self._watch_lock = threading.Lock()
        self.generation = 0
        """Counts connections made: what was known of the database may no longer hold after a new one."""

    def run[T](
        self,
        work: Callable[[neo4j.Session], T],
        *,
        write: bool,
        patience: timedelta | None = None,
        limit: timedelta | None = None,
    ) -> T:
        """Call ``work`` with a fresh session, again after conflicts and lost connections.

        Work that takes longer than ``limit`` is broken off, as if the connection had been lost. Raises
        ``GraphUnavailableError`` once patience or attempts are used up, ``ConfigurationError`` when the database
        refuses the credentials, and ``PermanentError`` for a statement that it refuses.
        """
        patience = self.settings.patience if patience is None else patience
        deadline = time.monotonic() + patience.total_seconds()
        conflicts = starts = 0
        delay = 0.02
        while True:
            try:
                driver = self._obtain(patience)
            except GraphUnavailableError:
                starts += 1
                if time.monotonic() > deadline or (starts >= _ATTEMPTS_TO_START and self._has_room()):
                    raise
                time.sleep(0.5)
                continue
            try:
                with (
                    self._exclusive(write),
                    self._watched(),
                    self._session(driver, write) as session,
                    _limited(session, limit),
                ):
                    return work(session)
            except driver_errors.ConstraintError as error:
                # Two transactions that create the same node: the loser finds it there when it looks again.
                conflicts += 1
                if conflicts >= _ATTEMPTS_ON_CONFLICT:
                    raise self._unavailable(error, "kept refusing the same rows") from error
            except driver_errors.TransientError as error:
                conflicts += 1
                # A database that is being started, stopped or moved says so, and deserves more patience than a clash.
                lasting = (error.code or "").startswith("Neo.TransientError.General.")
                if time.monotonic() > deadline if lasting else conflicts >= _ATTEMPTS_ON_CONFLICT:
                    raise self._unavailable(error, "kept failing transactions") from error
            except driver_errors.AuthError as error:
                # Another process may have restarted the embedded server on a fresh folder with a new password.
                if not self.settings.embedded or time.monotonic() > deadline:
                    raise ConfigurationError(
                        f"{self.settings.place} refuses the credentials. Check CODESTORY_NEO4J_USERNAME and"
                        " CODESTORY_NEO4J_PASSWORD.",
                        key="CODESTORY_NEO4J_PASSWORD",
                    ) from error
                self._forget(driver)
            except _CONNECTION_ERRORS as error:
                if time.monotonic() > deadline:
                    raise self._unavailable(error, "does not answer") from error
                self._forget(driver)
            except driver_errors.ConfigurationError as error:
                raise ConfigurationError(f"{self.settings.place}: {error}", key="CODESTORY_NEO4J_URI") from error
            except driver_errors.Neo4jError as error:
                if _is_trouble_of_the_server(error):
                    conflicts += 1
                    if time.monotonic() > deadline or (conflicts >= _ATTEMPTS_ON_CONFLICT and self._has_room()):
                        raise self._unavailable(error, "cannot do its work") from error
                    self._suspect()
                elif error.is_retryable() and time.monotonic() <= deadline:
                    conflicts += 1
                else:
                    raise self._refused(error) from error
            except driver_errors.ConnectionAcquisitionTimeoutError as error:
                if time.monotonic() > deadline:
                    raise self._unavailable(error, "has no connection to spare") from error
            except driver_errors.DriverError as error:
                if self._driver is driver or time.monotonic() > deadline:
                    raise self._unavailable(error, "broke the connection") from error
                # Another thread found the server gone and closed the driver that both were using.
            time.sleep(delay * random.uniform(0.5, 1.5))  # noqa: S311 - spreads retries, keeps no secret
            delay = min(delay * 2, 0.5)

    def stream(self, cypher: str, params: Mapping[str, Any]) -> Generator[neo4j.Record]:
        """Rows one by one, read in one transaction; only reaching the database is tried again."""
        self.run(lambda session: session.execute_read(lambda tx: tx.run("RETURN 1").consume()), write=False)
        driver = self._obtain(self.settings.patience)
        try:
            with (
                self._watched(),
                self._session(driver, write=False) as session,
                session.begin_transaction() as transaction,
            ):
                yield from transaction.run(cast("LiteralString", cypher), dict(params))
        except (*_CONNECTION_ERRORS, driver_errors.TransientError) as error:
            raise self._unavailable(error, "broke off an answer") from error

    def close(self) -> None:
        """Let go of the driver; the next use makes a new one."""
        with self._lock:
            driver, self._driver = self._driver, None
            watch, self._watch = self._watch, None
            if self._owner != os.getpid():
                return
            if watch is not None:
                watch.close()
            if driver is not None:
                driver.close()

    def _obtain(self, patience: timedelta) -> neo4j.Driver:
        with self._lock:
            if self._driver is not None and self._owner == os.getpid():
                return self._driver
            # A driver inherited through a fork shares its sockets with the parent and must not be touched.
            self._owner = os.getpid()
            with self._watched():
                self._driver = self._connect(patience)
            self.generation += 1
            return self._driver

    def _connect(self, patience: timedelta) -> neo4j.Driver:
        settings = self.settings
        if settings.embedded:
            if sys.platform == "win32":
                raise ConfigurationError(
                    "The embedded graph server needs Linux or macOS. Set CODESTORY_NEO4J_URI to use a Neo4j server.",
                    key="CODESTORY_NEO4J_URI",
                )
            from codestory.graph import embedded

            server = embedded.ensure_running(settings.folder, heap=settings.heap, timeout=patience)
            uri, auth = server.uri, ("root", server.password)
        else:
            uri = settings.uri
            auth = (settings.username, settings.password) if settings.password else None
        try:
            return neo4j.GraphDatabase.driver(
                uri,
                auth=auth,
                user_agent="codestory",
                connection_timeout=10.0,
                # A server that never answers a greeting, or a moment without a free connection, is not the end.
                connection_acquisition_timeout=settings.patience.total_seconds() / _ATTEMPTS_TO_CONNECT,
                # All retries are made by this class, which also knows how to restart the server.
                max_transaction_retry_time=0.0,
                notifications_min_severity="OFF",
            )
        except (driver_errors.ConfigurationError, ValueError) as error:
            raise ConfigurationError(f"{settings.place}: {error}", key="CODESTORY_NEO4J_URI") from error

    def _forget(self, driver: neo4j.Driver) -> None:
        with self._lock:
            if self._driver is not driver or not self.settings.embedded:
                # A pool of connections to a remote server heals by itself.
                return
            self._driver = None
        driver.close()

    def _session(self, driver: neo4j.Driver, write: bool) -> neo4j.Session:
        access = neo4j.WRITE_ACCESS if write else neo4j.READ_ACCESS
        if self.settings.embedded:
            from codestory.graph.embedded import DATABASE

            return driver.session(database=DATABASE, default_access_mode=access)
        return driver.session(database=self.settings.database, default_access_mode=access)

    @contextmanager
    def _exclusive(self, write: bool) -> Generator[None]:
        if not write or not self.settings.embedded:
            yield
            return
        from codestory.graph import embedded

        with embedded.writer_lock(self.settings.folder).held():
            yield

    def _watched(self) -> AbstractContextManager[None]:
        """Look after the embedded server while the block waits for it; others have their own supervision."""
        watch = self._own_watch()
        return nullcontext() if watch is None else watch.over()

    def _suspect(self) -> None:
        watch = self._own_watch()
        if watch is not None:
            watch.suspect()

    def _own_watch(self) -> EmbeddedWatch | None:
        """The watch of this process: one that was inherited through a fork has no thread."""
        if not self.settings.embedded or sys.platform == "win32":
            return None
        from codestory.graph.embedded_watch import EmbeddedWatch

        with self._watch_lock:
            if self._watch is None or self._watch.owner != os.getpid():
                self._watch = EmbeddedWatch(self.settings.folder, self.settings.wedged_after)
            return self._watch

    def _has_room(self) -> bool:
        """Whether it is not a full disk that keeps the embedded server from working, which may pass."""
        if not self.settings.embedded:
            return True
        from codestory.graph import embedded

        return embedded.has_room(self.settings.folder)

    def _unavailable(self, error: Exception, what: str) -> GraphUnavailableError:
        return GraphUnavailableError(
            f"{self.settings.place} {what}: {error}. Is it running and reachable?", place=self.settings.place
        )

    def _refused(self, error: driver_errors.Neo4jError) -> PermanentError:
        return PermanentError(
            f"{self.settings.place} refuses a statement: {error.message or error}", code=error.code or ""
        )


@contextmanager
def _limited(session: neo4j.Session, limit: timedelta | None) -> Generator[None]:
    """Cut the session's connection when the block takes longer: a server that hangs is never heard of otherwise."""
    if limit is None:
        yield
        return

    def cut() -> None:
        connection = getattr(session, "_connection", None)
        if connection is not None:
            connection.kill()

    timer = threading.Timer(limit.total_seconds(), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _is_trouble_of_the_server(error: driver_errors.Neo4jError) -> bool:
    """Whether the statement is not to blame.

    Neo4j files internal errors under ``DatabaseError``. What an operator ended (``TERMINATE TRANSACTIONS``, stopping a
    database) it calls transient, but the driver turns that into an error of the client. ArcadeDB answers a failed
    commit, as on a full disk, with ``TransactionNotFound``.
    """
    code = error.code or ""
    return code.startswith("Neo.DatabaseError.") or code.removeprefix("Neo.ClientError.Transaction.") in (
        "LockClientStopped",
        "Terminated",
        "TransactionNotFound",
    )
