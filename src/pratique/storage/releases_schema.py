"""The tables of the team's own projects and files."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from pratique.storage.schema import UtcDateTime, metadata

_ROW_ID = BigInteger().with_variant(Integer, "sqlite")

own_projects = Table(
    "own_projects",
    metadata,
    Column("name", Text, primary_key=True),
    Column("display", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("status_reason", Text, nullable=False),
    Column("ours", Boolean, nullable=False),
    Column("taken_down", Text),
)

own_files = Table(
    "own_files",
    metadata,
    Column("id", _ROW_ID, primary_key=True),
    Column("filename", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("filetype", String(20), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("blake2b", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("uploaded", UtcDateTime, nullable=False),
    Column("uploader", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("requires_python", Text),
    Column("metadata", String(64)),
    Column("provenance", String(64)),
    Column("about", LargeBinary, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("doubt", Text, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("judged_by", Text, nullable=False),
    Column("yanked", Text),
    Column("taken_down", Text),
    Index("own_files_by_filename", "filename", unique=True),
    Index("own_files_by_project", "project", "id"),
    Index("own_files_by_state", "state", "id"),
)

reserved_names = Table(
    "reserved_names",
    metadata,
    Column("name", Text, primary_key=True),
    Column("prefix", Boolean, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
)

own_revision = Table(
    "own_revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)
"""One row, whose number is raised with each change of the other tables."""
