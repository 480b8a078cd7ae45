"""The tables of notices on their way."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from pratique.storage.schema import UtcDateTime, metadata

_ROW_ID = BigInteger().with_variant(Integer, "sqlite")

outbox = Table(
    "outbox",
    metadata,
    Column("id", _ROW_ID, primary_key=True),
    Column("target", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("outbox_by_key", "target", "key", unique=True),
    Index("outbox_by_state", "state", "target", "due"),
)
"""``due`` of what is not pending any more is when it ended."""

outbox_read = Table(
    "outbox_read",
    metadata,
    Column("journal", String(20), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""How far each journal was read for news."""

outbox_identity = Table(
    "outbox_identity",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(32), nullable=False),
)
"""One row: what the ids of this database's deliveries begin with, so that another's are never taken for them."""
