from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from pratique.aftercare.late import Late
from pratique.aftercare.rejudging import Rejudging
from pratique.gateway.gateway import Gateway, Rules
from pratique.gateway.outcome import Refused, Visitor
from pratique.names import ProjectName
from pratique.policy import Action, Decision
from pratique.ports import EventKind, Judged, Priority, ProjectPage, Ticket
from pratique.releases import NoLocal
from pratique.storage.aftercare import SqlAftercare, open_aftercare
from pratique.verdict import Report, Verdict
from tests.fakes.memory import FakeInspector
from tests.gateway.world import BAD, DEMO, World, judge, wheel, wheel_bytes, world

_FILES = {wheel(version): wheel_bytes(version, f"y = {version}\n".encode()) for version in ("1.0", "2.0", "3.0")}


def _worse(ticket: Ticket, data: bytes) -> Report:
    """A newer engine, which proves all that 2.0 does."""
    return judge(ticket, BAD if ticket.filename == wheel("2.0") else data)


def _fails(ticket: Ticket, data: bytes) -> Report:
    return replace(judge(ticket, data), verdict=Verdict.ERROR, error="time is over")


@dataclass(slots=True, kw_only=True)
class Later:
    """The same data folder under a gateway that was started later, and what looks at things again there."""

    world: World
    gateway: Gateway
    inspector: FakeInspector
    aftercare: SqlAftercare
    late: Late
    rejudging: Rejudging
    told: list[str]

    async def events(self, kind: EventKind) -> list[str]:
        """File names, oldest first."""
        return [one.filename for one in reversed(await self.world.store.events(kinds=[kind]))]


@asynccontextmanager
async def later(it: World, folder: Path, inspector: FakeInspector) -> AsyncIterator[Later]:
    """After a restart with another engine."""
    gateway = Gateway(replace(it.ports, inspector=inspector), Rules())
    aftercare = await open_aftercare(f"sqlite:///{folder / 'db'}")
    told: list[str] = []
    late = Late(aftercare=aftercare, judging=gateway.afterwards, clock=it.clock, tell=told.append)
    rejudging = Rejudging(
        engine=inspector.engine,
        aftercare=aftercare,
        judging=gateway.afterwards,
        blobs=it.ports.blobs,
        late=late,
        clock=it.clock,
        tell=told.append,
    )
    try:
        yield Later(
            world=it,
            gateway=gateway,
            inspector=inspector,
            aftercare=aftercare,
            late=late,
            rejudging=rejudging,
            told=told,
        )
    finally:
        await gateway.close()
        await aftercare.close()


async def _take(gateway: Gateway, version: str, times: int = 1) -> None:
    for number in range(times):
        answer = await gateway.file(DEMO, wheel(version), Visitor(address=f"192.0.2.{number}"))
        assert isinstance(answer, Judged)


async def test_a_newer_engine_judges_everything_the_most_downloaded_first(tmp_path: Path) -> None:
    """Behind all clients; what turns bad is refused at once, and is one late verdict."""
    async with world(tmp_path, _FILES) as it:
        await _take(it.gateway, "1.0")
        await _take(it.gateway, "2.0", 3)
        await _take(it.gateway, "3.0", 2)
        async with later(it, tmp_path, FakeInspector(engine="2", judge=_worse)) as then:
            assert await then.rejudging.once() == 3
            assert [ticket.filename for ticket, _ in then.inspector.asked] == [wheel("2.0"), wheel("3.0"), wheel("1.0")]
            assert {priority for _, priority in then.inspector.asked} == {Priority.AGAIN}
            assert await then.events(EventKind.LATE) == [wheel("2.0")]
            assert isinstance(await then.gateway.file(DEMO, wheel("2.0"), Visitor()), Refused)
            await _take(then.gateway, "3.0")
            page = await then.gateway.page(DEMO)
            assert [file.filename for file in page.files if file.yanked] == [wheel("2.0")]
            assert await then.rejudging.once() == 0
            progress = then.rejudging.progress
            assert (progress.left, progress.judged, progress.gone, progress.failing) == (0, 3, 0, 0)
            assert await then.late.once()
            assert await then.events(EventKind.LATE) == [wheel("2.0")]
            assert any("turned out bad after it was given out" in line for line in then.told)


async def test_a_new_verdict_shows_on_a_page_at_once(tmp_path: Path) -> None:
    """The page that was made before is not given any more: the verdict raised the project's epoch."""
    async with world(tmp_path, _FILES) as it:
        await _take(it.gateway, "2.0")
        async with later(it, tmp_path, FakeInspector(engine="2", judge=_worse)) as then:
            assert not any(file.yanked for file in (await then.gateway.page(DEMO)).files)
            await then.rejudging.once()
            assert [file.filename for file in (await then.gateway.page(DEMO)).files if file.yanked] == [wheel("2.0")]


async def test_a_restart_goes_on_where_it_was(tmp_path: Path) -> None:
    """What was judged is not judged once more."""
    async with world(tmp_path, _FILES) as it:
        for version in ("1.0", "2.0", "3.0"):
            await _take(it.gateway, version)
        async with later(it, tmp_path, FakeInspector(engine="2", judge=judge, hold=asyncio.Event())) as then:
            assert then.inspector.hold
            attempt = asyncio.create_task(then.rejudging.once())
            await then.inspector.asked_for(1)
            then.inspector.hold.set()
            await then.inspector.asked_for(2)
            attempt.cancel()
            await asyncio.gather(attempt, return_exceptions=True)
        async with later(it, tmp_path, FakeInspector(engine="2", judge=judge)) as then:
            before = await then.aftercare.progress("2")
            assert 1 <= before.left <= 2
            assert await then.rejudging.once() == before.left
            assert (await then.aftercare.progress("2")).left == 0


