"""What a data folder keeps: advisories, own projects, decisions and the audit log."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.wiring.folder import database_of, folder_of, require_database
from pratique.wiring.settings import ServerSettings, SystemClock
from pratique.wiring.terminal import tell

if TYPE_CHECKING:
    from pratique.aftercare.importing import Importer
    from pratique.storage.advisories import SqlAdvisories
    from pratique.storage.releases import SqlReleases
    from pratique.storage.review import SqlBook
    from pratique.uploads.life import Publishing
    from pratique.uploads.reserving import Reserving


@asynccontextmanager
async def book_in(data: Path, *, make: bool = True) -> AsyncIterator[SqlBook]:
    """Decisions and the audit log of a data folder; raises `BadSetting` where there is no database to be found."""
    from pratique.storage.review import open_book
    from pratique.storage.review_head import HeadFiles

    await require_database(data, make=make)
    folder = await asyncio.to_thread(folder_of, data)
    book = await open_book(database_of(folder), HeadFiles(*head_files(folder)))
    try:
        yield book
    finally:
        await book.close()


def head_files(data: Path) -> tuple[Path, ...]:
    """Where the heads of the audit log are kept: in the data folder, and where ``PRATIQUE_AUDIT_HEAD`` says."""
    elsewhere = os.environ.get("PRATIQUE_AUDIT_HEAD", "").strip()
    return (data / "audit-head", *([Path(elsewhere)] if elsewhere else []))


@asynccontextmanager
async def releases_in(data: Path, *, make: bool = True) -> AsyncIterator[SqlReleases]:
    """The team's own projects; raises `BadSetting` where there is no database and none is to be made."""
    from pratique.storage.releases import open_releases
    from pratique.storage.review_head import HeadFiles

    await require_database(data, make=make)
    folder = await asyncio.to_thread(folder_of, data)
    releases = await open_releases(database_of(folder), HeadFiles(*head_files(folder)))
    try:
        yield releases
    finally:
        await releases.close()


@asynccontextmanager
async def publishing_in(data: Path) -> AsyncIterator[tuple[Publishing, Reserving]]:
    """The power to change the team's own projects in a server's data folder, and names; raises `BadSetting`."""
    from pratique.storage.database import open_store
    from pratique.uploads.life import Publishing
    from pratique.uploads.reserving import Reserving

    async with releases_in(data, make=False) as releases:
        store = await open_store(database_of(await asyncio.to_thread(folder_of, data)))
        try:
            clock = SystemClock()
            yield (
                Publishing(releases=releases, store=store, clock=clock),
                Reserving(releases=releases, store=store, clock=clock),
            )
        finally:
            await store.close()


@asynccontextmanager
async def advisories_in(data: Path, *, make: bool = True) -> AsyncIterator[SqlAdvisories]:
    """The advisories of a data folder; raises `BadSetting` where there is no database and none is to be made."""
    from pratique.storage.advisories import open_advisories

    await require_database(data, make=make, otherwise="or bring advisories in with `pratique advisories import`")
    folder = await asyncio.to_thread(folder_of, data)
    store = await open_advisories(database_of(folder))
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def importer_for(store: SqlAdvisories, data: Path) -> AsyncIterator[Importer]:
    """What brings advisories into this store; large files lie in the data folder meanwhile."""
    from pratique.aftercare.importing import Importer
    from pratique.upstream.feed import HttpFeed

    async with HttpFeed() as feed:
        yield Importer(store=store, feed=feed, clock=SystemClock(), folder=await asyncio.to_thread(folder_of, data))


@asynccontextmanager
async def kept_up_to_date(settings: ServerSettings, store: SqlAdvisories) -> AsyncIterator[None]:
    """Advisories are refreshed at once and on schedule, beside everything else, until the end."""
    from pratique.aftercare.places import place_of
    from pratique.aftercare.schedule import Keeper

    for source in settings.advisories:
        place_of(source)  # what cannot be a source is told now, not in an hour
    async with importer_for(store, settings.data) as importer:
        keeper = Keeper(importer, settings.advisories, every=settings.advisories_every, tell=tell)
        task = asyncio.create_task(keeper.run(), name="pratique-advisories")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
