"""Notices on their way and what they are read from, in each kind of database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import insert

from pratique.audit import Entry
from pratique.notices import Addressed, Backlog, Circle, Happened, Notice, NoticeKind
from pratique.storage.database import SqlStore, engine_for, open_store
from pratique.storage.dialects.engines import writing
from pratique.storage.outbox import SqlOutbox, open_outbox
from pratique.storage.schema import events
from tests.fakes.values import NOON, an_event

_LEASE = timedelta(minutes=1)
_HOOK = ("hook",)


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[tuple[SqlStore, SqlOutbox]]:
    store, outbox = await open_store(url), await open_outbox(url)
    try:
        await outbox.gather(_one_each, at=NOON)  # the first look remembers where the record ends
        yield store, outbox
    finally:
        await outbox.close()
        await store.close()


def _one_each(happened: Sequence[Happened], _entries: Sequence[Entry], _circle: Circle) -> list[Addressed]:
    return [Addressed(target="hook", notice=_notice(one.event.filename)) for one in happened]


def _notice(key: str) -> Notice:
    return Notice(key=key, kind=NoticeKind.BLOCK, at=NOON, title=f"{key} is blocked")


async def _told(outbox: SqlOutbox) -> list[str]:
    return [one.notice.key for one in await outbox.claim(_HOOK, at=NOON, lease=_LEASE, limit=10)]


async def test_each_event_is_told_once(database_url: str) -> None:
    """However often the record is looked at."""
    async with _opened(database_url) as (store, outbox):
        await store.record([an_event(1), an_event(2)])
        assert await outbox.gather(_one_each, at=NOON) == 2
        assert await outbox.gather(_one_each, at=NOON) == 0
        assert await _told(outbox) == ["demo-1.tar.gz", "demo-2.tar.gz"]


async def test_an_event_that_is_committed_late_is_told(database_url: str) -> None:
    """One that has its number and is not to be seen yet holds up those behind it, and is not passed over."""
    engine = engine_for(database_url)
    async with _opened(database_url) as (store, outbox):
        with writing(engine).begin() as connection:
            row = dict.fromkeys(events.columns.keys()[1:], "")
            connection.execute(insert(events), [row | {"kind": "refusal", "at": NOON, "filename": "slow-1.tar.gz"}])
            later = asyncio.create_task(store.record([an_event(2)]))
            await asyncio.sleep(0)
            assert await outbox.gather(_one_each, at=NOON) == 0
        await later
        assert await outbox.gather(_one_each, at=NOON) == 2
        assert await _told(outbox) == ["slow-1.tar.gz", "demo-2.tar.gz"]
    engine.dispose()


async def test_what_is_claimed_is_nobody_elses_until_the_lease_is_over(database_url: str) -> None:
    """A server that dies while it delivers keeps nothing from being told."""
    async with _opened(database_url) as (_, outbox):
        await outbox.put([Addressed(target="hook", notice=_notice("a"))], at=NOON)
        assert await _told(outbox) == ["a"]
        assert await _told(outbox) == []
        (again,) = await outbox.claim(_HOOK, at=NOON + _LEASE, lease=_LEASE, limit=10)
        assert again.notice.key == "a"


async def test_it_stands_as_it_went(database_url: str) -> None:
    """Delivered, to be tried again, given up, revived, and forgotten in the end."""
    async with _opened(database_url) as (_, outbox):
        await outbox.put([Addressed(target="hook", notice=_notice(key)) for key in "abc"], at=NOON)
        first, second, third = await outbox.claim(_HOOK, at=NOON, lease=_LEASE, limit=10)
        await outbox.delivered(first, at=NOON)
        await outbox.failed(second, error="no answer", at=NOON, again=NOON + _LEASE)
        await outbox.failed(third, error="gone", at=NOON, again=None)
        (stands,) = await outbox.backlog()
        assert stands == Backlog(target="hook", pending=1, delivered=1, dead=1, error="no answer")
        assert await outbox.revive(_HOOK, at=NOON) == 1
        assert await _told(outbox) == ["c"]
        assert await outbox.forget(before=NOON + _LEASE) == 1
        (stands,) = await outbox.backlog()
        assert (stands.pending, stands.delivered, stands.dead) == (2, 0, 0)
