"""Following the upstream: what it removes or quarantines is refused here within one interval."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pratique.aftercare.late import Late
from pratique.aftercare.removed import WithoutRemoved
from pratique.afterwards import Change, Followed, Journal, Kept, Removal, Removals
from pratique.errors import NotFound, PratiqueError, UpstreamError
from pratique.names import ProjectName
from pratique.ports import Clock, ProjectPage, Store, Upstream
from pratique.releases import Local

_AT_ONCE = 4
_FEW = 5
"""So many projects may vanish at once; of more than these at least half have to be left, else it is not believed."""
_CALLS = 20
"""Pieces of a journal that are read in one round."""

Tell = Callable[[str], None]
Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a project's page says of the files that are kept."""

    project: ProjectName
    vanished: bool
    removals: tuple[Removal, ...]
    serial: int | None = None


class Following:
    """Looks at the projects that the journal names, or at all of which files are kept."""

    def __init__(  # noqa: PLR0913  (each is a part of its own)
        self,
        *,
        removals: Removals,
        upstream: Upstream,
        store: Store,
        local: Local,
        refusing: WithoutRemoved,
        late: Late,
        clock: Clock,
        tell: Tell,
        every: timedelta,
        private: Callable[[ProjectName], str] = lambda _: "",
        journal: Journal | None = None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """``private`` says why the upstream is never asked for a name; nothing where it may be."""
        self._removals = removals
        self._upstream = upstream
        self._store = store
        self._local = local
        self._refusing = refusing
        self._late = late
        self._clock = clock
        self._tell = tell
        self._every = every
        self._private = private
        self._journal = journal
        self._pause = pause
        self.followed = Followed()
        """As it was last seen."""

    async def begin(self) -> None:
        """Refuse what is known to be removed, before anything is served; raises `StorageError`."""
        self._refusing.exchange(await self._removals.removed())
        self.followed = await self._removals.followed()

    async def run(self) -> None:
        """Never returns; cancel it to end it."""
        while True:
            try:
                await self.once()
            except PratiqueError as error:
                await self._failed(str(error))
            except Exception as error:  # noqa: BLE001  (an error of ours must not end it for good)
                await self._failed(f"{type(error).__name__}: {error}")
            await self._pause(self._every.total_seconds())

    def lag(self, now: datetime) -> float:
        """Seconds since everything was last looked at; -1 where it never was."""
        return (now - self.followed.succeeded).total_seconds() if self.followed.succeeded else -1.0

    async def once(self) -> None:
        """Look once; raises `UpstreamError`, `StorageError`."""
        before = await self._removals.followed()
        began, in_use = self._clock.now(), set(await self._removals.in_use())
        named, serial = await self._named(before.serial)
        owed = {one.project: one.serial for one in before.again} | (named or {})
        seen, failed = await self._look_at(in_use if named is None else in_use & owed.keys())
        vanished = sum(one.vanished for one in seen)
        if vanished > _FEW and vanished * 2 > len(seen):
            raise UpstreamError(
                f"{vanished} of {len(seen)} projects are gone at the upstream, which is not believed.",
                remedy="Check the upstream; `pratique takedown` blocks what is meant.",
            )
        lagging = [one.project for one in seen if one.serial is not None and one.serial < owed.get(one.project, 0)]
        for one in seen:
            await self._keep(one)
        self._refusing.exchange(await self._removals.removed())
        for one in seen:
            for removal in one.removals:
                await self._late.look(removal.kept)
        again = tuple(Change(project=one, serial=owed.get(one, 0)) for one in sorted({*failed, *lagging}))
        succeeded, error = (before.succeeded, self.followed.error) if failed else (began, "")
        self.followed = Followed(serial=serial, succeeded=succeeded, error=error, again=again)
        await self._removals.save_followed(self.followed)
        if failed:
            raise next(iter(failed.values()))

    async def _named(self, serial: int | None) -> tuple[dict[ProjectName, int] | None, int | None]:
        """The projects that the journal names since then, and how far it goes; nothing where all have to be asked.

        A journal that ends before that line is another one, or begins anew: it never tells what happened meanwhile.
        """
        if self._journal is None:
            return None, None
        last = await self._journal.last()
        if serial is None or last is None or last < serial:
            return None, last
        found: dict[ProjectName, int] = {}
        for _ in range(_CALLS):
            changes = await self._journal.since(serial)
            if not changes:
                break
            found |= {change.project: change.serial for change in changes}
            serial = max(serial, *(change.serial for change in changes))
        return found, serial

    async def _look_at(self, projects: Iterable[ProjectName]) -> tuple[list[_Seen], dict[ProjectName, UpstreamError]]:
        """What was seen, and what failed: one page that cannot be had hides nothing of the others."""
        places = asyncio.Semaphore(_AT_ONCE)

        async def look(project: ProjectName) -> _Seen | UpstreamError | None:
            async with places:
                try:
                    return await self._look(project)
                except UpstreamError as error:
                    return error

        names = sorted(projects)
        found = dict(zip(names, await asyncio.gather(*map(look, names)), strict=True))
        failed = {name: one for name, one in found.items() if isinstance(one, UpstreamError)}
        return [one for one in found.values() if isinstance(one, _Seen)], failed

    async def _look(self, project: ProjectName) -> _Seen | None:
        if self._private(project) or await self._lives_here(project):
            return None
        kept, known = await self._removals.files(project), await self._store.page(project)
        try:
            page = await self._upstream.page(project, known=known[0] if known else None)
        except NotFound:
            why = f"the upstream has removed {project}"
            return _Seen(project=project, vanished=True, removals=self._of(kept, why))
        if known is None or page != known[0]:
            await self._store.save_page(page, fetched=self._clock.now())
        gone, why = _gone(page, kept)
        return _Seen(project=project, vanished=False, removals=self._of(gone, why), serial=page.last_serial)

    async def _lives_here(self, project: ProjectName) -> bool:
        try:
            return await self._local.page(project) is not None
        except NotFound:
            return True  # the name is private: the upstream is not asked for it

    def _of(self, kept: Iterable[Kept], why: str) -> tuple[Removal, ...]:
        now = self._clock.now()
        return tuple(Removal(kept=one, why=why, since=now) for one in kept)

    async def _keep(self, seen: _Seen) -> None:
        known = {one.kept.filename: one for one in await self._removals.removed() if one.kept.project == seen.project}
        new = [one for one in seen.removals if one.kept.filename not in known]
        since = [replace(one, since=known.get(one.kept.filename, one).since) for one in seen.removals]
        if new or len(known) != len(since):
            await self._removals.set_removed(seen.project, since)
        for one in new:
            self._tell(f"{one.kept.filename} is not served any more: {one.why}.")

    async def _failed(self, error: str) -> None:
        if error != self.followed.error:
            self._tell(f"The upstream cannot be followed: {error}")
        self.followed = replace(self.followed, error=error)


def _gone(page: ProjectPage, kept: Iterable[Kept]) -> tuple[list[Kept], str]:
    if page.status == "quarantined":
        return list(kept), f"the upstream has quarantined {page.project}"
    offered = {file.filename for file in page.files}
    return [one for one in kept if one.filename not in offered], "the upstream has removed this file"