async def test_clients_come_first(tmp_path: Path) -> None:
    """While anything is inspected or waits for it, nothing is judged again."""
    async with world(tmp_path, _FILES) as it:
        await _take(it.gateway, "1.0")
        async with later(it, tmp_path, FakeInspector(engine="2", judge=judge)) as then:
            loads, pauses = [(1, 1), (0, 1), (0, 0)], list[float]()

            async def pause(seconds: float) -> None:
                pauses.append(seconds)
                assert then.inspector.asked == []

            then.rejudging._load = lambda: loads.pop(0)
            then.rejudging._pause = pause
            assert await then.rejudging.once() == 1
            assert (len(pauses), loads) == (2, [])


async def test_what_is_not_kept_any_more_is_passed_over(tmp_path: Path) -> None:
    """It does not stand in the way of the rest, and it is counted."""
    async with world(tmp_path, _FILES) as it:
        await _take(it.gateway, "1.0", 2)
        await _take(it.gateway, "2.0")
        (event, *_) = [one for one in await it.store.events() if one.filename == wheel("1.0")]
        for blob in (tmp_path / "blobs").rglob(f"{event.sha256}*"):
            blob.unlink()
        async with later(it, tmp_path, FakeInspector(engine="2", judge=judge)) as then:
            assert await then.rejudging.once() == 2
            progress = await then.aftercare.progress("2")
            assert (progress.left, progress.gone, progress.judged) == (0, 1, 1)


async def test_what_could_not_be_inspected_is_tried_again_after_hours(tmp_path: Path) -> None:
    """Not sooner, and not for ever; once it can be read, it is served."""
    async with world(tmp_path, _FILES) as it:
        it.inspector.judge = _fails
        assert isinstance(await it.gateway.file(DEMO, wheel("1.0"), Visitor()), Refused)
        async with later(it, tmp_path, FakeInspector(engine="1", judge=_fails)) as then:
            assert await then.rejudging.once() == 0
            for _ in range(6):
                it.clock.pass_by(timedelta(hours=7).total_seconds())
                await then.rejudging.once()
            assert len(then.inspector.asked) == 4
            assert (await then.aftercare.progress("1")).failing == 1


async def test_what_can_be_read_at_last_is_served(tmp_path: Path) -> None:
    """The report from before is forgotten by the gateway that kept it, too."""
    async with world(tmp_path, _FILES) as it:
        inspector = FakeInspector(engine="1", judge=_fails)
        async with later(it, tmp_path, inspector) as then:
            assert isinstance(await then.gateway.file(DEMO, wheel("1.0"), Visitor()), Refused)
            it.clock.pass_by(timedelta(hours=7).total_seconds())
            inspector.judge = judge
            assert await then.rejudging.once() == 1
            await _take(then.gateway, "1.0")


async def test_nobody_received_it_so_it_is_no_late_verdict(tmp_path: Path) -> None:
    """A file that was only refused turns no worse."""
    async with world(tmp_path, {wheel("1.0"): wheel_bytes("1.0", BAD)}) as it:
        assert isinstance(await it.gateway.file(DEMO, wheel("1.0"), Visitor()), Refused)
        async with later(it, tmp_path, FakeInspector(engine="2", judge=judge)) as then:
            assert await then.rejudging.once() == 1
            await then.late.once()
            assert await then.events(EventKind.LATE) == []


class _TakenDown(NoLocal):
    """A team's own index that gives out nothing of the project any more, which lives there or was the upstream's."""

    def __init__(self, page: ProjectPage | None) -> None:
        self._page = page

    async def page(self, project: ProjectName) -> ProjectPage | None:  # noqa: ARG002
        return self._page

    async def refusal(self, project: ProjectName, filename: str) -> Decision | None:  # noqa: ARG002
        return Decision(action=Action.BLOCK, reason="deletes folders")


@pytest.mark.parametrize(
    ("ours", "judged", "bad"), [(True, judge, []), (True, _worse, ["2.0"]), (False, judge, ["2.0"])]
)
async def test_a_takedown_alone_makes_nothing_bad(
    tmp_path: Path, *, ours: bool, judged: Callable[[Ticket, bytes], Report], bad: list[str]
) -> None:
    """The team takes down what has a fault; what more speaks against is bad, and so is what the upstream removed."""
    async with world(tmp_path, _FILES) as it:
        await _take(it.gateway, "2.0")
        page = await it.gateway.page(DEMO)
        it.ports = replace(it.ports, local=_TakenDown(page if ours else None))
        async with later(it, tmp_path, FakeInspector(engine="2", judge=judged)) as then:
            await then.rejudging.once()
            assert await then.late.once()
            assert await then.events(EventKind.LATE) == [wheel(version) for version in bad]
            assert isinstance(await then.gateway.file(DEMO, wheel("2.0"), Visitor()), Refused)


async def test_nothing_changed_so_nothing_is_looked_at(tmp_path: Path) -> None:
    """Until an hour has passed."""
    async with world(tmp_path, _FILES) as it:
        await _take(it.gateway, "1.0")
        async with later(it, tmp_path, FakeInspector(engine="1", judge=judge)) as then:
            assert await then.late.once()
            assert not await then.late.once()
            it.clock.pass_by(3601)
            assert await then.late.once()
