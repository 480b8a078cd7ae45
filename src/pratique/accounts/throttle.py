"""Too many attempts: counted per user, per address and globally, in memory of bounded size."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pratique.accounts.principal import Throttled

_KEYS = 20_000
"""Keys that are remembered; the one that was longest quiet is forgotten first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most ``attempts`` that failed within ``within``."""

    attempts: int
    within: timedelta


_FIVE_MINUTES = timedelta(minutes=5)
PER_USER = (
    Limit(attempts=10, within=_FIVE_MINUTES),
    Limit(attempts=30, within=timedelta(hours=1)),
    Limit(attempts=100, within=timedelta(days=1)),
)
PER_ADDRESS = (Limit(attempts=20, within=_FIVE_MINUTES), Limit(attempts=200, within=timedelta(days=1)))
GLOBAL = (Limit(attempts=500, within=_FIVE_MINUTES),)
SECOND_FACTOR = (
    Limit(attempts=5, within=_FIVE_MINUTES),
    Limit(attempts=20, within=timedelta(hours=1)),
    Limit(attempts=50, within=timedelta(days=1)),
)
PER_ADDRESS_TOKENS = (Limit(attempts=60, within=_FIVE_MINUTES),)


class Throttle:
    """Counts what failed, by key."""

    def __init__(self, limits: Sequence[Limit], *, keys: int = _KEYS) -> None:
        self._limits = tuple(limits)
        self._keys = keys
        self._failed: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._longest = max(limit.attempts for limit in limits)

    def check(self, key: str, now: datetime) -> None:
        """Raise `Throttled` where this key has failed too often."""
        failed = self._failed.get(key, ())
        waits = [self._wait(limit, failed, now) for limit in self._limits]
        if (seconds := math.ceil(max(waits))) > 0:
            raise Throttled("Too many attempts.", seconds=seconds, remedy=f"Try again in {_in_words(seconds)}.")

    def fail(self, key: str, now: datetime) -> None:
        """Count an attempt."""
        failed = self._failed.setdefault(key, deque(maxlen=self._longest))
        failed.append(now)
        self._failed.move_to_end(key)
        while len(self._failed) > self._keys:
            self._failed.popitem(last=False)

    def undo(self, key: str) -> None:
        """Take back the attempt that was counted last: it succeeded."""
        if failed := self._failed.get(key):
            failed.pop()

    def forget(self, key: str) -> None:
        """Begin afresh with a key that has proved itself."""
        self._failed.pop(key, None)

    def _wait(self, limit: Limit, failed: Sequence[datetime], now: datetime) -> float:
        """Seconds until the attempt that fills the limit is old enough."""
        if len(failed) < limit.attempts:
            return 0.0
        return (failed[-limit.attempts] + limit.within - now).total_seconds()


def _in_words(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    if minutes <= 1:
        return "a minute"
    return f"{minutes} minutes" if minutes <= 120 else f"{math.ceil(minutes / 60)} hours"
