"""Looking ahead: inspection begins when a resolver asks for metadata, since it may fetch the file next.

Resolvers ask for many files that they never fetch, so this is cheap to refuse and cheap to give up:
few at a time for each project, none that is large, and none any more once a client has chosen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from pratique.errors import PratiqueError
from pratique.gateway.flight import cancel_all
from pratique.names import ProjectName
from pratique.ports import IndexFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What is looked ahead at, at most."""

    per_project: int = 3
    size: int = 50_000_000
    """In bytes, as the page lists it; a file without a size counts as small."""
    waiting: int = 64
    """In all projects together; what comes after that is not looked ahead at."""


class Ahead:
    """The inspections that nobody waits for yet."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._tasks: dict[tuple[ProjectName, str], asyncio.Task[None]] = {}

    def start(self, project: ProjectName, file: IndexFile, work: Callable[[], Coroutine[Any, Any, object]]) -> bool:
        """Begin, unless a cap is reached; says whether it did."""
        key = (project, file.filename)
        same = sum(1 for other, _ in self._tasks if other == project)
        if key in self._tasks or same >= self._caps.per_project or len(self._tasks) >= self._caps.waiting:
            return False
        if (file.size or 0) > self._caps.size:
            return False
        task = self._tasks[key] = asyncio.create_task(_quietly(work))
        task.add_done_callback(lambda _: self._tasks.pop(key, None))
        return True

    def chosen(self, project: ProjectName, filename: str) -> None:
        """A client asks for this file: what was looked at ahead of it in the same project gives way."""
        for (other, name), task in list(self._tasks.items()):
            if other == project and name != filename:
                task.cancel()

    async def close(self) -> None:
        """End what is under way."""
        await cancel_all(self._tasks.values())


async def _quietly(work: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """A failure is nobody's yet: whoever asks for the file meets it again, and is told."""
    try:
        await work()
    except PratiqueError:
        return
