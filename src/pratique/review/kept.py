"""The decisions in force, at hand for every request: read again as soon as somebody has decided something."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pratique.audit import Key, Reviews
from pratique.names import Sha256
from pratique.policy import Answer, Review
from pratique.ports import Clock

_LONGEST = timedelta(seconds=2)
"""What is known is read again after this time, whatever the mark says: it may lie on another machine."""


class Decisions:
    """Looks at the mark at each request, and at the database where that has changed."""

    def __init__(self, reviews: Reviews, clock: Clock) -> None:
        self._reviews = reviews
        self._clock = clock
        self._read: datetime | None = None
        self._mark: object = None
        self._known: Mapping[Key, Review] = {}
        self._rejected: Mapping[str, Review] = {}
        self._subjects: frozenset[str] = frozenset()
        self._version = 0

    async def about(self, sha256: str, filename: str) -> Review | None:
        """The newest decision about these bytes under this name; a rejection holds under any name."""
        await self.refresh()
        found = self._known.get((Sha256(sha256), filename)), self._rejected.get(sha256)
        return max((one for one in found if one), key=lambda one: one.at, default=None)

    async def released(self, what: str) -> frozenset[Sha256]:
        """The bytes that a person let pass though this was said of them, as long as that holds."""
        await self.refresh()
        now = self._clock.now()
        releases = (one for one in self._known.values() if one.answer is Answer.RELEASE and one.holds(now))
        return frozenset(one.sha256 for one in releases if what in one.lifts)

    async def subjects(self) -> frozenset[str]:
        """The digests of all files that somebody has decided about."""
        await self.refresh()
        return self._subjects

    async def version(self) -> int:
        """Another number after each change: what was made from the decisions has to be made anew."""
        await self.refresh()
        return self._version

    async def refresh(self) -> None:
        """Read what has changed; raises `StorageError`."""
        mark, now = self._reviews.mark(), self._clock.now()
        if self._read is not None and mark == self._mark and now - self._read < _LONGEST:
            return
        known = await self._reviews.current()
        self._read, self._mark = now, mark
        if known is not self._known and known != self._known:
            self._known = known
            self._subjects = frozenset(str(one.sha256) for one in known.values())
            self._rejected = {one.sha256: one for one in known.values() if one.answer is Answer.REJECT}
            self._version += 1
