"""Who is told what happens, while the server runs and beside it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.wiring.folder import database_of, folder_of, require_database
from pratique.wiring.settings import SystemClock
from pratique.wiring.telling import tell

if TYPE_CHECKING:
    from pratique.storage.outbox import SqlOutbox
    from pratique.telling.herald import Herald
    from pratique.telling.targets import Targets


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
async def herald_for(outbox: SqlOutbox, targets: Targets, data: Path, public_url: str = "") -> AsyncIterator[Herald]:
    """What tells these targets, idle until it is run."""
    from pratique.telling.herald import Herald
    from pratique.telling.news import News
    from pratique.upstream.posting import HttpPost

    folder = await asyncio.to_thread(folder_of, data)
    async with HttpPost() as post:
        yield Herald(
            targets=targets,
            outbox=outbox,
            post=post,
            news=News(targets.targets, public_url=public_url, data=str(folder)),
            clock=SystemClock(),
            tell=tell,
            identity=await outbox.identity(),
        )


@asynccontextmanager
async def telling(notify: Path | None, data: Path, public_url: str = "") -> AsyncIterator[Herald | None]:
    """Targets are told beside everything else, until the end; raises `BadSetting` for a file that cannot be used."""
    if notify is None:
        yield None
        return
    targets = await asyncio.to_thread(targets_in, notify)
    async with outbox_in(data, make=True) as outbox, herald_for(outbox, targets, data, public_url) as herald:
        await herald.begin()
        task = asyncio.create_task(herald.run(), name="pratique-herald")
        try:
            yield herald
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
