from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pratique.errors import NotFound, StorageError
from pratique.releases import OwnFile, OwnProject, State, Status
from pratique.review.verifying import verify
from pratique.storage.database import SqlStore, open_store
from pratique.storage.releases import SqlReleases, open_releases
from pratique.storage.review import SqlBook, open_book
from pratique.storage.review_head import HeadFiles, read_heads
from pratique.uploads.life import Publishing
from pratique.uploads.reserving import Reserving
from tests.cli.test_project import TOOL, a_file
from tests.fakes.memory import FakeClock
from tests.fakes.values import NOON


class _Place:
    """An index over one database, and the log of it."""

    def __init__(self, releases: SqlReleases, store: SqlStore, book: SqlBook, heads: Path) -> None:
        self.releases, self.store, self.book, self.heads = releases, store, book, heads
        self.publishing = Publishing(releases=releases, store=store, clock=FakeClock())
        self.names = Reserving(releases=releases, store=store, clock=FakeClock())

    async def told(self) -> list[tuple[str, str, str, dict[str, str]]]:
        """Who did what to what, and the rest."""
        return [(one.actor, one.act, one.subject, json.loads(one.detail)) for one in await self.book.entries()]


@pytest.fixture
async def place(tmp_path: Path) -> _Place:
    """A project with a release and two uploads that are held."""
    url, heads = f"sqlite:///{tmp_path / 'db'}", tmp_path / "audit-head"
    store, releases = await open_store(url), await open_releases(url, HeadFiles(heads))
    book = await open_book(url, HeadFiles(heads))
    project = OwnProject(name=TOOL, display="Acme_Tool", created=NOON, created_by="ann")
    for file in (a_file("1.0"), a_file("2.0", State.HELD), a_file("3.0", State.HELD)):
        await releases.add(file, project)
    return _Place(releases, store, book, heads)


def _subject(file: OwnFile) -> str:
    return f"{file.filename} {file.sha256}"


async def test_every_act_on_a_release_is_in_the_chain_with_its_actor(place: _Place) -> None:
    """Who did what, to what and why: each act is one entry, and the log and its head agree."""
    act = place.publishing
    await act.yank(TOOL, "1.0.0", "loses data", by="ada")
    await act.unyank(TOOL, "1.0", by="bob")
    await act.status(TOOL, Status.ARCHIVED, "replaced", by="ada")
    await act.take_down(TOOL, "1.0", "leaks keys", by="rev")
    await act.restore(TOOL, "1.0", by="rev")
    await act.take_down(TOOL, None, "stolen", by="rev")
    await act.restore(TOOL, None, by="root")
    await act.approve(a_file("2.0").filename, "read it", by="rev")
    await act.reject(a_file("3.0").filename, "phones home", by="rev")
    assert await place.told() == [
        ("ada", "yank", "acme-tool 1.0", {"reason": "loses data"}),
        ("bob", "unyank", "acme-tool 1.0", {"reason": ""}),
        ("ada", "status", "acme-tool", {"status": "archived", "reason": "replaced"}),
        ("rev", "take-down", "acme-tool 1.0", {"reason": "leaks keys"}),
        ("rev", "restore", "acme-tool 1.0", {"reason": ""}),
        ("rev", "take-down", "acme-tool", {"reason": "stolen"}),
        ("root", "restore", "acme-tool", {"reason": ""}),
        ("rev", "approve", _subject(a_file("2.0")), {"reason": "read it"}),
        ("rev", "turn-down", _subject(a_file("3.0")), {"reason": "phones home"}),
    ]
    outcome = verify(await place.book.entries(), read_heads(place.heads), await place.book.decided())
    assert not outcome.faults
    assert not outcome.unproven


async def test_names_that_are_reserved_are_in_the_chain(place: _Place) -> None:
    """Prohibitions and private prefixes change what everybody may install: both ways are on record."""
    await place.names.prohibit(TOOL, "reserved", by="root")
    await place.names.make_private("acme-", "ours", by="root")
    assert await place.names.allow(TOOL, by="ada")
    assert await place.names.make_public("acme-", by="ada")
    assert [(actor, act, subject) for actor, act, subject, _ in await place.told()] == [
        ("root", "prohibit", "acme-tool"),
        ("root", "make-private", "acme-"),
        ("ada", "allow", "acme-tool"),
        ("ada", "make-public", "acme-"),
    ]


async def test_what_changed_nothing_is_not_on_record(place: _Place) -> None:
    """A log of attempts would hide the acts among them."""
    assert not await place.names.allow(TOOL, by="ada")
    with pytest.raises(NotFound):
        await place.publishing.yank(TOOL, "9.9", "no such", by="ada")
    assert await place.told() == []


async def test_an_act_that_cannot_be_recorded_is_not_done(place: _Place) -> None:
    """Both or neither: where the log takes no entry, the release stays as it was."""

    async def fails(work: Callable[[], Awaitable[object]]) -> None:
        with pytest.raises(StorageError):
            await work()

    await place.book._transactions.change(lambda c: c.exec_driver_sql("ALTER TABLE audit_log RENAME TO gone"))
    await fails(lambda: place.publishing.take_down(TOOL, "1.0", "leaks keys", by="rev"))
    await fails(lambda: place.publishing.approve(a_file("2.0").filename, "read it", by="rev"))
    assert await place.releases.file(a_file("1.0").filename) == a_file("1.0")
    held = await place.releases.file(a_file("2.0").filename)
    assert held is not None
    assert held == replace(a_file("2.0", State.HELD), reason=held.reason)
