"""Expecting: whoever was given a release's metadata asks for the pages of what it requires next.

Pages only: which of their files is wanted a lock file may have settled, and to inspect another one would cost more
than it saves. What is expected for nothing is bounded, and private names are never asked for at the upstream.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from pratique.errors import PratiqueError
from pratique.gateway.flight import cancel_all
from pratique.gateway.pages import Pages
from pratique.names import ProjectName

MOST = 30
"""Pages for one release; most require fewer."""
WAITING = 64
"""In all; what comes after that is not expected."""
_AT_ONCE = 4


class Expecting:
    """The pages that nobody waits for yet."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._tasks: dict[ProjectName, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)

    def start(self, projects: Iterable[ProjectName]) -> None:
        """Bring in what is not at hand, as far as the bounds allow."""
        wanted = [one for one in dict.fromkeys(projects) if one not in self._tasks and not self._pages.at_hand(one)]
        for project in wanted[: min(MOST, WAITING - len(self._tasks))]:
            task = self._tasks[project] = asyncio.create_task(self._bring(project))
            task.add_done_callback(lambda _, project=project: self._tasks.pop(project, None))  # type: ignore[misc]

    async def settle(self) -> None:
        """Return once what is expected now is here, or cannot be had."""
        if tasks := list(self._tasks.values()):
            await asyncio.wait(tasks)

    async def close(self) -> None:
        """End what is under way."""
        await cancel_all(self._tasks.values())

    async def _bring(self, project: ProjectName) -> None:
        """A failure is nobody's yet: whoever asks for the page meets it again, and is told."""
        async with self._places:
            with suppress(PratiqueError):
                await self._pages.get(project)
