"""A host that fails again and again is left alone for a while: waiting for it helps neither it nor anybody here."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from pratique.errors import UpstreamError

_HOSTS = 1_000


@dataclass(slots=True, kw_only=True)
class _State:
    failures: int = 0
    until: float = 0.0


class Breaker:
    """Opens after ``failures`` in a row, for ``seconds``; after that one more failure opens it again."""

    def __init__(self, *, failures: int = 5, seconds: float = 5.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures = failures
        self._seconds = seconds
        self._clock = clock
        self._states: dict[str, _State] = {}

    def check(self, host: str) -> None:
        """Raise `UpstreamError` where the host is left alone."""
        state = self._states.get(host)
        if state is not None and (left := state.until - self._clock()) > 0:
            raise UpstreamError(
                f"The upstream at {host} failed {state.failures} times in a row and is left alone for now.",
                remedy=f"Try again in {math.ceil(left)} seconds.",
            )

    def failed(self, host: str) -> None:
        """A request got no answer, or one that says that the host cannot."""
        if host not in self._states and len(self._states) >= _HOSTS:
            self._states.pop(next(iter(self._states)))
        state = self._states.setdefault(host, _State())
        state.failures += 1
        if state.failures >= self._failures:
            state.until = self._clock() + self._seconds

    def worked(self, host: str) -> None:
        """It answers."""
        self._states.pop(host, None)
