"""Where a person reviews what a server keeps, beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.policy import Policy
from pratique.wiring.aftercare import aftercare_in
from pratique.wiring.folder import database_of, folder_of
from pratique.wiring.names import popular_in
from pratique.wiring.outside import own_index
from pratique.wiring.settings import SystemClock, default_engine
from pratique.wiring.stores import advisories_in, book_in, releases_in
from pratique.wiring.upstreams import open_upstream

if TYPE_CHECKING:
    from pratique.aftercare.removed import WithoutRemoved
    from pratique.gateway.assessing import Known
    from pratique.gateway.reviewing import Reviewing
    from pratique.storage.releases import SqlReleases
    from pratique.storage.review import SqlBook
    from pratique.storage.review_requests import SqlRequests


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a person reviews what a server keeps, beside it."""

    known: Known
    reviewing: Reviewing
    book: SqlBook
    requests: SqlRequests
    releases: SqlReleases
    removed: WithoutRemoved
    """The team's own index before which stands what the upstream removed."""


@asynccontextmanager
async def desk_in(
    data: Path, *, policy: Policy | None = None, upstream: str | None = None, online: bool = False
) -> AsyncIterator[Desk]:
    """The desk over a data folder, with a policy or the one that came into force there last; raises `BadSetting`.

    Only what is ``online`` asks the upstream, for pages that were never seen.
    """
    from pratique.aftercare.removed import WithoutRemoved
    from pratique.gateway.assessing import Known
    from pratique.gateway.offline import StoredListings
    from pratique.gateway.policies import Policies
    from pratique.gateway.reviewing import Reviewing
    from pratique.policy.reading import read_policy
    from pratique.review.kept import Decisions
    from pratique.storage.database import open_store
    from pratique.storage.review_requests import SqlRequests

    async with AsyncExitStack() as stack:
        book = await stack.enter_async_context(book_in(data, make=False))
        url = database_of(await asyncio.to_thread(folder_of, data))
        store = await open_store(url)
        stack.push_async_callback(store.close)
        requests = SqlRequests(url)
        stack.push_async_callback(requests.close)
        aftercare = await stack.enter_async_context(aftercare_in(data))
        releases = await stack.enter_async_context(releases_in(data))
        advisories = await stack.enter_async_context(advisories_in(data))
        if policy is None:
            policy = read_policy((await book.policy() or ("", ""))[1], "in force")
        policies, local, clock = Policies(policy, heeds_all=True), own_index(releases), SystemClock()
        up = await stack.enter_async_context(open_upstream(upstream)) if online else None
        known = Known(
            store=store,
            clock=clock,
            advisories=advisories,
            local=local,
            listings=StoredListings(store=store, local=local, policies=policies, upstream=up),
            decisions=Decisions(book, clock),
            policies=policies,
            engine=await requests.engine() or default_engine(data).version,
            popular=popular_in(data).popular,
        )
        reviewing = Reviewing(known, book=book, requests=requests)
        removed = WithoutRemoved(local)
        removed.exchange(await aftercare.removals().removed())
        yield Desk(known=known, reviewing=reviewing, book=book, requests=requests, releases=releases, removed=removed)
