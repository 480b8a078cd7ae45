"""Keeping advisories up to date while the server runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from pratique.aftercare.brought import Outcome
from pratique.aftercare.importing import Importer
from pratique.errors import PratiqueError

Tell = Callable[[str], None]
Pause = Callable[[float], Awaitable[None]]


class Keeper:
    """Refreshes each source at once, and then again and again.

    A source that fails is told and tried again next time; what is known of it stays in force.
    """

    def __init__(
        self,
        importer: Importer,
        sources: Sequence[str],
        *,
        every: timedelta,
        tell: Tell,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._importer = importer
        self._sources = tuple(sources)
        self._every = every
        self._tell = tell
        self._pause = pause

    async def run(self) -> None:
        """Never returns; cancel it to end it."""
        while True:
            for source in self._sources:
                await self._refresh(source)
            await self._pause(self._every.total_seconds())

    async def _refresh(self, source: str) -> None:
        try:
            outcome = await self._importer.refresh(source)
        except PratiqueError as error:
            self._tell(f"Advisories could not be brought up to date: {error}")
        except Exception as error:  # noqa: BLE001  (an error of ours must not end the schedule for good)
            self._tell(f"Advisories could not be brought up to date: {type(error).__name__}: {error}")
        else:
            self._tell(summary(outcome))


def summary(outcome: Outcome) -> str:
    """One line on what an attempt brought."""
    if outcome.same:
        return f"Advisories of {outcome.source}: the same as the last time."
    parts = [f"{outcome.changed} of {outcome.read} records new or changed"]
    parts += [f"{outcome.retired} gone"] if outcome.retired else []
    parts += [f"{outcome.other} of other ecosystems passed over"] if outcome.other else []
    parts += [f"{outcome.idle} that name no version"] if outcome.idle else []
    parts += [f"{outcome.broken} broken and skipped"] if outcome.broken else []
    return f"Advisories of {outcome.source}: {', '.join(parts)}."
