"""What SQLite and PostgreSQL do not have in common; no other module tells them apart.

SQLite lets one process write at a time, and so do we in what `Transactions` changes on PostgreSQL: changes that bear
one name stand in line behind a lock that ends with the transaction. What is read after it, is read as the one before
left it; no change is lost, and none has to be tried again.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import DDL, Connection, Engine, Executable, String, Table, create_engine, event, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn

from pratique.errors import StorageError
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


def stand_in_line(connection: Connection, name: str) -> None:
    """Wait until no other transaction does what bears this name; in SQLite none writes now, whatever it does."""
    if connection.dialect.name == "postgresql":
        key = hashlib.sha256(f"pratique {name}".encode()).digest()[:8]
        connection.execute(select(func.pg_advisory_xact_lock(int.from_bytes(key, signed=True))))


def before_events(connection: Connection) -> None:
    """What every transaction does that adds events: their ids are then in the order in which they can be seen.

    Whoever reads the record up to an id never comes back for a lower one: what is to be told would be lost.
    """
    stand_in_line(connection, "events")


def upsert(table: Table, dialect: str) -> Executable:
    """Insert, or replace the row that has the same key."""
    keys = [column.name for column in table.primary_key]
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def insert_new(table: Table, dialect: str, *keys: str) -> Executable:
    """Insert, unless there is a row that has the same in these columns; the row count says whether it was new."""
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    return statement.on_conflict_do_nothing(index_elements=list(keys)).execution_options(preserve_rowcount=True)


def only_grows(table: Table) -> None:
    """The database itself refuses to change or delete a row: by mistake nobody does, and on purpose it takes more."""
    told = f"{table.name} only grows"
    for act in ("UPDATE", "DELETE"):
        statement = (
            f"CREATE TRIGGER {table.name}_no_{act.lower()} BEFORE {act} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{told}'); END"
        )
        _after_create(table, statement, "sqlite")
    _after_create(
        table,
        f"CREATE OR REPLACE FUNCTION {table.name}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{told}'; END $$",
        "postgresql",
    )
    _after_create(
        table,
        f"CREATE TRIGGER {table.name}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table.name}_only_grows()",
        "postgresql",
    )


def columns_of(connection: Connection) -> dict[str, frozenset[str]]:
    """The columns of each table that there is, in one read: opening a database should not be felt."""
    query = (
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
        if connection.dialect.name == "sqlite"
        else "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    )
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(text(query)):
        found.setdefault(table, set()).add(column)
    return {table: frozenset(columns) for table, columns in found.items()}


def number_on(connection: Connection, table: Table) -> None:
    """Let numbers that the database gives go on behind the rows that were filled in."""
    numbered = table.autoincrement_column
    if connection.dialect.name == "postgresql" and numbered is not None:
        sequence = func.pg_get_serial_sequence(f'"{table.name}"', numbered.name)
        last = select(func.max(numbered)).scalar_subquery()
        connection.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))


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


def _after_create(table: Table, statement: str, dialect: str) -> None:
    trigger = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", trigger.execute_if(dialect=dialect))


@compiles(CreateColumn, "postgresql")
def _by_code_point(element: CreateColumn, compiler: Any, **options: Any) -> str:  # noqa: ANN401  (as it is called)
    """Text is ordered and compared as in SQLite, whatever the language of the database."""
    made = str(compiler.visit_create_column(element, **options))
    return f'{made} COLLATE "C"' if isinstance(element.element.type, String) else made
