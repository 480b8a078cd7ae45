"""What upstreams' files may take of the disk: the least recently used give way, and come again when asked for."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from pratique.artifact import Artifact
from pratique.cache import Arrival, Stock
from pratique.errors import DiskFull, StorageError
from pratique.finding import Behaviour, Confidence, Finding, Phase, Severity
from pratique.gateway.caching import BoundedCache, Bounds
from pratique.gateway.gateway import Gateway, Ports, Rules
from pratique.gateway.outcome import Mismatch, Refused, Visitor
from pratique.names import Sha256, distribution_name
from pratique.policy import Action, Policy
from pratique.ports import BlobWriter, Judged, StoredBlob
from pratique.storage.cache import SqlShelf, open_shelf
from pratique.storage.database import SqlStore, open_store
from pratique.storage.disk import DiskBlobs
from pratique.verdict import Report, Verdict
from pratique.web.app import application
from pratique.web.console import templates
from pratique.web.keys import Site
from tests.fakes.memory import FakeClock, FakeInspector
from tests.fakes.upstream import FakeUpstream
from tests.gateway.world import DEMO, judge, wheel, wheel_bytes

_ME = Visitor(address="192.0.2.1", user_agent="pip/1", request="r")
_FILES = {wheel(f"{number}.0"): wheel_bytes(f"{number}.0") for number in range(1, 6)}
_DOUBT = Finding(
    rule="doubt",
    behaviour=Behaviour.EXECUTION,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    phase=Phase.IMPORT,
    path="demo.py",
    line=1,
    message="runs what it is given",
)
_ONE = len(next(iter(_FILES.values())))


class _Full(DiskBlobs):
    """A disk that says that it is full, as often as it is told to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self.refusals = 0
        self.gone = asyncio.Semaphore(0)

    async def remove(self, sha256: Sha256) -> None:
        """And tell whoever waits for it."""
        await super().remove(sha256)
        self.gone.release()

    @asynccontextmanager
    async def spool(self) -> AsyncIterator[BlobWriter]:
        """With a writer that may refuse."""
        async with super().spool() as writer:
            yield _FullWriter(self, writer)


@dataclass
class _FullWriter:
    disk: _Full
    inner: BlobWriter

    async def write(self, chunk: bytes) -> None:
        if self.disk.refusals:
            self.disk.refusals -= 1
            raise DiskFull("The disk is full.", remedy="Free some space.")
        await self.inner.write(chunk)

    async def commit(self, *, expected: str | None = None) -> StoredBlob:
        return await self.inner.commit(expected=expected)


@dataclass
class _Keeping:
    """A gateway with a bound of three files, of which two are left once one has to give way."""

    gateway: Gateway
    cache: BoundedCache
    shelf: SqlShelf
    blobs: _Full
    upstream: FakeUpstream
    inspector: FakeInspector
    clock: FakeClock
    store: SqlStore
    ticks: list[float]

    async def give(self, number: int) -> Judged:
        """A file, after which time passes."""
        answer = await self.gateway.file(DEMO, wheel(f"{number}.0"), _ME)
        assert isinstance(answer, Judged), answer
        self.wait(60)
        return answer

    def wait(self, seconds: float) -> None:
        self.clock.pass_by(seconds)
        self.ticks[0] += seconds

    def kept(self) -> set[int]:
        """Which of the files are on the disk."""
        names = {path.name for path in self.blobs.folder.glob("??/??/*")}
        return {n for n in range(1, 6) if Sha256(_digest(_FILES[wheel(f"{n}.0")])) in names}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@asynccontextmanager
async def _keeping(folder: Path, *, size: int = 3 * _ONE, policy: Policy | None = None) -> AsyncIterator[_Keeping]:
    upstream, inspector, clock = FakeUpstream(project=DEMO, files=dict(_FILES)), FakeInspector(judge=judge), FakeClock()
    ticks, url = [0.0], f"sqlite:///{folder / 'db'}"
    store, blobs, shelf = await open_store(url), _Full(folder / "blobs"), await open_shelf(url)
    bounds = Bounds(size=size, low=2 / 3, idle=timedelta(seconds=30))
    cache = BoundedCache(shelf=shelf, blobs=blobs, clock=clock, bounds=bounds, monotonic=lambda: ticks[0])
    ports = Ports(store=store, blobs=blobs, upstream=upstream, inspector=inspector, clock=clock, cache=cache)
    gateway = Gateway(ports, Rules(policy=policy or Policy()))
    try:
        cache.heed(gateway.holds)
        yield _Keeping(gateway, cache, shelf, blobs, upstream, inspector, clock, store, ticks)
    finally:
        await gateway.close()
        await shelf.close()
        await store.close()
        blobs.close()


