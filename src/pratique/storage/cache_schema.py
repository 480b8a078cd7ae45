"""The tables of what is kept of upstreams' files."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from pratique.storage.schema import UtcDateTime, metadata

cache_blobs = Table(
    "cache_blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("used", UtcDateTime, nullable=False),
    Column("pinned", Text, nullable=False),
    Index("cache_blobs_by_use", "used"),
)

cache_arrivals = Table(
    "cache_arrivals",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("project", Text, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("upstream", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("cache_arrivals_by_filename", "filename"),
)
"""Which upstream a file came from; what is evicted stays in it."""
