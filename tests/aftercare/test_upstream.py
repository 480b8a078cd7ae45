from __future__ import annotations

import xmlrpc.client
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from pratique.aftercare.late import Late
from pratique.aftercare.removed import WithoutRemoved
from pratique.aftercare.upstream import Following
from pratique.afterwards import Change, Journal
from pratique.errors import UpstreamError
from pratique.gateway.gateway import Gateway, Rules
from pratique.gateway.outcome import Refused, Visitor
from pratique.names import ProjectName, project_name
from pratique.ports import EventKind, Judged, KnownFile, ProjectPage
from pratique.releases import NoLocal
from pratique.storage.aftercare import open_aftercare
from pratique.upstream.journal import HttpJournal
from tests.fakes.values import digest
from tests.gateway.world import DEMO, World, wheel, wheel_bytes, world

_FILES = {wheel(version): wheel_bytes(version, f"y = {version}\n".encode()) for version in ("1.0", "2.0")}


@dataclass
class Lines:
    """A journal that tests write."""

    changes: list[Change] = field(default_factory=list)

    async def last(self) -> int | None:
        """The newest."""
        return self.changes[-1].serial if self.changes else 0

    async def since(self, serial: int) -> Sequence[Change]:
        """What comes after."""
        return [one for one in self.changes if one.serial > serial]


@dataclass(slots=True, kw_only=True)
class Room:
    """A gateway whose upstream is followed."""

    world: World
    gateway: Gateway
    following: Following
    told: list[str]

    async def take(self, version: str) -> Judged | Refused:
        """A file."""
        answer = await self.gateway.file(DEMO, wheel(version), Visitor(address="192.0.2.7"))
        assert isinstance(answer, Judged | Refused)
        return answer


@asynccontextmanager
async def room(it: World, folder: Path, journal: Journal | None = None, private: str = "") -> AsyncIterator[Room]:
    """As in a server that was just started, by whose policy every name may be private."""
    refusing, told = WithoutRemoved(NoLocal()), list[str]()
    gateway = Gateway(replace(it.ports, local=refusing), Rules())
    aftercare = await open_aftercare(f"sqlite:///{folder / 'db'}")
    late = Late(aftercare=aftercare, judging=gateway.afterwards, clock=it.clock, tell=told.append)
    following = Following(
        removals=aftercare.removals(),
        upstream=it.upstream,
        store=it.store,
        local=refusing,
        refusing=refusing,
        late=late,
        clock=it.clock,
        tell=told.append,
        every=timedelta(minutes=1),
        private=lambda _: private,
        journal=journal,
    )
    await following.begin()
    try:
        yield Room(world=it, gateway=gateway, following=following, told=told)
    finally:
        await gateway.close()
        await aftercare.close()


async def test_a_removed_file_is_refused_though_it_is_kept(tmp_path: Path) -> None:
    """After one look: also after a restart, while the upstream is down; it is a late verdict, told once."""
    async with world(tmp_path, _FILES) as it:
        async with room(it, tmp_path) as then:
            assert isinstance(await then.take("1.0"), Judged)
            assert isinstance(await then.take("2.0"), Judged)
            del it.upstream.files[wheel("2.0")]
            await then.following.once()
            refused = await then.take("2.0")
            assert isinstance(refused, Refused)
            assert refused.reason == "blocked: the upstream has removed this file"
            assert isinstance(await then.take("1.0"), Judged)
            await then.following.once()
        it.upstream.down = True
        async with room(it, tmp_path) as then:
            assert isinstance(await then.take("2.0"), Refused)
            with pytest.raises(UpstreamError):
                await then.following.once()
            late = await it.store.events(kinds=[EventKind.LATE])
            assert [(one.filename, one.action) for one in late] == [(wheel("2.0"), "block")]


