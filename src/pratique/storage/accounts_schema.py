"""The tables of accounts. Secrets stand in them as digests or hashes; a generator's secret is the exception."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from pratique.storage.schema import UtcDateTime, metadata

_ROW_ID = BigInteger().with_variant(Integer, "sqlite")

users = Table(
    "users",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("email", Text, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("password_at", UtcDateTime),
    Column("password_void", Text, nullable=False),
    Column("disabled", Text, nullable=False),
    Column("frozen", Text, nullable=False),
)

old_passwords = Table(
    "old_passwords",
    metadata,
    Column("id", _ROW_ID, primary_key=True),
    Column("user", String(40), nullable=False),
    Column("password", Text, nullable=False),
    Index("old_passwords_by_user", "user", "id"),
)

totps = Table(
    "totps",
    metadata,
    Column("user", String(40), primary_key=True),
    Column("secret", Text, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("step", BigInteger, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user", String(40), primary_key=True),
    Column("digest", String(64), primary_key=True),
)

security_keys = Table(
    "security_keys",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("user", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("used", UtcDateTime),
    Index("security_keys_by_user", "user"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("id", String(20), nullable=False),
    Column("user", String(40), nullable=False),
    Column("level", String(10), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("seen", UtcDateTime, nullable=False),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("challenge", LargeBinary, nullable=False),
    Column("challenge_at", UtcDateTime),
    Index("sessions_by_user", "user"),
)

links = Table(
    "links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("user", String(40), nullable=False),
    Column("expires", UtcDateTime, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("id", String(20), nullable=False),
    Column("user", String(40), nullable=False),
    Column("label", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("projects", Text),
    Column("created", UtcDateTime, nullable=False),
    Column("expires", UtcDateTime, nullable=False),
    Column("used", UtcDateTime),
    Column("revoked", Text, nullable=False),
    Index("tokens_by_user", "user", "created"),
)

project_members = Table(
    "project_members",
    metadata,
    Column("project", Text, primary_key=True),
    Column("user", String(40), primary_key=True),
    Column("role", String(20), nullable=False),
    Index("project_members_by_user", "user"),
)

account_records = Table(
    "account_records",
    metadata,
    Column("id", _ROW_ID, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("user", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("address", Text, nullable=False),
    Index("account_records_by_user", "user", "id"),
)

trusted_publishers = Table(
    "trusted_publishers",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("project", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("claims", LargeBinary, nullable=False),
    Column("user", String(40), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Index("trusted_publishers_by_issuer", "issuer"),
    Index("trusted_publishers_by_user", "user"),
)

used_once = Table(
    "used_once",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)