async def test_the_least_recently_used_give_way(tmp_path: Path) -> None:
    """Down to the low-water mark; what was asked for again since it came stays."""
    async with _keeping(tmp_path) as made:
        for number in (1, 2, 3, 1, 4):
            await made.give(number)
        assert await made.cache.sweep() == 2 * _ONE
        assert made.kept() == {1, 4}
        assert await made.shelf.stock() == Stock(files=2, size=2 * _ONE)
        assert await made.cache.sweep() == 0


async def test_what_gave_way_comes_again_and_keeps_its_verdict(tmp_path: Path) -> None:
    """It is fetched and its digest checked anew, and nobody inspects it a second time."""
    async with _keeping(tmp_path) as made:
        for number in (1, 2, 3, 4):
            await made.give(number)
        await made.cache.sweep()
        assert 1 not in made.kept()
        inspected = len(made.inspector.asked)
        answer = await made.give(1)
        assert await asyncio.to_thread(answer.blob.path.read_bytes) == _FILES[wheel("1.0")]
        assert len(made.inspector.asked) == inspected
        assert made.upstream.fetched.count(wheel("1.0")) == 2
        await made.give(2)
        made.wait(60)
        await made.cache.sweep()
        made.upstream.files[wheel("3.0")] = b"something else"
        made.upstream.changes[wheel("3.0")] = {"hashes": (("sha256", _digest(_FILES[wheel("3.0")])),)}
        with pytest.raises(Mismatch):
            await made.gateway.file(DEMO, wheel("3.0"), _ME)


async def test_what_is_in_use_stays(tmp_path: Path) -> None:
    """Leased, or given out a moment ago: the oldest that is neither gives way."""
    async with _keeping(tmp_path) as made:
        blobs = [(await made.give(number)).blob for number in (1, 2, 3, 4)]
        with made.cache.lease(blobs[0].sha256):
            made.cache.touch(blobs[1].sha256)
            await made.cache.flush()
            assert await made.cache.sweep() == 2 * _ONE
        assert made.kept() == {1, 2}


async def test_what_is_pinned_or_held_for_a_person_stays(tmp_path: Path) -> None:
    """Even where that leaves more than the bound."""
    held = Policy(suspicious=Action.QUARANTINE)
    async with _keeping(tmp_path, size=_ONE, policy=held) as made:
        made.inspector.reports[wheel("2.0")] = _suspicious(2)
        made.inspector.judge = None
        first = await made.give(1)
        await made.shelf.pin(first.blob.sha256, "because")
        assert isinstance(await made.gateway.file(DEMO, wheel("2.0"), _ME), Refused)
        made.wait(60)
        await made.give(3)
        await made.cache.sweep()
        assert made.kept() == {1, 2}


def _suspicious(number: int) -> Report:
    data = _FILES[wheel(f"{number}.0")]
    artifact = Artifact(name=distribution_name(wheel(f"{number}.0")), sha256=Sha256(_digest(data)), size=len(data))
    return Report(artifact=artifact, verdict=Verdict.SUSPICIOUS, score=0.5, findings=(_DOUBT,))


async def test_a_kill_between_disk_and_record_is_mended(tmp_path: Path) -> None:
    """A row whose bytes are gone goes; bytes whose row was never written are counted."""
    async with _keeping(tmp_path) as made:
        blobs = [(await made.give(number)).blob for number in (1, 2)]
        await made.blobs.remove(blobs[0].sha256)
        await made.shelf.forget([blobs[1].sha256])
        await made.cache.settle()
        assert await made.shelf.stock() == Stock(files=1, size=_ONE)
        assert (await made.give(1)).blob == blobs[0]


async def test_a_full_disk_makes_room_and_goes_on(tmp_path: Path) -> None:
    """The request that met it is answered; without anything that could give way it is told so."""
    async with _keeping(tmp_path, size=100 * _ONE) as made:
        for number in (1, 2, 3):
            await made.give(number)
        made.blobs.refusals = 1
        await made.give(4)
        assert made.kept() == {4}
        made.blobs.refusals = 2
        with pytest.raises(DiskFull, match="disk is full"):
            await made.gateway.file(DEMO, wheel("5.0"), _ME)
        await made.give(5)


async def test_without_a_bound_nothing_gives_way(tmp_path: Path) -> None:
    """A full disk is an error then, and nothing that was kept is touched."""
    async with _keeping(tmp_path, size=0) as made:
        for number in (1, 2, 3, 4, 5):
            await made.give(number)
        assert await made.cache.sweep() == 0
        assert made.kept() == {1, 2, 3, 4, 5}


