"""The inspector: whatever a worker suffers is a report, and the next one is served."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from pratique.errors import PratiqueError
from pratique.jobs import PoolInspector
from pratique.names import Sha256
from pratique.ports import Priority, Ticket
from pratique.verdict import Report, Verdict
from tests.jobs.tasks import obey

MEMORY = 512 << 20
Make = Callable[[str, str], Ticket]


@asynccontextmanager
async def pool(*, workers: int = 1, seconds: float = 60) -> AsyncIterator[PoolInspector]:
    """An inspector whose engine obeys the file."""
    inspector = PoolInspector(engine="1", workers=workers, seconds=seconds, memory_bytes=MEMORY, task=obey)
    try:
        yield inspector
    finally:
        await inspector.close()


@pytest.fixture
def ticket(tmp_path: Path) -> Make:
    """Makes a ticket for a file with a command in it."""

    def make(command: str, version: str = "1") -> Ticket:
        path = tmp_path / hashlib.sha256(f"{command} {version}".encode()).hexdigest()
        path.write_text(command)
        return Ticket(filename=f"demo-{version}.tar.gz", sha256=Sha256(path.name), path=path, size=len(command))

    return make


_NAMES = ("demo-1.tar.gz", "demo-2.tar.gz", "demo-3.tar.gz", "demo-4.tar.gz", "other-1.tar.gz")


class _Line(asyncio.BaseProtocol):
    """Our end of a worker's pipe."""

    def __init__(self, lost: Callable[[], None]) -> None:
        self._lost = lost

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """The worker has let go of it, or is no more."""
        self._lost()


@dataclass
class Meeting:
    """Where workers report that they have begun, and wait for a word: they may read pipes, and nothing else."""

    where: Path
    began: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    ended: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    lines: dict[str, asyncio.WriteTransport] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    over: bool = False

    @property
    def command(self) -> str:
        """What a file must say so that its worker comes here."""
        return f"meet {self.where}"

    async def expect(self, name: str) -> None:
        """Wait until a worker opens its end of the pipe of that name."""
        os.mkfifo(self.where / name)
        handle = await asyncio.to_thread(os.open, self.where / name, os.O_WRONLY)
        if self.over:
            os.close(handle)
            return
        line = partial(_Line, partial(self.ended.put_nowait, name))
        self.lines[name], _ = await asyncio.get_running_loop().connect_write_pipe(line, os.fdopen(handle, "wb", 0))
        self.order.append(name)
        self.began.put_nowait(name)

    def go(self, name: str) -> None:
        """Let a worker finish."""
        self.lines[name].write(b"!")

    def close(self) -> None:
        """Wait for nobody any more."""
        self.over = True
        for name in _NAMES:
            os.close(os.open(self.where / name, os.O_RDONLY | os.O_NONBLOCK))
        for line in self.lines.values():
            line.close()


@pytest.fixture
async def meeting(tmp_path: Path) -> AsyncIterator[Meeting]:
    """A place to meet for every artifact of these tests."""
    place = Meeting(tmp_path)
    async with asyncio.TaskGroup() as group:
        for name in _NAMES:
            group.create_task(place.expect(name))
        yield place
        place.close()


def urgent(inspector: PoolInspector, ticket: Ticket) -> asyncio.Task[Report]:
    """A client waits for it."""
    return asyncio.create_task(inspector.inspect(ticket, priority=Priority.CLIENT))


def ahead(inspector: PoolInspector, ticket: Ticket) -> asyncio.Task[Report]:
    """Nobody waits for it yet."""
    return asyncio.create_task(inspector.inspect(ticket, priority=Priority.AHEAD))


