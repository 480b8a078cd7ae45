"""By what notices are delivered: to webhooks, to users, and to whoever tries that out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pratique.accounts.accounts import Accounts
    from pratique.notices import MailServer
    from pratique.telling.carriers import Carrier
    from pratique.telling.targets import Target


@asynccontextmanager
async def to_webhooks(targets: Sequence[Target]) -> AsyncIterator[list[Carrier]]:
    """What tells these webhooks."""
    from pratique.telling.carriers import ToWebhook
    from pratique.upstream.posting import HttpPost

    async with HttpPost() as post:
        yield [ToWebhook(target=target, post=post) for target in targets]


def to_people(mail: MailServer | None, accounts: Accounts) -> Carrier:
    """What tells users: on the page of their account, and by mail where there is a server for it."""
    from pratique.telling.carriers import ToPeople
    from pratique.upstream.mailing import SmtpMail

    async def address(name: str) -> str:
        user = await accounts.parts.store.user(name)
        return user.email if user and not user.disabled else ""

    if mail is None:
        return ToPeople(address=address)
    return ToPeople(address=address, mail=SmtpMail(mail), sender=mail.sender)


def to_sender(mail: MailServer) -> Carrier:
    """What writes to whose name stands on letters, to try the server."""
    from pratique.telling.carriers import ToPeople
    from pratique.upstream.mailing import SmtpMail

    async def address(_: str) -> str:
        return mail.sender

    return ToPeople(address=address, mail=SmtpMail(mail), sender=mail.sender)
