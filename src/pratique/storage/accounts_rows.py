"""Accounts as rows and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pratique.accounts.model import Level, Link, LinkKind, Member, Record, SecurityKey, Session, Token, Totp, User
from pratique.accounts.principal import ProjectRole, Role, Scope
from pratique.names import ProjectName
from pratique.storage.documents import clean_text

Fields = Mapping[Any, Any]
Value = User | Totp | SecurityKey | Session | Link | Member | Record


def row_of(value: Value) -> dict[str, object]:
    """The row of a value whose fields are columns."""
    return {name: clean_text(item) if isinstance(item, str) else item for name, item in asdict(value).items()}


def user_of(row: Fields) -> User:
    """A user."""
    return User(**{**row, "role": Role(row["role"])})


def session_of(row: Fields) -> Session:
    """A session."""
    return Session(**{**row, "level": Level(row["level"])})


def link_of(row: Fields) -> Link:
    """A link."""
    return Link(**{**row, "kind": LinkKind(row["kind"])})


def member_of(row: Fields) -> Member:
    """A member of a project."""
    return Member(**{**row, "role": ProjectRole(row["role"])})


def record_row(record: Record) -> dict[str, object]:
    """The row of something that happened; as what it went on the audit log stands there."""
    return {name: value for name, value in row_of(record).items() if name != "act"}


def record_of(row: Fields) -> Record:
    """Something that happened."""
    return Record(**{name: value for name, value in row.items() if name != "id"})


def token_row(token: Token) -> dict[str, object]:
    """The row of a token; scopes and projects are names with blanks between them."""
    projects = None if token.projects is None else " ".join(sorted(token.projects))
    return {
        **{name: value for name, value in asdict(token).items() if name not in {"scopes", "projects"}},
        "label": clean_text(token.label),
        "scopes": " ".join(sorted(token.scopes)),
        "projects": projects,
    }


def token_of(row: Fields) -> Token:
    """A token."""
    projects = None if row["projects"] is None else frozenset(ProjectName(name) for name in row["projects"].split())
    return Token(**{**row, "scopes": frozenset(Scope(name) for name in row["scopes"].split()), "projects": projects})
