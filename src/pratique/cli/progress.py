"""A progress line on a terminal's stderr, for runs that take long; nothing anywhere else."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

_PATIENCE = 0.5
"""Seconds before the line appears."""


class Progress:
    """Says what is done and counts artifacts; shows itself only on a terminal, once `_PATIENCE` has passed."""

    def __init__(self, total: int | None = None, doing: str = "screening") -> None:
        """``total`` is None where it is not known yet."""
        self._total = total
        self._doing = doing
        self._done = 0
        self._lock = threading.Lock()
        self._bar: RichProgress | None = None
        self._timer = threading.Timer(_PATIENCE, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            if self._bar is not None:
                self._bar.stop()

    def now(self, doing: str, total: int | None = None) -> None:
        """Something else is done from now on, counted anew."""
        with self._lock:
            self._doing, self._total, self._done = doing, total, 0
            if self._bar is not None:
                self._bar.update(self._bar.task_ids[0], description=doing, total=total, completed=0, count=self._count)

    @contextmanager
    def step(self) -> Iterator[None]:
        """One artifact is done: the line makes room while it is written."""
        with self._lock:
            self._done += 1
            if self._bar is not None:
                self._bar.stop()
            yield
            if self._bar is not None:
                self._bar.update(self._bar.task_ids[0], completed=self._done, count=self._count)
                self._bar.start()

    @property
    def _count(self) -> str:
        """Nothing where it is not known of how many."""
        return "" if self._total is None else f"{self._done}/{self._total}"

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            text = TextColumn("{task.description}", markup=False)
            columns = (text, BarColumn(), TextColumn("{task.fields[count]}"), TimeElapsedColumn())
            self._bar = Progress(
                *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
            )
            self._bar.add_task(self._doing, total=self._total, completed=self._done, count=self._count)
            self._bar.start()
