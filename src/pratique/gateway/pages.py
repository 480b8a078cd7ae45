"""Project pages of the upstream: kept for a short while, asked for once, and served stale when it is down."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pratique.errors import NotFound, UpstreamError, Withheld
from pratique.gateway.flight import SingleFlight
from pratique.gateway.kept import Kept
from pratique.names import ProjectName
from pratique.ports import Clock, IndexFile, ProjectPage, Store, Upstream
from pratique.releases import NOT_PUBLISHED, Local, NoLocal

FILES_IN_MEMORY = 60_000
"""On all pages together, at about a kilobyte each."""

IN_QUARANTINE = "in.quarantine"
"""The label (`pratique.errors.Withheld`) of a project of which its index offers nothing."""

_RECOVERY = timedelta(seconds=10)
"""How long an upstream that failed is left alone where an older page will do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    page: ProjectPage
    fetched: datetime
    files: dict[str, IndexFile]
    """By name."""

    @classmethod
    def of(cls, page: ProjectPage, fetched: datetime) -> _Kept:
        """With the files at hand."""
        return cls(page=page, fetched=fetched, files={file.filename: file for file in page.files})


class Pages:
    """The pages as the upstream has them, with its own addresses in them."""

    def __init__(
        self,
        *,
        store: Store,
        upstream: Upstream,
        clock: Clock,
        fresh: timedelta,
        local: Local | None = None,
        private: Callable[[ProjectName], str] = lambda _: "",
    ) -> None:
        """``private`` says why the upstream is never asked for a name; nothing where it may be."""
        self._store = store
        self._local = local or NoLocal()
        self._private = private
        self._upstream = upstream
        self._clock = clock
        self._fresh = fresh
        self._failed: dict[str, datetime] = {}
        self._kept: Kept[ProjectName, _Kept] = Kept(FILES_IN_MEMORY, lambda kept: 10 + len(kept.page.files))
        self._flights: SingleFlight[ProjectName, _Kept] = SingleFlight()

    async def get(self, project: ProjectName) -> ProjectPage:
        """The page; raises `NotFound`, or `UpstreamError` where there is not even an old one."""
        return (await self._get(project)).page

    async def file(self, project: ProjectName, filename: str) -> IndexFile:
        """A file as the page lists it; raises `NotFound` where it does not, `Withheld` in quarantine, and as `get`."""
        kept = await self._get(project)
        if kept.page.status == "quarantined":
            raise in_quarantine(kept.page)
        file = kept.files.get(filename)
        if file is None:
            raise NotFound(
                f"{filename} is not on the upstream's page of {project}.",
                remedy="Lock anew: the file was renamed or removed there.",
            )
        return file

    async def listed(self, project: ProjectName) -> ProjectPage | None:
        """The page as it was last seen, without asking the upstream."""
        with suppress(NotFound):  # a private name that nothing lives under: what was seen before it was one, still is
            if (own := await self._local.page(project)) is not None:
                return own
        known = await self._known(project)
        return known.page if known else None

    async def listed_file(self, project: ProjectName, filename: str) -> IndexFile | None:
        """A file as that page lists it."""
        with suppress(NotFound):
            if (own := await self._local.page(project)) is not None:
                return next((file for file in own.files if file.filename == filename), None)
        known = await self._known(project)
        return known.files.get(filename) if known else None

    def at_hand(self, project: ProjectName) -> bool:
        """Whether the page is here and needs no question to the upstream."""
        kept = self._kept.get(project)
        return kept is not None and self._is_fresh(kept)

    async def stale_for(self, project: ProjectName) -> timedelta | None:
        """How old the page is that `get` gave, where it would be newer if the upstream had answered."""
        kept = self._kept.get(project)
        if kept is None or kept.page.upstream not in self._failed or await self._local.page(project) is not None:
            return None
        return None if self._is_fresh(kept) else max(self._clock.now() - kept.fetched, timedelta())

    async def close(self) -> None:
        """End what is under way."""
        await self._flights.close()

    async def _get(self, project: ProjectName) -> _Kept:
        """What lives here is looked for here alone: no failure and no answer of the upstream's can stand in for it."""
        kept = self._kept.get(project)
        if (own := await self._local.page(project)) is not None:
            if kept is None or kept.page is not own:
                kept = _Kept.of(own, self._clock.now())
                self._kept.put(project, kept)
            return kept
        if why := self._private(project):
            raise Withheld(f"{why}.", label=NOT_PUBLISHED)
        kept = self._kept.get(project)  # looked for again: while this waited, another request may have brought it
        if kept and self._is_fresh(kept):
            return kept
        return await self._flights.run(project, lambda: self._refresh(project))

    async def _refresh(self, project: ProjectName) -> _Kept:
        known = await self._known(project)
        if known and self._is_left_alone(known.page.upstream):
            return known
        try:
            page = await self._upstream.page(project, known=known.page if known else None)
        except UpstreamError:
            if known is None:
                raise
            self._failed[known.page.upstream] = self._clock.now()
            return known
        self._failed.pop(page.upstream, None)
        now = self._clock.now()
        if known is not None and page == known.page:
            kept = replace(known, fetched=now)  # the same page object: what was made from it still holds
        else:
            await self._store.save_page(page, fetched=now)
            kept = _Kept.of(page, now)
        self._kept.put(project, kept)
        return kept

    def _is_fresh(self, kept: _Kept) -> bool:
        """A page from the future, by a clock that was wrong, is none."""
        return abs(self._clock.now() - kept.fetched) < self._fresh

    def _is_left_alone(self, upstream: str) -> bool:
        failed = self._failed.get(upstream)
        return failed is not None and abs(self._clock.now() - failed) < _RECOVERY

    async def _known(self, project: ProjectName) -> _Kept | None:
        if kept := self._kept.get(project):
            return kept
        stored = await self._store.page(project)
        if stored is None:
            return None
        kept = _Kept.of(*stored)
        self._kept.put(project, kept)
        return kept


def in_quarantine(page: ProjectPage) -> Withheld:
    """Why nothing is given of it (PEP 792): its index offers no file, whoever has kept one."""
    because = f": {page.status_reason}" if page.status_reason else ""
    why = f"{page.project} is in quarantine at its index, which offers no file of it{because}."
    return Withheld(why, label=IN_QUARANTINE)
