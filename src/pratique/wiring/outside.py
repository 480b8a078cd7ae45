"""Everything outside of the gateway, and the gateway over it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from pratique.audit import NoReviews, Reviews
from pratique.gateway.gateway import Gateway, Ports, Rules
from pratique.ports import Advisories, NoAdvisories, Observer
from pratique.releases import Local, NoLocal
from pratique.wiring.caching import cache_over
from pratique.wiring.folder import database_of, folder_of
from pratique.wiring.names import popular_in
from pratique.wiring.settings import Engine, ServerSettings, SystemClock
from pratique.wiring.upstreams import open_upstreams

if TYPE_CHECKING:
    from pratique.storage.releases import SqlReleases
    from pratique.uploads.own import OwnIndex


@asynccontextmanager
async def ports_for(
    settings: ServerSettings,
    engine: Engine,
    advisories: Advisories | None = None,
    local: Local | None = None,
    reviews: Reviews | None = None,
    observer: Observer | None = None,
) -> AsyncIterator[Ports]:
    """Everything outside, opened; closed again in reverse order."""
    from pratique.jobs import PoolInspector
    from pratique.storage.database import open_store
    from pratique.storage.disk import DiskBlobs

    folder = await asyncio.to_thread(folder_of, settings.data)
    async with AsyncExitStack() as stack:
        store = await open_store(database_of(folder), observer=observer)
        stack.push_async_callback(store.close)
        blobs = DiskBlobs(folder / "blobs")
        stack.callback(blobs.close)
        inspector = PoolInspector(
            engine=engine.version,
            workers=engine.workers,
            seconds=engine.seconds,
            memory_bytes=engine.memory_bytes,
            file_seconds=engine.file_seconds,
            task=engine.task,
        )
        stack.push_async_callback(inspector.close)
        up = await stack.enter_async_context(open_upstreams(settings.upstreams, observer))
        clock = SystemClock()
        yield Ports(
            store=store,
            blobs=blobs,
            upstream=up,
            inspector=inspector,
            clock=clock,
            advisories=advisories or NoAdvisories(),
            local=local or NoLocal(),
            reviews=reviews or NoReviews(),
            popular=popular_in(folder).popular,
            cache=await stack.enter_async_context(cache_over(database_of(folder), blobs, clock, settings.cache)),
        )


@asynccontextmanager
async def gateway_for(ports: Ports, rules: Rules) -> AsyncIterator[Gateway]:
    """A gateway over these ports, closed at the end."""
    gateway = Gateway(ports, rules)
    try:
        yield gateway
    finally:
        await gateway.close()


def own_index(releases: SqlReleases) -> OwnIndex:
    """The team's own projects as the gateway meets them."""
    from pratique.uploads.own import OwnIndex

    return OwnIndex(releases, SystemClock())
