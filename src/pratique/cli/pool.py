"""Screening in worker processes: what crashes or overruns one is an error, not the end of the run."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pratique.cli.interrupts import Interrupts
from pratique.cli.outcome import Job, Outcome, failed
from pratique.errors import PratiqueError
from pratique.identity import Popular
from pratique.verdict import Report

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

Engine = Callable[[Job], Report]

_LOOK = 0.1
"""Seconds after which an interrupt is heeded."""
_OUT_OF_MEMORY = 77
"""Exit status of a worker that ran into its memory limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a worker may use: ``seconds`` of an artifact, ``memory`` in bytes of private data."""

    seconds: float = 120.0
    memory: int = 1 << 30


def default_limits() -> Limits:
    """What a worker may use, as the environment sets it; raises `BadSetting`."""
    from pratique.jobs.settings import limits_from

    worker = limits_from(os.environ).worker
    return Limits(seconds=worker.seconds, memory=worker.memory_bytes)


def screen_job(job: Job, *, popular: Popular | None = None) -> Report:
    """Screen one artifact in this process, which must be a worker's: its profiling timer is used."""
    from pratique.cli.lone import screen_lone
    from pratique.jobs.settings import limits_from
    from pratique.jobs.watch import CpuWatch
    from pratique.screen import screen_file, screen_listed, screen_tree

    limits = limits_from(os.environ)
    watch = CpuWatch(limits.worker.file_seconds)
    if job.lone:
        return screen_lone(job, limits.screen, watch, popular)
    if job.name is not None:
        return screen_listed(job.path, job.listed, job.name, limits=limits.screen, watch=watch, popular=popular)
    if job.tree:
        return screen_tree(job.path, limits=limits.screen, watch=watch, popular=popular)
    return screen_file(job.path, filename=job.filename, limits=limits.screen, watch=watch, popular=popular)


def run(
    jobs: Iterable[Job], *, workers: int, limits: Limits | None = None, engine: Engine = screen_job
) -> Iterator[Outcome]:
    """Screen ``jobs``, yielding each outcome as it is done (the order is not that of the jobs)."""
    limits = limits or default_limits()
    runnable: list[Job] = []
    for job in jobs:
        if job.error:
            yield Outcome(target=job.target, report=failed(job, job.error))
        else:
            runnable.append(job)
    if runnable:
        yield from _pooled(runnable, min(workers, len(runnable)), limits, engine)


def _pooled(jobs: list[Job], workers: int, limits: Limits, engine: Engine) -> Iterator[Outcome]:
    from pebble import ProcessPool

    from pratique.jobs.confinement import lacking, warn

    warn(lacking())
    context = warm_up()
    interrupts = Interrupts()
    with interrupts.taken():
        with interrupts.held():
            pool = ProcessPool(
                max_workers=workers, max_tasks=200, initializer=_confine, initargs=(limits.memory,), context=context
            )
            pending: dict[Future[Report], Job] = {
                pool.schedule(_timed, args=(engine, job), timeout=limits.seconds): job for job in jobs
            }
        try:
            while pending:
                with interrupts.held():
                    done, _ = wait(pending, timeout=_LOOK, return_when=FIRST_COMPLETED)
                    results = [(job := pending.pop(future), _result(future, job, limits)) for future in done]
                for job, report in results:
                    yield Outcome(target=job.target, report=report, tree=job.tree, lone=job.lone)
        finally:
            with interrupts.held():
                if pending:
                    pool.stop()  # type: ignore[no-untyped-call]
                else:
                    pool.close()  # type: ignore[no-untyped-call]
                pool.join()


def warm_up() -> ForkServerContext:
    """Start what workers are forked from, which loads the engine by itself while others fetch; again does nothing.

    A fork server: workers that are replaced start at once, and no thread of ours is ever forked.
    """
    import multiprocessing
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pratique.screen", "pratique.cli.pool", "pratique.jobs.worker"])
    with _interrupts_ignored():
        forkserver.ensure_running()
    return context


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Processes that are started now never hear of Ctrl-C: this one ends them, and they leave no traces."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _timed(engine: Engine, job: Job) -> Report:
    start = time.perf_counter()
    try:
        report = engine(job)
    except PratiqueError as error:
        return failed(job, str(error), elapsed_ms=_since(start))
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)  # a worker that has been there is not used again
    return replace(report, elapsed_ms=_since(start))


def _result(future: Future[Report], job: Job, limits: Limits) -> Report:
    """The worker's report, or one that says how it ended; it was killed where it overran."""
    from pebble import ProcessExpired

    try:
        return future.result()
    except TimeoutError:
        return failed(job, f"gave up after {limits.seconds:g} s", elapsed_ms=limits.seconds * 1000)
    except ProcessExpired as error:
        if error.exitcode == _OUT_OF_MEMORY:
            return failed(job, f"needs more than {limits.memory >> 20} MiB of memory")
        return failed(job, f"the inspecting process died (status {error.exitcode})")
    except Exception as error:  # noqa: BLE001 - whatever hostile input makes a parser raise is an error, never a pass
        return failed(job, f"{type(error).__name__}: {error}")


def _confine(memory: int) -> None:
    """Limit this worker's private data, and close to it whatever the kernel lets one close."""
    from pratique.jobs.worker import Limits as WorkerLimits
    from pratique.jobs.worker import confine

    confine(WorkerLimits(memory_bytes=memory))


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000
