"""Project pages of the upstream: kept for a short while, asked for once, and served stale when it is down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pratique.errors import UpstreamError
from pratique.gateway.flight import SingleFlight
from pratique.gateway.kept import Kept
from pratique.names import ProjectName
from pratique.ports import Clock, ProjectPage, Store, Upstream

FILES_IN_MEMORY = 200_000
"""On all pages together, at about a kilobyte each."""

_RECOVERY = timedelta(seconds=10)
"""How long an upstream that failed is left alone where an older page will do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    page: ProjectPage
    fetched: datetime


class Pages:
    """The pages as the upstream has them, with its own addresses in them."""

    def __init__(self, *, store: Store, upstream: Upstream, clock: Clock, fresh: timedelta) -> None:
        self._store = store
        self._upstream = upstream
        self._clock = clock
        self._fresh = fresh
        self._failed: datetime | None = None
        self._kept: Kept[ProjectName, _Kept] = Kept(FILES_IN_MEMORY, lambda kept: 10 + len(kept.page.files))
        self._flights: SingleFlight[ProjectName, ProjectPage] = SingleFlight()

    async def get(self, project: ProjectName) -> ProjectPage:
        """The page; raises `NotFound`, or `UpstreamError` where there is not even an old one."""
        kept = self._kept.get(project)
        if kept and self._clock.now() - kept.fetched < self._fresh:
            return kept.page
        return await self._flights.run(project, lambda: self._refresh(project))

    async def close(self) -> None:
        """End what is under way."""
        await self._flights.close()

    async def _refresh(self, project: ProjectName) -> ProjectPage:
        known = await self._known(project)
        if known and self._failed and self._clock.now() - self._failed < _RECOVERY:
            return known.page
        try:
            page = await self._upstream.page(project, known=known.page if known else None)
        except UpstreamError:
            self._failed = self._clock.now()
            if known is None:
                raise
            return known.page
        self._failed = None
        now = self._clock.now()
        if known is not None and page == known.page:
            page = known.page  # the same object: what was made from it still holds
        else:
            await self._store.save_page(page, fetched=now)
        self._kept.put(project, _Kept(page=page, fetched=now))
        return page

    async def _known(self, project: ProjectName) -> _Kept | None:
        if kept := self._kept.get(project):
            return kept
        stored = await self._store.page(project)
        if stored is None:
            return None
        kept = _Kept(page=stored[0], fetched=stored[1])
        self._kept.put(project, kept)
        return kept
