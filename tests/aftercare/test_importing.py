from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from pratique.advisories.collection import BadCollection
from pratique.advisories.outside import Fetched
from pratique.aftercare.importing import Importer
from pratique.aftercare.schedule import Keeper, summary
from pratique.errors import BadSetting, NotFound, UpstreamError
from pratique.names import project_name
from tests.advisories.records import osv, raw, write_folder, write_zip
from tests.fakes.advisories import MemoryAdvisories
from tests.fakes.memory import FakeClock

DEMO = project_name("demo")
EXPORT = "https://user:hunter2@export.example.invalid/PyPI/"
NEW = "2026-03-01T00:00:00Z"


@dataclass
class FakeFeed:
    """`Feed` over a folder, laid out as an export; ``asked`` remembers what was asked for."""

    folder: Path
    etag: str = '"1"'
    down: bool = False
    asked: list[str] = field(default_factory=list)

    async def fetch(self, url: str, *, etag: str, into: Path) -> Fetched | None:
        """The zip, unless it is known."""
        source = self._find(url)
        if etag == self.etag:
            return None
        shutil.copy(source, into / "x")
        return Fetched(path=into / "x", etag=self.etag)

    async def read(self, url: str, *, limit: int) -> bytes:
        """A file."""
        assert limit > 0
        return self._find(url).read_bytes()

    def _find(self, url: str) -> Path:
        name = url.removeprefix(EXPORT)
        self.asked.append(name)
        if self.down:
            raise UpstreamError("It is down.")
        if not (self.folder / name).exists():
            raise NotFound(f"There is no {name}.")
        return self.folder / name


