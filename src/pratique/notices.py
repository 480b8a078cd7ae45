"""Notices: what somebody outside wants to be told, and the ports to what keeps and carries them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from typing import Literal, Protocol

from pratique.audit import Entry
from pratique.ports import Event


class NoticeKind(StrEnum):
    """What is told."""

    QUARANTINE = "quarantine"
    """A file is held."""
    BLOCK = "block"
    """A file is refused."""
    LATE = "late-verdict"
    """A file that somebody received turned out bad."""
    FREEZE = "account-freeze"
    """An account can do nothing until an administrator lets it go."""
    LEAK = "token-leak"
    """A token was found where others can read it, and serves no more."""
    DECISION = "decision"
    """A reviewer let an upload pass that was held, or turned it down."""
    TAKEDOWN = "takedown"
    """A project or release of the team's own is not served any more."""
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to be told."""

    key: str
    """The same thing has the same key, and is told once."""
    kind: NoticeKind
    at: datetime
    title: str
    """A sentence."""
    project: str = ""
    version: str = ""
    filename: str = ""
    sha256: str = ""
    """Empty where nobody has seen the bytes."""
    verdict: str = ""
    reason: str = ""
    received: int = 0
    """How often the file was given out."""
    clients: int = 0
    """To how many addresses."""
    user: str = ""
    """Whose account or upload it is about."""
    by: str = ""
    """Who did it; empty where no person did."""
    exposure: str = ""
    """The command that says who received it and what to do; empty where that is not the question."""
    url: str = ""
    """A page about it; empty where the public address of the site is not known."""
    to: str = ""
    """The user who is told; empty where a webhook is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event on record, and to how many the file was given until now (0 where that was not asked)."""

    number: int
    event: Event
    received: int = 0
    clients: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A notice and the name of the target that gets it."""

    target: str
    notice: Notice


PEOPLE = "people"
"""The target of what users are told: on the page of their account, and by mail."""


class Circle(Protocol):
    """Whom something concerns, as the database knows it at that moment."""

    def uploader(self, filename: str, sha256: str) -> str:
        """Who uploaded these bytes under this name; empty where nobody did."""
        ...

    def owners(self, project: str) -> Sequence[str]:
        """Who owns a project of the team's own."""
        ...

    def reviewers(self) -> Sequence[str]:
        """Who may review, administrators among them."""
        ...

    def administrators(self) -> Sequence[str]:
        """Who may administer."""
        ...


Gather = Callable[[Sequence[Happened], Sequence[Entry], Circle], Sequence[Addressed]]
"""What is to be told, and to whom, of what happened and was decided; it changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A notice on its way to one target."""

    id: int
    target: str
    notice: Notice
    tries: int
    """So many attempts have failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How the deliveries to one target stand."""

    target: str
    pending: int = 0
    delivered: int = 0
    """As far as they are remembered."""
    dead: int = 0
    """Given up after too many attempts."""
    error: str = ""
    """Of the last attempt that failed."""


class Outbox(Protocol):
    """Deliveries, kept until they are made or given up. Everything is durable, and raises `StorageError`."""

    async def gather(self, gather: Gather, *, at: datetime) -> int:
        """Put up what is to be told of everything since the last time, each thing once; says how many.

        The very first time nothing is: what happened before anybody wanted to be told, is not news.
        """
        ...

    async def put(self, addressed: Sequence[Addressed], *, at: datetime) -> int:
        """Put these up, each thing once; says how many were new."""
        ...

    async def claim(self, targets: Sequence[str], *, at: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """Those that are due, the oldest first; nobody else gets them before the lease is over."""
        ...

    async def delivered(self, delivery: Delivery, *, at: datetime) -> None:
        """It arrived."""
        ...

    async def failed(self, delivery: Delivery, *, error: str, at: datetime, again: datetime | None) -> None:
        """It did not; try again then, or give it up."""
        ...

    async def backlog(self) -> Sequence[Backlog]:
        """How it stands, by target."""
        ...

    async def revive(self, targets: Sequence[str], *, at: datetime) -> int:
        """Let what was given up be tried again; says how many."""
        ...

    async def told(self, user: str, *, limit: int = 30) -> Sequence[Notice]:
        """What a user was told and is still remembered, the newest first."""
        ...

    async def forget(self, *, before: datetime) -> int:
        """Drop what was delivered or given up before; says how many."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What goes over the line to a target."""

    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class Post(Protocol):
    """Carries letters to addresses that the operator configured."""

    async def post(self, url: str, letter: Letter, *, seconds: float) -> str:
        """Why it did not arrive, without anything secret in it; empty where it did. Never raises for the network."""
        ...


Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A server that takes mail (RFC 5321)."""

    server: str
    port: int
    security: Security
    """``starttls`` and ``tls`` check its certificate; with ``none`` anybody on the way reads along."""
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


class Mail(Protocol):
    """Carries messages to people's mailboxes, by the server that the operator configured."""

    async def send(self, message: EmailMessage, *, seconds: float) -> str:
        """Why it was not taken, without anything secret in it; empty where it was. Never raises for the network."""
        ...
