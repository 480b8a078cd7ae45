"""Judging again what is kept: by a newer engine, or what could not be inspected; one file at a time, when nobody waits.

What is left follows from the reports that are kept, so a restart goes on where it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from pratique.aftercare.late import Late
from pratique.afterwards import Aftercare, Judging, Kept, Progress
from pratique.errors import PratiqueError
from pratique.ports import Blobs, Clock
from pratique.verdict import Verdict

_SOME = 50
_IDLE = 60.0
"""Seconds until the next look, where nothing is left to do."""
_BUSY = 0.5
"""Seconds until the next look, where clients have inspections under way."""
_AFTER = timedelta(hours=6)
"""How long what could not be inspected is left alone."""
_MOST = 4
"""Attempts at what cannot be inspected, for each engine."""

Tell = Callable[[str], None]
Pause = Callable[[float], Awaitable[None]]
Load = Callable[[], tuple[int, int]]


class Rejudging:
    """Brings every report up to date, the most downloaded first."""

    def __init__(  # noqa: PLR0913  (each is a part of its own)
        self,
        *,
        engine: str,
        aftercare: Aftercare,
        judging: Judging,
        blobs: Blobs,
        late: Late,
        clock: Clock,
        tell: Tell,
        load: Load = lambda: (0, 0),
        pause: Pause = asyncio.sleep,
    ) -> None:
        """``load`` says how many inspections wait and run."""
        self._engine = engine
        self._aftercare = aftercare
        self._judging = judging
        self._blobs = blobs
        self._late = late
        self._clock = clock
        self._tell = tell
        self._load = load
        self._pause = pause
        self._began = False
        self.progress = Progress(engine=engine)

    async def run(self) -> None:
        """Never returns; cancel it to end it."""
        while True:
            done = 0
            try:
                done = await self.once()
            except PratiqueError as error:
                self._tell(f"What is kept cannot be judged again: {error}")
            except Exception as error:  # noqa: BLE001  (an error of ours must not end it for good)
                self._tell(f"What is kept cannot be judged again: {type(error).__name__}: {error}")
            if not done:
                await self._pause(_IDLE)

    async def once(self) -> int:
        """Judge some of what is left; says how many. Raises `StorageError`."""
        kept = list(await self._aftercare.outdated(self._engine, limit=_SOME))
        if not kept:
            before = self._clock.now() - _AFTER
            kept = list(await self._aftercare.failing(self._engine, before=before, most=_MOST, limit=_SOME))
        self.progress = await self._aftercare.progress(self._engine)
        if kept and self.progress.left and not self._began:
            self._began = True
            self._tell(f"{self.progress.left} kept files are judged again by engine {self._engine}.")
        for one in kept:
            while any(self._load()):
                await self._pause(_BUSY)
            await self._judge(one)
        if kept:
            self.progress = await self._aftercare.progress(self._engine)
            if self._began and not self.progress.left:
                self._began = False
                self._tell(f"Everything that is kept was judged by engine {self._engine}.")
        return len(kept)

    async def _judge(self, kept: Kept) -> None:
        blob = await self._blobs.find(kept.sha256)
        if blob is None:
            await self._aftercare.judged(kept, engine=self._engine, outcome="gone", at=self._clock.now())
            return
        verdict = await self._judging.again(kept, blob)
        outcome = "failing" if verdict == Verdict.ERROR.value else "judged"
        await self._aftercare.judged(kept, engine=self._engine, outcome=outcome, at=self._clock.now())
        await self._late.look(kept)
