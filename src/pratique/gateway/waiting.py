"""Waiting: a client is held as long as it surely bears it, then told to ask again, and in the end why it has to."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from pratique.gateway.outcome import Pending, Refused, Visitor
from pratique.gateway.patience import Patience
from pratique.names import ProjectName
from pratique.ports import Clock, IndexFile

_Key = tuple[ProjectName, str, str]
"""Project, file name, and which of the files that ever had that name."""


def key_of(project: ProjectName, file: IndexFile) -> _Key:
    """What names a listed file, whoever asks for it."""
    return project, file.filename, file.sha256 or file.url


class Waiting:
    """Knows since when each file is waited for."""

    def __init__(self, patience: Patience, clock: Clock) -> None:
        self._patience = patience
        self._clock = clock
        self._asked: dict[_Key, datetime] = {}

    async def on(
        self, task: asyncio.Task[Any], project: ProjectName, file: IndexFile, visitor: Visitor
    ) -> Pending | Refused | None:
        """Nothing once the task is done; else what this client is told, whose task goes on without it."""
        key, patience = key_of(project, file), self._patience
        first = self._asked.setdefault(key, self._clock.now())
        task.add_done_callback(lambda _: self._asked.pop(key, None))
        done, _ = await asyncio.wait([task], timeout=patience.hold_for(visitor.user_agent))
        if done:
            return None
        wait = f"inspection of {file.filename} pending, try again in {patience.retry_after} seconds"
        if patience.spent(first, self._clock.now()):
            return Refused(reason=wait, sha256=file.sha256 or "")
        return Pending(reason=wait, retry_after=patience.retry_after)
