"""The herald: puts up what is news, and carries it until it has arrived or is given up."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from pratique.errors import PratiqueError
from pratique.notices import PEOPLE, Backlog, Delivery, Outbox
from pratique.ports import Clock
from pratique.telling.carriers import Carrier
from pratique.telling.news import News

Tell = Callable[[str], None]
Pause = Callable[[float], Awaitable[None]]

_EVERY = 1.0
"""Seconds between two looks at the record."""
_AT_ONCE = 20
_FIRST = 5.0
_LONGEST = 3600.0
_SPARE = timedelta(seconds=2)
"""Beyond the time of an attempt, until somebody else may make it."""
_REMEMBERED = timedelta(days=30)


def wait_before(tries: int, chance: float) -> float:
    """Seconds until the next attempt after so many: twice as long each time, up to an hour, spread by ``chance``.

    ``chance`` lies between 0 and 1. Half of the time is certain, so that a receiver that fails gets its rest; the other
    half is spread, so that what failed together does not come again together.
    """
    whole = min(_LONGEST, _FIRST * 2.0 ** min(tries - 1, 20))
    return whole / 2 + whole / 2 * chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How deliveries stand, as it was last seen."""

    backlog: tuple[Backlog, ...] = ()
    delivered: int = 0
    """Since the start."""
    failed: int = 0
    """Attempts, since the start."""

    @property
    def pending(self) -> int:
        """Not delivered yet."""
        return sum(one.pending for one in self.backlog)

    @property
    def dead(self) -> int:
        """Given up."""
        return sum(one.dead for one in self.backlog)


@dataclass(slots=True, kw_only=True)
class Herald:
    """Tells targets what happened, each in the order in which it happened, without one waiting for another."""

    carriers: Sequence[Carrier]
    outbox: Outbox
    news: News
    clock: Clock
    tell: Tell
    """For whoever runs the server."""
    identity: str
    """A random name of this installation: it begins the id of each delivery."""
    seconds: float = 10.0
    """Until an attempt has failed."""
    tries: int = 14
    """Attempts, after which a delivery is given up."""
    pause: Pause = asyncio.sleep
    standing: Standing = field(default_factory=Standing)
    _delivered: int = 0
    _failed: int = 0
    _told: str = ""

    async def begin(self) -> None:
        """From here on it is news; raises `StorageError`."""
        await self.outbox.gather(self.news.gather, at=self.clock.now())

    async def run(self) -> None:
        """Never returns; cancel it to end it. What was not delivered then, is when it runs again."""
        while True:
            try:
                await self.once()
            except PratiqueError as error:
                self._complain(f"Notices wait: {error}")
            except Exception as error:  # noqa: BLE001  (an error of ours must not end it for good)
                self._complain(f"Notices wait: {type(error).__name__}: {error}")
            else:
                self._told = ""
            await self.pause(_EVERY)

    async def once(self) -> int:
        """Put up what is new, and try what is due; says how many arrived. Raises `StorageError`."""
        await self.outbox.gather(self.news.gather, at=self.clock.now())
        now, lease = self.clock.now(), timedelta(seconds=self.seconds) + _SPARE
        arrived = await asyncio.gather(*(self._serve(carrier, lease) for carrier in self.carriers))
        await self.outbox.forget(before=now - _REMEMBERED)
        self.standing = Standing(
            backlog=tuple(await self.outbox.backlog()), delivered=self._delivered, failed=self._failed
        )
        return sum(arrived)

    async def _serve(self, carrier: Carrier, lease: timedelta) -> int:
        """One after another, since each has a lease of its own; the first that fails ends it for now."""
        arrived = 0
        while arrived < _AT_ONCE:
            due = await self.outbox.claim((carrier.name,), at=self.clock.now(), lease=lease, limit=1)
            if not due or not await self._deliver(carrier, due[0]):
                break
            arrived += 1
        return arrived

    async def _deliver(self, carrier: Carrier, delivery: Delivery) -> bool:
        identity, now = f"{self.identity}-{delivery.id}", self.clock.now()
        try:
            error = await carrier.carry(delivery.notice, identity=identity, at=now, seconds=self.seconds)
        except PratiqueError:
            raise
        except Exception as raised:  # noqa: BLE001  (what cannot be written must not hold up all that follows)
            error = f"cannot be written: {type(raised).__name__}"
        if not error:
            self._delivered += 1
            await self.outbox.delivered(delivery, at=self.clock.now())
            return True
        self._failed += 1
        tries = delivery.tries + 1
        if tries >= self.tries:
            await self.outbox.failed(delivery, error=error, at=self.clock.now(), again=None)
            self.tell(
                f"The notice “{delivery.notice.title}” was given up after {tries} attempts: {carrier.called} said: "
                f"{error}. Mend it, then try again with `pratique webhook retry {carrier.name}`."
            )
            return False
        wait = wait_before(tries, random.random())  # noqa: S311  (spreads, and hides nothing)
        now = self.clock.now()
        await self.outbox.failed(delivery, error=error, at=now, again=now + timedelta(seconds=wait))
        return False

    def _complain(self, text: str) -> None:
        if text != self._told:
            self._told = text
            self.tell(text)


def described(backlog: Sequence[Backlog]) -> str:
    """One line on each target."""
    return "".join(map(_described, backlog))


def _described(one: Backlog) -> str:
    called = "users" if one.target == PEOPLE else f"webhook {one.target}"
    failed = f" (last error: {one.error})" if one.error and (one.pending or one.dead) else ""
    return f"{called}: {one.pending} pending, {one.delivered} delivered, {one.dead} given up{failed}\n"