@dataclass
class World:
    """An importer and its surroundings."""

    importer: Importer
    store: MemoryAdvisories
    feed: FakeFeed
    clock: FakeClock
    export: Path

    def publish(self, *records: dict[str, object], etag: str = '"1"', changes: bool = True) -> None:
        """Lay records out as an export."""
        self.feed.etag = etag
        write_folder(self.export, records)
        write_zip(self.export / "all.zip", records)
        if changes:
            listed = sorted((f"{one['modified']},{one['id']}\n" for one in records), reverse=True)
            (self.export / "modified_id.csv").write_text("".join(listed))

    async def ids(self) -> list[str]:
        """What is said of the project demo."""
        return sorted(advisory.id for advisory in await self.store.of(DEMO))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty store and an empty export."""
    export, work = tmp_path / "export", tmp_path / "work"
    export.mkdir()
    work.mkdir()
    store, feed, clock = MemoryAdvisories(), FakeFeed(folder=export), FakeClock()
    importer = Importer(store=store, feed=feed, clock=clock, folder=work)
    return World(importer=importer, store=store, feed=feed, clock=clock, export=export)


async def test_folder(world: World, tmp_path: Path) -> None:
    """A folder is read; how it went is remembered; reading it again changes nothing."""
    folder = write_folder(tmp_path / "records", [osv("A-1", versions=["1"]), osv("MAL-1", versions=["2"])])
    outcome = await world.importer.refresh(str(folder))
    assert (outcome.read, outcome.changed, outcome.broken) == (2, 2, 0)
    (source,) = await world.store.sources()
    assert (source.name, source.records, source.succeeded, source.error) == (str(folder), 2, world.clock.at, "")
    world.clock.pass_by(60)
    again = await world.importer.refresh(str(folder))
    assert (again.changed, again.retired) == (0, 0)
    assert await world.ids() == ["A-1", "MAL-1"]


async def test_broken_records_are_told_and_skipped(world: World, tmp_path: Path) -> None:
    """One that cannot be read harms no other, and takes nothing away that is known."""
    folder = write_folder(tmp_path / "records", [osv("A-1", versions=["1"]), osv("B-1", versions=["1"])])
    await world.importer.refresh(str(folder))
    (folder / "A-1.json").write_bytes(b"{")
    (folder / "C-1.json").write_bytes(raw(osv("C-1", versions=["1"])))
    world.clock.pass_by(60)
    outcome = await world.importer.refresh(str(folder))
    assert [(problem.name, "JSON" in problem.why) for problem in outcome.problems] == [("A-1.json", True)]
    assert "1 broken and skipped" in summary(outcome)
    assert await world.ids() == ["A-1", "B-1", "C-1"]
    assert (await world.store.sources())[0].broken == 1


async def test_many_broken_records_are_counted(world: World, tmp_path: Path) -> None:
    """However many are broken, the report stays short and the count is right."""
    folder = write_folder(tmp_path / "records", [osv("A-1", versions=["1"])])
    for number in range(700):
        (folder / f"X-{number}.json").write_bytes(b"{")
    outcome = await world.importer.refresh(str(folder))
    assert (outcome.broken, len(outcome.problems), outcome.read) == (700, 100, 1)


async def test_what_a_whole_collection_dropped_is_forgotten(world: World, tmp_path: Path) -> None:
    """A record that its source no longer has goes, and what came from elsewhere stays."""
    records = [osv(f"A-{number}", versions=["1"]) for number in range(4)]
    folder = write_folder(tmp_path / "records", records)
    other = write_folder(tmp_path / "other", [osv("B-1", versions=["1"])])
    await world.importer.refresh(str(folder))
    await world.importer.refresh(str(other))
    (folder / "A-3.json").unlink()
    world.clock.pass_by(60)
    assert (await world.importer.refresh(str(folder))).retired == 1
    assert await world.ids() == ["A-0", "A-1", "A-2", "B-1"]


async def test_shrunken_collection_takes_nothing_away(world: World, tmp_path: Path) -> None:
    """Half an export is a mishap, not a withdrawal: known malware must not be let in by it."""
    folder = write_folder(tmp_path / "records", [osv(f"A-{number}", versions=["1"]) for number in range(5)])
    await world.importer.refresh(str(folder))
    for number in range(3):
        (folder / f"A-{number}.json").unlink()
    world.clock.pass_by(60)
    assert (await world.importer.refresh(str(folder))).retired == 0
    assert len(await world.ids()) == 5


async def test_other_ecosystems_are_passed_over(world: World, tmp_path: Path) -> None:
    """They are counted, not kept."""
    foreign = osv("A-1", versions=["1"])
    foreign["affected"][0]["package"]["ecosystem"] = "npm"
    folder = write_folder(tmp_path / "records", [foreign, osv("B-1")])
    outcome = await world.importer.refresh(str(folder))
    assert (outcome.other, outcome.read, outcome.idle) == (1, 1, 1)
    assert list(world.store.kept) == ["B-1"]


async def test_address_is_read_whole_once_then_by_its_changes(world: World) -> None:
    """After the first time only what the list names as new is fetched; credentials are remembered nowhere."""
    first, second = osv("A-1", versions=["1"]), osv("B-1", versions=["1"])
    world.publish(first, second)
    assert (await world.importer.refresh(EXPORT)).whole
    world.publish({**first, "modified": NEW, "withdrawn": NEW}, second, osv("C-1", versions=["1"], modified=NEW))
    world.clock.pass_by(3600)
    world.feed.asked.clear()
    outcome = await world.importer.refresh(EXPORT)
    assert (outcome.whole, outcome.changed) == (False, 2)
    assert sorted(world.feed.asked) == ["A-1.json", "C-1.json", "modified_id.csv"]
    assert await world.ids() == ["B-1", "C-1"]
    (source,) = await world.store.sources()
    assert source.name == "https://****@export.example.invalid/PyPI/"
    assert source.succeeded == world.clock.at


async def test_change_that_was_listed_late_is_found(world: World) -> None:
    """Lists and exports are not made at one moment: what is a little older than the last known change is found too."""
    world.publish(osv("A-1", versions=["1"]))
    await world.importer.refresh(EXPORT)
    world.publish(osv("A-1", versions=["1"]), osv("B-1", versions=["1"], modified="2026-01-01T11:00:00Z"))
    await world.importer.refresh(EXPORT)
    assert await world.ids() == ["A-1", "B-1"]


async def test_record_from_the_future_hides_no_change(world: World) -> None:
    """A date that is wrong in one record does not keep what really changes after it from being read."""
    wrong = osv("A-1", versions=["1"], modified="9000-01-01T00:00:00Z")
    world.publish(wrong)
    await world.importer.refresh(EXPORT)
    world.publish(wrong, osv("MAL-1", versions=["1"], modified=NEW))
    world.clock.pass_by(3600)
    assert not (await world.importer.refresh(EXPORT)).whole
    world.publish(wrong, osv("MAL-1", versions=["1"], modified=NEW), osv("MAL-2", versions=["1"], modified=NEW))
    await world.importer.refresh(EXPORT)
    assert await world.ids() == ["A-1", "MAL-1", "MAL-2"]


async def test_unchanged_collection_is_not_fetched_again(world: World) -> None:
    """Where there is no list of changes, the etag says whether anything is new."""
    world.publish(osv("A-1", versions=["1"]), changes=False)
    await world.importer.refresh(EXPORT)
    world.clock.pass_by(60)
    again = await world.importer.refresh(EXPORT)
    assert (again.same, again.read) == (True, 0)
    assert "the same as the last time" in summary(again)
    assert (await world.store.sources())[0].succeeded == world.clock.at
    world.publish(osv("A-1", versions=["1"]), osv("B-1", versions=["1"]), etag='"2"', changes=False)
    assert (await world.importer.refresh(EXPORT)).changed == 1


async def test_whole_again_after_a_week_and_when_asked(world: World) -> None:
    """Now and then everything is read again, so that a missed change does not stay missed."""
    world.publish(osv("A-1", versions=["1"]))
    await world.importer.refresh(EXPORT)
    assert not (await world.importer.refresh(EXPORT)).whole
    assert (await world.importer.refresh(EXPORT, whole=True)).whole
    world.publish(osv("A-1", versions=["1"]), etag='"2"')
    world.clock.pass_by(timedelta(days=8).total_seconds())
    assert (await world.importer.refresh(EXPORT)).whole


async def test_too_many_changes_are_read_as_a_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond some number one large file is fetched rather than many small ones."""
    monkeypatch.setattr("pratique.aftercare.importing._MOST_CHANGES", 2)
    world.publish(osv("A-1", versions=["1"]))
    await world.importer.refresh(EXPORT)
    world.publish(*(osv(f"B-{number}", versions=["1"], modified=NEW) for number in range(3)), etag='"2"')
    assert (await world.importer.refresh(EXPORT)).whole


