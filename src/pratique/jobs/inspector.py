"""`pratique.ports.Inspector` over a pool of processes, each killed and replaced when it overruns."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from pebble import ProcessPool

from pratique.errors import PratiqueError
from pratique.jobs.confinement import lacking, warn
from pratique.jobs.outcome import killed, not_begun, outcome
from pratique.jobs.queue import Job, JobQueue
from pratique.jobs.worker import Limits, Task, confine, work
from pratique.ports import Priority, Ticket
from pratique.verdict import Report

_TASKS = 200
"""Inspections of one worker before it is replaced: what leaks, leaks no further."""


class PoolInspector:
    """Inspects with ``workers`` processes, within ``seconds`` and ``memory_bytes`` for each artifact.

    Reading one file may take ``file_seconds`` of CPU time.
    ``engine`` is the version of ``task``, which must be importable by name: it runs elsewhere.
    """

    def __init__(
        self,
        *,
        engine: str,
        workers: int,
        task: Task,
        seconds: float = 120.0,
        memory_bytes: int = 1 << 30,
        file_seconds: float = 10.0,
    ) -> None:
        self.engine = engine
        self._task = task
        self._workers = workers
        self._limits = Limits(seconds=seconds, file_seconds=file_seconds, memory_bytes=memory_bytes)
        self._queue = JobQueue(workers)
        self._pool: ProcessPool | None = None
        self._opening: asyncio.Task[ProcessPool] | None = None
        self._closed = False

    async def inspect(self, ticket: Ticket, *, priority: Priority) -> Report:
        """Inspect; a crash or time-out gives a report with verdict `error`. Cancelling frees the place.

        The same artifact asked for twice is inspected once, at the more urgent priority. When its
        last waiter is cancelled, a waiting job is forgotten and a running one killed.
        """
        await self.start()
        job = self._queue.join(ticket, priority)
        self._dispatch()
        try:
            return await asyncio.shield(job.done)
        finally:
            self._leave(job)

    async def start(self) -> None:
        """Start the workers ahead of the first inspection, which otherwise does it; again does nothing."""
        if self._closed:
            raise _closing()
        if self._opening is None:
            self._opening = asyncio.create_task(asyncio.to_thread(self._open))
        self._pool = self._pool or await asyncio.shield(self._opening)

    def load(self) -> tuple[int, int]:
        """How many inspections wait and how many run."""
        return self._queue.load

    async def workers(self) -> str:
        """Why nothing can be inspected; empty where workers are there. Starts them, if nobody has yet."""
        try:
            await self.start()
        except (PratiqueError, OSError, RuntimeError) as error:
            return f"workers: {error}"
        return "" if self._pool is not None and self._pool.active else "workers: the pool has broken"

    async def close(self) -> None:
        """End the workers, also those at work; whoever waits gets a `PratiqueError`."""
        self._closed = True
        for job in self._queue.all():
            self._queue.remove(job)
            if not job.done.done():
                job.done.set_exception(_closing())
                job.done.exception()  # seen, in case its waiters are gone
        if self._opening is not None:
            opened = await self._opening
            await asyncio.to_thread(_stop, self._pool or opened)
            self._opening = None

    def _open(self) -> ProcessPool:
        # A fork server: workers are replaced at once, and no thread of ours is ever forked.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([getattr(self._task, "func", self._task).__module__, work.__module__])
        warn(lacking())
        pool = ProcessPool(
            max_workers=self._workers,
            max_tasks=_TASKS,
            initializer=confine,
            initargs=(self._limits,),
            context=context,
        )
        pool.active  # noqa: B018  (asking starts it)
        return pool

    def _dispatch(self) -> None:
        while not self._closed and (job := self._queue.take()) is not None:
            job.running = self._schedule(job)
            job.running.add_done_callback(partial(_tell, asyncio.get_running_loop(), partial(self._finished, job)))

    def _schedule(self, job: Job) -> Future[Report]:
        job.tries += 1
        for _ in range(2):
            pool = self._pool
            if pool is None:
                break
            try:
                return pool.schedule(work, args=(self._task, job.ticket, self._limits), timeout=self._limits.seconds)
            except RuntimeError:  # the pool broke, as when an idle worker is killed from outside
                _stop(pool)
                self._pool = self._open()
        raise _closing()

    def _finished(self, job: Job, future: Future[Report]) -> None:
        if job.running is not future or self._closed:
            return
        job.running = None
        if not future.cancelled() and _worth_another_try(future.exception()) and job.tries == 1:
            self._queue.put_back(job)
        else:
            self._queue.remove(job)
            if not future.cancelled() and not job.done.done():
                job.done.set_result(outcome(future, job.ticket, self._limits))
        self._dispatch()

    def _leave(self, job: Job) -> None:
        job.waiters -= 1
        if job.waiters or job.done.done():
            return
        self._queue.remove(job)
        job.done.cancel()
        if job.running is not None:
            job.running.cancel()
        elif not self._closed:
            self._dispatch()


def _tell(loop: asyncio.AbstractEventLoop, call: Callable[[Future[Report]], None], future: Future[Report]) -> None:
    """Back from the pool's thread to the loop, if that still runs."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(call, future)


def _worth_another_try(error: BaseException | None) -> bool:
    return not_begun(error) or killed(error)


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _closing() -> PratiqueError:
    return PratiqueError("The inspection was stopped: the program is closing.", remedy="Ask again when it is back.")
