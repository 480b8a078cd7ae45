"""Ports of this room: what keeps accounts, and what knows stolen passwords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pratique.accounts.model import Link, Member, Record, SecurityKey, Session, Token, Totp, User, UserName
from pratique.accounts.principal import Role
from pratique.accounts.trusted import TrustedPublisher
from pratique.names import ProjectName


class Breaches(Protocol):
    """Passwords that were stolen somewhere, by ranges of their SHA-1 (k-anonymity)."""

    async def range(self, prefix: str) -> Mapping[str, int]:
        """How often each password was seen whose SHA-1 begins with these 5 hexadecimal digits, by the other 35.

        Digits are upper-case. Raises `UpstreamError` or `StorageError` where that cannot be told.
        """
        ...


class Users(Protocol):
    """Who there is. All methods raise `StorageError`.

    Here and below, a change that comes with a ``record`` is written down in the same transaction, for the account's
    owner and, where it names an act, on the audit log; unless nothing was changed.
    """

    async def user(self, name: str) -> User | None:
        """The user of that name."""
        ...

    async def users(self) -> tuple[User, ...]:
        """All of them, by name."""
        ...

    async def add_user(self, user: User, *, record: Record | None = None) -> bool:
        """Keep a new user; not if the name is taken."""
        ...

    async def mark_user(
        self,
        name: UserName,
        *,
        role: Role | None = None,
        disabled: str | None = None,
        frozen: str | None = None,
        email: str | None = None,
        keep_administrator: bool = False,
        record: Record | None = None,
    ) -> bool:
        """Change these of a user, and nothing else.

        With ``keep_administrator`` not if nobody else could administer then, whoever asks at the same time.
        """
        ...

    async def save_password(self, user: UserName, password: str, *, at: datetime | None, void: str = "") -> None:
        """Replace a password's hash, and with a moment keep the old one among the last five."""
        ...

    async def old_passwords(self, user: UserName) -> tuple[str, ...]:
        """Hashes of the last five passwords, the present one among them."""
        ...

    async def record(self, record: Record) -> None:
        """Note what happened to an account."""
        ...

    async def records(self, user: str, *, limit: int = 30) -> tuple[Record, ...]:
        """What happened to an account, the newest first."""
        ...


class Factors(Protocol):
    """Second factors. What may be used once is taken in one step, so that two requests cannot both have it."""

    async def totp(self, user: UserName) -> Totp | None:
        """The user's generator."""
        ...

    async def save_totp(self, totp: Totp) -> None:
        """Keep a generator in the place of an earlier one."""
        ...

    async def drop_totp(self, user: UserName) -> None:
        """Forget it."""
        ...

    async def use_step(self, user: UserName, step: int) -> bool:
        """Take a time step; not if it or a later one was taken before."""
        ...

    async def security_keys(self, user: UserName) -> tuple[SecurityKey, ...]:
        """The user's keys, oldest first."""
        ...

    async def add_key(self, key: SecurityKey) -> bool:
        """Keep a new key; not if it is known, whose ever it is."""
        ...

    async def use_key(self, key: SecurityKey, *, before: int) -> bool:
        """Keep counter and moment of a key that proved itself; not if its counter is no longer ``before``."""
        ...

    async def drop_key(self, user: UserName, key: bytes) -> bool:
        """Forget a key; whether there was one."""
        ...

    async def save_codes(self, user: UserName, digests: Sequence[str]) -> None:
        """Keep recovery codes in the place of all earlier ones."""
        ...

    async def use_code(self, user: UserName, digest: str) -> bool:
        """Take a recovery code; not if it is unknown or was taken before."""
        ...

    async def codes_left(self, user: UserName) -> int:
        """How many recovery codes there are."""
        ...


