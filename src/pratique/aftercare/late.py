"""Late verdicts: a file was given out, and then it turned bad, for whatever reason."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from pratique.afterwards import Aftercare, Judging, Kept
from pratique.errors import PratiqueError
from pratique.ports import Clock, Event, EventKind

_EVERY = 5.0
"""Seconds between two looks whether anything has changed."""
_ANYWAY = timedelta(hours=1)
"""After so long everything is looked at, whether anything is known to have changed or not."""
_STRIDE = 20
_BREATH = 0.02
"""Seconds of rest after each stride: clients come first."""

Tell = Callable[[str], None]
Pause = Callable[[float], Awaitable[None]]


class Late:
    """Looks at what was received whenever something has changed that could make it bad."""

    def __init__(
        self, *, aftercare: Aftercare, judging: Judging, clock: Clock, tell: Tell, pause: Pause = asyncio.sleep
    ) -> None:
        self._aftercare = aftercare
        self._judging = judging
        self._clock = clock
        self._tell = tell
        self._pause = pause
        self._seen: object = None
        self._looked: datetime | None = None
        self.found = 0
        """Late verdicts since the start."""

    async def run(self) -> None:
        """Never returns; cancel it to end it."""
        while True:
            try:
                await self.once()
            except PratiqueError as error:
                self._tell(f"What was given out cannot be looked at again: {error}")
            except Exception as error:  # noqa: BLE001  (an error of ours must not end it for good)
                self._tell(f"What was given out cannot be looked at again: {type(error).__name__}: {error}")
            await self._pause(_EVERY)

    async def once(self) -> bool:
        """Look at everything, if anything has changed; whether it had. Raises `StorageError`."""
        mark, now = (await self._judging.stamp(), await self._aftercare.advisories()), self._clock.now()
        if mark == self._seen and self._looked is not None and now - self._looked < _ANYWAY:
            return False
        known = await self._aftercare.bad()
        for number, kept in enumerate(await self._aftercare.received()):
            await self._look(kept, known=kept in known)
            if number % _STRIDE == _STRIDE - 1:
                await self._pause(_BREATH)
        self._seen, self._looked = mark, now
        return True

    async def look(self, kept: Kept) -> None:
        """Look at one file, of which something new is known; raises `StorageError`."""
        await self._look(kept, known=kept in await self._aftercare.bad())

    async def _look(self, kept: Kept, *, known: bool) -> None:
        now = await self._judging.now(kept)
        if not now.bad:
            if known:
                await self._aftercare.turned_good(kept)
            return
        if known:
            return
        event = Event(
            kind=EventKind.LATE,
            at=self._clock.now(),
            project=kept.project,
            filename=kept.filename,
            sha256=kept.sha256,
            action=now.action,
            verdict=now.verdict,
            reason=now.reason,
        )
        if await self._aftercare.turned_bad(kept, event):
            self.found += 1
            self._tell(
                f"{kept.filename} turned out bad after it was given out: {now.reason}. "
                f"`pratique exposure {kept.project}` says who received it."
            )
