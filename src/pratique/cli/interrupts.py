"""Ctrl-C that is heeded between two steps, never within one.

Python raises `KeyboardInterrupt` wherever it happens to be, also between taking a lock and the block that gives
it back. A thread that waits for that lock then waits for ever, and whoever joins the thread with it.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """SIGINT while this is entered: noted where it is held back, raised as `KeyboardInterrupt` elsewhere."""

    def __init__(self) -> None:
        self._held = False
        self._noted = False

    @contextmanager
    def taken(self) -> Iterator[Interrupts]:
        """Take the signal over; in another thread than the main one nothing is changed."""
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        before = signal.signal(signal.SIGINT, self._heard)
        try:
            yield self
        finally:
            signal.signal(signal.SIGINT, before)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it back until the end of the block; raises `KeyboardInterrupt` there if it came meanwhile."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            if self._noted:
                self._noted = False
                raise KeyboardInterrupt

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        if not self._held:
            raise KeyboardInterrupt
        self._noted = True
