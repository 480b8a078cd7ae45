"""The values of accounts: users, what they prove themselves with, and what lasts between two requests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from pratique.accounts.principal import ProjectRole, Role, Scope
from pratique.audit import Act
from pratique.errors import BadName
from pratique.names import ProjectName

UserName = NewType("UserName", str)
"""A user's name: 2 to 40 of ``a-z 0-9 . _ -``, beginning and ending with a letter or digit."""

_USER = re.compile(r"[a-z0-9][a-z0-9._-]{0,38}[a-z0-9]", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>\"',;:\\\x00-\x1f\x7f]{1,64}@[A-Za-z0-9.-]{1,190}", re.ASCII)
_FULL_NAME = 80


def user_name(raw: str) -> UserName:
    """Check a user's name, in any case; raises `BadName`."""
    name = raw.strip().lower()
    if not _USER.fullmatch(name):
        raise BadName(
            f"{raw[:80]!r} is not a user's name.",
            remedy="Use 2 to 40 letters, digits and . _ - with a letter or digit at both ends.",
        )
    return UserName(name)


def email_address(raw: str) -> str:
    """Check an e-mail address, which may be empty; raises `BadName`."""
    if raw and not (_EMAIL.fullmatch(raw) and raw.isprintable()):
        raise BadName(f"{raw[:80]!r} is not an e-mail address.", remedy="For example ada@example.org.")
    return raw


def full_name(raw: str) -> str:
    """Check a person's name, which may be empty; raises `BadName`."""
    name = " ".join(raw.split())
    if len(name) > _FULL_NAME or not name.isprintable():
        raise BadName("The name is too long or not printable.", remedy=f"Use {_FULL_NAME} characters or fewer.")
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody with an account."""

    name: UserName
    role: Role
    created: datetime
    email: str = ""
    full_name: str = ""
    password: str = ""
    """Argon2id in its own encoding; empty where none was set yet."""
    password_at: datetime | None = None
    password_void: str = ""
    """Why the password no longer serves, such as that it was found among stolen ones."""
    disabled: str = ""
    """Why nobody may use the account; set and lifted by an administrator."""
    frozen: str = ""
    """Why it was stopped by itself; lifted by an administrator."""

    @property
    def stopped(self) -> str:
        """Why the account cannot be used; empty where it can."""
        return self.disabled or self.frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Totp:
    """A user's one-time-password generator (RFC 6238)."""

    user: UserName
    secret: str
    """Base32."""
    confirmed: bool
    """Whether a code was given once, so that the secret is surely in an authenticator."""
    step: int = 0
    """The last time step whose code was used: it and those before are not taken again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityKey:
    """A WebAuthn credential."""

    id: bytes
    user: UserName
    name: str
    public_key: bytes
    sign_count: int
    created: datetime
    used: datetime | None = None


class Level(StrEnum):
    """How far a log-in has come."""

    HALF = "half"
    """The password was right; the second factor is still owed."""
    ENROL = "enrol"
    """The role needs a second factor and there is none yet: nothing is open but setting one up."""
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that is logged in."""

    id: str
    """Names it in lists and in the record; worth nothing to a thief."""
    digest: str
    """SHA-256 of the cookie."""
    user: UserName
    level: Level
    created: datetime
    seen: datetime
    address: str = ""
    user_agent: str = ""
    challenge: bytes = b""
    """Of a WebAuthn ceremony under way; taken out when it is answered."""
    challenge_at: datetime | None = None


class LinkKind(StrEnum):
    """What a single-use link is for."""

    ADMINISTRATOR = "administrator"
    """Makes the first administrator."""
    PASSWORD = "password"  # noqa: S105  (a kind, not a secret)
    """Sets the password of an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A single-use link."""

    digest: str
    kind: LinkKind
    user: str
    """Whose password; empty for the first administrator."""
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is kept of a token; the token itself is not."""

    id: str
    digest: str
    """SHA-256 of the token, which is too random to be guessed from it."""
    user: UserName
    label: str
    scopes: frozenset[Scope]
    projects: frozenset[ProjectName] | None
    """The only projects that may be published to; nothing: all that the user may."""
    created: datetime
    expires: datetime
    used: datetime | None = None
    revoked: str = ""
    """Why; empty while it serves."""

    def serves(self, now: datetime) -> bool:
        """Whether it is neither revoked nor expired."""
        return not self.revoked and now < self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user of a project."""

    project: ProjectName
    user: UserName
    role: ProjectRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Something that happened to an account."""

    at: datetime
    user: str
    what: str
    by: str = ""
    """Who did it, where that is somebody else."""
    address: str = ""
    act: Act | None = None
    """As what it goes on the audit log; nothing for what concerns its owner alone, such as a log-in."""
