"""Notices: what somebody outside wants to be told, and the ports to what keeps and carries them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

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
    """Whose account it is about."""
    exposure: str = ""
    """The command that says who received it and what to do; empty where that is not the question."""
    url: str = ""
    """A page about it; empty where the public address of the site is not known."""


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


Gather = Callable[[Sequence[Happened], Sequence[Entry]], Sequence[Addressed]]
"""What is to be told of what happened and was decided; a pure function."""


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