async def settled() -> None:
    """Let tasks that were just made reach their first wait."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("exit", "status 3"),
        ("kill", "signal 9"),
        ("eat", "more than 512 MiB"),
        ("raise", "ValueError: as if a parser failed"),
        ("refuse", "Not an archive. Give another."),
    ],
)
async def test_failure_is_an_error_and_the_next_is_served(ticket: Make, command: str, said: str) -> None:
    """Whatever ends an inspection early gives verdict `error` with its cause, and the pool goes on."""
    async with pool() as inspector:
        failed = await urgent(inspector, ticket(command, "1"))
        following = await urgent(inspector, ticket("ok", "2"))
    assert failed.verdict is Verdict.ERROR
    assert said in failed.error
    assert following.verdict is Verdict.CLEAN


async def test_hang_is_stopped(ticket: Make) -> None:
    """A busy loop is killed at its limit, and the pool goes on."""
    async with pool(seconds=1) as inspector:
        hung = await urgent(inspector, ticket("hang", "1"))
        following = await urgent(inspector, ticket("ok", "2"))
    assert (hung.verdict, hung.error) == (Verdict.ERROR, "Inspection took longer than 1 s and was stopped.")
    assert following.verdict is Verdict.CLEAN


async def test_worker_writes_no_file(ticket: Make, tmp_path: Path) -> None:
    """Nothing a worker is led to do puts a byte into a file."""
    target = tmp_path / "dropped"
    async with pool() as inspector:
        report = await urgent(inspector, ticket(f"write {target}", "1"))
    assert report.verdict is Verdict.ERROR
    assert not target.exists() or target.stat().st_size == 0


async def test_cpu_is_allowed_anew_for_each(ticket: Make) -> None:
    """What earlier inspections used of the CPU is not taken from the next one's limit."""
    async with pool(seconds=60) as inspector:
        burnt = await urgent(inspector, ticket("burn", "1"))
        report = await urgent(inspector, ticket("allowance", "2"))
    assert burnt.verdict is Verdict.CLEAN
    assert float(report.error) >= 61


async def test_workers_die_with_their_parent(ticket: Make, meeting: Meeting) -> None:
    """A program that is killed leaves no worker at work behind."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.jobs.parent", str(ticket(meeting.command, "1").path), cwd=Path(__file__).parents[2]
    )
    name = await meeting.began.get()
    process.kill()
    assert await meeting.ended.get() == name
    await process.wait()


async def test_same_artifact_is_inspected_once(ticket: Make, meeting: Meeting) -> None:
    """Any number of simultaneous requests for one artifact share one inspection."""
    async with pool(workers=2) as inspector:
        waiting = [urgent(inspector, ticket(meeting.command, "1")) for _ in range(20)]
        name = await meeting.began.get()
        meeting.go(name)
        reports = await asyncio.gather(*waiting)
    assert all(report is reports[0] for report in reports)
    assert meeting.order == ["demo-1.tar.gz"]


async def test_same_bytes_under_another_name_are_inspected_again(ticket: Make, meeting: Meeting) -> None:
    """A report depends on the name as well: two names are two inspections."""
    one = ticket(meeting.command, "1")
    other = Ticket(filename="other-1.tar.gz", sha256=one.sha256, path=one.path)
    async with pool(workers=2) as inspector:
        waiting = [urgent(inspector, one), urgent(inspector, other)]
        names = {await meeting.began.get() for _ in waiting}
        for name in names:
            meeting.go(name)
        await asyncio.gather(*waiting)
    assert names == {"demo-1.tar.gz", "other-1.tar.gz"}


async def test_clients_come_first(ticket: Make, meeting: Meeting) -> None:
    """What a client waits for overtakes work ahead of need, which overtakes what is judged again."""
    async with pool() as inspector:
        waiting = [urgent(inspector, ticket(meeting.command, "1"))]
        await meeting.began.get()
        for version, priority in (("2", Priority.AGAIN), ("3", Priority.AHEAD), ("4", Priority.CLIENT)):
            job = inspector.inspect(ticket(meeting.command, version), priority=priority)
            waiting.append(asyncio.create_task(job))
        waiting.append(urgent(inspector, ticket(meeting.command, "2")))
        await settled()
        meeting.go("demo-1.tar.gz")
        for _ in range(3):
            meeting.go(await meeting.began.get())
        await asyncio.gather(*waiting)
    assert meeting.order == [f"demo-{version}.tar.gz" for version in ("1", "4", "2", "3")]


async def test_one_worker_is_kept_for_clients(ticket: Make, meeting: Meeting) -> None:
    """Of two workers, work ahead of need takes one; a client's artifact starts beside it at once."""
    async with pool(workers=2) as inspector:
        waiting = [ahead(inspector, ticket(meeting.command, version)) for version in ("1", "2")]
        first = await meeting.began.get()
        waiting.append(urgent(inspector, ticket(meeting.command, "3")))
        second = await meeting.began.get()
        for name in (first, second):
            meeting.go(name)
        third = await meeting.began.get()
        meeting.go(third)
        await asyncio.gather(*waiting)
    assert [first, second, third] == ["demo-1.tar.gz", "demo-3.tar.gz", "demo-2.tar.gz"]


