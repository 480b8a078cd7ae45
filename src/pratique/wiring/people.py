"""Accounts: passwords, tokens and whoever vouches for workflows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING

from pratique.wiring.folder import database_of, folder_of, require_database
from pratique.wiring.notices import outbox_in
from pratique.wiring.settings import AccountSettings, SystemClock
from pratique.wiring.stores import head_files

if TYPE_CHECKING:
    from pratique.accounts.accounts import Accounts
    from pratique.accounts.breached import Breached
    from pratique.accounts.identity import Identities


@asynccontextmanager
async def accounts_in(
    data: Path, settings: AccountSettings | None = None, *, make: bool = True
) -> AsyncIterator[Accounts]:
    """The accounts of a data folder; raises `BadSetting` where there is no database and none is to be made."""
    from pratique.accounts.accounts import accounts_over
    from pratique.accounts.hashing import Hashes
    from pratique.accounts.parts import Parts
    from pratique.storage.accounts import open_accounts
    from pratique.storage.review_head import HeadFiles

    chosen = settings or AccountSettings()
    names = tuple(name for name in (chosen.host, "pratique", gethostname()) if name)
    breached = await asyncio.to_thread(_breached, chosen)
    await require_database(data, make=make)
    folder = await asyncio.to_thread(folder_of, data)
    store = await open_accounts(database_of(folder), HeadFiles(*head_files(folder)))
    try:
        yield accounts_over(
            Parts(store=store, clock=SystemClock(), hashes=Hashes(), breached=breached, names=names),
            await _identities(chosen, data),
        )
    finally:
        await store.close()


async def _identities(settings: AccountSettings, data: Path) -> Identities | None:
    """Nothing where no issuer is trusted; raises `BadSetting`."""
    if not settings.trusted_issuers:
        return None
    from pratique.accounts.identity import Identities
    from pratique.accounts.trusted import issuer
    from pratique.upstream.issuers import HttpIssuerKeys

    return Identities(
        issuers=tuple(issuer(text) for text in settings.trusted_issuers),
        audience=settings.host or await _name_of(data),
        keys=HttpIssuerKeys(),
        clock=SystemClock(),
    )


async def _name_of(data: Path) -> str:
    """A name that no other installation has: what was made for one of them publishes nothing in another."""
    async with outbox_in(data) as outbox:
        return f"pratique-{await outbox.identity()}"


def _breached(settings: AccountSettings) -> Breached:
    from pratique.accounts.breached import Breached
    from pratique.storage.breaches import BreachFile
    from pratique.upstream.breaches import HttpBreaches

    offline = BreachFile(settings.breached_file) if settings.breached_file else None
    if offline:
        offline.check()
    return Breached(service=HttpBreaches(settings.breached_url) if settings.breached_url else None, offline=offline)
