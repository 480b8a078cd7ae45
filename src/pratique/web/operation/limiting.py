"""How much one client may ask for: a bucket of requests for each address, which fills up again steadily."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from pratique.gateway.kept import Kept

_CLIENTS = 50_000
_MINUTE = 60.0


@dataclass(slots=True, kw_only=True)
class _Bucket:
    left: float
    at: float


class Limiter:
    """Lets each client send ``per_minute`` requests in a minute, and as many at once where it had waited.

    Whoever was not seen for longest is forgotten where there are very many clients.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._buckets: Kept[str, _Bucket] = Kept(_CLIENTS)

    def wait(self, client: str) -> int:
        """Whole seconds after which this client may ask again; 0 if it may now, which then counts."""
        now = self._clock()
        bucket = self._buckets.get(client)
        if bucket is None:
            bucket = _Bucket(left=self._most, at=now)
            self._buckets.put(client, bucket)
        bucket.left = min(self._most, bucket.left + (now - bucket.at) * self._most / _MINUTE)
        bucket.at = now
        if bucket.left < 1:
            return math.ceil((1 - bucket.left) * _MINUTE / self._most)
        bucket.left -= 1
        return 0
