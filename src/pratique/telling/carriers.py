"""How a notice gets to whom it is for: to a webhook, or to a user's mailbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pratique.notices import PEOPLE, Mail, Notice, Post
from pratique.telling.letters import letter
from pratique.telling.messages import message
from pratique.telling.targets import Target


class Carrier(Protocol):
    """Carries the notices of one target."""

    @property
    def name(self) -> str:
        """The target's."""
        ...

    @property
    def called(self) -> str:
        """What it is, for whoever runs the server."""
        ...

    async def carry(self, notice: Notice, *, identity: str, at: datetime, seconds: float) -> str:
        """Why it did not arrive; empty where it did."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToWebhook:
    """`Carrier` to an address that the operator configured."""

    target: Target
    post: Post

    @property
    def name(self) -> str:
        """The target's."""
        return self.target.name

    @property
    def called(self) -> str:
        """What it is."""
        return f"the webhook {self.name}"

    async def carry(self, notice: Notice, *, identity: str, at: datetime, seconds: float) -> str:
        """Why it did not arrive; empty where it did."""
        written = letter(self.target, notice, identity=identity, at=at)
        return await self.post.post(self.target.url, written, seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPeople:
    """`Carrier` to users. That it is put up is all that the page of their account needs; mail comes besides."""

    address: Callable[[str], Awaitable[str]]
    """The e-mail address of a user who may be written to; empty where there is none."""
    mail: Mail | None = None
    sender: str = ""
    """Whose name stands on the messages."""

    @property
    def name(self) -> str:
        """The target's."""
        return PEOPLE

    @property
    def called(self) -> str:
        """What it is."""
        return "the mail server"

    async def carry(self, notice: Notice, *, identity: str, at: datetime, seconds: float) -> str:
        """Why it did not arrive; empty where it did, or there is nowhere to send it."""
        if self.mail is None or not (address := await self.address(notice.to)):
            return ""
        written = message(notice, sender=self.sender, address=address, identity=identity, at=at)
        return await self.mail.send(written, seconds=seconds)
