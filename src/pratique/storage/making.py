"""Tables are made when they are missing; what is there already is changed by `pratique db migrate` alone."""

from __future__ import annotations

import importlib
import pkgutil
import shlex
from collections.abc import Collection
from pathlib import Path

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.engine import URL

from pratique import storage
from pratique.errors import StorageError
from pratique.storage.dialects.lines import stand_in_line
from pratique.storage.dialects.tables import columns_of
from pratique.storage.schema import SCHEMA_VERSION, metadata, versions


def create(connection: Connection) -> None:
    """Make the tables that are missing.

    Raises `StorageError` for a database of a newer program, and for one of an older program, which is to be migrated.
    """
    stand_in_line(connection, "tables")
    there = columns_of(connection)
    found = version_of(connection, there)
    if found is None:
        refuse_strangers(there)
    else:
        refuse_newer(found)
        if found < SCHEMA_VERSION or (lacking := missing_columns(there)):
            what = f"has schema {found}" if found < SCHEMA_VERSION else f"lacks {lacking[0]}"
            raise StorageError(
                f"The database {what}; this program needs schema {SCHEMA_VERSION} as it is now.",
                remedy=f"Stop the server, then run {migration(connection.engine.url)}",
            )
    make_tables(connection, there)
    if found is None:
        connection.execute(insert(versions).values(version=SCHEMA_VERSION))


def make_tables(connection: Connection, there: Collection[str]) -> list[str]:
    """Make the tables of all rooms that are not there; gives their names."""
    missing = [table for table in metadata.sorted_tables if table.name not in there]
    metadata.create_all(connection, tables=missing, checkfirst=False)
    return [table.name for table in missing]


def every_table() -> list[Table]:
    """The tables of all rooms: those of each module of this folder whose name ends in ``schema``."""
    for module in pkgutil.iter_modules(storage.__path__):
        if module.name.endswith("schema"):
            importlib.import_module(f"{storage.__name__}.{module.name}")
    return metadata.sorted_tables


def version_of(connection: Connection, there: Collection[str]) -> int | None:
    """The version of the schema; nothing where there is none."""
    return connection.execute(select(versions.c.version)).scalar() if versions.name in there else None


def missing_columns(there: dict[str, frozenset[str]]) -> list[str]:
    """The columns that tables lack which are there, as ``TABLE.COLUMN``."""
    return [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if table.name in there and column.name not in there[table.name]
    ]


def refuse_newer(found: int) -> None:
    """Raise `StorageError` for a database from the future."""
    if found > SCHEMA_VERSION:
        raise StorageError(
            f"The database has schema {found}; this program knows {SCHEMA_VERSION}.",
            remedy="Start a newer version of the program, or use another database.",
        )


def refuse_strangers(there: Collection[str]) -> None:
    """Raise `StorageError` where another program's tables have the names of ours."""
    if taken := sorted(set(there) & {table.name for table in metadata.sorted_tables}):
        raise StorageError(
            f"The database has a table {taken[0]} that is not this program's.",
            remedy="Make a database for Pratique alone, and name that with --database.",
        )


def migration(url: URL) -> str:
    """The command that brings a database up to date."""
    if url.get_backend_name() == "sqlite" and url.database and Path(url.database).name == "pratique.db":
        where = f"--data {shlex.quote(str(Path(url.database).parent))}"
    else:
        where = f"--database {shlex.quote(url.render_as_string(hide_password=True))}"
    return f"`pratique db migrate {where}`."
