"""What both kinds of engine, asynchronous and not, ask of a database connection."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Connection, Executable, Table, insert, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from pratique.errors import StorageError
from pratique.storage.schema import SCHEMA_VERSION, metadata, versions

BUSY_SECONDS = 5
"""How long the driver itself waits for another process's lock."""

FAILURES = (SQLAlchemyError, sqlite3.Error, OSError)
"""What a database that cannot be used raises."""


def configure(connection: Any, _record: object) -> None:  # noqa: ANN401  (the driver's adapter has no type)
    """Set a new SQLite connection up: write-ahead log, and no transactions but those of `begin`."""
    try:
        connection.isolation_level = None  # transactions are begun by `begin`, never by the driver's guess
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except BaseException:
        connection.close()  # the pool does not know it yet, and the driver's thread would outlive the loop
        raise


def begin(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer may be told to start again. Reads need no transaction."""
    if connection.get_execution_options().get("pratique_writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def create(connection: Connection) -> None:
    """Create the tables that are missing; raises `StorageError` for a database of a newer program."""
    found = None
    if inspect(connection).has_table(versions.name):
        found = connection.execute(select(versions.c.version)).scalar()
    if found is not None and found > SCHEMA_VERSION:
        raise StorageError(
            f"The database has schema {found}; this program knows {SCHEMA_VERSION}.",
            remedy="Start a newer version of the program, or use another database.",
        )
    metadata.create_all(connection)
    if found is None:
        connection.execute(insert(versions).values(version=SCHEMA_VERSION))


def upsert(table: Table, dialect: str) -> Executable:
    """Insert, or replace the row that has the same key."""
    keys = [column.name for column in table.primary_key]
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)