class Sessions(Protocol):
    """Who is logged in, and the links that let somebody in for once."""

    async def session(self, digest: str) -> Session | None:
        """The session of a cookie."""
        ...

    async def sessions(self, user: UserName) -> tuple[Session, ...]:
        """A user's sessions, the newest first."""
        ...

    async def add_session(self, session: Session) -> None:
        """Keep a new session."""
        ...

    async def see_session(self, digest: str, at: datetime) -> None:
        """Keep when a session was last used, if it is still there."""
        ...

    async def ask(self, digest: str, challenge: bytes, at: datetime) -> None:
        """Keep the challenge of a session, if that is still there."""
        ...

    async def take_challenge(self, digest: str) -> tuple[bytes, datetime | None]:
        """The session's challenge and its moment, which are gone then; empty if there is none."""
        ...

    async def drop_session(self, digest: str) -> bool:
        """Forget a session; whether there was one."""
        ...

    async def drop_sessions(self, user: UserName, *, but: str = "") -> None:
        """Forget all of a user's sessions, except the one with this digest."""
        ...

    async def forget_sessions(self, *, before: datetime) -> None:
        """Forget sessions that began before a moment, whoever's."""
        ...

    async def save_link(self, link: Link) -> None:
        """Keep a link; an earlier one of that kind for that user is gone."""
        ...

    async def link(self, digest: str) -> Link | None:
        """A link that was not used yet."""
        ...

    async def use_link(self, digest: str) -> bool:
        """Take a link; not if it is unknown or was taken before."""
        ...

    async def drop_links(self, user: UserName) -> None:
        """Forget all of a user's links."""
        ...


class Tokens(Protocol):
    """Tokens, by their digests."""

    async def token(self, digest: str) -> Token | None:
        """The token with this digest."""
        ...

    async def tokens(self, user: UserName | None = None) -> tuple[Token, ...]:
        """A user's tokens, or all; the newest first."""
        ...

    async def add_token(self, token: Token, *, record: Record | None = None) -> None:
        """Keep a new token."""
        ...

    async def see_token(self, digest: str, at: datetime) -> None:
        """Keep when a token was last used."""
        ...

    async def revoke_token(self, digest: str, reason: str, *, record: Record | None = None) -> bool:
        """Keep that a token serves no more, and the first reason for it; whether it was not revoked before."""
        ...


class Members(Protocol):
    """Who works on which project."""

    async def members(self, project: ProjectName) -> tuple[Member, ...]:
        """Owners and maintainers, by name."""
        ...

    async def projects_of(self, user: UserName) -> tuple[Member, ...]:
        """What a user works on, by project."""
        ...

    async def claim(self, member: Member, *, record: Record | None = None) -> bool:
        """Give a project to its first member; not if it has one."""
        ...

    async def save_member(self, member: Member, *, record: Record | None = None) -> bool:
        """Add a member, or change their role; not if nobody owned the project then, whoever asks at once."""
        ...

    async def drop_member(self, project: ProjectName, user: UserName, *, record: Record | None = None) -> bool:
        """Remove a member; not if there is none, or nobody would own the project then."""
        ...


class Publishers(Protocol):
    """Trusted publishers, and identity tokens that were used."""

    async def publishers(self, *, issuer: str | None = None, user: str | None = None) -> tuple[TrustedPublisher, ...]:
        """Those of an issuer, of a user, or all; oldest first."""
        ...

    async def add_publisher(self, publisher: TrustedPublisher, *, record: Record | None = None) -> None:
        """Keep a new one."""
        ...

    async def bind_publisher(self, publisher: TrustedPublisher, *, known: TrustedPublisher) -> bool:
        """Keep what a publisher's tokens must say from now on; not if it is no longer as it was ``known``."""
        ...

    async def drop_publisher(self, publisher: str, *, user: str, record: Record | None = None) -> bool:
        """Forget one of a user's; whether there was one."""
        ...

    async def use_once(self, key: str, *, now: datetime, until: datetime) -> bool:
        """Take a key until a moment; not if it was taken before. Keys whose moment has passed are forgotten."""
        ...


class AccountStore(Users, Factors, Sessions, Tokens, Members, Publishers, Protocol):
    """All that is kept of accounts."""
