"""What is held, for the list: looked up for reviewers each time, for everybody else once in a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from aiohttp import web

from pratique.gateway.flight import SingleFlight
from pratique.gateway.reviewing import Held, Reviewing

SHOWN = 100
_LOOKS = 1_000
"""Files that are looked up for one list: what is not held any more takes time as well."""
_LATE = 10.0
"""Seconds that strangers' list may be old, so that asking for it again and again costs nothing."""


class Queue:
    """The list of held files."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[bool, tuple[float, Sequence[Held]]] = {}
        self._flights: SingleFlight[bool, Sequence[Held]] = SingleFlight()

    async def now(self, reviewing: Reviewing, *, everything: bool) -> Sequence[Held]:
        """As it is; one more than `SHOWN` where there are more. Raises `StorageError`."""
        found = await reviewing.held(everything=everything, most=SHOWN + 1, looks=_LOOKS)
        self._kept[everything] = self._clock(), found
        return found

    async def lately(self, reviewing: Reviewing, *, everything: bool) -> Sequence[Held]:
        """As it was at most `_LATE` seconds ago."""
        at, found = self._kept.get(everything, (0.0, ()))
        if everything in self._kept and self._clock() - at < _LATE:
            return found
        return await self._flights.run(everything, lambda: self.now(reviewing, everything=everything))


QUEUE: web.AppKey[Queue] = web.AppKey("queue", Queue)