async def test_the_bound_is_kept_beside_everything_else(tmp_path: Path) -> None:
    """As soon as it is passed, without anybody asking; at the end what was used is written down."""
    told: list[str] = []
    async with _keeping(tmp_path) as made:
        for number in (1, 2, 3):
            await made.give(number)
        async with made.cache.bounded(made.gateway.holds, told.append):
            await made.give(4)
            for _ in range(2):
                await made.blobs.gone.acquire()
            await made.give(3)
        assert made.kept() == {3, 4}
        oldest = await made.shelf.oldest(before=made.clock.now(), limit=5)
        assert [one.sha256 for one in oldest] == [_digest(_FILES[wheel("4.0")]), _digest(_FILES[wheel("3.0")])]
    assert told == []


async def test_what_fails_is_told_and_no_use_is_forgotten(tmp_path: Path) -> None:
    """A record that cannot be written loses no order: it is written once that is possible."""

    class Broken(SqlShelf):
        works = False

        async def used(self, uses: Mapping[Sha256, datetime]) -> None:
            if not self.works:
                raise StorageError("The database is gone.")
            await super().used(uses)

    told: list[str] = []
    shelf, blobs, clock = Broken(f"sqlite:///{tmp_path / 'db'}"), DiskBlobs(tmp_path / "blobs"), FakeClock()
    await shelf.prepare()
    cache = BoundedCache(shelf=shelf, blobs=blobs, clock=clock, bounds=Bounds(size=1))
    await cache.arrived(_arrival(clock.now()))
    clock.pass_by(60)
    cache.touch(_arrival(clock.now()).sha256)
    async with cache.bounded(_nothing_held, told.append):
        pass
    assert "not on record" in told[-1]
    shelf.works = True
    await cache.flush()
    assert [one.used for one in await shelf.oldest(before=clock.now() + timedelta(1), limit=5)] == [clock.now()]
    await shelf.close()
    blobs.close()


async def _nothing_held(_: Sequence[Arrival]) -> bool:
    return False


def _arrival(at: datetime) -> Arrival:
    return Arrival(sha256=Sha256(_digest(b"x")), size=1, project=DEMO, filename="x", upstream="", at=at)


async def test_a_crowd_at_the_bound_gets_whole_files(tmp_path: Path) -> None:
    """While one file after the other gives way, whoever asks gets the bytes of what was asked for."""
    async with _keeping(tmp_path, size=2 * _ONE) as made:

        async def client(seed: int) -> None:
            for step in range(8):
                number = (seed + step * 3) % 5 + 1
                answer = await made.gateway.file(DEMO, wheel(f"{number}.0"), _ME)
                assert isinstance(answer, Judged)
                assert await asyncio.to_thread(answer.blob.path.read_bytes) == _FILES[wheel(f"{number}.0")]

        async def sweeper() -> None:
            for _ in range(10):
                made.wait(15)
                await made.cache.sweep()

        await asyncio.gather(*(client(seed) for seed in range(10)), sweeper())


async def test_which_upstream_a_file_came_from_is_on_record(tmp_path: Path) -> None:
    """For whoever reads the report, also once the bytes gave way."""
    async with _keeping(tmp_path) as made:
        made.upstream.changes[wheel("1.0")] = {"upstream": "mirror"}
        answer = await made.give(1)
        await made.blobs.remove(answer.blob.sha256)
        await made.shelf.forget([answer.blob.sha256])
        fetched = await made.gateway.fetched(answer.report)
        assert fetched is not None
        assert (fetched.upstream, fetched.filename) == ("mirror", wheel("1.0"))
        async with TestClient(TestServer(application(_site(made)))) as client:
            page = await (await client.get(f"/report/{answer.blob.sha256}/{wheel('1.0')}")).text()
        assert "mirror, fetched 2026-01-01" in page


def _site(made: _Keeping) -> Site:
    return Site(
        gateway=made.gateway,
        store=made.store,
        templates=templates(),
        hosts=frozenset({"127.0.0.1"}),
        instance="instance",
    )


async def test_whoever_cannot_be_asked_is_taken_to_hold(tmp_path: Path) -> None:
    """Where the decision cannot be had, nothing is taken away."""
    async with _keeping(tmp_path) as made:
        for number in (1, 2, 3, 4):
            await made.give(number)

        async def broken(_: Sequence[Arrival]) -> bool:
            raise StorageError("The database is gone.")

        made.cache.heed(broken)
        assert await made.cache.sweep() == 0
        assert made.kept() == {1, 2, 3, 4}