async def test_listed_record_that_is_missing_or_broken(world: World) -> None:
    """It is told and skipped; the others are brought in."""
    world.publish(osv("A-1", versions=["1"]))
    await world.importer.refresh(EXPORT)
    world.publish(*(osv(name, versions=["1"], modified=NEW) for name in ("B-1", "C-1", "D-1")))
    (world.export / "B-1.json").unlink()
    (world.export / "C-1.json").write_bytes(b"{")
    outcome = await world.importer.refresh(EXPORT)
    assert sorted(problem.name for problem in outcome.problems) == ["B-1", "C-1"]
    assert "D-1" in await world.ids()


async def test_failure_is_remembered_and_nothing_is_lost(world: World) -> None:
    """A source that is down keeps its last success, and what is known stays in force."""
    world.publish(osv("MAL-1", versions=["1"]))
    await world.importer.refresh(EXPORT)
    done = world.clock.at
    world.feed.down = True
    world.clock.pass_by(3600)
    with pytest.raises(UpstreamError):
        await world.importer.refresh(EXPORT)
    (source,) = await world.store.sources()
    assert (source.succeeded, source.tried, source.error) == (done, world.clock.at, "It is down.")
    assert await world.ids() == ["MAL-1"]


async def test_a_scheduled_source_is_remembered_from_its_first_failure(world: World) -> None:
    """Nobody reads along there; by hand it is told to whoever tries, and kept only of a source that is one."""
    world.feed.down = True
    with pytest.raises(UpstreamError):
        await world.importer.refresh(EXPORT, by_hand=True)
    assert not await world.store.sources()
    with pytest.raises(UpstreamError):
        await world.importer.refresh(EXPORT)
    with pytest.raises(UpstreamError):
        await world.importer.refresh(EXPORT, by_hand=True)
    (source,) = await world.store.sources()
    assert (source.succeeded, source.error) == (None, "It is down.")


async def test_cut_collection_is_an_error(world: World) -> None:
    """An archive that broke off is refused, and asked for again although its etag was seen."""
    world.publish(osv("A-1", versions=["1"]))
    whole = (world.export / "all.zip").read_bytes()
    (world.export / "all.zip").write_bytes(whole[:-10])
    with pytest.raises(BadCollection):
        await world.importer.refresh(EXPORT)
    (world.export / "all.zip").write_bytes(whole)
    assert (await world.importer.refresh(EXPORT)).changed == 1


async def test_what_is_no_source(world: World, tmp_path: Path) -> None:
    """A missing path, another scheme, and a zip without records are told plainly."""
    with pytest.raises(BadSetting, match="nothing at"):
        await world.importer.refresh(str(tmp_path / "missing"))
    with pytest.raises(BadSetting, match="not an http"):
        await world.importer.refresh("ftp://export.example.invalid/all.zip")
    with pytest.raises(BadCollection, match="holds no record"):
        await world.importer.refresh(str(write_zip(tmp_path / "empty.zip", [])))


async def test_unchanged_zip_is_not_read_again(world: World, tmp_path: Path) -> None:
    """A file that is as it was need not be read on each look; one that failed, or differs, is."""
    archive = write_zip(tmp_path / "all.zip", [osv("A-1", versions=["1"])])
    await world.importer.refresh(str(archive))
    assert (await world.importer.refresh(str(archive))).same
    assert not (await world.importer.refresh(str(archive), whole=True)).same
    whole = archive.read_bytes()
    archive.write_bytes(whole[:-10])
    for _ in range(2):
        with pytest.raises(BadCollection):
            await world.importer.refresh(str(archive))
    write_zip(archive, [osv("A-1", versions=["1"]), osv("B-1", versions=["1"])])
    assert (await world.importer.refresh(str(archive))).changed == 1


class _Enough(Exception):
    pass


async def test_keeper_goes_on_after_failures(world: World, tmp_path: Path) -> None:
    """Each source is refreshed at once and after each pause; one that fails is told and harms no other."""
    folder = write_folder(tmp_path / "records", [osv("A-1", versions=["1"])])
    told: list[str] = []
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise _Enough
        world.publish(osv("B-1", versions=["1"]))

    keeper = Keeper(world.importer, [EXPORT, str(folder)], every=timedelta(minutes=5), tell=told.append, pause=pause)
    with pytest.raises(_Enough):
        await keeper.run()
    assert pauses == [300, 300]
    assert await world.ids() == ["A-1", "B-1"]
    assert "could not be brought up to date" in told[0]
    assert "1 of 1 records new or changed" in told[1]
