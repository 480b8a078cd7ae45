"""Single flight: whoever asks for the same thing at the same time shares one piece of work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class SingleFlight(Generic[Key, Value]):
    """One task for each key at a time.

    The work belongs to nobody who waits for it: a client that leaves does not take it away from the
    others. When the last one leaves it is cancelled, unless ``keep`` says that its result is wanted anyway.
    """

    def __init__(self, *, keep: bool = False) -> None:
        self._keep = keep
        self._tasks: dict[Key, asyncio.Task[Value]] = {}
        self._waiting: dict[Key, int] = {}

    async def run(self, key: Key, work: Callable[[], Coroutine[Any, Any, Value]]) -> Value:
        """Start the work, or join it; raises what it raises."""
        task = self.join(key, work)
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            return await asyncio.shield(task)
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]
                if not self._keep and not task.done():
                    self._tasks.pop(key, None)
                    task.cancel()

    def join(self, key: Key, work: Callable[[], Coroutine[Any, Any, Value]]) -> asyncio.Task[Value]:
        """Start the work, or join it, without waiting; the task must not be cancelled by whoever gets it."""
        if (task := self._tasks.get(key)) is None:
            task = self._tasks[key] = asyncio.create_task(work())
            task.add_done_callback(lambda done: self._ended(key, done))
        return task

    def busy(self, key: Key) -> bool:
        """Whether there is work for this key."""
        return key in self._tasks

    async def settle(self) -> None:
        """Return once what is under way now has ended, however it ends."""
        if tasks := list(self._tasks.values()):
            await asyncio.wait(tasks)

    async def close(self) -> None:
        """Cancel everything and wait until it has ended."""
        await cancel_all(self._tasks.values())

    def _ended(self, key: Key, task: asyncio.Task[Value]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]
        if not task.cancelled():
            task.exception()  # seen here: whoever waits gets it too, and perhaps nobody does any more


async def cancel_all(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel these tasks and wait until they have ended, whatever they raise."""
    pending = list(tasks)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
