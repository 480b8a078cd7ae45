"""Who waits for whom.

SQLite lets one process write at a time, and so do we in what `Transactions` changes on PostgreSQL: changes that bear
one name stand in line behind a lock that ends with the transaction. What is read after it, is read as the one before
left it; no change is lost, and none has to be tried again.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, Insert, Table, func, select

_LINE = "pratique_line"
"""The key, in what a table knows of itself, of the name of the line that its inserts stand in."""


def stand_in_line(connection: Connection, name: str) -> None:
    """Wait until no other transaction does what bears this name; in SQLite none writes now, whatever it does."""
    if connection.dialect.name == "postgresql":
        key = hashlib.sha256(f"pratique {name}".encode()).digest()[:8]
        connection.execute(select(func.pg_advisory_xact_lock(int.from_bytes(key, signed=True))))


def numbered_in_line(table: Table) -> None:
    """Whatever adds rows to the table stands in line: their numbers are in the order in which they can be seen.

    Whoever reads it up to a number never comes back for a lower one: what is to be told would be lost.
    """
    table.info[_LINE] = table.name


def stand_in_line_for(connection: Connection, table: Table) -> None:
    """Stand in that line already: for whoever writes to other tables first, and would hold up whoever holds this up."""
    stand_in_line(connection, table.info[_LINE])


def keep_in_line(connection: Connection, statement: Any, *_: object) -> None:  # noqa: ANN401  (whatever is executed)
    """Called before every statement: no insert can forget it."""
    if isinstance(statement, Insert) and isinstance(statement.table, Table) and _LINE in statement.table.info:
        stand_in_line_for(connection, statement.table)
