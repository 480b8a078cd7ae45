"""Notices while the server runs and beside it: where they wait, and what sends them on their way."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.wiring.delivery import to_people, to_webhooks
from pratique.wiring.folder import database_of, folder_of, require_database
from pratique.wiring.settings import SystemClock
from pratique.wiring.terminal import tell

if TYPE_CHECKING:
    from pratique.accounts.accounts import Accounts
    from pratique.storage.outbox import SqlOutbox
    from pratique.telling.herald import Herald
    from pratique.telling.targets import Targets
    from pratique.web.operation import Operation


def targets_in(path: Path) -> Targets:
    """Who is to be told, by a file; raises `BadSetting`."""
    from pratique.telling.targets import read_targets

    return read_targets(path, os.environ)


@asynccontextmanager
async def outbox_in(data: Path, *, make: bool = False) -> AsyncIterator[SqlOutbox]:
    """Notices on their way, in a data folder; raises `BadSetting` where there is no database and none is to be made."""
    from pratique.storage.outbox import open_outbox

    await require_database(data, make=make)
    outbox = await open_outbox(database_of(await asyncio.to_thread(folder_of, data)))
    try:
        yield outbox
    finally:
        await outbox.close()


@asynccontextmanager
async def telling(
    notify: Path | None, data: Path, outbox: SqlOutbox, accounts: Accounts, public_url: str = ""
) -> AsyncIterator[Herald]:
    """Users and targets are told beside everything else, until the end; raises `BadSetting` for an unusable file."""
    from pratique.telling.herald import Herald
    from pratique.telling.news import News
    from pratique.telling.targets import Targets

    targets = await asyncio.to_thread(targets_in, notify) if notify else Targets()
    async with to_webhooks(targets.targets) as webhooks:
        herald = Herald(
            carriers=[*webhooks, to_people(targets.mail, accounts)],
            outbox=outbox,
            news=News(targets.targets, public_url=public_url, data=str(await asyncio.to_thread(folder_of, data))),
            clock=SystemClock(),
            tell=tell,
            identity=await outbox.identity(),
            seconds=targets.seconds,
            tries=targets.tries,
        )
        await herald.begin()
        task = asyncio.create_task(herald.run(), name="pratique-herald")
        try:
            yield herald
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def show_notices(herald: Herald, operation: Operation) -> None:
    """How notices stand, where the server is watched."""
    from pratique.telling.herald import described

    async def note() -> str:
        return described(herald.standing.backlog)

    watch = operation.metrics.watch
    watch("pratique_notices_pending", "Notices on their way to webhooks and users.", lambda: herald.standing.pending)
    watch("pratique_notices_dead", "Notices that were given up.", lambda: herald.standing.dead)
    watch("pratique_notices_delivered", "Notices delivered since the start.", lambda: herald.standing.delivered)
    watch("pratique_notices_failed", "Attempts that failed since the start.", lambda: herald.standing.failed)
    operation.notes.append(note)
