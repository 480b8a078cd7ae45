"""What is kept of upstreams' files, and its bounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.gateway.caching import BoundedCache, Bounds, Removable
from pratique.gateway.gateway import Gateway, Ports
from pratique.ports import Clock
from pratique.wiring.folder import database_of, folder_of, require_database
from pratique.wiring.settings import CacheSettings
from pratique.wiring.terminal import tell

if TYPE_CHECKING:
    from pratique.storage.cache import SqlShelf


@asynccontextmanager
async def cache_over(url: str, blobs: Removable, clock: Clock, settings: CacheSettings) -> AsyncIterator[BoundedCache]:
    """A cache over these blobs, whose record is in the database of this URL."""
    from pratique.storage.cache import open_shelf

    shelf = await open_shelf(url)
    try:
        yield BoundedCache(
            shelf=shelf, blobs=blobs, clock=clock, bounds=Bounds(size=settings.size, low=settings.low_water)
        )
    finally:
        await shelf.close()


def bounded(ports: Ports, gateway: Gateway) -> AbstractAsyncContextManager[None]:
    """What is kept stays within its bounds until the end; what this gateway holds for a person stays."""
    if isinstance(ports.cache, BoundedCache):
        return ports.cache.bounded(gateway.holds, tell)
    return nullcontext()


@asynccontextmanager
async def shelf_in(data: Path) -> AsyncIterator[SqlShelf]:
    """The record of a server's data folder; raises `BadSetting` where there is none."""
    from pratique.storage.cache import open_shelf

    await require_database(data, make=False)
    folder = await asyncio.to_thread(folder_of, data)
    shelf = await open_shelf(database_of(folder))
    try:
        yield shelf
    finally:
        await shelf.close()
