"""Statements that insert or replace, in the words of each kind of database."""

from __future__ import annotations

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite


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
