"""Engines for either kind of database, set up so that reads see what is committed and writes stand in line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from pratique.errors import StorageError
from pratique.storage.dialects.lines import keep_in_line
from pratique.storage.documents import clean_text

BUSY_SECONDS = 5
"""How long the database itself waits for another process's lock."""

FAILURES = (SQLAlchemyError, sqlite3.Error, OSError)
"""What a database that cannot be used raises."""

_BUSY = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL, appendix A: serialization_failure, deadlock_detected, lock_not_available."""
_CONNECT_SECONDS = 10


def url_of(text: str) -> URL:
    """A database's URL; raises `StorageError` for what is none, or names another kind of database."""
    try:
        url = make_url(text)
        kind = url.get_backend_name()
    except SQLAlchemyError as error:
        raise StorageError("The database's URL cannot be read.", remedy=_REMEDY) from error
    if kind not in {"sqlite", "postgresql", "postgres"}:
        raise StorageError(f"{kind} is no database that this program knows.", remedy=_REMEDY)
    return url if kind == "sqlite" else url.set(drivername="postgresql+psycopg")


_REMEDY = "Write it as sqlite:///path/to/file or postgresql+psycopg://user@host/database."


def new_engine(url: URL) -> Engine:
    """Set up as this program uses it: reads see what is committed, writes are begun by `writing`."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = _postgresql(url)
        event.listen(engine, "connect", _configure_postgresql)
        event.listen(engine, "before_execute", keep_in_line)
    event.listen(engine, "before_cursor_execute", _harmless, retval=True)
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that write."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(pratique_writes=True)
    return engine.execution_options(isolation_level="READ COMMITTED")


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment, however long it reads, while others write."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
            connection.exec_driver_sql("ROLLBACK")
        return
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.execution_options(**options).begin() as connection:
        yield connection


def is_busy(error: BaseException) -> bool:
    """Whether another process holds the database for the moment."""
    if getattr(getattr(error, "orig", None), "sqlstate", None) in _BUSY:
        return True
    said = str(error).lower()
    return "database is locked" in said or "database is busy" in said


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(
            url,
            isolation_level="AUTOCOMMIT",
            pool_pre_ping=True,
            connect_args={"connect_timeout": _CONNECT_SECONDS, "application_name": "pratique"},
        )
    except ImportError as error:
        raise StorageError(
            "The driver for PostgreSQL is not installed.", remedy="Install pratique[postgresql]."
        ) from error


def _configure_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401  (the driver's own type)
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    cursor.execute("SET TIME ZONE 'UTC'")
    cursor.close()
    connection.commit()


def _configure_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  (the driver's adapter has no type)
    """Set a new connection up: write-ahead log, and no transactions but those of `_begin_sqlite`."""
    try:
        connection.isolation_level = None  # transactions are begun by `_begin_sqlite`, never by the driver's guess
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except BaseException:
        connection.close()  # the pool does not know it yet
        raise


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer may be told to start again. Reads need no transaction."""
    if connection.get_execution_options().get("pratique_writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _harmless(
    _connection: Connection,
    _cursor: object,
    statement: str,
    parameters: Any,  # noqa: ANN401  (as the driver takes them)
    *_: object,
) -> tuple[str, Any]:
    """Text that a database refuses is escaped wherever it comes from: in a question it then finds nothing."""
    return statement, _cleaned(parameters)


def _cleaned(value: Any) -> Any:  # noqa: ANN401  (whatever a driver takes)
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {name: _cleaned(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return tuple(_cleaned(item) for item in value) if isinstance(value, tuple) else value
