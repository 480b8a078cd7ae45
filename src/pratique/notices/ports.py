"""Ports to what keeps notices, knows whom they concern, and carries them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Protocol

from pratique.audit import Entry
from pratique.notices.values import Addressed, Backlog, Delivery, Happened, Letter, Notice


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


class Post(Protocol):
    """Carries letters to addresses that the operator configured."""

    async def post(self, url: str, letter: Letter, *, seconds: float) -> str:
        """Why it did not arrive, without anything secret in it; empty where it did. Never raises for the network."""
        ...


class Mail(Protocol):
    """Carries messages to people's mailboxes, by the server that the operator configured."""

    async def send(self, message: EmailMessage, *, seconds: float) -> str:
        """Why it was not taken, without anything secret in it; empty where it was. Never raises for the network."""
        ...
