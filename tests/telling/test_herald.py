from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pratique.audit import Act, Draft
from pratique.notices import Notice
from pratique.ports import Event, EventKind
from pratique.storage.database import SqlStore, open_store
from pratique.storage.outbox import SqlOutbox, open_outbox
from pratique.storage.review import open_book
from pratique.storage.review_head import HeadFiles
from pratique.telling.carriers import Carrier, ToWebhook
from pratique.telling.herald import Herald, wait_before
from pratique.telling.news import News
from pratique.telling.targets import Target
from pratique.upstream.posting import HttpPost
from tests.fakes.memory import FakeClock
from tests.fakes.values import NOON, an_event
from tests.telling.receiver import Receiver

_SECRET = "0123456789abcdef"


@dataclass(slots=True, kw_only=True)
class Room:
    """A herald over a real database, and all it speaks to."""

    herald: Herald
    store: SqlStore
    outbox: SqlOutbox
    clock: FakeClock
    told: list[str]


@asynccontextmanager
async def room(folder: Path, url: str, *, tries: int = 3, seconds: float = 5.0) -> AsyncIterator[Room]:
    """As in a server, but for the clock."""
    target = Target(name="team", url=url, secret=_SECRET)
    database, clock, told = f"sqlite:///{folder / 'db'}", FakeClock(at=NOON), list[str]()
    store, outbox = await open_store(database), await open_outbox(database)
    async with HttpPost() as post:
        herald = Herald(
            carriers=(ToWebhook(target=target, post=post),),
            outbox=outbox,
            news=News((target,), public_url="https://packages.example.invalid"),
            clock=clock,
            tell=told.append,
            identity=await outbox.identity(),
            seconds=seconds,
            tries=tries,
        )
        await herald.begin()
        try:
            yield Room(herald=herald, store=store, outbox=outbox, clock=clock, told=told)
        finally:
            await outbox.close()
            await store.close()


def _late(number: int = 1) -> Event:
    return replace(an_event(number), kind=EventKind.LATE, reason="blocked: theft")


async def test_what_is_on_record_is_told_once(tmp_path: Path) -> None:
    """A refusal that every client gets is one notice; a late verdict says how many received the file."""
    receiver = Receiver()
    with receiver.listening() as url:
        async with room(tmp_path, url) as it:
            given = replace(an_event(), kind=EventKind.DOWNLOAD, action="allow")
            await it.store.record([given, replace(given, client="192.0.2.2"), given])
            await it.store.record([an_event(2), an_event(2), _late()])
            assert await it.herald.once() == 2
            await it.store.record([an_event(2)])
            assert await it.herald.once() == 0
    block, late = (json.loads(came.body) for came in receiver.came)
    assert (block["type"], block["data"]["filename"]) == ("block", "demo-2.tar.gz")
    assert (late["type"], late["data"]["received"], late["data"]["clients"]) == ("late-verdict", 3, 2)
    assert late["data"]["exposure"] == "pratique exposure demo==1"
    assert late["data"]["url"].startswith("https://packages.example.invalid/report/")


async def test_what_was_before_the_first_start_is_no_news(tmp_path: Path) -> None:
    """And an inspection that is only pending is none either."""
    store = await open_store(f"sqlite:///{tmp_path / 'db'}")
    await store.record([an_event()])
    await store.close()
    receiver = Receiver()
    with receiver.listening() as url:
        async with room(tmp_path, url) as it:
            waits = "inspection of demo-2.tar.gz pending, try again in 5 seconds"
            await it.store.record([replace(an_event(2), reason=waits, verdict="")])
            assert await it.herald.once() == 0
    assert receiver.came == []


async def test_a_frozen_account_is_told(tmp_path: Path) -> None:
    """By the audit log, which holds every freeze."""
    receiver = Receiver()
    with receiver.listening() as url:
        async with room(tmp_path, url) as it:
            book = await open_book(f"sqlite:///{tmp_path / 'db'}", HeadFiles(tmp_path / "head"))
            said = json.dumps({"what": "The account was frozen: it published malware"})
            await book.note(Draft(at=NOON, actor="server", act=Act.ACCOUNT, subject="eve", detail=said))
            await book.close()
            assert await it.herald.once() == 1
    told = json.loads(receiver.came[0].body)
    assert (told["type"], told["data"]["user"], told["data"]["reason"]) == (
        "account-freeze",
        "eve",
        "it published malware",
    )


async def test_a_failed_delivery_comes_again_under_the_same_id(tmp_path: Path) -> None:
    """Not before its time, with the moment of that attempt, so that a receiver can tell that it saw it before."""
    receiver = Receiver(answers=[500])
    with receiver.listening() as url:
        async with room(tmp_path, url) as it:
            await it.store.record([_late()])
            assert await it.herald.once() == 0
            assert await it.herald.once() == 0
            assert len(receiver.came) == 1
            it.clock.pass_by(5)
            assert await it.herald.once() == 1
            assert (it.herald.standing.pending, it.herald.standing.failed) == (0, 1)
    first, second = receiver.came
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 5
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