async def test_a_removed_project_and_a_quarantined_one_are_refused_until_they_are_back(tmp_path: Path) -> None:
    """PEP 792: no files of a quarantined project are offered, whatever its page lists."""
    async with world(tmp_path, _FILES) as it, room(it, tmp_path) as then:
        assert isinstance(await then.take("1.0"), Judged)
        it.upstream.project = project_name("elsewhere")
        await then.following.once()
        refused = await then.take("1.0")
        assert isinstance(refused, Refused)
        assert refused.reason == "blocked: the upstream has removed demo"
        it.upstream.project = DEMO
        await then.following.once()
        assert isinstance(await then.take("1.0"), Judged)


async def test_a_name_that_the_policy_keeps_private_is_not_asked_for(tmp_path: Path) -> None:
    """Though files of it are kept from before it was: the upstream does not hear of it any more."""
    async with world(tmp_path, _FILES) as it, room(it, tmp_path, private="ours") as then:
        assert isinstance(await then.take("1.0"), Judged)
        asked = it.upstream.pages
        await then.following.once()
        assert it.upstream.pages == asked


async def test_a_journal_names_what_is_looked_at(tmp_path: Path) -> None:
    """The first time all pages are asked for; then only those of projects in use that it names."""
    journal = Lines([Change(project=DEMO, serial=7)])
    async with world(tmp_path, _FILES) as it, room(it, tmp_path, journal) as then:
        assert isinstance(await then.take("1.0"), Judged)
        await then.following.once()
        asked = it.upstream.pages
        journal.changes.append(Change(project=project_name("nobody-uses"), serial=8))
        await then.following.once()
        assert (it.upstream.pages, then.following.followed.serial) == (asked, 8)
        del it.upstream.files[wheel("1.0")]
        journal.changes.append(Change(project=DEMO, serial=9))
        await then.following.once()
        assert it.upstream.pages == asked + 1
        assert isinstance(await then.take("1.0"), Refused)


async def test_a_journal_that_ends_before_where_it_was_read_is_not_waited_for(tmp_path: Path) -> None:
    """Another upstream counts from elsewhere, and whoever lied once about the number would be silent for good."""
    journal = Lines([Change(project=DEMO, serial=7_000_000)])
    async with world(tmp_path, _FILES) as it, room(it, tmp_path, journal) as then:
        assert isinstance(await then.take("1.0"), Judged)
        await then.following.once()
        del it.upstream.files[wheel("1.0")]
        journal.changes = [Change(project=DEMO, serial=9)]
        await then.following.once()
        assert isinstance(await then.take("1.0"), Refused)
        assert then.following.followed.serial == 9


async def test_an_upstream_that_keeps_no_journal_any_more_is_followed_by_its_pages(tmp_path: Path) -> None:
    """It was exchanged for one that has none."""

    class Gone(Lines):
        async def last(self) -> int | None:
            return None

        async def since(self, serial: int) -> Sequence[Change]:
            raise UpstreamError(f"It did not answer for {serial}.")

    async with world(tmp_path, _FILES) as it:
        async with room(it, tmp_path, Lines([Change(project=DEMO, serial=7)])) as then:
            assert isinstance(await then.take("1.0"), Judged)
            await then.following.once()
        del it.upstream.files[wheel("1.0")]
        async with room(it, tmp_path, Gone()) as then:
            await then.following.once()
            assert isinstance(await then.take("1.0"), Refused)


async def test_a_page_that_cannot_be_had_hides_no_removal_of_others(tmp_path: Path) -> None:
    """Whoever makes one project's page fail must not keep another's removed file alive; it is told, and tried again."""
    journal = Lines([Change(project=DEMO, serial=7)])
    async with world(tmp_path, _FILES) as it, room(it, tmp_path, journal) as then:
        assert isinstance(await then.take("1.0"), Judged)
        await then.following.once()
        broken = project_name("a-broken-one")
        known = KnownFile(project=broken, filename="a_broken_one-1.tar.gz", url="http://h/x", sha256=digest(broken))
        await it.store.save_file(known)
        whole = it.upstream.page

        async def page(project: ProjectName, *, known: ProjectPage | None = None) -> ProjectPage:
            if project == broken:
                raise UpstreamError("It answered 500.")
            return await whole(project, known=known)

        it.upstream.page = page  # type: ignore[method-assign]
        del it.upstream.files[wheel("1.0")]
        journal.changes += [Change(project=DEMO, serial=8), Change(project=broken, serial=9)]
        with pytest.raises(UpstreamError, match="500"):
            await then.following.once()
        assert isinstance(await then.take("1.0"), Refused)
        again = (Change(project=broken, serial=9),)
        assert (then.following.followed.serial, then.following.followed.again) == (9, again)
        asked = it.upstream.pages
        with pytest.raises(UpstreamError, match="500"):
            await then.following.once()
        assert it.upstream.pages == asked  # of the other project nothing new is known
        it.upstream.page = whole  # type: ignore[method-assign]
        await then.following.once()
        assert then.following.followed.again == ()


