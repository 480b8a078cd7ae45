"""Caching: what upstreams' files may take of the disk, and what gives way when that is not enough.

Verdicts, decisions and what was answered are no part of it: a file that gave way is fetched again when it is asked
for, checked against what its page promises, and judged by the report that is kept under its digest.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from pratique.cache import Arrival, Shelf, Shelved, Stock
from pratique.errors import PratiqueError
from pratique.names import Sha256
from pratique.ports import Clock

_EVERY = 60.0
"""Seconds between two times that uses are written down."""
_BATCH = 200
_SHARE = 10
"""Where the disk is full, at least one part in so many gives way at once."""

Held = Callable[[Sequence[Arrival]], Awaitable[bool]]
"""Whether a blob waits for a person, under any of the names that it came by."""


class Removable(Protocol):
    """Blobs that can be taken away."""

    async def remove(self, sha256: Sha256) -> None:
        """Take one away: out of sight before anything else can happen."""
        ...

    async def everything(self) -> list[Shelved]:
        """All that are there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What upstreams' files may take."""

    size: int = 0
    """In bytes; 0 sets no bound."""
    low: float = 0.9
    """The part of it that is left once something had to give way."""
    idle: timedelta = timedelta(minutes=10)
    """What was used since then stays: it may just be on its way to somebody."""


class BoundedCache:
    """`pratique.cache.Cache`: the least recently used give way, but nothing that is pinned, held, leased or own."""

    def __init__(
        self,
        *,
        shelf: Shelf,
        blobs: Removable,
        clock: Clock,
        bounds: Bounds,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shelf = shelf
        self._blobs = blobs
        self._clock = clock
        self._bounds = bounds
        self._monotonic = monotonic
        self._uses: dict[Sha256, datetime] = {}
        self._touched: dict[Sha256, float] = {}
        self._leases: Counter[Sha256] = Counter()
        self._held: Held | None = None
        self._size = 0
        self._wake = asyncio.Event()
        self._lock = asyncio.Lock()

    @property
    def size(self) -> int:
        """Bytes that upstreams' files take, as far as that is known: exactly after each look at all of them."""
        return self._size

    def touch(self, sha256: Sha256) -> None:
        """It is used now; written down later."""
        self._uses[sha256] = self._clock.now()
        self._touched[sha256] = self._monotonic()

    @contextmanager
    def lease(self, sha256: Sha256) -> Iterator[None]:
        """It stays until the end of the context."""
        self._leases[sha256] += 1
        try:
            yield
        finally:
            self._leases[sha256] -= 1
            if not self._leases[sha256]:
                del self._leases[sha256]
            self.touch(sha256)

    async def arrived(self, arrival: Arrival) -> None:
        """It was fetched and is kept; raises `StorageError`."""
        self.touch(arrival.sha256)
        await self._shelf.arrived(arrival)
        self._size += arrival.size
        if self._bounds.size and self._size > self._bounds.size:
            self._wake.set()

    async def arrivals(self, sha256: Sha256) -> Sequence[Arrival]:
        """As which files these bytes were fetched, the last first; raises `StorageError`."""
        return await self._shelf.arrivals(sha256)

    async def make_room(self, size: int) -> bool:
        """The disk is full and ``size`` bytes are wanted: whether something gave way. Raises `StorageError`."""
        return bool(await self.sweep(wanted=max(size, self._bounds.size // _SHARE)))

    async def stock(self) -> Stock:
        """How much there is; raises `StorageError`."""
        return await self._shelf.stock()

    def heed(self, held: Held) -> None:
        """From now on blobs may give way that are not held."""
        self._held = held

    @asynccontextmanager
    async def bounded(self, held: Held, tell: Callable[[str], None]) -> AsyncIterator[None]:
        """Keep within the bounds until the end; what was used is written down then."""
        self.heed(held)
        task = asyncio.create_task(self._run(tell), name="pratique-cache")
        try:
            yield
        finally:
            self._held = None
            async with self._lock:  # what was taken away is off the record, too
                task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            try:
                await self.flush()
            except PratiqueError as error:
                tell(f"When files were used last is not on record: {error}")

    async def flush(self) -> None:
        """Write down when blobs were used last; raises `StorageError`."""
        uses, self._uses = self._uses, {}
        try:
            await self._shelf.used(uses)
        except PratiqueError:
            self._uses = {**uses, **self._uses}
            raise
        long_ago = self._monotonic() - self._bounds.idle.total_seconds()
        self._touched = {sha256: at for sha256, at in self._touched.items() if at > long_ago}

    async def settle(self) -> None:
        """Make the record what is on the disk: after a kill one may have what the other has not."""
        found = await self._blobs.everything()
        await self._shelf.adopt(found, now=self._clock.now())

    async def sweep(self, *, wanted: int = 0) -> int:
        """Let blobs give way until the rest fits, and ``wanted`` bytes are free; how many bytes gave way.

        Raises `StorageError`.
        """
        if not self._bounds.size or self._held is None:
            return 0
        async with self._lock:
            await self.flush()
            size = self._size = (await self._shelf.stock()).size
            if size <= self._bounds.size and not wanted:
                return 0
            target = int(self._bounds.size * self._bounds.low)
            gone = await self._drop(size - min(target, size - wanted))
            self._size -= gone
            return gone

    async def _drop(self, excess: int) -> int:
        """The oldest first; the record is changed after the disk, so that it never promises too little."""
        gone, skip = 0, 0
        before = self._clock.now() - self._bounds.idle
        while gone < excess:
            batch = await self._shelf.oldest(before=before, limit=_BATCH, skip=skip)
            dropped: list[Sha256] = []
            try:
                for one in batch:
                    if gone >= excess or self._held is None:
                        break
                    if await self._is_held(one.sha256) or self._is_busy(one.sha256):
                        skip += 1
                        continue
                    await self._blobs.remove(one.sha256)  # nothing else runs between the look above and this
                    dropped.append(one.sha256)
                    gone += one.size
            finally:
                await self._shelf.forget(dropped)
            if len(batch) < _BATCH or self._held is None:
                break
        return gone

    async def _is_held(self, sha256: Sha256) -> bool:
        """Whoever cannot be asked says yes."""
        if self._held is None:
            return True
        try:
            return await self._held(await self._shelf.arrivals(sha256))
        except PratiqueError:
            return True

    def _is_busy(self, sha256: Sha256) -> bool:
        touched = self._touched.get(sha256)
        recent = touched is not None and self._monotonic() - touched < self._bounds.idle.total_seconds()
        return recent or sha256 in self._leases

    async def _run(self, tell: Callable[[str], None]) -> None:
        """What fails is told, and tried again a while later."""
        settled = False
        while True:
            try:
                if not settled:
                    await self.settle()
                    settled = True
                await self.flush()
                if not await self.sweep():
                    self._size = (await self._shelf.stock()).size
            except PratiqueError as error:
                tell(f"What is kept could not be bounded: {error}")
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), _EVERY)
            except TimeoutError:
                continue