async def test_cancelled_before_its_turn_never_starts(ticket: Make, meeting: Meeting) -> None:
    """Work ahead of need that nobody waits for any more is forgotten."""
    async with pool() as inspector:
        first = urgent(inspector, ticket(meeting.command, "1"))
        await meeting.began.get()
        dropped = ahead(inspector, ticket(meeting.command, "2"))
        last = ahead(inspector, ticket("ok", "3"))
        await settled()
        dropped.cancel()
        meeting.go("demo-1.tar.gz")
        await asyncio.gather(first, last)
    assert meeting.order == ["demo-1.tar.gz"]


async def test_one_of_two_waiters_leaves(ticket: Make, meeting: Meeting) -> None:
    """An inspection goes on as long as anybody waits for it."""
    async with pool() as inspector:
        leaving, staying = (urgent(inspector, ticket(meeting.command, "1")) for _ in range(2))
        name = await meeting.began.get()
        leaving.cancel()
        await settled()
        meeting.go(name)
        assert (await staying).verdict is Verdict.CLEAN


async def test_cancelled_at_work_is_killed(ticket: Make, meeting: Meeting) -> None:
    """When the last waiter leaves, the worker is killed and its place serves the next."""
    async with pool() as inspector:
        left = urgent(inspector, ticket(meeting.command, "1"))
        await meeting.began.get()
        left.cancel()
        assert await meeting.ended.get() == "demo-1.tar.gz"
        assert (await urgent(inspector, ticket("ok", "2"))).verdict is Verdict.CLEAN


async def test_cancelled_just_as_it_is_handed_over(ticket: Make) -> None:
    """An inspection cancelled between queue and worker leaves the pool whole."""
    async with pool(workers=2) as inspector:
        await inspector.start()
        for version in range(30):
            left = urgent(inspector, ticket("ok", str(version)))
            await settled()
            left.cancel()
        assert (await urgent(inspector, ticket("ok", "99"))).verdict is Verdict.CLEAN


async def test_idle_worker_killed_from_outside(ticket: Make) -> None:
    """A worker that dies while idle (out of memory elsewhere) does not end the service."""
    async with pool() as inspector:
        pid = int((await urgent(inspector, ticket("ok", "1"))).error)
        os.kill(pid, 9)
        assert (await urgent(inspector, ticket("ok", "2"))).verdict is Verdict.CLEAN


async def test_worker_killed_at_work_from_outside(ticket: Make, meeting: Meeting) -> None:
    """Its file is begun once more: a system that runs out of memory would have honest files held for good."""
    async with pool() as inspector:
        pid = int((await urgent(inspector, ticket("ok", "1"))).error)
        waiting = urgent(inspector, ticket(meeting.command, "2"))
        assert await meeting.began.get() == "demo-2.tar.gz"
        os.kill(pid, 9)
        assert await meeting.ended.get() == "demo-2.tar.gz"
        line = await asyncio.to_thread(os.open, meeting.where / "demo-2.tar.gz", os.O_WRONLY)
        os.write(line, b"!")
        os.close(line)
        assert (await waiting).verdict is Verdict.CLEAN


async def test_close_tells_who_waits(ticket: Make, meeting: Meeting) -> None:
    """Closing ends workers at work; whoever waits, or comes later, is told."""
    async with pool() as inspector:
        waiting = urgent(inspector, ticket(meeting.command, "1"))
        await meeting.began.get()
        await inspector.close()
        with pytest.raises(PratiqueError, match="closing"):
            await waiting
        with pytest.raises(PratiqueError, match="closing"):
            await inspector.inspect(ticket("ok", "2"), priority=Priority.CLIENT)
        assert await meeting.ended.get() == "demo-1.tar.gz"
