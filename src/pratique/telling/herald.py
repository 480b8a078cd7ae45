"""The herald: puts up what is news, and carries it until it has arrived or is given up."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from pratique.errors import PratiqueError
from pratique.notices import Backlog, Delivery, Outbox, Post
from pratique.ports import Clock
from pratique.telling.letters import letter
from pratique.telling.news import News
from pratique.telling.targets import Target, Targets

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

    targets: Targets
    outbox: Outbox
    post: Post
    news: News
    clock: Clock
    tell: Tell
    """For whoever runs the server."""
    identity: str
    """A random name of this installation: it begins the id of each delivery."""
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
        now, lease = self.clock.now(), timedelta(seconds=self.targets.seconds) + _SPARE
        arrived = await asyncio.gather(*(self._serve(target, lease) for target in self.targets.targets))
        await self.outbox.forget(before=now - _REMEMBERED)
        self.standing = Standing(
            backlog=tuple(await self.outbox.backlog()), delivered=self._delivered, failed=self._failed
        )
        return sum(arrived)

    async def _serve(self, target: Target, lease: timedelta) -> int:
        """One after another, since each has a lease of its own; the first that fails ends it for now."""
        arrived = 0
        while arrived < _AT_ONCE:
            due = await self.outbox.claim((target.name,), at=self.clock.now(), lease=lease, limit=1)
            if not due or not await self._deliver(target, due[0]):
                break
            arrived += 1
        return arrived

    async def _deliver(self, target: Target, delivery: Delivery) -> bool:
        now = self.clock.now()
        written = letter(target, delivery.notice, identity=f"{self.identity}-{delivery.id}", at=now)
        error = await self.post.post(target.url, written, seconds=self.targets.seconds)
        if not error:
            self._delivered += 1
            await self.outbox.delivered(delivery, at=self.clock.now())
            return True
        self._failed += 1
        tries = delivery.tries + 1
        if tries >= self.targets.tries:
            await self.outbox.failed(delivery, error=error, at=self.clock.now(), again=None)
            self.tell(
                f"The notice “{delivery.notice.title}” was given up after {tries} attempts: the webhook {target.name} "
                f"said: {error}. Mend it, then try again with `pratique webhook retry`."
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
    return "".join(
        f"webhook {one.target}: {one.pending} pending, {one.delivered} delivered, {one.dead} given up"
        f"{f' (last error: {one.error})' if one.error and (one.pending or one.dead) else ''}\n"
        for one in backlog
    )
