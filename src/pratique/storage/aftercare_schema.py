"""The tables of what is looked at again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from pratique.storage.schema import UtcDateTime, metadata

rejudgings = Table(
    "rejudgings",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("engine", Text, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("first", UtcDateTime, nullable=False),
    Column("last", UtcDateTime, nullable=False),
    Index("rejudgings_by_engine", "engine", "outcome"),
)
"""The last attempts, of one engine for each file."""

late_verdicts = Table(
    "late_verdicts",
    metadata,
    Column("project", Text, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)
"""What is bad now and was received; a row goes when the file is not bad any more."""

upstream_removals = Table(
    "upstream_removals",
    metadata,
    Column("project", Text, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("why", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)
"""Kept files that the upstream does not offer any more; a row goes when it does again."""

upstream_again = Table(
    "upstream_again",
    metadata,
    Column("project", Text, primary_key=True),
    Column("serial", BigInteger, nullable=False),
)
"""Projects that are to be looked at again; the journal named them with this number."""

upstream_followed = Table(
    "upstream_followed",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("serial", BigInteger),
    Column("succeeded", UtcDateTime),
    Column("error", Text, nullable=False),
)
"""One row."""
