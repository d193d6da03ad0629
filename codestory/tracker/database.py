"""Opens the history database: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from codestory.exceptions import ConfigurationError, StorageUnavailableError, known_values
from codestory.tracker.redaction import redact_text
from codestory.tracker.schema import METADATA

__all__ = ["ConnectionConfig", "DatabaseManager", "database_url"]

_PROVIDERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_SCHEMA_LOCK = 0x636F6465  # any constant will do: it only has to be the same in every process


@dataclass(frozen=True)
class ConnectionConfig:
    """Where a history database is, in parts; ``database`` is a file path for SQLite."""

    provider: str
    database: str
    host: str | None = None
    port: int | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def url(self) -> URL:
        """The SQLAlchemy URL; raises ``ConfigurationError`` for an unknown provider."""
        driver = _PROVIDERS.get(self.provider.lower())
        if driver is None:
            raise ConfigurationError(
                f"unknown database provider {self.provider!r}." + known_values("providers", self.provider, _PROVIDERS),
                key="provider",
            )
        return URL.create(driver, self.user, self.password, self.host, self.port, self.database)


def database_url(environment: Mapping[str, str] = os.environ) -> str | None:
    """``CODESTORY_DATABASE_URL``; without it a file in the home folder; ``None`` if it says ``none``."""
    configured = environment.get("CODESTORY_DATABASE_URL", "").strip()
    if configured.lower() == "none":
        return None
    if configured:
        return configured
    home = Path(environment.get("CODESTORY_HOME") or ".codestory").resolve()
    return URL.create("sqlite", database=str(home / "history.db")).render_as_string(hide_password=False)


class DatabaseManager:
    """One history database, shared by threads and by processes.

    The tables are made on first use. SQLite runs in WAL mode, so that readers never wait; writers wait for
    each other up to ``busy_timeout``. A manager that is carried into a forked process opens connections of
    its own.
    """

    def __init__(self, url: str | URL | ConnectionConfig, *, busy_timeout: timedelta = timedelta(seconds=30)) -> None:
        self.url = _parse(url)
        self._busy_timeout = busy_timeout
        self._lock = threading.Lock()
        self._engine: sa.Engine | None = None
        self._pid = 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> DatabaseManager | None:
        """The configured database, or ``None`` when the history is switched off."""
        url = database_url(environment)
        return None if url is None else cls(url)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.url.get_backend_name()

    def __str__(self) -> str:
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Generator[sa.Connection]:
        """A connection that sees one consistent state; raises ``StorageUnavailableError``."""
        with self._translated(), self._opened().connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Generator[sa.Connection]:
        """A transaction, committed at the end of the block; raises ``StorageUnavailableError``."""
        with self._translated():
            engine = self._opened().execution_options(codestory_write=True)
            with engine.begin() as connection:
                yield connection

    def check(self) -> None:
        """Prove that the database answers and that the tables are there."""
        with self.read() as connection:
            connection.execute(sa.text("SELECT count(*) FROM pipeline_executions WHERE execution_id = ''"))

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose(close=self._pid == os.getpid())
                self._engine = None

    def _opened(self) -> sa.Engine:
        with self._lock:
            if self._engine is not None and self._pid != os.getpid():
                # Sockets and file handles inherited by a fork belong to the parent: forget them unclosed.
                self._engine.dispose(close=False)
                self._engine = None
            if self._engine is None:
                self._engine = self._open()
                self._pid = os.getpid()
            return self._engine

    def _open(self) -> sa.Engine:
        if self.dialect == "sqlite":
            engine = self._open_sqlite()
        else:
            engine = sa.create_engine(
                self.url,
                json_serializer=_dumps,
                pool_pre_ping=True,
                pool_size=2,
                max_overflow=8,
                # A server without an encoding of its own (SQL_ASCII) would otherwise answer in bytes.
                connect_args={"client_encoding": "utf8", "connect_timeout": 10} | dict(self.url.query),
            )
        try:
            with engine.execution_options(codestory_write=True).begin() as connection:
                if self.dialect == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SCHEMA_LOCK)))
                METADATA.create_all(connection)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _open_sqlite(self) -> sa.Engine:
        database = self.url.database
        in_memory = database in {None, "", ":memory:"}
        if not in_memory:
            Path(str(database)).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            self.url,
            json_serializer=_dumps,
            poolclass=sa.StaticPool if in_memory else None,
            connect_args={
                "timeout": self._busy_timeout.total_seconds(),
                "check_same_thread": False,
                # sqlite3 would open transactions late and as readers, and two readers that both turn into
                # writers cannot wait for each other; so the "begin" listener below opens them.
                "isolation_level": None,
            },
        )

        def configure(connection: Any, _record: object) -> None:
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.close()

        def begin(connection: sa.Connection) -> None:
            writes = connection.get_execution_options().get("codestory_write")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

        event.listen(engine, "connect", configure)
        event.listen(engine, "begin", begin)
        return engine

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except (OperationalError, PoolTimeoutError) as error:
            raise self._unavailable(error) from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise self._unavailable(error) from error
            raise
        except OSError as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> StorageUnavailableError:
        reason = redact_text(str(getattr(error, "orig", None) or error)).strip()
        return StorageUnavailableError(
            f"the history database {self} does not answer: {reason}."
            " Check CODESTORY_DATABASE_URL, or set it to 'none' to run without history."
        )


def _parse(url: str | URL | ConnectionConfig) -> URL:
    if isinstance(url, ConnectionConfig):
        return url.url()
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend == "postgres":
            backend = "postgresql"
        if backend == "postgresql" and "+" not in parsed.drivername:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if backend in {"sqlite", "postgresql"}:
            parsed.get_dialect()
            return parsed
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigurationError(
            f"CODESTORY_DATABASE_URL is not a database URL ({redact_text(str(error))})."
            " Write sqlite:///path/to/history.db, postgresql://user:password@host/database, or none.",
            key="CODESTORY_DATABASE_URL",
        ) from error
    raise ConfigurationError(
        f"CODESTORY_DATABASE_URL names an unknown database {backend!r}."
        + known_values("databases", backend, ["sqlite", "postgresql"]),
        key="CODESTORY_DATABASE_URL",
    )


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
