"""What every `Store` promises: the fake and the databases alike."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from pratique.names import project_name
from pratique.ports import EventKind, Store
from pratique.storage.database import open_store
from tests.fakes.memory import MemoryStore
from tests.fakes.values import DEMO, NOON, a_file, a_page, a_report, an_event


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, url_of: Callable[[str], str]) -> AsyncIterator[Store]:
    """Each implementation, empty."""
    if request.param == "memory":
        yield MemoryStore()
        return
    database = await open_store(url_of(request.param))
    yield database
    await database.close()


async def test_events_come_back_newest_first(store: Store) -> None:
    """Events return with every field, the newest first, no more than asked for."""
    events = [an_event(number) for number in range(5)]
    await store.record(events[:3])
    await store.record(iter(events[3:]))
    assert await store.events() == events[::-1]
    assert await store.events(limit=2) == events[:2:-1]
    assert await store.events(limit=2, skip=2) == events[2:0:-1]


async def test_events_are_found_by_kind(store: Store) -> None:
    """Refusals alone, or refusals and verdicts, are given without the rest."""
    events = [replace(an_event(number), kind=kind) for number, kind in enumerate(EventKind)]
    await store.record(events)
    for kind, event in zip(EventKind, events, strict=True):
        assert await store.events(kinds=[kind]) == [event]
    assert await store.events(kinds=list(EventKind)[1:]) == events[:0:-1]


async def test_events_are_found_by_project_and_bytes(store: Store) -> None:
    """Filters narrow together; what does not match is not given."""
    demo, other = an_event(1), an_event(1, project="other")
    await store.record([demo, other])
    assert await store.events(project="other") == [other]
    assert await store.events(sha256=demo.sha256) == [demo]
    assert await store.events(project="other", sha256=demo.sha256) == []


async def test_recording_nothing(store: Store) -> None:
    """No events are no error."""
    await store.record([])
    assert await store.events() == []


async def test_report_is_kept_for_engine_bytes_and_name(store: Store) -> None:
    """A report returns whole, but neither for another engine nor under another name."""
    report = a_report()
    await store.save_report(report, engine="1")
    sha256 = report.artifact.sha256
    assert await store.report(sha256, "demo-1.tar.gz", engine="1") == report
    assert await store.report(sha256, "demo-1.tar.gz", engine="2") is None
    assert await store.report(sha256, "demo-2.tar.gz", engine="1") is None


async def test_newer_engine_replaces_a_report(store: Store) -> None:
    """One report per artifact: the last engine's."""
    older, newer = a_report(message="old"), a_report(message="new")
    await store.save_report(older, engine="1")
    await store.save_report(newer, engine="2")
    sha256 = older.artifact.sha256
    assert await store.report(sha256, "demo-1.tar.gz", engine="1") is None
    assert await store.report(sha256, "demo-1.tar.gz", engine="2") == newer


async def test_judged_gives_a_projects_reports(store: Store) -> None:
    """All of a project's files by this engine, in order, and none of another's."""
    first, second = a_report("demo-1.tar.gz"), a_report("demo-2.tar.gz")
    for report in (second, first, a_report("other-1.tar.gz")):
        await store.save_report(report, engine="1")
    await store.save_report(a_report("demo-3.tar.gz"), engine="0")
    assert await store.judged(DEMO, engine="1") == [first, second]


async def test_page_is_remembered_and_replaced(store: Store) -> None:
    """The last page returns whole, with its moment; unknown projects have none."""
    await store.save_page(a_page("1"), fetched=NOON.replace(year=2025))
    await store.save_page(a_page("1", "2"), fetched=NOON)
    assert await store.page(DEMO) == (a_page("1", "2"), NOON)
    assert await store.page(project_name("unknown")) is None


async def test_file_is_remembered_and_replaced(store: Store) -> None:
    """The last blob of a listed file returns; unknown files have none."""
    await store.save_file(a_file("old"))
    await store.save_file(a_file("new"))
    assert await store.file(DEMO, "demo-1.tar.gz") == a_file("new")
    assert await store.file(DEMO, "demo-2.tar.gz") is None


async def test_projects_with_a_page_are_listed(store: Store) -> None:
    """Each project once, in order, however often its page was remembered."""
    assert await store.projects() == []
    for name in ("zoo", "demo", "zoo"):
        await store.save_page(a_page("1", project=project_name(name)), fetched=NOON)
    assert await store.projects() == ["demo", "zoo"]
