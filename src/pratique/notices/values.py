"""What somebody wants to be told, on its way to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pratique.ports import Event

PEOPLE = "people"
"""The target of what users are told: on the page of their account, and by mail."""
Security = Literal["starttls", "tls", "none"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What goes over the line to a target."""

    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


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