async def test_a_whole_index_that_vanishes_is_not_believed(tmp_path: Path) -> None:
    """An upstream that answers 404 for everything is broken; what is kept is served on."""
    async with world(tmp_path, _FILES) as it, room(it, tmp_path) as then:
        assert isinstance(await then.take("1.0"), Judged)
        for number in range(9):
            name = project_name(f"other-{number}")
            known = KnownFile(project=name, filename=f"{name}-1.tar.gz", url="http://h/x", sha256=digest(name))
            await it.store.save_file(known)
        it.upstream.project = project_name("elsewhere")
        with pytest.raises(UpstreamError, match="10 of 10 projects are gone"):
            await then.following.once()
        it.upstream.project = DEMO
        assert isinstance(await then.take("1.0"), Judged)


@asynccontextmanager
async def answering(body: bytes, status: int = 200) -> AsyncIterator[tuple[str, list[bytes]]]:
    """An index whose journal answers so; gives its address and what was asked."""
    asked: list[bytes] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(await request.read())
        return web.Response(body=body, status=status, content_type="text/xml")

    application = web.Application()
    application.router.add_post("/pypi", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/simple/", asked
    finally:
        await runner.cleanup()


async def test_a_real_journal_is_read() -> None:
    """Names are normalised; what is no line is passed over."""
    rows = [["My_Demo", "1.0", 1, "remove release", 8], ["-", None, 1, "x", 9], ["old", None, 1, "x", 7], "nonsense"]
    body = xmlrpc.client.dumps((rows,), methodresponse=True, allow_none=True).encode()
    async with answering(body) as (url, asked), HttpJournal(url) as journal:
        assert await journal.since(7) == [Change(project=project_name("my-demo"), serial=8)]
    assert b"changelog_since_serial" in asked[0]


@pytest.mark.parametrize("status", [401, 404, 405, 301])
async def test_who_keeps_no_journal_is_no_error(status: int) -> None:
    """Then the pages are asked for."""
    async with answering(b"", status) as (url, _), HttpJournal(url) as journal:
        assert await journal.last() is None


async def test_a_journal_that_could_expand_is_not_parsed() -> None:
    """A document type may hold entities that grow without end."""
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><methodResponse/>'
    async with answering(bomb) as (url, _), HttpJournal(url) as journal:
        assert await journal.last() is None
        with pytest.raises(UpstreamError):
            await journal.since(1)


async def test_a_number_that_no_journal_can_be_asked_for_is_none() -> None:
    """It could be neither kept nor sent, and nothing would be followed any more."""
    huge = "9" * 30
    answer = f"<methodResponse><params><param><value><int>{huge}</int></value></param></params></methodResponse>"
    async with answering(answer.encode()) as (url, _), HttpJournal(url) as journal:
        assert await journal.last() is None
    words = "".join(f"<value>{word}</value>" for word in ("demo", "1", "then", "remove"))
    row = f"{words}<value><int>{huge}</int></value>"
    rows = f"<array><data><value><array><data>{row}</data></array></value></data></array>"
    answer = f"<methodResponse><params><param><value>{rows}</value></param></params></methodResponse>"
    async with answering(answer.encode()) as (url, _), HttpJournal(url) as journal:
        assert await journal.since(7) == []
