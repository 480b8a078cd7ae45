"""The tables of what is looked at again."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

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
