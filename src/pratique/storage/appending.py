"""Appending many rows in one step.

The driver gives the interpreter's lock away for each row of an ``executemany``, and a busy server gives it back some
milliseconds later: a group of rows then takes longer than everything else. SQLite takes all rows as one document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Executable, Table, bindparam, column, func, insert, select

from pratique.storage.writer import Rows

Bundles = Mapping[Executable, Callable[[Rows], Rows]]
_MOMENT = "%Y-%m-%d %H:%M:%S.%f"
"""How SQLAlchemy keeps moments in SQLite."""


def appending(table: Table, dialect: str) -> tuple[Executable, Bundles]:
    """What appends rows of text and moments to a table, all its columns but the first given; and how to bundle them."""
    if dialect != "sqlite":
        return insert(table), {}
    names = [one.name for one in table.columns][1:]
    rows = func.json_each(bindparam("rows")).table_valued("value")
    values = [func.json_extract(column("value"), f"$.{name}") for name in names]
    statement = insert(table).from_select(names, select(*values).select_from(rows), include_defaults=False)
    return statement, {statement: _one}


def _one(rows: Rows) -> Rows:
    return [
        {"rows": msgspec.json.encode([{name: _kept(value) for name, value in row.items()} for row in rows]).decode()}
    ]


def _kept(value: object) -> object:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone.")
    return f"{value.astimezone(UTC):{_MOMENT}}"
