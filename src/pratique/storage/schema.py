"""The tables: the same for every database."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

from pratique.storage.dialects.lines import numbered_in_line

SCHEMA_VERSION = 1
"""Raised with each step in `steps`, which says what that is for; a program refuses a database from the future."""

metadata = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """Moments in UTC, aware of it on the way in and out (SQLite keeps no time zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What comes out."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive moment: nobody knows what it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the time zone back."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo is not None else value.replace(tzinfo=UTC)


versions = Table("schema_version", metadata, Column("version", Integer, primary_key=True, autoincrement=False))

_ROW_ID = BigInteger().with_variant(Integer, "sqlite")

events = Table(
    "events",
    metadata,
    Column("id", _ROW_ID, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("project", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("client", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("action", String(20), nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("index", Text, nullable=False, server_default=""),
    Column("upstream", Text, nullable=False, server_default=""),
    Index("events_by_project", "project", "id"),
    Index("events_by_sha256", "sha256", "id"),
)
numbered_in_line(events)

reports = Table(
    "reports",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("project", Text, nullable=False),
    Column("engine", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("reports_by_project", "project", "engine"),
)

pages = Table(
    "pages",
    metadata,
    Column("project", Text, primary_key=True),
    Column("fetched", UtcDateTime, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

files = Table(
    "files",
    metadata,
    Column("project", Text, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
)

advisories = Table(
    "advisories",
    metadata,
    Column("id", Text, primary_key=True),
    Column("modified", UtcDateTime, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("malware", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("seen", UtcDateTime, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("advisories_by_source", "source", "seen"),
)

advisory_claims = Table(
    "advisory_claims",
    metadata,
    Column("project", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Index("advisory_claims_by_id", "id"),
    sqlite_with_rowid=False,
)

advisory_aliases = Table(
    "advisory_aliases",
    metadata,
    Column("alias", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Index("advisory_aliases_by_id", "id"),
    sqlite_with_rowid=False,
)

advisory_sources = Table(
    "advisory_sources",
    metadata,
    Column("name", Text, primary_key=True),
    Column("etag", Text, nullable=False),
    Column("newest", UtcDateTime),
    Column("whole", UtcDateTime),
    Column("tried", UtcDateTime),
    Column("succeeded", UtcDateTime),
    Column("error", Text, nullable=False),
    Column("records", Integer, nullable=False),
    Column("broken", Integer, nullable=False),
)