async def test_what_fails_too_often_is_given_up_told_and_tried_again_on_demand(tmp_path: Path) -> None:
    """The log says which and what to do, without the address; later notices are not held up."""
    receiver = Receiver(answers=[500, 404])
    with receiver.listening() as url:
        async with room(tmp_path, url, tries=2) as it:
            await it.store.record([_late()])
            await it.herald.once()
            it.clock.pass_by(10)
            await it.herald.once()
            (told,) = it.told
            assert ("given up after 2 attempts" in told, "answered 404" in told, url in told) == (True, True, False)
            assert (it.herald.standing.pending, it.herald.standing.dead) == (0, 1)
            it.clock.pass_by(3600)
            assert await it.herald.once() == 0
            assert await it.outbox.revive(("team",), at=it.clock.now()) == 1
            assert await it.herald.once() == 1
            assert it.herald.standing.dead == 0


async def test_what_cannot_be_written_holds_nothing_up(tmp_path: Path) -> None:
    """An error of whatever wrote it counts as an attempt; what follows is told meanwhile."""
    receiver = Receiver()
    with receiver.listening() as url:
        async with room(tmp_path, url) as it:
            (carrier,) = it.herald.carriers
            it.herald.carriers = (_Stumbling(inner=carrier),)
            await it.store.record([an_event(2), an_event(3)])
            assert await it.herald.once() == 0
            assert await it.herald.once() == 1
    (came,) = receiver.came
    assert json.loads(came.body)["data"]["filename"] == "demo-3.tar.gz"


@dataclass
class _Stumbling:
    """`Carrier` that cannot write the first of its notices."""

    inner: Carrier
    first: str = ""

    @property
    def name(self) -> str:
        """The target's."""
        return self.inner.name

    @property
    def called(self) -> str:
        """What it is."""
        return self.inner.called

    async def carry(self, notice: Notice, *, identity: str, at: datetime, seconds: float) -> str:
        """An error that is none of ours, each time the first one is tried."""
        self.first = self.first or identity
        if identity == self.first:
            raise TypeError(identity)
        return await self.inner.carry(notice, identity=identity, at=at, seconds=seconds)


async def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    """The operator chose the address; nobody chose where it leads."""
    elsewhere = Receiver()
    with elsewhere.listening() as other:
        receiver = Receiver(answers=[307], location=other)
        with receiver.listening() as url:
            async with room(tmp_path, url) as it:
                await it.store.record([_late()])
                assert await it.herald.once() == 0
                (standing,) = await it.outbox.backlog()
    assert (standing.error, elsewhere.came) == ("answered 307; redirects are not followed", [])


async def test_a_receiver_that_does_not_answer_or_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Neither ends the herald, and both are said in words without the address."""
    receiver = Receiver()
    with receiver.listening() as url:
        pass
    async with room(tmp_path, url) as it:
        await it.store.record([_late()])
        assert await it.herald.once() == 0
        (standing,) = await it.outbox.backlog()
        assert standing.error.startswith("cannot be reached")
        assert url not in standing.error


async def test_what_was_under_way_when_the_server_died_is_delivered_by_the_next(tmp_path: Path) -> None:
    """The attempt that was cut off keeps its place until its lease is over; then it is made again, same id."""
    receiver = Receiver(hold=threading.Event())
    with receiver.listening() as url:
        async with room(tmp_path, url) as it:
            await it.store.record([_late()])
            attempt = asyncio.create_task(it.herald.once())
            await asyncio.to_thread(receiver.await_letters, 1)
            attempt.cancel()
            await asyncio.gather(attempt, return_exceptions=True)
        assert receiver.hold
        receiver.hold.set()
        async with room(tmp_path, url) as it:
            assert await it.herald.once() == 0
            it.clock.pass_by(8)
            assert await it.herald.once() == 1
    assert len({came.headers["webhook-id"] for came in receiver.came}) == 1


async def test_two_heralds_over_one_database_tell_once(tmp_path: Path) -> None:
    """A delivery belongs to whoever claimed it."""
    receiver = Receiver()
    with receiver.listening() as url:
        async with room(tmp_path, url) as one, room(tmp_path, url) as other:
            await one.store.record([_late(number) for number in range(10)])
            done = await asyncio.gather(one.herald.once(), other.herald.once())
            assert sum(done) == 10
    assert len(receiver.came) == 10


async def test_what_was_delivered_is_forgotten_after_a_month(tmp_path: Path) -> None:
    """What is pending never is."""
    receiver = Receiver()
    with receiver.listening() as url:
        async with room(tmp_path, url) as it:
            await it.outbox.put((), at=NOON)
            await it.store.record([_late()])
            assert await it.herald.once() == 1
            assert await it.outbox.forget(before=NOON) == 0
            assert await it.outbox.forget(before=NOON + timedelta(days=1)) == 1
            assert await it.outbox.backlog() == []


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_waits_double_up_to_an_hour(chance: float) -> None:
    """Half of each is certain; none is longer than an hour, however many attempts there were."""
    waits = [wait_before(tries, chance) for tries in (1, 2, 3, 11, 1000)]
    share = 0.5 + chance / 2
    assert waits == [5 * share, 10 * share, 20 * share, 3600 * share, 3600 * share]
