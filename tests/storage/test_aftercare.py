"""What is looked at again, in each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from pratique.afterwards import Change, Followed, Kept, Removal
from pratique.names import Sha256
from pratique.ports import Event, EventKind
from pratique.storage.aftercare import SqlAftercare, open_aftercare
from pratique.storage.database import SqlStore, open_store
from tests.aftercare.receipts import report_of
from tests.fakes.values import DEMO, NOON, an_event

_ENGINE, _OLD = "2", "1"


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[tuple[SqlStore, SqlAftercare]]:
    store, aftercare = await open_store(url), await open_aftercare(url)
    try:
        yield store, aftercare
    finally:
        await aftercare.close()
        await store.close()


def _given(number: int) -> Event:
    return replace(an_event(number), kind=EventKind.DOWNLOAD, action="allow", verdict="clean")


def _kept(event: Event) -> Kept:
    return Kept(project=DEMO, filename=event.filename, sha256=Sha256(event.sha256))


async def test_what_was_given_out_comes_in_the_order_of_its_downloads(database_url: str) -> None:
    """The most downloaded first; what was refused went to nobody."""
    async with _opened(database_url) as (store, aftercare):
        await store.record([_given(1), _given(2), _given(2), an_event(3)])
        assert list(await aftercare.received()) == [_kept(_given(2)), _kept(_given(1))]


async def test_turning_bad_is_news_once_until_it_turns_good(database_url: str) -> None:
    """And only for what somebody received; it is on record with the others."""
    async with _opened(database_url) as (store, aftercare):
        await store.record([_given(1)])
        kept, late = _kept(_given(1)), replace(an_event(1), kind=EventKind.LATE)
        assert [await aftercare.turned_bad(kept, late) for _ in range(2)] == [True, False]
        assert await aftercare.bad() == {kept}
        assert [one.kind for one in await store.events()] == [EventKind.LATE, EventKind.DOWNLOAD]
        assert not await aftercare.turned_bad(_kept(an_event(9)), replace(an_event(9), kind=EventKind.LATE))
        await aftercare.turned_good(kept)
        assert await aftercare.bad() == frozenset()
        assert await aftercare.turned_bad(kept, late)


async def test_attempts_count_towards_the_end(database_url: str) -> None:
    """What an older engine judged is left until it was tried; when it began stays what it was."""
    async with _opened(database_url) as (store, aftercare):
        report = report_of()
        await store.save_report(report, engine=_OLD)
        name = report.artifact.name
        kept = Kept(project=name.project, filename=name.filename, sha256=report.artifact.sha256)
        assert (await aftercare.progress(_ENGINE)).left == 1
        await aftercare.judged(kept, engine=_ENGINE, outcome="failing", at=NOON)
        await aftercare.judged(kept, engine=_ENGINE, outcome="gone", at=NOON + timedelta(hours=1))
        stands = await aftercare.progress(_ENGINE)
        assert (stands.began, stands.gone, stands.failing, stands.left) == (NOON, 1, 0, 0)


async def test_removals_of_a_project_replace_those_before(database_url: str) -> None:
    """One project's say nothing of another's; how far the journal was read is kept beside them."""
    async with _opened(database_url) as (_, aftercare):
        removals = aftercare.removals()
        one, two = (Removal(kept=_kept(an_event(n)), why="gone", since=NOON) for n in (1, 2))
        await removals.set_removed(DEMO, [one])
        await removals.set_removed(DEMO, [two])
        assert list(await removals.removed()) == [two]
        followed = Followed(serial=7, succeeded=NOON, error="", again=(Change(project=DEMO, serial=5),))
        await removals.save_followed(followed)
        assert await removals.followed() == followed
