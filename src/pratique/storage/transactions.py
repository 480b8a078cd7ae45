"""Short transactions on threads of their own, for stores whose changes read before they write."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

from pratique.storage.dialects.engines import FAILURES, is_busy, writing
from pratique.storage.dialects.lines import stand_in_line
from pratique.storage.failures import storage_error
from pratique.storage.making import create

_T = TypeVar("_T")
_THREADS = 2
_TRIES = 5


class Transactions:
    """Reads, and changes that happen whole or not at all; a busy database is asked again.

    Changes of one ``name`` happen one after another, in whichever processes: each finds what the one before it left.
    """

    def __init__(self, engine: Engine, *, name: str) -> None:
        self._engine = engine
        self._name = name
        self._writing = writing(engine)
        self._where = engine.url.render_as_string(hide_password=True)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix=f"pratique-{name}")

    @property
    def engine(self) -> Engine:
        """For a read that has to be quicker than `read`; only on the threads of `run`."""
        return self._engine

    @property
    def dialect(self) -> str:
        """The kind of database."""
        return self._engine.dialect.name

    async def prepare(self) -> None:
        """Create the tables that are missing; raises `StorageError`."""
        await self.change(create)

    async def close(self) -> None:
        """Finish what is under way and let the database go."""
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._engine.dispose)

    async def read(self, work: Callable[[Connection], _T]) -> _T:
        """What ``work`` finds; raises `StorageError`."""

        def read() -> _T:
            with self._engine.connect() as connection:
                return work(connection)

        return await self.run(read)

    async def change(self, work: Callable[[Connection], _T]) -> _T:
        """What ``work`` answers, once its changes are durable; raises `StorageError`."""
        return await self.run(lambda: self.write(work))

    def write(self, work: Callable[[Connection], _T]) -> _T:
        """The same as `change`, from within `run`."""
        for attempt in range(_TRIES):
            try:
                with self._writing.begin() as connection:
                    stand_in_line(connection, self._name)
                    return work(connection)
            except FAILURES as error:
                if not is_busy(error) or attempt == _TRIES - 1:
                    raise
                time.sleep(0.05 * 2**attempt)
        raise AssertionError  # pragma: no cover

    async def run(self, work: Callable[[], _T]) -> _T:
        """Blocking work on a thread of this store's own; raises `StorageError`."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except FAILURES as error:
            raise storage_error(error, self._where) from error
