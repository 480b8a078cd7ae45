"""Group commit: one thread writes, and whatever waits while it commits shares the next transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Executable
from sqlalchemy.exc import OperationalError

from pratique.errors import StorageError
from pratique.storage.dialects.engines import is_busy
from pratique.storage.failures import storage_error

Rows = Sequence[Mapping[str, object]]

_MOST = 500
"""Writes in one transaction, so that other processes get their turn."""

_TRIES = 5
"""How often a busy database is asked again; each try already waits for the driver's own time-out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Write:
    statement: Executable
    rows: Rows
    done: asyncio.Future[None]


class Writer:
    """Runs statements one group at a time; `write` returns when its own rows are durable."""

    def __init__(
        self,
        engine: Engine,
        *,
        bundles: Mapping[Executable, Callable[[Rows], Rows]] | None = None,
        begin: Callable[[Connection], None] = lambda _: None,
    ) -> None:
        """``bundles``: statements that take many rows at once, and what makes their parameters of those of a group.

        ``begin`` is what each transaction does first.
        """
        self._engine = engine
        self._begin = begin
        self._bundles = bundles or {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pratique-writer")
        self._queue: asyncio.Queue[_Write | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._run(), name="pratique-writer")
        self._closed = False

    async def write(self, statement: Executable, rows: Rows) -> None:
        """Execute ``statement`` for each row, together with whatever else waits.

        Raises `StorageError`. A caller that is cancelled no longer learns whether its rows were
        written; they usually are.
        """
        if self._closed:
            raise StorageError("The database is closed.", remedy="Start the program again.")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Write(statement=statement, rows=rows, done=done))
        await done

    async def close(self) -> None:
        """Write what is queued, then stop."""
        if not self._closed:
            self._closed = True
            self._queue.put_nowait(None)
        await self._task
        await asyncio.to_thread(self._thread.shutdown)

    async def _run(self) -> None:
        while (first := await self._queue.get()) is not None:
            group, last = self._waiting(first)
            await self._settle(group)
            if last:
                return

    def _waiting(self, first: _Write) -> tuple[list[_Write], bool]:
        group = [first]
        while len(group) < _MOST and not self._queue.empty():
            write = self._queue.get_nowait()
            if write is None:
                return group, True
            group.append(write)
        return group, False

    async def _settle(self, group: list[_Write]) -> None:
        """Commit a group; when that fails, each write alone, so that a bad row harms only its own caller."""
        try:
            await self._commit(group)
        except Exception as error:  # noqa: BLE001  (whatever it was, it belongs to the callers; the task lives on)
            await self._settle_alone(group, error)
        else:
            for write in group:
                if not write.done.done():
                    write.done.set_result(None)

    async def _settle_alone(self, group: list[_Write], error: Exception) -> None:
        if len(group) > 1 and not isinstance(error, OperationalError):
            for write in group:
                await self._settle([write])
            return
        for write in group:
            if not write.done.done():
                write.done.set_exception(storage_error(error))

    async def _commit(self, group: list[_Write]) -> None:
        for attempt in range(_TRIES):
            try:
                return await asyncio.get_running_loop().run_in_executor(self._thread, self._transaction, group)
            except OperationalError as error:
                if not is_busy(error) or attempt == _TRIES - 1:
                    raise
                await asyncio.sleep(0.05 * 2**attempt)
        raise AssertionError  # pragma: no cover

    def _transaction(self, group: list[_Write]) -> None:
        rows: dict[Executable, list[Mapping[str, object]]] = {}
        for write in group:
            rows.setdefault(write.statement, []).extend(write.rows)
        with self._engine.begin() as connection:
            self._begin(connection)
            for statement, values in rows.items():
                bundle = self._bundles.get(statement)
                connection.execute(statement, bundle(values) if bundle else values)
