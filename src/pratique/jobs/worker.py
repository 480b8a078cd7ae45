"""What runs inside a worker process: confine it once, then one task after another."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pratique.jobs.confinement import restrict, warn
from pratique.jobs.watch import CpuWatch
from pratique.names import Sha256
from pratique.ports import Ticket
from pratique.verdict import Report

Task = Callable[..., Report]
"""``task(path, *, filename, sha256, watch) -> Report``, importable by name."""

OUT_OF_MEMORY = 77
"""Exit status of a worker that ran into its memory limit: its heap is no longer to be trusted."""

SPENT = 78
"""Exit status of a worker that reported such a thing and was then given another task, which it did not begin."""

_NICE = 5

_spent = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one inspection may use; an overrun is a report with verdict `error`, never a pass."""

    seconds: float = 120.0
    """For an artifact: of wall-clock time, and as much of CPU time."""
    file_seconds: float = 10.0
    """Of CPU time for one reading of one file; the others are read all the same."""
    memory_bytes: int = 1 << 30
    """Of private data."""


def confine(limits: Limits) -> None:
    """Bound what this process can do, before it has seen any hostile byte.

    Private data is limited rather than address space, of which sieves reserve much and use little. It yields to
    whoever answers clients: however many inspect, pages come at once.
    It writes no file and no core dump; it has no network; it gains no privilege; it dies with its parent;
    an interrupt at the terminal is its parent's business, while SIGTERM ends it even inside C code.
    """
    import resource
    import signal

    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    ceiling = limits.memory_bytes if hard == resource.RLIM_INFINITY else min(limits.memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (ceiling, ceiling))
    _end_with_parent()
    warn(restrict())


def _end_with_parent() -> None:
    """Have the kernel signal this process when the pipe to the one that started it breaks.

    PR_SET_PDEATHSIG would watch the fork server, which lives as long as its children do; a thread
    would have to wait for code that holds the interpreter's lock.
    """
    import fcntl
    import multiprocessing
    import select
    import signal

    parent = multiprocessing.parent_process()
    if parent is None:
        return
    signal.signal(signal.SIGIO, signal.SIG_DFL)  # which ends the process
    fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, fcntl.fcntl(parent.sentinel, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([parent.sentinel], [], [], 0)[0]:  # it broke before
        os._exit(1)


def work(task: Task, ticket: Ticket, limits: Limits) -> Report:
    """Run one task; a worker that ran out of memory ends, here or before its next task, and is replaced."""
    global _spent  # noqa: PLW0603  (it is the process that is spent)
    if _spent:
        os._exit(SPENT)
    _allow_cpu(limits.seconds)
    start = time.perf_counter()
    watch = CpuWatch(limits.file_seconds)
    try:
        report = task(Path(ticket.path), filename=ticket.filename, sha256=Sha256(ticket.sha256), watch=watch)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    _spent = any(finding.rule == "memory-limit" for finding in report.findings)
    return replace(report, elapsed_ms=(time.perf_counter() - start) * 1000)


def _allow_cpu(seconds: float) -> None:
    """Raise the soft limit, which counts from the process's birth, by what one more task may use."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    allowed = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (allowed if hard == resource.RLIM_INFINITY else min(allowed, hard), hard))
