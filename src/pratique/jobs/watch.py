"""The CPU time that reading one file may take, kept by the kernel's profiling timer."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType

from pratique.facts.guard import OutOfTime

_AGAIN = 1.0
"""Seconds of CPU until it is said again, should the first time be swallowed."""


class CpuWatch:
    """Makes contexts in which `OutOfTime` is raised after ``seconds`` of this process's CPU time.

    Only for a process's main thread. C code is not interrupted: it is the worker's own limits that end that.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._armed = False
        signal.signal(signal.SIGPROF, self._ring)

    def __call__(self) -> CpuWatch:
        """One context after another, never one within another."""
        return self

    def __enter__(self) -> None:
        self._armed = True
        signal.setitimer(signal.ITIMER_PROF, self._seconds, _AGAIN)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._armed = False
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if self._armed:  # a signal that was on its way when the context ended is nobody's any more
            raise OutOfTime
