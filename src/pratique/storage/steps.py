"""How a database of an older version becomes one of this: numbered steps, then what is merely missing.

A new table needs nothing here: it is made when the database is opened. A new column that may be empty, or has a
``server_default``, is added by `migrate`, as are new indexes. Whatever else changes what is there already (a column
renamed, split or filled in) is a step at the end of `STEPS`, and `SCHEMA_VERSION` is raised by one.

The steps are our own, not Alembic's: rooms add tables without touching anything central, both databases run the same
few statements, and nothing has to be compared with a second description of the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Engine, inspect, text, update
from sqlalchemy.schema import CreateColumn

from pratique.errors import StorageError
from pratique.storage.dialects.engines import FAILURES, writing
from pratique.storage.dialects.lines import stand_in_line
from pratique.storage.dialects.tables import columns_of
from pratique.storage.failures import storage_error
from pratique.storage.making import (
    every_table,
    make_tables,
    missing_columns,
    refuse_newer,
    refuse_strangers,
    version_of,
)
from pratique.storage.schema import metadata, versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From one version of the schema to the next."""

    about: str
    """What it changes, for the person who runs it."""
    work: Callable[[Connection], None]


STEPS: tuple[Step, ...] = ()
"""The first leads from version 1 to 2."""


def migrate(engine: Engine, steps: Sequence[Step] = STEPS) -> list[str]:
    """Bring a database up to date in one transaction; says what was done. Raises `StorageError`."""
    try:
        with writing(engine).begin() as connection:
            stand_in_line(connection, "tables")
            return migrate_within(connection, steps)
    except FAILURES as error:
        raise storage_error(error, engine.url.render_as_string(hide_password=True)) from error


def pending(engine: Engine, steps: Sequence[Step] = STEPS) -> list[str]:
    """What `migrate` would do. Raises `StorageError`."""
    every_table()
    try:
        with engine.connect() as connection:
            there = columns_of(connection)
            found = _version(connection, there)
            todo = [step.about for step in steps[found - 1 :]]
            todo += [f"make the table {name}" for name in sorted(set(metadata.tables) - set(there))]
            return todo + [f"add the column {name}" for name in missing_columns(there)]
    except FAILURES as error:
        raise storage_error(error, engine.url.render_as_string(hide_password=True)) from error


def migrate_within(connection: Connection, steps: Sequence[Step] = STEPS) -> list[str]:
    """The same in a transaction that has begun."""
    every_table()
    found = _version(connection, columns_of(connection))
    done = []
    for step in steps[found - 1 :]:
        step.work(connection)
        done.append(step.about)
    done += [f"make the table {name}" for name in make_tables(connection, columns_of(connection))]
    for name in missing_columns(columns_of(connection)):
        table, _, column = name.partition(".")
        _add(connection, metadata.tables[table].columns[column])
        done.append(f"add the column {name}")
    done += _make_indexes(connection)
    connection.execute(update(versions).values(version=len(steps) + 1))
    return done


def _version(connection: Connection, there: dict[str, frozenset[str]]) -> int:
    """The version of a database that is ours; raises `StorageError` for one that is not, or is newer."""
    found = version_of(connection, there)
    if found is None:
        refuse_strangers(there)
        raise StorageError("The database is empty.", remedy="Start `pratique serve`, which makes its tables.")
    refuse_newer(found)
    return found


def _add(connection: Connection, column: Column[object]) -> None:
    if not column.nullable and column.server_default is None:
        raise StorageError(
            f"Nothing says what {column.table.name}.{column.name} is in the rows that are there.",
            remedy="Start the version of the program that made this database, and report this.",
        )
    made = CreateColumn(column).compile(dialect=connection.dialect)
    connection.execute(text(f'ALTER TABLE "{column.table.name}" ADD COLUMN {made}'))


def _make_indexes(connection: Connection) -> list[str]:
    done = []
    inspector = inspect(connection)
    for table in metadata.sorted_tables:
        there = {index["name"] for index in inspector.get_indexes(table.name)}
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            if index.name not in there:
                index.create(connection)
                done.append(f"make the index {index.name}")
    return done
