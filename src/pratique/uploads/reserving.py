"""Names that are not free: prohibited ones, and prefixes of private ones. Each act goes on the audit log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pratique.audit import Act, Draft, deed
from pratique.names import ProjectName, project_name
from pratique.ports import Clock, Store
from pratique.releases import Releases, Reserved
from pratique.uploads.noting import event_of


class Reserving:
    """Changes of which names are free. Each counts at once."""

    def __init__(
        self, *, releases: Releases, store: Store, clock: Clock, changed: Callable[[], None] = lambda: None
    ) -> None:
        """``changed`` is told after each change."""
        self._releases = releases
        self._store = store
        self._clock = clock
        self._changed = changed

    async def prohibited(self) -> Sequence[Reserved]:
        """Names that nobody may upload, in their order."""
        return tuple((await self._releases.prohibited()).values())

    async def private(self) -> Sequence[Reserved]:
        """Prefixes of names that are never asked for at the upstream, in their order."""
        return tuple((await self._releases.private()).values())

    async def prohibit(self, name: ProjectName, reason: str, *, by: str) -> None:
        """Let nobody upload under a name."""
        await self._reserve(Act.PROHIBIT, name, reason, by, prefix=False)

    async def allow(self, name: ProjectName, *, by: str) -> bool:
        """Undo that; says whether it was so."""
        return await self._free(Act.ALLOW, name, by, prefix=False)

    async def make_private(self, prefix: str, reason: str, *, by: str) -> str:
        """Never ask the upstream for names that begin so; says how the prefix is written. Raises `BadName`."""
        written = private_prefix(prefix)
        await self._reserve(Act.MAKE_PRIVATE, written, reason, by, prefix=True)
        return written

    async def make_public(self, prefix: str, *, by: str) -> bool:
        """Undo that; says whether it was so."""
        return await self._free(Act.MAKE_PUBLIC, private_prefix(prefix), by, prefix=True)

    async def _reserve(self, act: Act, name: str, reason: str, by: str, *, prefix: bool) -> None:
        now = self._clock.now()
        record = deed(act, name, by=by, at=now, reason=reason)
        entry = Reserved(name=name, reason=reason, since=now, by=by)
        await self._releases.reserve(entry, prefix=prefix, record=record)
        await self._note(record, name)

    async def _free(self, act: Act, name: str, by: str, *, prefix: bool) -> bool:
        record = deed(act, name, by=by, at=self._clock.now(), reason="")
        was = await self._releases.free(name, prefix=prefix, record=record)
        if was:
            await self._note(record, name)
        return was

    async def _note(self, record: Draft, name: str) -> None:
        self._changed()
        await self._store.record([event_of(record, name)])


def private_prefix(raw: str) -> str:
    """A prefix in the one spelling that names are compared in; raises `BadName` for one that is none."""
    bare = raw.rstrip("-_.*")
    return f"{project_name(bare)}-" if bare != raw else project_name(bare)
