"""The tables of reviews and of the audit log."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from pratique.storage.dialects.tables import only_grows
from pratique.storage.schema import UtcDateTime, metadata

audit_log = Table(
    "audit_log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", String(20), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("entry", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False),
    Column("filename", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("reviews_by_file", "sha256", "filename"),
)

policies = Table(
    "policies",
    metadata,
    Column("entry", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False),
    Column("text", Text, nullable=False),
)
"""The policies that were in force, by the entry of the audit log that says since when."""


for _table in (audit_log, reviews, policies):
    only_grows(_table)
